//! The matrix of access: everything that can be asked, by everybody, of a region of theirs and of another one,
//! with every kind of credential. A new field or path without a row fails the test.

mod rows;
mod targets;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use self::rows::{ALL, Ask, Least, OPEN_PATHS, Row};
use self::targets::{Target, World};
use crate::support::exporter::{FakeExporter, FakeMachine};
use crate::support::guarded::{Client, Guarded, ROLES};
use crate::support::issuer::Forgery;
use crate::support::routes;
use crate::support::token_program::{self, until_known};

/// What only somebody who may see Sweden may read, anywhere.
const SWEDISH: [&str; 5] = ["sweden", "Sweden", "SE-", "Hemligt", "Stockholm"];
/// Somebody for whom the issuer vouches, but of whom no row of the access file speaks.
const STRANGER: &str = "stranger";

/// What came back, without what the question held.
#[derive(Debug, PartialEq)]
enum Outcome {
    Unauthenticated,
    Forbidden,
    Answered(u16, String),
}

async fn guarded() -> (Guarded, FakeExporter) {
    let exporter = FakeExporter::start().await;
    exporter.tell_machines(&[
        FakeMachine::new("dk-1", "Aarhus", "Screen 1"),
        FakeMachine { region: "sweden", ..FakeMachine::new("se-1", "Stockholm", "Salong 1") },
    ]);
    let url = format!("http://{}", exporter.address);
    let flags = ["--exporter", &url, "--introspection", "on", "--embed-origin", "https://admin.example"];
    // Here one address shows a thousand wrong credentials.
    let flags = [&flags[..], &["--stranger-attempts-per-second", "0"]].concat();
    (Guarded::start_with("", &flags).await, exporter)
}

async fn ask(client: &Client<'_>, row: &Row, target: &Target) -> Outcome {
    let response = match row.ask {
        Ask::Graphql(document) => {
            let body = json!({ "query": target.fill(document) });
            client.request(Method::POST, "/graphql").json(&body).send().await.unwrap()
        }
        Ask::Stream(document) => {
            let body = json!({ "query": target.fill(document) });
            let request = client.request(Method::POST, "/graphql").header("accept", "text/event-stream");
            request.json(&body).send().await.unwrap()
        }
        Ask::Path(method, path, body) => {
            let request = client.request(method.parse().unwrap(), &target.fill(path));
            let request = match body {
                "" => request,
                body => request.header("content-type", "application/json").body(target.fill(body)),
            };
            request.send().await.unwrap()
        }
    };
    let status = response.status().as_u16();
    let text = match row.ask {
        Ask::Stream(_) if status == 200 => first_event(response).await,
        _ => response.text().await.unwrap(),
    };
    let is_graphql = !matches!(row.ask, Ask::Path(..));
    match status {
        401 if !is_graphql || text.contains("\"UNAUTHENTICATED\"") => Outcome::Unauthenticated,
        403 => Outcome::Forbidden,
        _ if is_graphql && text.contains("\"code\":\"FORBIDDEN\"") => Outcome::Forbidden,
        _ => Outcome::Answered(status, target.blank(&text)),
    }
}

/// A service token of this role in Denmark, which the server knows already.
async fn programs_token(guarded: &Guarded, role: &str) -> String {
    let wish = ["--role", role, "--region", "denmark", "--scope", "operate,embed"];
    let token = token_program::create(&guarded.server, &wish).text;
    until_known(&guarded.with_token(&token)).await;
    token
}

/// A stream that follows changes does not end.
async fn first_event(mut response: reqwest::Response) -> String {
    let mut text = String::new();
    while !text.contains("event: next") || !text.ends_with("\n\n") {
        let chunk = tokio::time::timeout(crate::support::PATIENCE, response.chunk()).await;
        text += std::str::from_utf8(&chunk.unwrap().unwrap().expect("the stream ended")).unwrap();
    }
    text.replace(":\n\n", "")
}

/// What somebody of this group must get, who asks this of Denmark (`own`) or of Sweden.
fn expected(row: &Row, group: &str, is_own: bool) -> Expected {
    let rank = ROLES.iter().position(|role| *role == group);
    let least = match row.least {
        Least::Anyone => return Expected::Anything,
        Least::Role(role) => ROLES.iter().position(|known| *known == role),
    };
    match (rank, is_own) {
        (None, _) | (_, false) => Expected::NothingThere,
        (rank, true) if rank >= least => Expected::Answer,
        _ => Expected::Forbidden,
    }
}

#[derive(Debug, PartialEq)]
enum Expected {
    /// Whatever there is to see for this viewer.
    Anything,
    /// The very same as of what does not exist.
    NothingThere,
    /// Something that what does not exist never answers.
    Answer,
    Forbidden,
}

fn is_met(expected: &Expected, outcome: &Outcome, of_nothing: &Outcome) -> bool {
    match (expected, outcome) {
        (Expected::Forbidden, outcome) => *outcome == Outcome::Forbidden,
        (Expected::Anything, Outcome::Answered(..)) => true,
        (Expected::Answer, Outcome::Answered(status, _)) => outcome != of_nothing && *status < 500,
        (Expected::NothingThere, Outcome::Answered(..)) => outcome == of_nothing,
        _ => false,
    }
}

#[tokio::test]
async fn everybody_gets_what_their_role_allows_in_their_region_and_nothing_else() {
    let (guarded, _exporter) = guarded().await;
    let world = World::new(&guarded).await;
    let sweden = world.target("sweden").await;
    world.once_listed(&sweden).await;
    let before = world.state_of(&sweden).await;
    let (mut cases, mut surprises) = (0, Vec::new());
    let mut clients: Vec<_> =
        ROLES.into_iter().chain([STRANGER]).map(|group| (group, guarded.of_group(group))).collect();
    for role in ROLES {
        let token = programs_token(&guarded, role).await;
        clients.push((role, guarded.with_token(&token)));
    }
    for (group, client) in clients {
        let mut denmark = world.target("denmark").await;
        for row in ALL {
            let of_nothing = ask(&client, row, &Target::nothing()).await;
            if row.changes() {
                denmark = world.target("denmark").await;
            }
            for (target, is_own) in [(&denmark, true), (&sweden, false)] {
                cases += 1;
                let expected = expected(row, group, is_own);
                let outcome = ask(&client, row, target).await;
                let told = format!("{outcome:?}");
                let leak = SWEDISH.iter().find(|word| told.contains(**word));
                if !is_met(&expected, &outcome, &of_nothing) || leak.is_some() {
                    let asked = format!("{group} asks {} of {}", row.name, target.region);
                    surprises.push(format!(
                        "{asked}: {expected:?}, leak {leak:?}, but\n  {told}\n  {of_nothing:?}"
                    ));
                }
            }
        }
    }
    println!("access matrix: {cases} cases by role and region, {} surprises", surprises.len());
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
    assert_eq!(world.state_of(&sweden).await, before, "nobody of Denmark changed anything of Sweden");
}

#[tokio::test]
async fn a_credential_that_is_not_right_is_as_good_as_none() {
    let (guarded, _exporter) = guarded().await;
    let world = World::new(&guarded).await;
    let (denmark, sweden) = (world.target("denmark").await, world.target("sweden").await);
    let mut clients = vec![("none".to_owned(), guarded.nobody())];
    for forgery in Forgery::ALL {
        let token = guarded.issuer.forge(forgery, "everything@example.com", &["everything"]);
        clients.push((format!("{forgery:?}"), guarded.with_token(&token)));
    }
    let right = guarded.issuer.token("everything@example.com", &["everything"]);
    for authorization in [format!("Basic {right}"), format!("Token {right}"), right, "Bearer".to_owned()] {
        let scheme = authorization.split(' ').next().unwrap().chars().take(8).collect();
        clients.push((scheme, Client { server: &guarded.server, authorization: Some(authorization) }));
    }
    let (mut cases, mut surprises) = (0, Vec::new());
    for row in ALL {
        for (kind, client) in &clients {
            for target in [&denmark, &sweden] {
                cases += 1;
                let outcome = ask(client, row, target).await;
                if outcome != Outcome::Unauthenticated {
                    surprises.push(format!("{kind} asks {} of {}: {outcome:?}", row.name, target.region));
                }
            }
        }
    }
    println!("access matrix: {cases} cases by credential, {} surprises", surprises.len());
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}

#[tokio::test]
async fn every_field_of_the_schema_has_a_row() {
    let (guarded, _exporter) = guarded().await;
    let roots = "{ __schema { queryType { fields { name } } mutationType { fields { name } }
        subscriptionType { fields { name } } } }";
    let schema = guarded.of_group(STRANGER).data(roots, json!({})).await;
    let roots = ["queryType", "mutationType", "subscriptionType"];
    let fields = roots.iter().flat_map(|root| schema["__schema"][root]["fields"].as_array().unwrap());
    let fields: BTreeSet<&str> = fields.map(|field| field["name"].as_str().unwrap()).collect();
    let rows = ALL.iter().filter(|row| !matches!(row.ask, Ask::Path(..)));
    let rows: BTreeSet<&str> =
        rows.map(|row| row.name.split(' ').next().unwrap()).filter(|name| !name.starts_with('_')).collect();
    let fields = fields.into_iter().filter(|name| !name.starts_with('_')).collect();
    assert_eq!(rows, fields);
}

#[test]
fn every_path_has_a_row_or_is_open() {
    let in_matrix = ALL.iter().filter_map(|row| match row.ask {
        Ask::Path(_, path, _) => Some(path.split('?').next().unwrap().replace("INCIDENT", "{id}")),
        _ => None,
    });
    let known: BTreeSet<String> = in_matrix.chain(OPEN_PATHS.iter().map(|path| (*path).to_owned())).collect();
    assert_eq!(routes::paths(), known);
}

#[tokio::test]
async fn whoever_has_no_role_is_told_who_they_are_and_nothing_else() {
    let (guarded, _exporter) = guarded().await;
    let me = "{ me { name roles { region role } } regions { id } incidents { edges { node { id } } }
        machines { totalCount } }";
    let expected = json!({
        "me": { "name": "stranger@example.com", "roles": [] }, "regions": [],
        "incidents": { "edges": [] }, "machines": { "totalCount": 0 },
    });
    assert_eq!(guarded.of_group(STRANGER).data(me, Value::Null).await, expected);
}
