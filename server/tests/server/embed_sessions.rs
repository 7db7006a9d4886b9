//! An embed token that somebody made who had signed in counts while their session does, and no more than they may.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::browser::{Browser, SignInServer};
use crate::support::live::{LiveClient, Said};
use crate::support::{PATIENCE, StoreKind, TestServer};

const IDA: &str = "ida@example.com";
const ADMIN: &str = "https://admin.example";
const EMBEDDING: [&str; 2] = ["--embed-origin", ADMIN];

async fn server(kind: StoreKind, lines: &str) -> SignInServer {
    SignInServer::start_flagged(kind.fresh(), lines, &EMBEDDING).await
}

/// A token for Denmark that whoever uses this browser made.
async fn token(browser: &Browser<'_>, access: &str) -> String {
    let make = format!(
        "mutation {{ made: createEmbedToken(region: \"denmark\", access: {access}, origin: \"{ADMIN}\", minutes: 60) {{
            ... on EmbedTokenCreated {{ token }} ... on EmbedTokenRefused {{ message }} }} }}"
    );
    let (_, answer) = browser.graphql(&make).await;
    answer["data"]["made"]["token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// The status that a page gets that shows this token.
async fn status(server: &TestServer, token: &str) -> u16 {
    let request = server.request(Method::POST, "/graphql").header("origin", ADMIN);
    let request = request.header("authorization", format!("Bearer {token}"));
    request.json(&json!({ "query": "{ regions { id } }" })).send().await.unwrap().status().as_u16()
}

async fn is_over_in_the_end(server: &TestServer, token: &str) {
    let over = async {
        while status(server, token).await != 401 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, over).await.expect("the token still counts");
}

async fn signed_out_is_over(kind: StoreKind) {
    let server = server(kind, "").await;
    let mut browser = server.browser();
    browser.sign_in(IDA, &["viewer"]).await;
    let token = token(&browser, "READ").await;
    assert_eq!(status(&server.server, &token).await, 200);
    let headers = [("sec-websocket-protocol", "graphql-transport-ws"), ("origin", ADMIN)];
    let mut socket = LiveClient::try_open(server.server.address, &headers).await.unwrap();
    let payload = json!({ "authorization": format!("Bearer {token}") });
    socket.say(&json!({ "type": "connection_init", "payload": payload })).await;
    assert_eq!(socket.hear().await, Said::Message(json!({ "type": "connection_ack" })));
    browser.request(Method::POST, "/auth/logout").send().await.unwrap();
    assert_eq!(status(&server.server, &token).await, 401);
    loop {
        match socket.hear().await {
            Said::Closed(code) => return assert_eq!(code, 4403),
            Said::Message(_) => {}
        }
    }
}

#[tokio::test]
async fn a_token_ends_when_its_maker_signs_out_embedded() {
    signed_out_is_over(StoreKind::Embedded).await;
}

#[tokio::test]
async fn a_token_ends_when_its_maker_signs_out_mongodb() {
    signed_out_is_over(StoreKind::Mongo).await;
}

#[tokio::test]
async fn a_token_ends_when_its_maker_loses_the_role_in_its_region() {
    let server = server(StoreKind::Embedded, "renewal = '1s'\n").await;
    let mut browser = server.browser();
    let asked = browser.sign_in_with(IDA, &["manager"], Some("refresh")).await;
    server.provider.renew_with("refresh", &server.provider.claims(&asked, IDA, &["manager"]));
    let [triage, read] = [token(&browser, "TRIAGE").await, token(&browser, "READ").await];
    server.provider.renew_with("refresh", &server.provider.claims(&asked, IDA, &["viewer"]));
    let lost = async {
        while browser
            .me()
            .await
            .is_none_or(|me| me["roles"] != json!([{ "region": "denmark", "role": "VIEWER" }]))
        {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, lost).await.expect("the role is still there");
    is_over_in_the_end(&server.server, &triage).await;
    assert_eq!(status(&server.server, &read).await, 200, "what they still may counts");
}

#[tokio::test]
async fn a_token_says_nothing_that_opens_its_makers_session() {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    let server = server(StoreKind::Embedded, "").await;
    let mut browser = server.browser();
    browser.sign_in(IDA, &["viewer"]).await;
    let token = token(&browser, "READ").await;
    let said = token.strip_prefix("cpe_").unwrap().split('.').next().unwrap();
    let said: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(said).unwrap()).unwrap();
    let told = said["session"].as_str().unwrap();
    let mut thief = server.browser();
    thief.cookies.insert("cineportal".to_owned(), told.to_owned());
    assert_eq!(thief.me().await, None);
    assert!(browser.me().await.is_some(), "the session itself goes on");
}
