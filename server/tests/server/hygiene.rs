//! What browsers are told with every answer, so that a mistake elsewhere costs less.

use std::collections::BTreeSet;

use reqwest::{Method, Response};
use serde_json::json;

use crate::support::browser::SignInServer;
use crate::support::routes;
use crate::support::{StoreKind, TestServer};

/// What is no page.
const NOTHING: [&str; 2] = ["/nothing/here", "/index.html"];

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

/// Whether no page may show this answer in a frame.
fn is_framed_by_nobody(answer: &Response) -> bool {
    let policy = header(answer, "content-security-policy").unwrap_or_default();
    header(answer, "x-frame-options") == Some("DENY") && policy.contains("frame-ancestors 'none'")
}

#[tokio::test]
async fn no_page_and_no_error_can_be_clicked_inside_another_page() {
    let flags = ["--graphiql", "--embed-origin", "https://admin.example"];
    let server = SignInServer::start_flagged(StoreKind::Embedded.fresh(), "", &flags).await;
    // It goes nowhere by itself: what is looked at is this server's answer.
    let browser = server.browser();
    let mut seen = BTreeSet::new();
    let paths = routes::paths().into_iter().chain(routes::pages()).chain(NOTHING.map(str::to_owned));
    for path in paths.map(|path| path.replace("{id}", "denmark")) {
        for method in [Method::GET, Method::POST, Method::OPTIONS, Method::TRACE] {
            let answer = browser.request(method.clone(), &path).send().await.unwrap();
            assert!(is_framed_by_nobody(&answer), "{method} {path}: {}", answer.status());
            seen.insert(answer.status().as_u16());
        }
    }
    let expected = [200, 303, 400, 401, 404, 405];
    let missing: Vec<_> = expected.iter().filter(|status| !seen.contains(status)).collect();
    assert!(missing.is_empty(), "nothing was answered with {missing:?}: {seen:?}");
}

#[tokio::test]
async fn whoever_has_to_wait_cannot_be_framed_either() {
    let flags = ["--stranger-attempts-per-second", "1"];
    let server = SignInServer::start_flagged(StoreKind::Embedded.fresh(), "", &flags).await;
    for _ in 0..200 {
        let answer = server.server.get("/auth/callback").await;
        assert!(is_framed_by_nobody(&answer), "{}", answer.status());
        if answer.status() == 429 {
            return;
        }
    }
    panic!("nobody had to wait");
}

#[tokio::test]
async fn what_goes_wrong_on_the_page_for_frames_is_framed_by_nobody() {
    let server = server(&["--embed-origin", "https://admin.example"]).await;
    let wrong = [
        server.request(Method::POST, "/embed/denmark").send().await.unwrap(),
        server.get("/embed/denmark/more").await,
        server.get("/embed/").await,
        server.get("/embed").await,
    ];
    for answer in wrong {
        assert!(answer.status().is_client_error());
        assert!(is_framed_by_nobody(&answer), "{}: {}", answer.url(), answer.status());
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
