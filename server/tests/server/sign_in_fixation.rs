//! Nothing that somebody plants in a browser before a sign-in is worth anything after it.

use std::collections::BTreeSet;

use reqwest::Method;

use crate::support::browser::{Browser, SignInServer};

const IDA: &str = "ida@example.com";
const SESSION: &str = "cineportal";

/// Cookies that an attacker made up or got, and put into a browser.
fn planted<'a>(server: &'a SignInServer, session: &str) -> Browser<'a> {
    let mut browser = server.browser();
    browser.cookies.insert(SESSION.to_owned(), session.to_owned());
    browser
}

#[tokio::test]
async fn a_session_id_that_was_known_before_a_sign_in_is_worthless_after_it() {
    let server = SignInServer::start().await;
    let mut first = server.browser();
    first.sign_in("eve@example.com", &[]).await;
    let own = first.cookies[SESSION].clone();
    // Never given out by this server; of a session that stands; and of one that is over.
    let mut over = server.browser();
    over.sign_in("eve@example.com", &[]).await;
    let ended = over.cookies[SESSION].clone();
    over.request(Method::POST, "/auth/logout").send().await.unwrap();
    let made_up = own.chars().rev().collect::<String>();
    for known in [made_up, own, ended] {
        let mut victim = planted(&server, &known);
        victim.sign_in(IDA, &["admin"]).await;
        assert_ne!(victim.cookies[SESSION], known);
        assert_eq!(planted(&server, &known).me().await, None);
        assert_eq!(victim.me().await.unwrap()["name"], IDA);
    }
}

#[tokio::test]
async fn nobody_is_given_a_session_before_they_have_signed_in() {
    let server = SignInServer::start().await;
    let mut browser = server.browser();
    for path in ["/", "/regions/denmark", "/auth/login", "/auth/callback?state=x&code=y", "/embed/denmark"] {
        browser.go(path).await;
        assert!(!browser.cookies.contains_key(SESSION), "{path}");
    }
}

#[tokio::test]
async fn each_sign_in_has_a_state_a_nonce_and_a_proof_of_its_own() {
    let server = SignInServer::start().await;
    let mut browser = server.browser();
    let mut seen = BTreeSet::new();
    for _ in 0..3 {
        let asked = browser.begin("/").await;
        for name in ["state", "nonce", "code_challenge"] {
            assert!(asked[name].len() >= 43, "{name} can be guessed");
            assert!(seen.insert(asked[name].clone()), "{name} was there before");
        }
    }
}

#[tokio::test]
async fn a_sign_in_that_an_attacker_began_is_not_ended_by_planting_its_cookie_for_another_state() {
    let server = SignInServer::start().await;
    let (mut attacker, mut victim) = (server.browser(), server.browser());
    let of_attacker = attacker.begin("/").await;
    let of_victim = victim.begin("/").await;
    // The victim's attempt, found under the name of the attacker's state: the secret in it is another one.
    let [theirs, own] = [&attacker, &victim].map(|browser| {
        browser.cookies.iter().find(|(name, _)| name.starts_with("cineportal-sign-in-")).unwrap()
    });
    let mixed = [(theirs.0.clone(), own.1.clone())].into();
    let mut browser = victim.clone();
    browser.cookies = mixed;
    let claims = server.provider.claims(&of_attacker, "eve@example.com", &[]);
    let code = server.provider.code_for(&of_attacker, &server.provider.issuer.sign(&claims), None);
    assert_eq!(browser.come_back(&code, &of_attacker).await.status(), 400);
    assert!(!browser.cookies.contains_key(SESSION));
    let claims = server.provider.claims(&of_victim, IDA, &["viewer"]);
    let code = server.provider.code_for(&of_victim, &server.provider.issuer.sign(&claims), None);
    victim.come_back(&code, &of_victim).await;
    assert_eq!(victim.me().await.unwrap()["name"], IDA);
}
