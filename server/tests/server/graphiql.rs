//! The page to try queries out.

use serde_json::{Value, json};

use crate::support::event_stream::EventStream;
use crate::support::{StoreKind, TestServer, offline};

const PARTS: [&str; 4] = ["/graphiql", "/graphiql/page.js", "/graphiql/page.css", "/graphiql/examples.json"];

#[tokio::test]
async fn there_is_no_such_page_unless_it_was_asked_for() {
    let server = TestServer::start(StoreKind::Embedded).await;
    for part in PARTS {
        assert_eq!(server.get(part).await.status(), 404, "{part}");
    }
}

#[tokio::test]
async fn the_page_runs_only_what_this_server_sends() {
    let server = TestServer::start_with_flags(StoreKind::Embedded.fresh(), &["--graphiql"]).await;
    for part in PARTS {
        let response = server.get(part).await;
        assert_eq!(response.status(), 200, "{part}");
        let text = response.text().await.unwrap();
        assert!(!text.contains("https://") && !text.contains("http://"), "{part} names another server");
    }
    let policy =
        server.get("/graphiql").await.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{policy}");
}

#[tokio::test]
async fn every_example_works() {
    let server = TestServer::start_with_flags(StoreKind::Embedded.fresh(), &["--graphiql"]).await;
    server.alert(&[offline("dk-1", "denmark", "2026-11-20T10:00:00Z")]).await;
    let incident = server.the_incident(|incident| incident["status"] == "OPEN").await;
    let examples: Vec<Value> = server.get("/graphiql/examples.json").await.json().await.unwrap();
    assert!(examples.len() >= 6, "{examples:?}");
    for example in examples {
        let (name, query) = (&example["name"], example["query"].as_str().unwrap());
        let id = if query.starts_with("mutation") { incident["id"].clone() } else { json!("denmark") };
        let variables = json!({
            "id": id, "region": "denmark", "expectedVersion": incident["version"],
            "text": "on my way", "comment": "works on the roof", "metric": "TEMPERATURE", "range": "HOUR",
            "from": "2026-11-01T00:00:00Z", "to": "2026-12-01T00:00:00Z", "until": "2099-01-01T06:00",
            "weekdays": ["MONDAY"], "start": "22:00", "end": "06:00",
        });
        let answer = EventStream::post(&server, query, variables).await.answer().await;
        assert_eq!(answer.get("errors"), None, "{name}: {answer}");
    }
}
