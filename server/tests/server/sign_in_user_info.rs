//! Providers that say somebody's groups only where they are asked for user info.

use serde_json::{Value, json};

use crate::support::browser::{Browser, SignInServer};
use crate::support::{PATIENCE, StoreKind};

const IDA: &str = "ida@example.com";
const ASKED: &str = "user_info = true\n";

async fn server(lines: &str) -> SignInServer {
    SignInServer::start_with(StoreKind::Embedded.fresh(), lines).await
}

/// Signs in with an ID token that names no groups; answers the status.
async fn sign_in(
    server: &SignInServer,
    browser: &mut Browser<'_>,
    user_info: impl FnOnce(&Value) -> Option<Value>,
) -> u16 {
    let asked = browser.begin("/").await;
    let mut claims = server.provider.claims(&asked, IDA, &[]);
    claims.as_object_mut().unwrap().remove("groups");
    server.provider.tell_user_info(user_info(&claims["sub"]));
    let code = server.provider.code_for(&asked, &server.provider.issuer.sign(&claims), Some("refresh"));
    browser.come_back(&code, &asked).await.status().as_u16()
}

async fn roles(browser: &Browser<'_>) -> Value {
    browser.me().await.map_or(Value::Null, |mut me| me["roles"].take())
}

fn of_denmark(role: &str) -> Value {
    json!([{ "region": "denmark", "role": role }])
}

#[tokio::test]
async fn groups_that_stand_only_in_user_info_count_where_it_is_asked() {
    let server = server(ASKED).await;
    let mut browser = server.browser();
    let status =
        sign_in(&server, &mut browser, |sub| Some(json!({ "sub": sub, "groups": ["manager"] }))).await;
    assert_eq!((status, roles(&browser).await), (303, of_denmark("MANAGER")));
}

#[tokio::test]
async fn nobody_is_asked_unless_the_access_file_says_so() {
    let server = server("").await;
    let mut browser = server.browser();
    let status =
        sign_in(&server, &mut browser, |sub| Some(json!({ "sub": sub, "groups": ["manager"] }))).await;
    assert_eq!((status, roles(&browser).await), (303, json!([])));
}

#[tokio::test]
async fn user_info_about_somebody_else_is_no_sign_in() {
    let server = server(ASKED).await;
    for strange in [json!({ "sub": "somebody else", "groups": ["admin"] }), json!({ "groups": ["admin"] })] {
        let mut browser = server.browser();
        assert_eq!(sign_in(&server, &mut browser, |_| Some(strange.clone())).await, 400);
        assert_eq!(browser.me().await, None, "{strange}");
    }
}

#[tokio::test]
async fn without_an_answer_nobody_is_signed_in_with_half_of_their_roles() {
    let server = server(ASKED).await;
    let mut browser = server.browser();
    assert_eq!(sign_in(&server, &mut browser, |_| None).await, 503);
    assert_eq!(browser.me().await, None);
}

#[tokio::test]
async fn what_is_signed_counts_more() {
    let server = server(ASKED).await;
    let mut browser = server.browser();
    let asked = browser.begin("/").await;
    let mut claims = server.provider.claims(&asked, IDA, &["viewer"]);
    claims.as_object_mut().unwrap().remove("email");
    let told =
        json!({ "sub": claims["sub"], "groups": ["admin"], "email": IDA, "iss": "https://evil.example" });
    server.provider.tell_user_info(Some(told));
    let code = server.provider.code_for(&asked, &server.provider.issuer.sign(&claims), None);
    browser.come_back(&code, &asked).await;
    assert_eq!(
        (roles(&browser).await, browser.me().await.unwrap()["name"].take()),
        (of_denmark("VIEWER"), json!(IDA))
    );
}

#[tokio::test]
async fn groups_that_are_taken_away_there_are_gone_with_the_next_renewal() {
    let server = server(&format!("{ASKED}renewal = '1s'\n")).await;
    let mut browser = server.browser();
    let asked = browser.begin("/").await;
    let mut claims = server.provider.claims(&asked, IDA, &[]);
    claims.as_object_mut().unwrap().remove("groups");
    let info = |group: &str| Some(json!({ "sub": claims["sub"], "groups": [group] }));
    server.provider.tell_user_info(info("manager"));
    server.provider.renew_with("refresh", &claims);
    let code = server.provider.code_for(&asked, &server.provider.issuer.sign(&claims), Some("refresh"));
    browser.come_back(&code, &asked).await;
    assert_eq!(roles(&browser).await, of_denmark("MANAGER"));
    server.provider.tell_user_info(info("viewer"));
    let renewed = async {
        while roles(&browser).await != of_denmark("VIEWER") {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, renewed).await.expect("the groups of before still count");
}
