//! People sign in with a browser at an OpenID provider, and out again.

use cineportal::access::Session;
use cineportal::store;
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use crate::session_contract::session;
use crate::support::browser::{Browser, SignInServer, location};
use crate::support::event_stream::EventStream;
use crate::support::live::{LiveClient, Said};
use crate::support::{PATIENCE, StoreKind};

const IDA: &str = "ida@example.com";

/// Asks until the answer is this one.
async fn is_in_the_end(browser: &Browser<'_>, expected: Option<Value>) {
    let mut last = None;
    let found = async {
        loop {
            last = browser.me().await;
            if last == expected {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, found).await.is_ok(), "{last:?}");
}

fn ida(role: &str) -> Option<Value> {
    Some(json!({ "name": IDA, "canSignOut": true, "roles": [{ "region": "denmark", "role": role }] }))
}

async fn socket(server: &SignInServer, browser: &Browser<'_>, origin: &str) -> Option<LiveClient> {
    let cookie = browser.cookie();
    let headers =
        [("sec-websocket-protocol", "graphql-transport-ws"), ("origin", origin), ("cookie", &*cookie)];
    LiveClient::try_open(server.server.address, &headers).await.ok()
}

#[tokio::test]
async fn whoever_signs_in_is_known_by_a_cookie_that_no_script_reads() {
    let server = SignInServer::start().await;
    let mut browser = server.browser();
    assert_eq!(browser.me().await, None);
    let asked = browser.begin("/regions/denmark%3Fx%3D1").await;
    assert_eq!((asked["code_challenge_method"].as_str(), asked["response_type"].as_str()), ("S256", "code"));
    assert_eq!(asked["redirect_uri"], "http://localhost:8080/auth/callback");
    let id_token = server.provider.issuer.sign(&server.provider.claims(&asked, IDA, &["manager"]));
    let code = server.provider.code_for(&asked, &id_token, None);
    let response = browser.come_back(&code, &asked).await;
    assert_eq!(location(&response), "/regions/denmark?x=1");
    let line = response.headers()["set-cookie"].to_str().unwrap();
    assert!(line.starts_with("cineportal=") && line.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{line}");
    assert_eq!(browser.cookies.keys().collect::<Vec<_>>(), ["cineportal"], "the sign-in is over");
    assert_eq!(browser.me().await, ida("MANAGER"));
}

#[tokio::test]
async fn whoever_is_not_known_is_told_where_to_sign_in() {
    let server = SignInServer::start().await;
    let response =
        server.server.graphql_request().json(&json!({ "query": "{ me { name } }" })).send().await.unwrap();
    let header = response.headers()["x-sign-in"].to_str().unwrap();
    assert_eq!((response.status().as_u16(), header), (401, "/auth/login"));
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    let server = SignInServer::start().await;
    for to in [
        "https://evil.example/",
        "//evil.example",
        "/%5Cevil.example",
        "%2F%2Fevil.example",
        "/%09/evil.example",
    ] {
        let mut browser = server.browser();
        let asked = browser.begin(to).await;
        let id_token = server.provider.issuer.sign(&server.provider.claims(&asked, IDA, &[]));
        let code = server.provider.code_for(&asked, &id_token, None);
        assert_eq!(location(&browser.come_back(&code, &asked).await), "/", "{to}");
    }
}

#[tokio::test]
async fn over_tls_the_cookie_is_of_this_host_alone_and_the_browser_is_told_to_stay_with_tls() {
    let server =
        SignInServer::start_with(StoreKind::Embedded.fresh(), "public_url = 'https://portal.example'\n")
            .await;
    let mut browser = server.browser();
    browser.sign_in(IDA, &["viewer"]).await;
    assert_eq!(browser.cookies.keys().collect::<Vec<_>>(), ["__Host-cineportal"]);
    let response = browser.go("/healthz").await;
    assert_eq!(response.headers()["strict-transport-security"], "max-age=63072000");
}

#[tokio::test]
async fn a_session_that_was_planted_is_not_taken_over() {
    let server = SignInServer::start().await;
    let mut attacker = server.browser();
    attacker.sign_in("eve@example.com", &[]).await;
    let mut victim = attacker.clone();
    victim.sign_in(IDA, &["admin"]).await;
    assert_ne!(victim.cookies, attacker.cookies);
    assert_eq!(attacker.me().await, None, "the planted session has ended");
    assert_eq!(victim.me().await, ida("ADMIN"));
}

#[tokio::test]
async fn the_store_holds_nothing_that_a_browser_could_show() {
    let fresh = StoreKind::Embedded.fresh();
    let server = SignInServer::start_with(fresh.clone(), "").await;
    let mut browser = server.browser();
    browser.sign_in_with(IDA, &["viewer"], Some("the refresh token")).await;
    let token = browser.cookies["cineportal"].clone();
    server.server.stop().await;
    let cineportal::config::StoreAddress::Embedded(folder) = &fresh.address else { panic!() };
    for file in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!holds(&token) && !holds("the refresh token"));
    }
}

async fn signing_out_ends_it_everywhere(kind: StoreKind) {
    let server = SignInServer::start_with(kind.fresh(), "").await;
    let mut browser = server.browser();
    browser.sign_in(IDA, &["viewer"]).await;
    let mut live = socket(&server, &browser, &server.server.url("")).await.unwrap();
    live.say(&json!({ "type": "connection_init" })).await;
    assert_eq!(live.hear().await, Said::Message(json!({ "type": "connection_ack" })));
    let thief = browser.clone();
    let request = browser.request(Method::POST, "/auth/logout").header("origin", server.server.url(""));
    let response = request.send().await.unwrap();
    browser.keep(&response);
    assert!(browser.cookies.is_empty());
    let next: Value = response.json().await.unwrap();
    assert!(
        next["location"]
            .as_str()
            .unwrap()
            .starts_with(&format!("{}/end?id_token_hint=", server.provider.url))
    );
    assert_eq!(thief.me().await, None);
    loop {
        if let Said::Closed(code) = live.hear().await {
            assert_eq!(code, 4403);
            return;
        }
    }
}

#[tokio::test]
async fn signing_out_ends_it_everywhere_embedded() {
    signing_out_ends_it_everywhere(StoreKind::Embedded).await;
}

#[tokio::test]
async fn signing_out_ends_it_everywhere_mongodb() {
    signing_out_ends_it_everywhere(StoreKind::Mongo).await;
}

#[tokio::test]
async fn a_stream_of_events_ends_with_the_session() {
    let server = SignInServer::start().await;
    let mut browser = server.browser();
    browser.sign_in(IDA, &["viewer"]).await;
    let query = json!({ "query": "subscription { incidentChanged { __typename } }" });
    let request =
        browser.request(Method::POST, "/graphql").header("accept", "text/event-stream").json(&query);
    let mut stream = EventStream::of(request.send().await.unwrap());
    let _resync = stream.next().await;
    browser.request(Method::POST, "/auth/logout").send().await.unwrap();
    assert!(stream.next().await.unwrap().data.contains("UNAUTHENTICATED"));
}

#[tokio::test]
async fn servers_on_one_database_share_sessions_and_their_end() {
    let server = SignInServer::start_with(StoreKind::Mongo.fresh(), "").await;
    let second = server.second().await;
    let mut browser = server.browser();
    browser.sign_in(IDA, &["viewer"]).await;
    assert_eq!(browser.at(&second).me().await, ida("VIEWER"));
    browser.request(Method::POST, "/auth/logout").send().await.unwrap();
    is_in_the_end(&browser.at(&second), None).await;
}

#[tokio::test]
async fn the_provider_ends_a_session_by_itself() {
    let server = SignInServer::start().await;
    let mut browser = server.browser();
    let asked = browser.sign_in(IDA, &["viewer"]).await;
    let session = format!("sid-{}", asked["state"]);
    let tell = |token: String| {
        let form = [("logout_token", token)];
        server.server.request(Method::POST, "/auth/backchannel-logout").form(&form).send()
    };
    let id_token = server.provider.issuer.sign(&server.provider.claims(&asked, IDA, &[]));
    assert_eq!(tell(id_token).await.unwrap().status(), 400, "an ID token ends nothing");
    assert_eq!(browser.me().await, ida("VIEWER"));
    assert_eq!(tell(server.provider.logout_token(&session)).await.unwrap().status(), 200);
    assert_eq!(browser.me().await, None);
}

#[tokio::test]
async fn a_session_ends_in_the_end_and_when_nobody_uses_it() {
    for lines in ["session = '2s'\n", "idle = '1s'\n"] {
        let server = SignInServer::start_with(StoreKind::Embedded.fresh(), lines).await;
        let mut browser = server.browser();
        browser.sign_in(IDA, &["viewer"]).await;
        tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
        assert_eq!(browser.me().await, None, "{lines}");
    }
}

#[tokio::test]
async fn sessions_that_are_over_are_forgotten() {
    let fresh = StoreKind::Mongo.fresh();
    let store = store::open(&fresh.address).await.unwrap();
    let ending_in = |id: &str, seconds: i64| {
        let ends_at = Timestamp::from_second(Timestamp::now().as_second() + seconds).unwrap();
        Session { ends_at, ..session(id, "ida") }
    };
    let (over, going_on) = (ending_in("over", -1), ending_in("going-on", 3_600));
    for session in [&over, &going_on] {
        store.commit_session(session).await.unwrap();
    }
    let _server = SignInServer::start_with(fresh, "").await;
    let forgotten = async {
        while store.session(&over.id).await.unwrap().is_some() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, forgotten).await.expect("it is still there");
    assert_eq!(store.session(&going_on.id).await.unwrap(), Some(going_on));
}

#[tokio::test]
async fn groups_that_were_taken_away_end_access_at_the_next_renewal() {
    let server = SignInServer::start_with(StoreKind::Embedded.fresh(), "renewal = '1s'\n").await;
    let mut browser = server.browser();
    let asked = browser.sign_in_with(IDA, &["manager"], Some("refresh")).await;
    server.provider.renew_with("refresh", &server.provider.claims(&asked, IDA, &["viewer"]));
    is_in_the_end(&browser, ida("VIEWER")).await;
    // Renewed again and again, each time with the next refresh token.
    server.provider.renew_with("refresh", &server.provider.claims(&asked, IDA, &[]));
    is_in_the_end(&browser, Some(json!({ "name": IDA, "canSignOut": true, "roles": [] }))).await;
}

#[tokio::test]
async fn a_session_ends_that_the_provider_does_not_renew() {
    let server = SignInServer::start_with(StoreKind::Embedded.fresh(), "renewal = '1s'\n").await;
    let mut refused = server.browser();
    refused.sign_in_with(IDA, &["manager"], Some("revoked")).await;
    let mut without = server.browser();
    without.sign_in(IDA, &["manager"]).await;
    for browser in [refused, without] {
        is_in_the_end(&browser, None).await;
    }
}

#[tokio::test]
async fn a_renewal_is_for_the_same_person() {
    let server = SignInServer::start_with(StoreKind::Embedded.fresh(), "renewal = '1s'\n").await;
    let mut browser = server.browser();
    let asked = browser.sign_in_with(IDA, &["viewer"], Some("refresh")).await;
    server.provider.renew_with("refresh", &server.provider.claims(&asked, "eve@example.com", &["admin"]));
    is_in_the_end(&browser, None).await;
}

#[tokio::test]
async fn a_provider_that_is_away_throws_nobody_out() {
    let server = SignInServer::start_with(StoreKind::Embedded.fresh(), "renewal = '1s'\n").await;
    let mut browser = server.browser();
    browser.sign_in_with(IDA, &["viewer"], Some("refresh")).await;
    server.provider.go_away();
    for _ in 0..6 {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        assert_eq!(browser.me().await, ida("VIEWER"));
    }
}

#[tokio::test]
async fn pages_of_other_sites_do_nothing_in_somebodys_name() {
    let server = SignInServer::start().await;
    let mut browser = server.browser();
    browser.sign_in(IDA, &["admin"]).await;
    let body = r#"{"query":"mutation { __typename }"}"#;
    let send = |path: &'static str, kind: &'static str, origin: &'static str| {
        let request = browser.request(Method::POST, path).header("content-type", kind);
        request.header("origin", origin).body(body).send()
    };
    for path in ["/graphql", "/auth/logout", "/api/v1/regions/denmark/incidents", "/api/v1/incidents"] {
        for kind in
            ["application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
        {
            for origin in ["https://evil.example", "null", "http://localhost"] {
                let status = send(path, kind, origin).await.unwrap().status().as_u16();
                assert!(matches!(status, 401 | 403 | 404 | 405 | 415), "{path} {kind} {origin}: {status}");
            }
        }
    }
    let own = server.server.url("");
    for kind in ["text/plain", "application/x-www-form-urlencoded"] {
        let request = browser.request(Method::POST, "/graphql").header("origin", &own);
        let response = request.header("content-type", kind).body(body).send().await.unwrap();
        assert_eq!(response.status(), 415);
    }
    assert!(socket(&server, &browser, "https://evil.example").await.is_none());
    let embedded = [("sec-fetch-site", "cross-site"), ("accept", "text/event-stream")];
    let mut stream = browser.request(Method::GET, "/graphql?query={me{name}}");
    for (name, value) in embedded {
        stream = stream.header(name, value);
    }
    assert_eq!(stream.send().await.unwrap().status(), 403);
    let file = browser.request(Method::GET, "/api/v1/incidents.csv").header("sec-fetch-site", "cross-site");
    assert_eq!(file.send().await.unwrap().status(), 401);
    assert_eq!(browser.me().await, ida("ADMIN"), "nobody was signed out");
}
