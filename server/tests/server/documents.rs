//! Which documents are executed: limits, persisted ones, published ones, and who may read the schema.

use cineportal_schema::DOCUMENTS;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::live::{LiveClient, Said};
use crate::support::{StoreKind, TestServer};

const QUERY: &str = "{ regions { id } }";
const FULL: &str = "application/graphql-response+json";

async fn server(flags: &[&str]) -> TestServer {
    TestServer::start_with_flags(StoreKind::Embedded.fresh(), flags).await
}

/// Status and answer of a request with this body.
async fn send(server: &TestServer, body: &Value) -> (u16, Value) {
    let response = server.graphql_request().header("accept", FULL).json(body).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

/// Why a document is refused, as its code; there must be no data.
async fn refusal(server: &TestServer, body: &Value) -> String {
    let (status, answer) = send(server, body).await;
    assert_eq!((status, answer.get("data")), (400, None), "{answer}");
    answer["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or_else(|| panic!("no code: {answer}"))
        .to_owned()
}

fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

fn persisted(hash: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } })
}

fn published(name: &str) -> &'static str {
    DOCUMENTS.iter().find(|(known, _)| *known == name).unwrap().1
}

#[tokio::test]
async fn what_asks_too_much_in_any_way_is_refused_before_it_is_executed() {
    let server = server(&[]).await;
    let nested = "region { incidents(first: 1) { edges { node { ".repeat(4);
    let deep = format!(
        "{{ incidents(first: 1) {{ edges {{ node {{ {nested} id {} }} }} }} }}",
        "} } } } ".repeat(4)
    );
    let aliases: String = (0..31).map(|n| format!("a{n}: regions {{ id }} ")).collect();
    let directives = format!("{{ regions {{ id {} }} }}", "@include(if: true) ".repeat(51));
    let tokens = format!("{{ regions {{ {} }} }}", "id ".repeat(1_000));
    let values = format!("{{ regions(a: {}) {{ id }} }}", "[".repeat(900));
    let costly = "{ incidents(first: 100) { edges { node { members { machineId } deliveries { id route state } timeline { at who
        what note } labels { name value } links { title url } region { counts { open closed } sources { name state } }
        id number title } } } }";
    let twice = |n: usize| format!("fragment F{n} on Query {{ ...F{} ...F{} }} ", n + 1, n + 1);
    let bomb: String = (0..60).map(twice).collect();
    let bomb = format!("{{ ...F0 }} {bomb} fragment F60 on Query {{ regions {{ id }} }}");
    for document in [&deep, &format!("{{ {aliases} }}"), &directives, &tokens, &bomb, costly] {
        let (_, answer) = send(&server, &json!({ "query": document })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "COST_LIMIT_EXCEEDED", "{document}: {answer}");
    }
    assert_eq!(refusal(&server, &json!({ "query": values })).await, "GRAPHQL_PARSE_FAILED");
    let cycle = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }";
    assert_eq!(refusal(&server, &json!({ "query": cycle })).await, "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(send(&server, &json!({ "query": QUERY })).await.0, 200, "the server is well");
}

#[tokio::test]
async fn what_does_not_fit_the_schema_is_refused_with_its_code_each_time() {
    let server = server(&[]).await;
    let document = "query ($id: ID!) { region(id: $id) { name } }";
    for _ in 0..2 {
        assert_eq!(refusal(&server, &json!({ "query": "{ nothing }" })).await, "GRAPHQL_VALIDATION_FAILED");
        let good = send(&server, &json!({ "query": document, "variables": { "id": "denmark" } })).await;
        assert_eq!(good, (200, json!({ "data": { "region": { "name": "Denmark" } } })));
        let wrong = json!({ "query": document, "variables": { "id": [1] } });
        assert_eq!(refusal(&server, &wrong).await, "GRAPHQL_VALIDATION_FAILED");
    }
}

#[tokio::test]
async fn a_document_is_parsed_and_validated_once() {
    let server = server(&[]).await;
    // A mutation is executed each time, whatever is remembered.
    let again =
        json!({ "query": "mutation { startProgress(id: \"none\", expectedVersion: 1) { __typename } }" });
    for _ in 0..3 {
        assert_eq!(send(&server, &again).await.0, 200);
    }
    for cache in ["documents", "validations"] {
        assert_eq!(lookups(&server, cache).await, (2.0, 1.0), "{cache}");
    }
}

#[tokio::test]
async fn the_bytes_of_a_query_are_read_once_those_of_a_change_or_of_what_is_refused_each_time() {
    let server = server(&[]).await;
    let change = "mutation { startProgress(id: \"none\", expectedVersion: 1) { __typename } }";
    for (query, read_again) in [(QUERY, 0.0), (change, 2.0), ("{ nothing", 2.0)] {
        let (hits, misses) = lookups(&server, "requests").await;
        let mut answers = Vec::new();
        for _ in 0..3 {
            answers.push(send(&server, &json!({ "query": query })).await);
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        let after = (hits + 2.0 - read_again, misses + 1.0 + read_again);
        assert_eq!(lookups(&server, "requests").await, after, "{query}");
    }
}

/// How often a cache held what was looked for, and how often not.
async fn lookups(server: &TestServer, cache: &str) -> (f64, f64) {
    let of = |outcome| {
        format!("cineportal_graphql_cache_lookups_total{{cache=\"{cache}\",outcome=\"{outcome}\"}}")
    };
    (server.metric(&of("hit")).await, server.metric(&of("miss")).await)
}

#[tokio::test]
async fn a_persisted_query_is_asked_for_once_and_then_known_by_its_hash() {
    let server = server(&[]).await;
    let by_hash = json!({ "extensions": persisted(&hash(QUERY)) });
    let (_, unknown) = send(&server, &by_hash).await;
    assert_eq!(unknown["errors"][0]["message"], "PersistedQueryNotFound");
    assert_eq!(unknown["errors"][0]["extensions"]["code"], "PERSISTED_QUERY_NOT_FOUND");
    let (status, registered) =
        send(&server, &json!({ "query": QUERY, "extensions": persisted(&hash(QUERY)) })).await;
    assert_eq!((status, &registered["data"]["regions"][0]["id"]), (200, &json!("denmark")));
    assert_eq!(send(&server, &by_hash).await, (200, registered.clone()));
    let address =
        format!("/graphql?extensions={}", by_hash["extensions"]).replace('"', "%22").replace(['{', '}'], "");
    assert_eq!(server.get(&address).await.status(), 400, "what is no JSON object is refused");
    let extensions: String =
        by_hash["extensions"].to_string().bytes().map(|byte| format!("%{byte:02x}")).collect();
    let got: Value = server.get(&format!("/graphql?extensions={extensions}")).await.json().await.unwrap();
    assert_eq!(got, registered);
}

#[tokio::test]
async fn a_hash_that_is_not_of_the_query_is_refused() {
    let server = server(&[]).await;
    for wrong in [hash("{ regions { name } }"), "nonsense".to_owned()] {
        let body = json!({ "query": QUERY, "extensions": persisted(&wrong) });
        assert_eq!(refusal(&server, &body).await, "BAD_REQUEST");
    }
    let body = json!({ "extensions": { "persistedQuery": { "version": 2, "sha256Hash": hash(QUERY) } } });
    assert_eq!(refusal(&server, &body).await, "PERSISTED_QUERY_NOT_SUPPORTED");
    for nothing in [json!({ "variables": {} }), json!({ "query": "" })] {
        assert_eq!(server.graphql_request().json(&nothing).send().await.unwrap().status(), 400);
    }
}

#[tokio::test]
async fn a_persisted_mutation_is_not_executed_by_get() {
    let server = server(&[]).await;
    let mutation = "mutation { startProgress(id: \"x\", expectedVersion: 1) { __typename } }";
    assert_eq!(
        send(&server, &json!({ "query": mutation, "extensions": persisted(&hash(mutation)) })).await.0,
        200
    );
    let extensions = persisted(&hash(mutation)).to_string();
    let extensions: String = extensions.bytes().map(|byte| format!("%{byte:02x}")).collect();
    assert_eq!(server.get(&format!("/graphql?extensions={extensions}")).await.status(), 405);
}

#[tokio::test]
async fn where_only_trusted_documents_are_executed_those_of_the_portal_are_by_every_name() {
    let server = server(&["--documents", "trusted"]).await;
    let overview = published("overview");
    let id = hash(overview.trim_end());
    for body in [
        json!({ "query": overview }),
        json!({ "query": overview.trim_end() }),
        json!({ "documentId": format!("sha256:{id}") }),
        json!({ "extensions": persisted(&id) }),
        json!({ "query": overview, "extensions": persisted(&hash(overview)) }),
    ] {
        let (status, answer) = send(&server, &body).await;
        assert_eq!((status, &answer["data"]["regions"][0]["id"]), (200, &json!("denmark")), "{answer}");
    }
    let board = json!({ "query": published("region_board"), "variables": { "id": "denmark" } });
    assert_eq!(send(&server, &board).await.1["data"]["region"]["name"], "Denmark");
}

#[tokio::test]
async fn every_document_that_the_list_names_is_found_by_its_id() {
    let server = server(&["--documents", "trusted"]).await;
    let list: Vec<Value> =
        serde_json::from_str(&cineportal::graphql::published_documents().unwrap()).unwrap();
    assert_eq!(list.len(), DOCUMENTS.len());
    for document in list {
        let (_, answer) = send(&server, &json!({ "documentId": document["id"] })).await;
        assert_ne!(answer["errors"][0]["extensions"]["code"], "DOCUMENT_NOT_FOUND", "{document}");
    }
}

#[tokio::test]
async fn where_only_trusted_documents_are_executed_all_others_are_refused() {
    let server = server(&["--documents", "trusted", "--introspection", "on"]).await;
    let schema = "{ __schema { queryType { name } } }";
    for body in [
        json!({ "query": QUERY }),
        json!({ "query": schema }),
        json!({ "query": format!("{} #", published("overview")) }),
        json!({ "query": QUERY, "extensions": persisted(&hash(QUERY)) }),
        json!({ "extensions": persisted(&hash(QUERY)) }),
    ] {
        assert_eq!(refusal(&server, &body).await, "DOCUMENT_NOT_TRUSTED", "{body}");
    }
    let unknown = json!({ "documentId": format!("sha256:{}", hash(QUERY)) });
    assert_eq!(refusal(&server, &unknown).await, "DOCUMENT_NOT_FOUND");
}

#[tokio::test]
async fn a_socket_takes_the_same_documents_as_a_request() {
    let server = server(&["--documents", "trusted"]).await;
    let mut client = LiveClient::connect(server.address).await;
    let subscribe =
        |id: &str, query: &str| json!({ "type": "subscribe", "id": id, "payload": { "query": query } });
    client.say(&subscribe("1", "subscription { incidentChanged { __typename } }")).await;
    let Said::Message(refused) = client.hear().await else { panic!("closed") };
    assert_eq!(refused["payload"][0]["extensions"]["code"], "DOCUMENT_NOT_TRUSTED", "{refused}");
    client.say(&subscribe("2", published("incident_changes"))).await;
    assert_eq!(client.event().await["__typename"], "Resync");
}

#[tokio::test]
async fn the_schema_can_be_read_only_where_that_is_switched_on() {
    let closed = server(&[]).await;
    for query in [
        "{ __schema { queryType { name } } }",
        "{ __type(name: \"Region\") { name } }",
        "{ _service { sdl } }",
    ] {
        assert_eq!(
            refusal(&closed, &json!({ "query": query })).await,
            "GRAPHQL_VALIDATION_FAILED",
            "{query}"
        );
    }
    assert_eq!(send(&closed, &json!({ "query": "{ __typename }" })).await.1["data"]["__typename"], "Query");
    let open = server(&["--introspection", "on"]).await;
    let deep =
        "{ __schema { types { name fields { name type { kind name ofType { name ofType { name ofType { name
        ofType { name ofType { name ofType { name ofType { name } } } } } } } } } } } }";
    let (status, answer) = send(&open, &json!({ "query": deep })).await;
    assert_eq!((status, answer.get("errors")), (200, None), "{answer}");
}
