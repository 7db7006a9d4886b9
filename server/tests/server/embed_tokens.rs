//! Embed tokens: one region, in pages of one origin, and never more than whoever made them has.

use jiff::Timestamp;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::StoreKind;
use crate::support::event_stream::EventStream;
use crate::support::guarded::{Client, Guarded};
use crate::support::live::{LiveClient, Said};
use crate::support::token_program::{create, revoke, until_known};

const ADMIN: &str = "https://admin.example";
const OTHER: &str = "https://other.example";
const MAKE: &str = "mutation ($region: ID!, $access: EmbedAccess!, $origin: String!, $minutes: Int) {
    made: createEmbedToken(region: $region, access: $access, origin: $origin, minutes: $minutes) {
        ... on EmbedTokenCreated { token until } ... on EmbedTokenRefused { code message } } }";
const FOLLOW: &str = "subscription ($region: ID) { incidentChanged(region: $region) { __typename
    ... on IncidentChange { incident { title region { id } } } } }";

async fn guarded() -> Guarded {
    Guarded::start_with("", &["--embed-origin", ADMIN, "--embed-origin", OTHER]).await
}

/// A service that makes tokens for all regions, and which the server knows.
async fn service(guarded: &Guarded) -> (String, Client<'_>) {
    let token = create(&guarded.server, &["--role", "responder", "--region", "*", "--scope", "embed"]);
    let client = guarded.with_token(&token.text);
    until_known(&client).await;
    (token.id, client)
}

async fn made(maker: &Client<'_>, region: &str, access: &str, change: Value) -> Value {
    let mut wish = json!({ "region": region, "access": access, "origin": ADMIN });
    wish.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    maker.data(MAKE, wish).await["made"].take()
}

async fn token(maker: &Client<'_>, region: &str, access: &str) -> String {
    let made = made(maker, region, access, json!({})).await;
    made["token"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
}

/// A question from a page of this origin.
fn ask(guarded: &Guarded, token: &str, origin: Option<&str>, query: &str) -> RequestBuilder {
    let request = guarded.with_token(token).request(Method::POST, "/graphql");
    let request = request.json(&json!({ "query": query, "variables": { "region": "denmark" } }));
    origin.into_iter().fold(request, |request, origin| request.header("origin", origin))
}

async fn answer(guarded: &Guarded, token: &str, query: &str) -> Value {
    let response = ask(guarded, token, Some(ADMIN), query).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

/// What a WebSocket of a page of this origin is told first.
async fn hello(guarded: &Guarded, token: &str, origin: Option<&str>) -> (LiveClient, Said) {
    let protocol = [("sec-websocket-protocol", "graphql-transport-ws")];
    let headers: Vec<_> = protocol.into_iter().chain(origin.map(|origin| ("origin", origin))).collect();
    let mut socket = LiveClient::try_open(guarded.server.address, &headers).await.unwrap();
    let payload = json!({ "authorization": format!("Bearer {token}") });
    socket.say(&json!({ "type": "connection_init", "payload": payload })).await;
    let said = socket.hear().await;
    (socket, said)
}

async fn open(guarded: &Guarded, region: &str, title: &str) -> String {
    let open = "mutation ($input: OpenIncidentInput!) { openIncident(input: $input) {
        ... on CommandAccepted { incident { id } } } }";
    let input = json!({ "region": region, "title": title, "severity": "INFO" });
    let opened = guarded.of_group("everything").data(open, json!({ "input": input })).await;
    opened["openIncident"]["incident"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_page_works_in_one_region_in_the_name_of_whoever_embeds_it() {
    let guarded = guarded().await;
    let (_, service) = service(&guarded).await;
    let token = token(&service, "denmark", "TRIAGE").await;
    let me = answer(&guarded, &token, "{ me { name roles { region role } } }").await;
    let roles = json!([{ "region": "denmark", "role": "RESPONDER" }]);
    assert_eq!(me["data"]["me"], json!({ "name": "admin-cloud (embedded)", "roles": roles }));
    let id = open(&guarded, "denmark", "Dark").await;
    let comment = format!(
        "mutation {{ comment(id: \"{id}\", text: \"Seen\") {{
        ... on CommandAccepted {{ incident {{ timeline {{ who note }} }} }} }} }}"
    );
    let commented = answer(&guarded, &token, &comment).await;
    let timeline = commented["data"]["comment"]["incident"]["timeline"].as_array().unwrap();
    assert_eq!(timeline.last().unwrap()["who"], "admin-cloud (embedded)");
}

#[tokio::test]
async fn a_page_that_may_only_look_changes_nothing() {
    let guarded = guarded().await;
    let (_, service) = service(&guarded).await;
    let token = token(&service, "denmark", "READ").await;
    let id = open(&guarded, "denmark", "Dark").await;
    let comment = format!(
        "mutation {{ comment(id: \"{id}\", text: \"Seen\") {{
        ... on CommandRefused {{ code }} }} }}"
    );
    assert_eq!(answer(&guarded, &token, &comment).await["data"]["comment"]["code"], "FORBIDDEN");
}

#[tokio::test]
async fn a_page_of_denmark_reads_nothing_of_finland() {
    let guarded = guarded().await;
    let (_, service) = service(&guarded).await;
    let token = token(&service, "denmark", "TRIAGE").await;
    let id = open(&guarded, "finland", "Salaisuus").await;
    let nothing = [
        (format!("{{ incident(id: \"{id}\") {{ title }} }}"), json!({ "incident": null })),
        ("{ region(id: \"finland\") { name } }".to_owned(), json!({ "region": null })),
        ("{ regions { id } }".to_owned(), json!({ "regions": [{ "id": "denmark" }] })),
        (
            "{ incidents(filter: { region: [\"finland\"] }) { edges { node { title } } } }".to_owned(),
            json!({ "incidents": { "edges": [] } }),
        ),
        (
            "{ incidents(filter: { status: [OPEN, IN_PROGRESS, CLOSED], text: \"Salaisuus\" }) { edges { node { title } } } }".to_owned(),
            json!({ "incidents": { "edges": [] } }),
        ),
        (
            format!(
                "{{ _entities(representations: [{{ __typename: \"Incident\", id: \"{id}\" }}]) {{ __typename }} }}"
            ),
            json!({ "_entities": [null] }),
        ),
        (
            format!(
                "mutation {{ comment(id: \"{id}\", text: \"x\") {{ ... on CommandRefused {{ code }} }} }}"
            ),
            json!({ "comment": { "code": "NOT_FOUND" } }),
        ),
    ];
    for (question, expected) in nothing {
        assert_eq!(answer(&guarded, &token, &question).await["data"], expected, "{question}");
    }
    let stream = ask(
        &guarded,
        &token,
        Some(ADMIN),
        "subscription { incidentChanged { __typename
        ... on IncidentChange { incident { title } } } }",
    );
    let stream = stream.header("accept", "text/event-stream").send().await.unwrap();
    let mut events = EventStream::of(stream);
    assert_eq!(events.answer().await["data"]["incidentChanged"]["__typename"], "Resync");
    open(&guarded, "finland", "Toinen").await;
    open(&guarded, "denmark", "Dark").await;
    assert_eq!(events.answer().await["data"]["incidentChanged"]["incident"]["title"], "Dark");
}

#[tokio::test]
async fn a_token_counts_in_pages_of_its_origin_only_whatever_carries_it() {
    let guarded = guarded().await;
    let (_, service) = service(&guarded).await;
    let token = token(&service, "denmark", "READ").await;
    assert_eq!(ask(&guarded, &token, Some(ADMIN), FOLLOW).send().await.unwrap().status(), 200);
    let (_, said) = hello(&guarded, &token, Some(ADMIN)).await;
    assert_eq!(said, Said::Message(json!({ "type": "connection_ack" })));
    let own = format!("http://{}", guarded.server.address);
    for origin in [Some(OTHER), Some(own.as_str()), None] {
        let query = ask(&guarded, &token, origin, "{ regions { id } }").send().await.unwrap();
        assert_eq!(query.status(), 401, "HTTP from {origin:?}");
        let stream = ask(&guarded, &token, origin, FOLLOW).header("accept", "text/event-stream");
        assert_eq!(stream.send().await.unwrap().status(), 401, "events from {origin:?}");
        assert_eq!(hello(&guarded, &token, origin).await.1, Said::Closed(4403), "WebSocket from {origin:?}");
    }
    let rest = guarded.with_token(&token).request(Method::GET, "/api/v1/incidents.csv");
    assert_eq!(rest.send().await.unwrap().status(), 401, "REST");
}

#[tokio::test]
async fn a_token_ends_with_what_its_maker_showed_and_so_does_what_is_followed() {
    let guarded = guarded().await;
    let mut claims = guarded.issuer.claims("ida@example.com", &["viewer"]);
    let end = Timestamp::now().as_second() + 15;
    claims["exp"] = json!(end);
    let ida = guarded.with_token(&guarded.issuer.sign(&claims));
    let made = made(&ida, "denmark", "READ", json!({ "minutes": 60 })).await;
    let until: Timestamp = made["until"].as_str().unwrap().parse().unwrap();
    let token = made["token"].as_str().unwrap();
    let (mut socket, _) = hello(&guarded, token, Some(ADMIN)).await;
    let stream = ask(&guarded, token, Some(ADMIN), FOLLOW).header("accept", "text/event-stream");
    let mut events = EventStream::of(stream.send().await.unwrap());
    assert_eq!(events.answer().await["data"]["incidentChanged"]["__typename"], "Resync");
    assert_eq!(events.answer().await["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!(socket.hear().await, Said::Closed(4403));
    assert!(Timestamp::now() >= until && until.as_second() >= end, "not before its time");
    assert_eq!(ask(&guarded, token, Some(ADMIN), "{ regions { id } }").send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_token_ends_when_the_service_that_made_it_is_revoked() {
    let guarded = guarded().await;
    let (id, service) = service(&guarded).await;
    let token = token(&service, "denmark", "READ").await;
    let (mut socket, _) = hello(&guarded, &token, Some(ADMIN)).await;
    revoke(&guarded.server, &id);
    assert_eq!(socket.hear().await, Said::Closed(4403));
    assert_eq!(ask(&guarded, &token, Some(ADMIN), "{ regions { id } }").send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn nobody_makes_more_than_they_have() {
    let guarded = guarded().await;
    let viewer = guarded.of_group("viewer");
    let code = |made: Value| made["code"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    assert_eq!(code(made(&viewer, "denmark", "TRIAGE", json!({})).await), "FORBIDDEN");
    let elsewhere = made(&viewer, "finland", "READ", json!({})).await.to_string();
    let nowhere = made(&viewer, "atlantis", "READ", json!({})).await.to_string();
    assert_eq!(elsewhere.replace("finland", "atlantis"), nowhere);
    let strange = json!({ "origin": "https://evil.example" });
    assert_eq!(code(made(&viewer, "denmark", "READ", strange).await), "INVALID");
    assert_eq!(code(made(&viewer, "denmark", "READ", json!({ "minutes": 721 })).await), "INVALID");
    let operator = create(&guarded.server, &["--role", "admin", "--region", "*"]);
    let operator = guarded.with_token(&operator.text);
    until_known(&operator).await;
    assert_eq!(code(made(&operator, "denmark", "READ", json!({})).await), "FORBIDDEN", "without the scope");
    let embedded = token(&viewer, "denmark", "READ").await;
    let again = format!(
        "mutation {{ createEmbedToken(region: \"denmark\", origin: \"{ADMIN}\") {{
        ... on EmbedTokenRefused {{ code }} }} }}"
    );
    let again = answer(&guarded, &embedded, &again).await;
    assert_eq!(again["data"]["createEmbedToken"]["code"], "FORBIDDEN", "by an embed token");
}

#[tokio::test]
async fn services_make_tokens_over_rest() {
    let guarded = guarded().await;
    let (_, service) = service(&guarded).await;
    let post = |body: Value| service.request(Method::POST, "/api/v1/embed-tokens").json(&body).send();
    let made = post(json!({ "region": "denmark", "access": "triage", "origin": ADMIN })).await.unwrap();
    assert_eq!(
        (made.status().as_u16(), &made.headers()["cache-control"]),
        (201, &"no-store".parse().unwrap())
    );
    let made: Value = made.json().await.unwrap();
    let seen = answer(&guarded, made["token"].as_str().unwrap(), "{ regions { id } }").await;
    assert_eq!(seen["data"], json!({ "regions": [{ "id": "denmark" }] }));
    for (body, status, code) in [
        (json!({ "region": "atlantis", "origin": ADMIN }), 404, "NOT_FOUND"),
        (json!({ "region": "denmark", "origin": "https://evil.example" }), 400, "INVALID"),
        (json!({ "region": "denmark", "origin": ADMIN, "minutes": 0 }), 400, "INVALID"),
        (json!({ "region": "denmark", "origin": ADMIN, "access": "admin" }), 400, "INVALID"),
        (json!({ "region": "denmark" }), 400, "INVALID"),
    ] {
        let refused = post(body.clone()).await.unwrap();
        let told = (refused.status().as_u16(), refused.json::<Value>().await.unwrap()["code"].take());
        assert_eq!(told, (status, json!(code)), "{body}");
    }
}

#[tokio::test]
async fn two_servers_of_one_store_know_each_others_tokens() {
    let flags = ["--embed-origin", ADMIN];
    let one = Guarded::start_on(StoreKind::Mongo.fresh(), "", &flags).await;
    let two = Guarded::start_on(one.server.shared_store(), "", &flags).await;
    let token = token(&one.of_group("viewer"), "denmark", "READ").await;
    assert_eq!(answer(&two, &token, "{ regions { id } }").await["data"]["regions"][0]["id"], "denmark");
}
