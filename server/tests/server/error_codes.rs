//! Every error says in `extensions.code` what kind it is, whatever the transport.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::cuttable_store::{Line, server_on_a_line};
use crate::support::event_stream::EventStream;
use crate::support::live::{LiveClient, Said};
use crate::support::{StoreKind, TestServer};

/// A document, its variables, and the code of its error.
const OPERATIONS: [(&str, &str, &str); 11] = [
    ("{", "{}", "GRAPHQL_PARSE_FAILED"),
    ("query A { regions { id } } query A { regions { id } }", "{}", "GRAPHQL_PARSE_FAILED"),
    ("{ nothing }", "{}", "GRAPHQL_VALIDATION_FAILED"),
    ("subscription { nothing }", "{}", "GRAPHQL_VALIDATION_FAILED"),
    ("{ regions { ...a } } fragment a on Region { ...a }", "{}", "GRAPHQL_VALIDATION_FAILED"),
    ("query ($id: ID!) { region(id: $id) { id } }", "{}", "BAD_USER_INPUT"),
    ("query ($id: ID!) { region(id: $id) { id } }", r#"{"id":{"$ne":null}}"#, "GRAPHQL_VALIDATION_FAILED"),
    ("query A { regions { id } } query B { regions { id } }", "{}", "OPERATION_RESOLUTION_FAILURE"),
    ("{ incidents(first: 101) { totalCount } }", "{}", "BAD_USER_INPUT"),
    ("{ incidents(after: \"x\") { totalCount } }", "{}", "BAD_USER_INPUT"),
    ("{ incidentAt(id: \"x\", time: \"soon\") { id } }", "{}", "BAD_USER_INPUT"),
];

async fn server() -> TestServer {
    TestServer::start(StoreKind::Embedded).await
}

fn variables(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn code(errors: &Value) -> &str {
    errors[0]["extensions"]["code"].as_str().unwrap_or("none")
}

#[tokio::test]
async fn over_http() {
    let server = server().await;
    for (query, values, expected) in OPERATIONS {
        let request = json!({ "query": query, "variables": variables(values) });
        let answer: Value =
            server.graphql_request().json(&request).send().await.unwrap().json().await.unwrap();
        assert_eq!(code(&answer["errors"]), expected, "{query}: {answer}");
    }
}

#[tokio::test]
async fn as_events() {
    let server = server().await;
    for (query, values, expected) in OPERATIONS {
        let answer = EventStream::post(&server, query, variables(values)).await.answer().await;
        assert_eq!(code(&answer["errors"]), expected, "{query}: {answer}");
    }
}

#[tokio::test]
async fn over_a_socket() {
    let server = server().await;
    for (query, values, expected) in OPERATIONS {
        let mut client = LiveClient::connect(server.address).await;
        let payload = json!({ "query": query, "variables": variables(values) });
        client.say(&json!({ "type": "subscribe", "id": "1", "payload": payload })).await;
        let Said::Message(message) = client.hear().await else { panic!("{query}: closed") };
        let errors =
            if message["type"] == "error" { &message["payload"] } else { &message["payload"]["errors"] };
        assert_eq!(code(errors), expected, "{query}: {message}");
    }
}

#[tokio::test]
async fn at_the_door() {
    let server = server().await;
    let take = |body: &str| post(&server, "application/json", body);
    let get = |address: &str| server.request(Method::GET, &format!("/graphql{address}"));
    let query = r#"{"query":"{ regions { id } }"}"#;
    let mutation = "?query=mutation%7BstartProgress(id:%22x%22,expectedVersion:1)%7B__typename%7D%7D";
    let large = json!({ "query": "x".repeat(300_000) }).to_string();
    let cases: [(&str, RequestBuilder, u16, &str); 16] = [
        ("no JSON", take("query"), 400, "BAD_REQUEST"),
        ("a list of operations", take(&format!("[{query}]")), 400, "BAD_REQUEST"),
        ("nothing to execute", take("{}"), 400, "BAD_REQUEST"),
        ("a number as document", take(r#"{"query":1}"#), 400, "BAD_REQUEST"),
        ("a list as variables", take(r#"{"query":"{ regions { id } }","variables":[]}"#), 400, "BAD_REQUEST"),
        (
            "a text as extensions",
            take(r#"{"query":"{ regions { id } }","extensions":"x"}"#),
            400,
            "BAD_REQUEST",
        ),
        ("a body that is too large", take(&large), 413, "BAD_REQUEST"),
        ("plain text", post(&server, "text/plain", query), 415, "BAD_REQUEST"),
        ("no media type", server.graphql_request().body(query), 415, "BAD_REQUEST"),
        ("an answer as HTML", take(query).header("accept", "text/html"), 406, "BAD_REQUEST"),
        ("another site", take(query).header("origin", "https://evil.example"), 403, "FORBIDDEN"),
        (
            "an embedded address",
            get("?query=%7B__typename%7D").header("sec-fetch-site", "cross-site"),
            403,
            "FORBIDDEN",
        ),
        ("an address without a document", get(""), 400, "BAD_REQUEST"),
        ("variables that are no JSON", get("?query=%7B__typename%7D&variables=x"), 400, "BAD_REQUEST"),
        ("a mutation in the address", get(mutation), 405, "BAD_REQUEST"),
        ("another method", server.request(Method::PUT, "/graphql").body(query), 405, "BAD_REQUEST"),
    ];
    for (what, request, status, expected) in cases {
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{what}");
        let answer: Value = response.json().await.unwrap();
        assert_eq!((code(&answer["errors"]), answer.get("data")), (expected, None), "{what}: {answer}");
    }
}

fn post(server: &TestServer, content_type: &str, body: &str) -> RequestBuilder {
    server.graphql_request().header("content-type", content_type).body(body.to_owned())
}

#[tokio::test]
async fn a_subscription_without_a_stream_is_refused() {
    let server = server().await;
    let request = json!({ "query": "subscription { incidentChanged { __typename } }" });
    let answer: Value = server.graphql_request().json(&request).send().await.unwrap().json().await.unwrap();
    assert_eq!(code(&answer["errors"]), "BAD_REQUEST", "{answer}");
}

#[tokio::test]
async fn what_nobody_foresaw_is_not_told() {
    let (server, line) = server_on_a_line(Line::Whole, Duration::from_secs(10)).await;
    server.wait_until_ready().await;
    line.send_replace(Line::Buggy);
    let query = "{ incident(id: \"unknown\") { id } }";
    let response = server.graphql_request().json(&json!({ "query": query })).send().await.unwrap();
    assert_eq!(response.status(), 500);
    let text = response.text().await.unwrap();
    assert!(text.contains("INTERNAL_SERVER_ERROR") && !text.contains("secret"), "{text}");
    let mut client = LiveClient::connect(server.address).await;
    client.say(&json!({ "type": "subscribe", "id": "1", "payload": { "query": query } })).await;
    let Said::Message(message) = client.hear().await else { panic!("closed") };
    assert_eq!((&message["type"], code(&message["payload"])), (&json!("error"), "INTERNAL_SERVER_ERROR"));
}
