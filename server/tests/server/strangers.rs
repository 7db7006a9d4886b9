//! Whoever is not known may try only so often from one address, and nobody else waits for it.

use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::StoreKind;
use crate::support::browser::SignInServer;
use crate::support::guarded::{Client, Guarded, SECRET};
use crate::support::live::{LiveClient, Said};

/// Ten attempts at once, and then one a second.
const FRUGAL: [&str; 2] = ["--stranger-attempts-per-second", "1"];
/// More than may be tried, also on a machine that is so slow that some are given back meanwhile.
const MANY: usize = 200;

async fn ask(client: &Client<'_>, forwarded_for: Option<&str>) -> Response {
    let request = client.request(Method::POST, "/graphql").json(&json!({ "query": "{ me { name } }" }));
    forwarded_for
        .iter()
        .fold(request, |request, name| request.header("x-forwarded-for", *name))
        .send()
        .await
        .unwrap()
}

/// Asks until this one has to wait.
async fn until_refused(client: &Client<'_>, forwarded_for: Option<&str>) -> Response {
    for _ in 0..MANY {
        let answer = ask(client, forwarded_for).await;
        if answer.status() == 429 {
            return answer;
        }
        assert_eq!(answer.status(), 401);
    }
    panic!("nobody had to wait after {MANY} attempts");
}

fn seconds_to_wait(answer: &Response) -> u64 {
    answer.headers()["retry-after"].to_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn an_address_that_is_not_known_too_often_is_told_how_long_to_wait() {
    let guarded = Guarded::start_with("", &FRUGAL).await;
    let refused = until_refused(&guarded.nobody(), None).await;
    let wait = seconds_to_wait(&refused);
    assert!((1..=10).contains(&wait), "{wait}");
    let answer: Value = refused.json().await.unwrap();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "RATE_LIMITED");
    let rest = guarded.nobody().request(Method::GET, "/api/v1/incidents/1").send().await.unwrap();
    assert!(rest.status() == 429 || rest.status() == 401, "a second may have gone by");
}

#[tokio::test]
async fn guesses_are_not_looked_at_any_more_whatever_they_show() {
    let guarded = Guarded::start_with("", &FRUGAL).await;
    for number in 0..MANY {
        if ask(&guarded.with_token(&format!("cpt_{number:072}")), None).await.status() == 429 {
            break;
        }
    }
    // Until a second has gone by nobody gets in from there; then who is known does again.
    let known = guarded.of_group("viewer");
    let refused = until_refused(&guarded.with_token("wrong"), None).await;
    assert_eq!(refused.status(), 429);
    let deadline = tokio::time::Instant::now() + crate::support::PATIENCE;
    while ask(&known, None).await.status() != 200 {
        assert!(tokio::time::Instant::now() < deadline, "the right token is not taken");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn whoever_is_known_never_waits_for_it() {
    let guarded = Guarded::start_with("", &FRUGAL).await;
    let viewer = guarded.of_group("viewer");
    for _ in 0..50 {
        assert_eq!(ask(&viewer, None).await.status(), 200);
    }
}

#[tokio::test]
async fn behind_a_proxy_that_is_named_each_address_tries_for_itself() {
    let flags = [&FRUGAL[..], &["--forwarded-by", "127.0.0.1"]].concat();
    let guarded = Guarded::start_with("", &flags).await;
    until_refused(&guarded.nobody(), Some("192.0.2.1")).await;
    assert_eq!(ask(&guarded.nobody(), Some("192.0.2.2")).await.status(), 401);
    let forged = until_refused(&guarded.nobody(), Some("203.0.113.1, 192.0.2.3")).await;
    assert_eq!(forged.status(), 429);
}

#[tokio::test]
async fn the_proxy_of_the_access_file_is_believed_when_it_shows_its_secret() {
    let section = "[proxy]\npeers = ['127.0.0.1']\nsecret_file = 'secret'\n";
    let guarded = Guarded::start_with(section, &FRUGAL).await;
    let through_proxy = |address: &'static str, secret: &'static str| {
        let request =
            guarded.nobody().request(Method::POST, "/graphql").json(&json!({ "query": "{ me { name } }" }));
        request.header("x-forwarded-for", address).header("x-cineportal-proxy", secret).send()
    };
    let mut statuses = Vec::new();
    for number in 0..MANY {
        let address = format!("192.0.2.{}", number % 250).leak();
        statuses.push(through_proxy(address, SECRET).await.unwrap().status().as_u16());
    }
    assert!(statuses.iter().all(|status| *status == 401), "each address tried once: {statuses:?}");
    let mut forged = Vec::new();
    for number in 0..MANY {
        let address = format!("198.51.100.{}", number % 250).leak();
        forged.push(through_proxy(address, "a guess of it").await.unwrap().status().as_u16());
    }
    assert!(forged.contains(&429), "without the secret all of them are one address");
}

#[tokio::test]
async fn a_header_of_whoever_asks_gives_nobody_new_attempts() {
    let guarded = Guarded::start_with("", &FRUGAL).await;
    let mut last = 0;
    for number in 0..MANY {
        last = ask(&guarded.nobody(), Some(&format!("192.0.2.{}", number % 250))).await.status().as_u16();
        if last == 429 {
            break;
        }
    }
    assert_eq!(last, 429);
}

#[tokio::test]
async fn alerts_with_the_right_credential_are_taken_however_often_others_guess() {
    let guarded = Guarded::start_with("[webhook]\nbearer_file = 'secret'\n", &FRUGAL).await;
    let send = |secret: &str| {
        let request = guarded.with_token(secret).request(Method::POST, "/webhooks/alertmanager");
        request.json(&json!({ "version": "4", "alerts": [] })).send()
    };
    let mut guesses = Vec::new();
    for _ in 0..MANY {
        guesses.push(send("a wrong guess of it").await.unwrap().status().as_u16());
        assert_eq!(send(SECRET).await.unwrap().status(), 200);
    }
    assert!(guesses.contains(&429), "{guesses:?}");
}

#[tokio::test]
async fn signing_in_is_an_attempt_and_what_is_not_taken_is_refused_with_a_time_to_wait() {
    let server = SignInServer::start_flagged(StoreKind::Embedded.fresh(), "", &FRUGAL).await;
    for (method, path) in [
        (Method::GET, "/auth/login"),
        (Method::GET, "/auth/callback?state=x"),
        (Method::POST, "/auth/logout"),
    ] {
        let mut refused = None;
        for _ in 0..MANY {
            let answer = server.browser().request(method.clone(), path).send().await.unwrap();
            if answer.status() == 429 {
                refused = Some(answer);
                break;
            }
        }
        let refused = refused.unwrap_or_else(|| panic!("{path} is not limited"));
        assert!((1..=10).contains(&seconds_to_wait(&refused)), "{path}");
    }
}

#[tokio::test]
async fn a_provider_that_ends_many_sessions_is_no_stranger() {
    let server = SignInServer::start_flagged(StoreKind::Embedded.fresh(), "", &FRUGAL).await;
    let tell = |token: &str| {
        server
            .server
            .request(Method::POST, "/auth/backchannel-logout")
            .form(&[("logout_token", token)])
            .send()
    };
    for number in 0..50 {
        let token = server.provider.logout_token(&format!("session {number}"));
        assert_eq!(tell(&token).await.unwrap().status(), 200);
    }
    let mut forged = Vec::new();
    for _ in 0..MANY {
        forged.push(tell("forged").await.unwrap().status().as_u16());
    }
    assert!(forged.contains(&429), "{forged:?}");
}

#[tokio::test]
async fn a_socket_that_has_to_wait_is_not_told_that_its_token_is_wrong() {
    let guarded = Guarded::start_with("", &FRUGAL).await;
    let protocol = [("sec-websocket-protocol", "graphql-transport-ws")];
    let mut codes = Vec::new();
    for _ in 0..MANY {
        let Ok(mut socket) = LiveClient::try_open(guarded.server.address, &protocol).await else { continue };
        let payload = json!({ "authorization": "Bearer wrong" });
        socket.say(&json!({ "type": "connection_init", "payload": payload })).await;
        let Said::Closed(code) = socket.hear().await else { panic!("a wrong token was taken") };
        codes.push(code);
        if code == 1013 {
            break;
        }
    }
    assert_eq!((codes.first(), codes.last()), (Some(&4403), Some(&1013)));
}
