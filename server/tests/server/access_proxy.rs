//! An authenticating proxy in front, and all who only look like it.

use serde_json::{Value, json};

use crate::support::guarded::{Guarded, SECRET};

const ME: &str = "{ me { name roles { region role } } }";
const SECTION: &str = "[proxy]\npeers = ['127.0.0.1', '::1/128']\nsecret_file = 'secret'\nlive_minutes = 5\n";
const IDA: (&str, &str) = ("x-forwarded-email", "ida@example.com");
const ADMINS: (&str, &str) = ("x-forwarded-groups", "other, everything");
const PROOF: (&str, &str) = ("x-cineportal-proxy", SECRET);

async fn ask(guarded: &Guarded, headers: &[(&str, &str)]) -> (u16, Value) {
    let request = guarded.server.graphql_request().json(&json!({ "query": ME }));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn whoever_the_proxy_names_is_believed() {
    let guarded = Guarded::start_with(SECTION, &[]).await;
    let (status, answer) = ask(&guarded, &[PROOF, IDA, ("x-forwarded-groups", "viewer,other")]).await;
    let roles = json!([{ "region": "denmark", "role": "VIEWER" }]);
    let me = json!({ "name": "ida@example.com", "roles": roles });
    assert_eq!((status, &answer["data"]["me"]), (200, &me), "{answer}");
}

#[tokio::test]
async fn spoofed_headers_are_not_believed() {
    let guarded = Guarded::start_with(SECTION, &[]).await;
    let spoofs: &[&[(&str, &str)]] = &[
        &[IDA, ADMINS],
        &[IDA, ADMINS, ("x-cineportal-proxy", "")],
        &[IDA, ADMINS, ("x-cineportal-proxy", "a guess")],
        &[IDA, ADMINS, ("x-cineportal-proxy", &SECRET[1..])],
        &[IDA, ADMINS, PROOF, PROOF],
        &[IDA, ADMINS, PROOF, ("x-cineportal-proxy", "a guess")],
        &[IDA, IDA, ADMINS, PROOF],
        &[IDA, ADMINS, ADMINS, PROOF],
        &[("x_forwarded_email", "ida@example.com"), ADMINS, PROOF],
        &[IDA, ADMINS, ("x_cineportal_proxy", SECRET)],
        &[("x-forwarded-user", "ida@example.com"), ADMINS, PROOF],
        &[("x-auth-request-email", "ida@example.com"), ADMINS, PROOF],
        &[("x-forwarded-email", ""), ADMINS, PROOF],
        &[("x-forwarded-email", " "), ADMINS, PROOF],
        &[ADMINS, PROOF],
        &[PROOF],
    ];
    for spoof in spoofs {
        let (status, answer) = ask(&guarded, spoof).await;
        let code = &answer["errors"][0]["extensions"]["code"];
        assert_eq!((status, code), (401, &json!("UNAUTHENTICATED")), "{spoof:?}");
    }
}

#[tokio::test]
async fn groups_in_a_twin_of_the_header_count_for_nothing() {
    let guarded = Guarded::start_with(SECTION, &[]).await;
    let twin = ("x_forwarded_groups", "everything");
    let (status, answer) = ask(&guarded, &[PROOF, IDA, twin]).await;
    assert_eq!((status, &answer["data"]["me"]["roles"]), (200, &json!([])), "{answer}");
}

#[tokio::test]
async fn the_secret_alone_does_not_make_a_proxy_of_a_peer() {
    let section = SECTION.replace("'127.0.0.1', '::1/128'", "'10.0.0.0/8', '192.0.2.1'");
    let guarded = Guarded::start_with(&section, &[]).await;
    assert_eq!(ask(&guarded, &[PROOF, IDA, ADMINS]).await.0, 401);
}

#[tokio::test]
async fn no_header_is_believed_where_no_proxy_is_named() {
    let guarded = Guarded::start_with("", &[]).await;
    assert_eq!(ask(&guarded, &[PROOF, IDA, ADMINS]).await.0, 401);
    let token = guarded.issuer.token("kim@example.com", &["viewer"]);
    let authorization = ("authorization", &*format!("Bearer {token}"));
    let (status, answer) = ask(&guarded, &[authorization, PROOF, IDA, ADMINS]).await;
    assert_eq!((status, &answer["data"]["me"]["name"]), (200, &json!("kim@example.com")), "{answer}");
}

#[tokio::test]
async fn names_of_headers_are_the_operators_choice() {
    let names = "secret_header = 'X-Proof'\nuser_header = 'X-Auth-Request-User'\ngroups_header = 'X-Auth-Request-Groups'\n";
    let guarded = Guarded::start_with(&format!("{SECTION}{names}"), &[]).await;
    let right = [("x-proof", SECRET), ("x-auth-request-user", "ida"), ("x-auth-request-groups", "viewer")];
    assert_eq!(ask(&guarded, &right).await.0, 200);
    assert_eq!(ask(&guarded, &[PROOF, IDA, ADMINS]).await.0, 401);
}

#[tokio::test]
async fn a_token_that_is_wrong_is_refused_whatever_the_proxy_says() {
    let guarded = Guarded::start_with(SECTION, &[]).await;
    assert_eq!(ask(&guarded, &[PROOF, IDA, ADMINS, ("authorization", "Bearer garbage")]).await.0, 401);
}
