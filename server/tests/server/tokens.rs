//! Service tokens: made and taken back by the command line beside a running server.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use cineportal::access::{Reach, Role, Scope, ServiceToken, fresh_token};
use cineportal::store;
use jiff::{Timestamp, ToSpan};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::event_stream::EventStream;
use crate::support::guarded::Guarded;
use crate::support::live::{LiveClient, Said};
use crate::support::token_program::{create, revoke, run, told, until_known, until_status};
use crate::support::{PATIENCE, StoreKind};

const ME: &str = "{ me { name roles { region role } } }";
const FOLLOW: &str = "subscription { incidentChanged(region: \"denmark\") { __typename } }";

async fn guarded(kind: StoreKind) -> Guarded {
    Guarded::start_on(kind.fresh(), "", &[]).await
}

/// A token that is in the store already, however strange.
async fn stored(guarded: &Guarded, change: impl FnOnce(&mut ServiceToken)) -> String {
    let (text, hash) = fresh_token().unwrap();
    let now = Timestamp::now();
    let mut token = ServiceToken {
        id: text[4..12].to_owned(),
        name: "stored".to_owned(),
        hash,
        roles: vec![(Reach::AllRegions, Role::Admin)],
        scopes: [Scope::Operate].into(),
        created_at: now,
        expires_at: None,
        last_used_at: None,
        revoked_at: None,
    };
    change(&mut token);
    let store = store::open_tokens(guarded.server.store()).await.unwrap();
    store.add_service_token(&token).await.unwrap();
    text
}

/// The columns of this token in the list.
fn listed(guarded: &Guarded, id: &str) -> Vec<String> {
    let list = told(&run(&guarded.server, &["list"]));
    let line = list.lines().find(|line| line.starts_with(id)).unwrap_or_else(|| panic!("{list}"));
    line.split('\t').map(str::to_owned).collect()
}

async fn tokens_that_are_long_over_are_forgotten(guarded: Guarded) {
    let ago = |days: i64| Timestamp::now() - (days * 24).hours();
    let expired = stored(&guarded, |token| token.expires_at = Some(ago(31))).await;
    let revoked = stored(&guarded, |token| token.revoked_at = Some(ago(31))).await;
    let kept = [
        stored(&guarded, |token| token.expires_at = Some(ago(29))).await,
        stored(&guarded, |token| token.revoked_at = Some(ago(29))).await,
        stored(&guarded, |_| {}).await,
    ];
    let store = store::open_tokens(guarded.server.store()).await.unwrap();
    let id = |text: &String| text[4..12].to_owned();
    let expected: BTreeSet<String> = kept.iter().map(id).collect();
    let forgotten = async {
        loop {
            let left = store.service_tokens().await.unwrap().into_iter().map(|token| token.id);
            let left: BTreeSet<String> = left.collect();
            assert!(left.is_superset(&expected), "too much was forgotten: {left:?}");
            if !left.contains(&id(&expired)) && !left.contains(&id(&revoked)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, forgotten).await.expect("they are still there");
}

#[tokio::test]
async fn tokens_that_are_long_over_are_forgotten_embedded() {
    tokens_that_are_long_over_are_forgotten(guarded(StoreKind::Embedded).await).await;
}

#[tokio::test]
async fn tokens_that_are_long_over_are_forgotten_mongodb() {
    tokens_that_are_long_over_are_forgotten(guarded(StoreKind::Mongo).await).await;
}

async fn a_token_made_beside_the_server_is_known_soon(guarded: Guarded) {
    let token = create(&guarded.server, &["--role", "manager", "--region", "denmark", "--region", "finland"]);
    let client = guarded.with_token(&token.text);
    until_known(&client).await;
    let roles = ["denmark", "finland"].map(|region| json!({ "region": region, "role": "MANAGER" }));
    let me = json!({ "name": "admin-cloud", "roles": roles });
    assert_eq!(client.data(ME, json!({})).await["me"], me);
}

async fn what_is_followed_ends_when_the_token_is_revoked(guarded: Guarded) {
    let token = create(&guarded.server, &["--role", "viewer", "--region", "*"]);
    let client = guarded.with_token(&token.text);
    until_known(&client).await;
    let follow = client.request(Method::POST, "/graphql").header("accept", "text/event-stream");
    let follow = follow.json(&json!({ "query": FOLLOW })).send().await.unwrap();
    let mut events = EventStream::of(follow);
    assert_eq!(events.answer().await["data"]["incidentChanged"]["__typename"], "Resync");
    let mut socket = LiveClient::open(guarded.server.address).await;
    let payload = json!({ "authorization": format!("Bearer {}", token.text) });
    socket.say(&json!({ "type": "connection_init", "payload": payload })).await;
    assert_eq!(socket.hear().await, Said::Message(json!({ "type": "connection_ack" })));

    revoke(&guarded.server, &token.id);
    assert_eq!(events.answer().await["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!(socket.hear().await, Said::Closed(4403));
    until_status(&client, 401).await;
    assert_eq!(listed(&guarded, &token.id)[1], "revoked");
}

/// Both stories on each store.
macro_rules! on_each_store {
    ($($story:ident)*) => {
        mod embedded { $(#[tokio::test] async fn $story() {
            super::$story(super::guarded(super::StoreKind::Embedded).await).await;
        })* }
        mod mongodb { $(#[tokio::test] async fn $story() {
            super::$story(super::guarded(super::StoreKind::Mongo).await).await;
        })* }
    };
}
on_each_store! { a_token_made_beside_the_server_is_known_soon what_is_followed_ends_when_the_token_is_revoked }

#[tokio::test]
async fn whatever_is_wrong_with_a_token_the_asker_is_told_the_same() {
    let guarded = guarded(StoreKind::Embedded).await;
    let hour_ago = Timestamp::now() - 1.hour();
    let right = stored(&guarded, |_| {}).await;
    let last = if right.ends_with('0') { "1" } else { "0" };
    let wrong = [
        ("expired", stored(&guarded, |token| token.expires_at = Some(hour_ago)).await),
        ("revoked", stored(&guarded, |token| token.revoked_at = Some(hour_ago)).await),
        ("unknown", fresh_token().unwrap().0),
        ("mistyped", format!("{}{last}", &right[..right.len() - 1])),
        ("an embed token of nobody", "cpe_e30.00".to_owned()),
        ("of nobody's kind", "ghp_0123456789".to_owned()),
    ];
    until_known(&guarded.with_token(&right)).await;
    let told = guarded.with_token("nonsense").graphql(ME, Value::Null).await;
    assert_eq!(told.0, 401);
    for (what, token) in wrong {
        assert_eq!(guarded.with_token(&token).graphql(ME, Value::Null).await, told, "{what}");
    }
}

#[tokio::test]
async fn the_last_use_of_a_token_is_listed_and_the_token_is_not() {
    let guarded = guarded(StoreKind::Embedded).await;
    let wish = ["--role", "viewer", "--region", "denmark", "--scope", "read,embed", "--expires", "never"];
    let token = create(&guarded.server, &wish);
    let row = listed(&guarded, &token.id);
    assert_eq!(row[1..5], ["valid", "admin-cloud", "viewer@denmark", "read,embed"]);
    assert_eq!(row[6..], ["-", "-"]);
    until_known(&guarded.with_token(&token.text)).await;
    let used = async {
        while listed(&guarded, &token.id)[7] == "-" {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, used).await.expect("the use was not written");
    let list = told(&run(&guarded.server, &["list"]));
    assert!(!list.contains("cpt_") && !list.contains(&token.text[4..36]), "{list}");
}

#[tokio::test]
async fn a_scope_narrows_what_the_role_may() {
    const OPEN: &str =
        "mutation { openIncident(input: { region: \"denmark\", title: \"Dark\", severity: INFO }) {
        __typename ... on CommandRefused { code } } }";
    let guarded = guarded(StoreKind::Embedded).await;
    let (role, region) = (["--role", "admin"], ["--region", "denmark"]);
    let of_scope = |scope| create(&guarded.server, &[role, region, ["--scope", scope]].concat()).text;
    let (read, embed, operate) = (of_scope("read"), of_scope("embed"), of_scope("operate"));
    let [read, embed, operate] = [&read, &embed, &operate].map(|token| guarded.with_token(token));
    until_known(&operate).await;
    let opened = json!({ "openIncident": { "__typename": "CommandAccepted" } });
    assert_eq!(operate.data(OPEN, json!({})).await, opened);
    let refused = |code| json!({ "openIncident": { "__typename": "CommandRefused", "code": code } });
    assert_eq!(read.data(OPEN, json!({})).await, refused("FORBIDDEN"));
    assert_eq!(embed.data(OPEN, json!({})).await, refused("INVALID"), "the region is not there for it");
    let regions = "{ regions { id } }";
    assert_eq!(read.data(regions, json!({})).await, json!({ "regions": [{ "id": "denmark" }] }));
    assert_eq!(embed.data(regions, json!({})).await, json!({ "regions": [] }));
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_in_words() {
    let guarded = guarded(StoreKind::Embedded).await;
    let regions = concat!(env!("CARGO_MANIFEST_DIR"), "/../regions");
    let create = ["create", "--name", "x", "--role", "viewer", "--regions", regions, "--region"];
    for (words, reason) in [
        ([&create[..], &["atlantis"]].concat(), "there is no region \"atlantis\""),
        ([&create[..], &["denmark", "--expires", "soon"]].concat(), "90d"),
        ([&create[..], &["denmark", "--scope", "everything"]].concat(), "operate"),
        (vec!["create", "--name", "x", "--role", "viewer"], "--region"),
        (vec!["revoke", "nobody"], "there is no token \"nobody\""),
    ] {
        let output = run(&guarded.server, &words);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(reason), "{words:?}: {told}");
    }
    let tokens = store::open_tokens(guarded.server.store()).await.unwrap();
    assert_eq!(Arc::clone(&tokens).service_tokens().await.unwrap(), []);
}
