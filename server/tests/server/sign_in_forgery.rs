//! Sign-ins that are not what they seem: none of them makes a session.

use jiff::Timestamp;
use reqwest::Response;
use serde_json::{Value, json};

use crate::support::browser::{Browser, SignInServer};
use crate::support::issuer::Forgery;
use crate::support::provider::Asked;

const IDA: &str = "ida@example.com";

fn is_refused(response: &Response, browser: &Browser<'_>) -> bool {
    response.status() == 400 && !browser.cookies.contains_key("cineportal")
}

/// Comes back with a right code for an ID token that says something else.
async fn signs_in(server: &SignInServer, change: impl FnOnce(&mut Value, &Asked)) -> bool {
    let mut browser = server.browser();
    let asked = browser.begin("/").await;
    let mut claims = server.provider.claims(&asked, IDA, &["admin"]);
    change(&mut claims, &asked);
    let code = server.provider.code_for(&asked, &server.provider.issuer.sign(&claims), None);
    let response = browser.come_back(&code, &asked).await;
    !is_refused(&response, &browser)
}

#[tokio::test]
async fn an_id_token_must_be_for_this_client_and_this_sign_in() {
    let server = SignInServer::start().await;
    assert!(signs_in(&server, |_, _| {}).await);
    assert!(signs_in(&server, |claims, _| claims["aud"] = json!(["cine portal"])).await);
    let now = Timestamp::now().as_second();
    let wrong: [(&str, Value); 9] = [
        ("iss", json!("https://evil.example")),
        ("iss", json!(format!("{}/", server.provider.url))),
        ("aud", json!("another client")),
        ("aud", json!(["cine portal", "another client"])),
        ("nonce", json!("of another sign-in")),
        ("nonce", Value::Null),
        ("exp", json!(now - 120)),
        ("exp", json!("never")),
        ("sub", json!("")),
    ];
    for (claim, value) in wrong {
        assert!(!signs_in(&server, |claims, _| claims[claim] = value.clone()).await, "{claim}: {value}");
    }
}

#[tokio::test]
async fn an_id_token_must_be_signed_by_the_provider() {
    let server = SignInServer::start().await;
    let forgeries = [
        Forgery::Garbage,
        Forgery::AlgorithmNone,
        Forgery::HmacWithPublicKey,
        Forgery::ForeignKey,
        Forgery::UnknownKeyName,
        Forgery::ChangedClaims,
    ];
    for forgery in forgeries {
        let mut browser = server.browser();
        let asked = browser.begin("/").await;
        let claims = server.provider.claims(&asked, IDA, &["admin"]);
        let id_token = server.provider.issuer.forge_of(forgery, &claims);
        let code = server.provider.code_for(&asked, &id_token, None);
        let response = browser.come_back(&code, &asked).await;
        assert!(is_refused(&response, &browser), "{forgery:?}");
    }
}

#[tokio::test]
async fn an_answer_counts_only_in_the_browser_that_asked() {
    let server = SignInServer::start().await;
    let (mut attacker, mut victim) = (server.browser(), server.browser());
    let asked = attacker.begin("/").await;
    let claims = server.provider.claims(&asked, "eve@example.com", &[]);
    let code = server.provider.code_for(&asked, &server.provider.issuer.sign(&claims), None);
    let response = victim.come_back(&code, &asked).await;
    assert!(is_refused(&response, &victim), "it never asked");
    let other = victim.begin("/").await;
    let response = victim.come_back(&code, &asked).await;
    assert!(is_refused(&response, &victim), "it asked something else");
    let mixed = [("state".to_owned(), format!("{}{}", &other["state"][..12], &asked["state"][12..]))];
    let response = victim.come_back(&code, &mixed.into()).await;
    assert!(is_refused(&response, &victim), "a state that only begins like its own");
    attacker.come_back(&code, &asked).await;
    assert!(attacker.cookies.contains_key("cineportal"), "the code was right");
}

#[tokio::test]
async fn a_code_counts_once() {
    let server = SignInServer::start().await;
    let mut browser = server.browser();
    let asked = browser.begin("/").await;
    let before = browser.clone();
    let claims = server.provider.claims(&asked, IDA, &["viewer"]);
    let code = server.provider.code_for(&asked, &server.provider.issuer.sign(&claims), None);
    browser.come_back(&code, &asked).await;
    assert!(browser.me().await.is_some());
    for mut again in [browser.clone(), before] {
        again.cookies.remove("cineportal");
        let response = again.come_back(&code, &asked).await;
        assert!(is_refused(&response, &again));
    }
    assert!(browser.me().await.is_some(), "whoever signed in first stays");
}

#[tokio::test]
async fn a_code_of_another_sign_in_is_refused_by_its_proof() {
    let server = SignInServer::start().await;
    let (mut victim, mut attacker) = (server.browser(), server.browser());
    let of_victim = victim.begin("/").await;
    let claims = server.provider.claims(&of_victim, IDA, &["admin"]);
    let code = server.provider.code_for(&of_victim, &server.provider.issuer.sign(&claims), None);
    let of_attacker = attacker.begin("/").await;
    let response = attacker.come_back(&code, &of_attacker).await;
    assert!(is_refused(&response, &attacker));
}

#[tokio::test]
async fn an_answer_says_whose_it_is_where_the_provider_promised_that() {
    let server = SignInServer::start().await;
    server.provider.announce("authorization_response_iss_parameter_supported", json!(true));
    let own = server.provider.url.clone();
    for (issuer, is_right) in
        [(Some(own.as_str()), true), (Some("https://evil.example"), false), (None, false)]
    {
        let mut browser = server.browser();
        let asked = browser.begin("/").await;
        let claims = server.provider.claims(&asked, IDA, &["viewer"]);
        let code = server.provider.code_for(&asked, &server.provider.issuer.sign(&claims), None);
        let issuer = issuer.map(|issuer| format!("&iss={issuer}")).unwrap_or_default();
        let response = browser.come_back(&format!("{code}{issuer}"), &asked).await;
        assert_eq!(!is_refused(&response, &browser), is_right, "{issuer}");
    }
}

#[tokio::test]
async fn a_refusal_of_the_provider_is_no_sign_in() {
    let server = SignInServer::start().await;
    let mut browser = server.browser();
    let asked = browser.begin("/").await;
    let response = browser.go(&format!("/auth/callback?error=access_denied&state={}", asked["state"])).await;
    assert!(is_refused(&response, &browser));
    for path in ["/auth/callback", "/auth/callback?state=", "/auth/callback?state=%C3%A9&code=1"] {
        assert_eq!(browser.go(path).await.status(), 400, "{path}");
    }
}

#[tokio::test]
async fn keys_of_the_provider_may_change() {
    let server = SignInServer::start().await;
    assert!(signs_in(&server, |_, _| {}).await);
    server.provider.issuer.rotate("second");
    let signed_in = async {
        while !signs_in(&server, |_, _| {}).await {
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
    };
    tokio::time::timeout(crate::support::PATIENCE, signed_in).await.expect("the new key is not taken");
}
