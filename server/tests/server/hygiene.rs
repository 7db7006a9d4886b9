//! What browsers are told with every answer, so that a mistake elsewhere costs less.

use reqwest::Response;
use serde_json::json;

use crate::support::{StoreKind, TestServer};

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

async fn server(flags: &[&str]) -> TestServer {
    TestServer::start_with_flags(StoreKind::Embedded.fresh(), flags).await
}

#[tokio::test]
async fn every_answer_says_what_a_browser_may_do_with_it() {
    let server = server(&[]).await;
    let question = json!({ "query": "{ me { name } }" });
    let answers = [
        server.get("/").await,
        server.get("/nothing.here").await,
        server.get("/api/v1/incidents.csv").await,
        server.get("/metrics").await,
        server.graphql_request().json(&question).send().await.unwrap(),
        server.graphql_request().body("nonsense").send().await.unwrap(),
    ];
    for answer in answers {
        let policy = header(&answer, "content-security-policy").unwrap();
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"]
        {
            assert!(policy.split("; ").any(|known| known == part), "{part}: {policy}");
        }
        assert_eq!(header(&answer, "x-content-type-options"), Some("nosniff"));
        assert_eq!(header(&answer, "x-frame-options"), Some("DENY"));
        assert_eq!(header(&answer, "referrer-policy"), Some("same-origin"));
        assert!(header(&answer, "permissions-policy").unwrap().contains("camera=()"));
        assert_eq!(header(&answer, "strict-transport-security"), None, "this server is not behind TLS");
    }
}

#[tokio::test]
async fn data_is_kept_by_nobody() {
    let server = server(&[]).await;
    let question = json!({ "query": "{ me { name } }" });
    let answers = [
        server.graphql_request().json(&question).send().await.unwrap(),
        server.get("/graphql?query=%7Bme%7Bname%7D%7D").await,
        server.get("/api/v1/incidents.csv").await,
        server.get("/api/v1/incidents/unknown").await,
    ];
    for answer in answers {
        assert_eq!(header(&answer, "cache-control"), Some("no-store"), "{}", answer.url());
    }
}

#[tokio::test]
async fn behind_tls_browsers_are_told_to_stay_with_it() {
    let server = server(&["--public-url", "https://portal.example"]).await;
    assert_eq!(header(&server.get("/").await, "strict-transport-security"), Some("max-age=63072000"));
}

#[tokio::test]
async fn only_a_page_that_may_be_framed_does_not_forbid_it() {
    let server = server(&["--embed-origin", "https://admin.example"]).await;
    assert_eq!(header(&server.get("/embed/denmark").await, "x-frame-options"), None);
    assert_eq!(header(&server.get("/regions/denmark").await, "x-frame-options"), Some("DENY"));
}
