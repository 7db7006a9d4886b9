//! The OpenAPI document names what the router has: the same paths, each with the same methods.
//! That answers look as it says is shown by requests that a machine makes up: `cargo xtask test --only api`.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;

use crate::support::guarded::Guarded;
use crate::support::routes;
use crate::support::{StoreKind, TestServer};

async fn document(server: &TestServer) -> Value {
    server.get("/api/v1/openapi.json").await.json().await.unwrap()
}

#[tokio::test]
async fn every_path_below_the_version_is_in_the_document_and_no_other() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let document = document(&server).await;
    let named: BTreeSet<String> = document["paths"].as_object().unwrap().keys().cloned().collect();
    let routed = routes::paths().into_iter().filter(|path| path.starts_with("/api/v1/")).collect();
    assert_eq!(named, routed);
}

#[tokio::test]
async fn every_path_takes_the_methods_that_the_document_names() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let document = document(&server).await;
    for (path, item) in document["paths"].as_object().unwrap() {
        let named = item.as_object().unwrap().keys().filter(|key| *key != "parameters");
        let named: BTreeSet<String> = named.map(|method| method.to_uppercase()).collect();
        let refused = server.request(Method::TRACE, &path.replace("{id}", "1")).send().await.unwrap();
        let taken = refused.headers()["allow"].to_str().unwrap().split(',').map(str::to_owned);
        assert_eq!(named, taken.filter(|method| method != "HEAD").collect(), "{path}");
    }
}

#[tokio::test]
async fn whoever_is_not_known_is_not_told_what_can_be_asked() {
    let guarded = Guarded::start().await;
    let asked = guarded.nobody().request(Method::GET, "/api/v1/openapi.json").send().await.unwrap();
    assert_eq!(asked.status(), 401);
}
