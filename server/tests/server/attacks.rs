//! What attackers try on GraphQL and HTTP servers: it is refused, or does no harm.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::live::{LiveClient, Said};
use crate::support::{StoreKind, TestServer, offline};

const OPEN: &str = "mutation { openIncident(input: { region: \"denmark\", title: \"x\", severity: CRITICAL }) { __typename } }";

async fn server() -> TestServer {
    TestServer::start(StoreKind::Embedded).await
}

/// What the server answers, and that it still lives afterwards.
async fn ask(server: &TestServer, query: &str) -> Value {
    let response = server.graphql_request().json(&json!({ "query": query })).send().await.unwrap();
    let answer = response.json().await.unwrap();
    assert_eq!(server.get("/healthz").await.status(), 200);
    answer
}

async fn nothing_was_opened(server: &TestServer) {
    assert_eq!(server.incidents(&["OPEN", "IN_PROGRESS", "CLOSED"]).await, Vec::<Value>::new());
}

#[tokio::test]
async fn documents_that_cost_too_much_are_refused() {
    let server = server().await;
    let many = |count: usize, part: &str| part.repeat(count);
    let aliases: String = (0..100).map(|n| format!("a{n}: regions {{ counts {{ open }} }} ")).collect();
    let cases = [
        ("100 aliases", format!("{{ {aliases} }}")),
        ("a field 10,000 times", format!("{{ regions {{ {} }} }}", many(10_000, "id "))),
        ("1,000 directives", format!("{{ regions {{ id {} }} }}", many(1_000, "@include(if: true) "))),
        ("1,000 unknown directives", format!("{{ regions {{ id {} }} }}", many(1_000, "@a "))),
        ("a fragment that holds itself", "{ regions { ...a } } fragment a on Region { ...a }".to_owned()),
        (
            "fragments in a circle",
            "{ regions { ...a } } fragment a on Region { ...b } fragment b on Region { ...a }".to_owned(),
        ),
        ("a deep nest", format!("{{ {} {} }}", many(20_000, "a {"), many(20_000, "}"))),
        ("a list of an unknown type", "query ($a: [Nope!] = [1]) { regions { id } }".to_owned()),
        ("250,000 zeros", format!("{{ region(id: [{}]) {{ id }} }}", many(250_000, "0"))),
        ("deep brackets", format!("{{ region(id: {}{}) {{ id }} }}", many(50_000, "["), many(50_000, "]"))),
    ];
    for (what, document) in cases {
        let answer = ask(&server, &document).await;
        assert!(
            answer.get("data").is_none() && answer["errors"][0]["extensions"]["code"].is_string(),
            "{what}"
        );
    }
}

#[tokio::test]
async fn a_list_of_operations_is_not_taken_anywhere() {
    let server = server().await;
    let batch = Value::Array(vec![json!({ "query": OPEN }); 1_000]);
    assert_eq!(server.graphql_request().json(&batch).send().await.unwrap().status(), 400);
    let mut client = LiveClient::connect(server.address).await;
    client.say(&json!({ "type": "subscribe", "id": "1", "payload": [{ "query": OPEN }] })).await;
    assert_eq!(client.hear().await, Said::Closed(4400));
    nothing_was_opened(&server).await;
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    let server = server().await;
    let form = format!("query={}", OPEN.replace(' ', "+"));
    let multipart = format!(
        "--b\r\ncontent-disposition: form-data; name=\"operations\"\r\n\r\n{}\r\n--b--\r\n",
        json!({ "query": OPEN })
    );
    for (content_type, body) in [
        ("application/x-www-form-urlencoded", form.clone()),
        ("text/plain", json!({ "query": OPEN }).to_string()),
        ("multipart/form-data; boundary=b", multipart),
    ] {
        let request = server.graphql_request().header("content-type", content_type).body(body);
        assert_eq!(request.send().await.unwrap().status(), 415, "{content_type}");
    }
    let in_address = server.request(Method::GET, &format!("/graphql?{form}"));
    assert!(in_address.send().await.unwrap().status().is_client_error());
    nothing_was_opened(&server).await;
}

#[tokio::test]
async fn a_mutation_hidden_behind_a_query_is_not_executed_by_get() {
    let server = server().await;
    let documents = [
        format!("query A {{ __typename }} {}&operationName=B", OPEN.replace("mutation", "mutation B")),
        format!("query A {{ __typename }} {}", OPEN.replace("mutation", "mutation B")),
    ];
    for document in documents {
        let address = format!("/graphql?query={}", document.replace(' ', "%20"));
        assert!(server.get(&address).await.status().is_client_error(), "{address}");
    }
    nothing_was_opened(&server).await;
}

#[tokio::test]
async fn no_other_site_reads_an_answer() {
    let server = server().await;
    let response = server.get("/graphql?query=%7B__typename%7D").await;
    assert!(!response.headers().contains_key("access-control-allow-origin"));
    let preflight = server.request(Method::OPTIONS, "/graphql").header("origin", "https://evil.example");
    let response = preflight.header("access-control-request-method", "POST").send().await.unwrap();
    assert_eq!(response.status(), 405);
    assert!(!response.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn names_are_not_suggested() {
    let server = server().await;
    for query in ["{ regons { id } }", "{ regions { i } }", "{ incidents(filte: {}) { totalCount } }"] {
        let answer = ask(&server, query).await.to_string();
        assert!(answer.contains("GRAPHQL_VALIDATION_FAILED"), "{answer}");
        assert!(!answer.contains("Did you mean") && !answer.contains("\"regions\""), "{answer}");
    }
}

#[tokio::test]
async fn a_huge_body_is_refused_without_reading_it() {
    let server = server().await;
    let mut connection = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: 60000000\r\n\r\n",
        server.address
    );
    // Of the sixty megabytes not one byte is sent: the answer comes all the same.
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut status = [0; 12];
    connection.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 413");
}

#[tokio::test]
async fn markup_and_line_breaks_stay_text() {
    let server = server().await;
    let title = "<script>alert(1)</script>\" onload=x";
    let note = "line\r\nBcc: everybody@example.com\r\n{\"level\":\"ERROR\"}";
    let open = "mutation ($title: String!, $text: String) { openIncident(input: { region: \"denmark\",
        title: $title, description: $text, severity: CRITICAL }) { __typename } }";
    server.graphql(open, json!({ "title": title, "text": note })).await;
    let incident = server.the_incident(|incident| incident["status"] == "OPEN").await;
    assert_eq!(incident["title"], title);
    let response =
        server.graphql_request().json(&json!({ "query": "{ incidents { edges { node { title } } } }" }));
    let response = response.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
}

#[tokio::test]
async fn operators_of_a_database_are_only_words() {
    for kind in [StoreKind::Embedded, StoreKind::Mongo] {
        let server = TestServer::start(kind).await;
        server.alert(&[offline("dk-1", "denmark", "2026-11-20T10:00:00Z")]).await;
        server.the_incident(|incident| incident["status"] == "OPEN").await;
        let query = "query ($text: String) { incidents(filter: { text: $text, status: [OPEN, CLOSED] }) { totalCount } }";
        for text in [
            "$ne",
            "{\"$ne\": null}",
            "$where: sleep(9)",
            "(a+)+$",
            ".*",
            "' OR 1=1 --",
            "%",
            "_",
            "\"*\"",
            "NEAR(",
        ] {
            let data = server.graphql(query, json!({ "text": text })).await;
            assert_ne!(data["incidents"]["totalCount"], Value::Null, "{text}");
        }
        for operator in [json!({ "$ne": null }), json!(["dk-1"]), json!({ "$where": "1" })] {
            let query = "query ($id: ID!) { incident(id: $id) { id } }";
            let request = json!({ "query": query, "variables": { "id": operator } });
            let answer: Value =
                server.graphql_request().json(&request).send().await.unwrap().json().await.unwrap();
            assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{answer}");
        }
    }
}

#[tokio::test]
async fn files_outside_the_portal_are_not_served() {
    let server = server().await;
    for path in [
        "/../../Cargo.toml",
        "/..%2f..%2fCargo.toml",
        "/%2e%2e/%2e%2e/Cargo.toml",
        "/....//....//Cargo.toml",
        "/..\\..\\Cargo.toml",
        "//etc/passwd",
        "/%00",
        "/index.html%00.js",
    ] {
        let mut connection = TcpStream::connect(server.address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", server.address);
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        let status = answer.split(' ').nth(1).unwrap();
        assert!(["400", "404"].contains(&status), "{path}: {answer}");
    }
}
