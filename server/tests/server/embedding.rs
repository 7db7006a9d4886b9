//! Who may show the portal inside their own pages, and what all others get.

use reqwest::{Method, Response};
use serde_json::json;

use crate::support::live::LiveClient;
use crate::support::{StoreKind, TestServer};

const ADMIN: &str = "https://admin.example";
const OTHER_ADMIN: &str = "http://127.0.0.1:9180";
const QUESTION: &str = "{ __typename }";

async fn server() -> TestServer {
    let flags = ["--embed-origin", ADMIN, "--embed-origin", OTHER_ADMIN];
    TestServer::start_with_flags(StoreKind::Embedded.fresh(), &flags).await
}

/// Origins that only look like one of those that are named.
const STRANGERS: [&str; 7] = [
    "https://evil.example",
    "http://admin.example",
    "https://admin.example:8443",
    "https://admin.example.evil.example",
    "https://www.admin.example",
    "https://ADMIN.example",
    "null",
];

async fn ask(server: &TestServer, origin: &str) -> Response {
    let request = server.graphql_request().header("origin", origin).json(&json!({ "query": QUESTION }));
    request.send().await.unwrap()
}

async fn ask_before(server: &TestServer, origin: &str, path: &str) -> Response {
    let request = server.request(Method::OPTIONS, path).header("origin", origin);
    let request = request.header("access-control-request-method", "POST");
    request.header("access-control-request-headers", "content-type").send().await.unwrap()
}

async fn opens_socket(server: &TestServer, origin: &str) -> bool {
    let headers = [("sec-websocket-protocol", "graphql-transport-ws"), ("origin", origin)];
    LiveClient::try_open(server.address, &headers).await.is_ok()
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

fn allowed(response: &Response) -> Option<&str> {
    header(response, "access-control-allow-origin")
}

#[tokio::test]
async fn pages_of_named_origins_ask_follow_and_load() {
    let server = server().await;
    for origin in [ADMIN, OTHER_ADMIN] {
        let before = ask_before(&server, origin, "/graphql").await;
        assert_eq!((before.status().as_u16(), allowed(&before)), (204, Some(origin)));
        assert_eq!(header(&before, "access-control-allow-headers"), Some("authorization, content-type"));
        assert_eq!(header(&before, "access-control-allow-methods"), Some("GET, POST"));
        let answer = ask(&server, origin).await;
        assert_eq!((answer.status().as_u16(), allowed(&answer)), (200, Some(origin)));
        assert_eq!(header(&answer, "access-control-allow-credentials"), None, "nobody is sent cookies");
        let stream = server.request(Method::GET, "/graphql?query=%7B__typename%7D").header("origin", origin);
        let stream = stream.header("sec-fetch-site", "cross-site").send().await.unwrap();
        assert_eq!((stream.status().as_u16(), allowed(&stream)), (200, Some(origin)));
        assert!(opens_socket(&server, origin).await, "{origin}");
        let script = server.request(Method::GET, "/embed.js").header("origin", origin).send().await.unwrap();
        assert_eq!(allowed(&script), Some(origin));
    }
}

#[tokio::test]
async fn pages_of_other_origins_get_nothing_that_their_browser_would_show_them() {
    let server = server().await;
    for origin in STRANGERS {
        let before = ask_before(&server, origin, "/graphql").await;
        assert_eq!((before.status().as_u16(), allowed(&before)), (405, None), "{origin}");
        let answer = ask(&server, origin).await;
        assert_eq!((answer.status().as_u16(), allowed(&answer)), (403, None), "{origin}");
        assert!(!opens_socket(&server, origin).await, "{origin}");
        let script = server.request(Method::GET, "/embed.js").header("origin", origin).send().await.unwrap();
        assert_eq!(allowed(&script), None, "{origin}");
    }
}

#[tokio::test]
async fn only_what_a_portal_needs_is_shared() {
    let server = server().await;
    for path in ["/api/v1/incidents.csv", "/metrics", "/readyz", "/api/v1/incidents", "/"] {
        let response = server.request(Method::GET, path).header("origin", ADMIN).send().await.unwrap();
        assert_eq!(allowed(&response), None, "{path}");
        let before = ask_before(&server, ADMIN, path).await;
        assert_eq!(allowed(&before), None, "{path}");
    }
}

#[tokio::test]
async fn a_cache_is_told_that_answers_differ_by_origin() {
    let server = server().await;
    for path in ["/graphql?query=%7B__typename%7D", "/embed.js"] {
        let response = server.get(path).await;
        let vary: Vec<&str> =
            response.headers().get_all("vary").iter().map(|value| value.to_str().unwrap()).collect();
        assert!(vary.contains(&"origin"), "{path}: {vary:?}");
    }
}

#[tokio::test]
async fn only_the_page_for_frames_may_be_framed_and_only_by_named_origins() {
    let server = server().await;
    let framed = server.get("/embed/denmark").await;
    let policy = header(&framed, "content-security-policy").unwrap();
    assert!(policy.starts_with(&format!("frame-ancestors {ADMIN} {OTHER_ADMIN};")), "{policy}");
    for path in ["/", "/regions/denmark", "/embed.js"] {
        let page = server.get(path).await;
        let policy = header(&page, "content-security-policy").unwrap();
        assert!(policy.starts_with("frame-ancestors 'none';"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn where_nobody_is_named_nobody_may() {
    let server = TestServer::start(StoreKind::Embedded).await;
    assert_eq!(ask(&server, ADMIN).await.status(), 403);
    assert!(!opens_socket(&server, ADMIN).await);
    let script = server.request(Method::GET, "/embed.js").header("origin", ADMIN).send().await.unwrap();
    assert_eq!(allowed(&script), None);
    assert!(!header(&script, "vary").unwrap_or_default().contains("origin"));
    let framed = server.get("/embed/denmark").await;
    let policy = header(&framed, "content-security-policy").unwrap();
    assert!(policy.starts_with("frame-ancestors 'none';"), "{policy}");
}
