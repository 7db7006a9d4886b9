//! No secret gets into logs, errors or answers, and nobody listens beyond this machine by accident.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use cineportal::config;
use serde_json::{Value, json};

use crate::support::guarded::{SECRET, rows};
use crate::support::http_client;
use crate::support::issuer::{Forgery, Issuer};
use crate::support::process::{free_address, wait_until_it_answers};
use crate::support::{StoreKind, store_argument};

fn read(arguments: &[&str]) -> Result<(), String> {
    let arguments = [&["cineportal", "serve"], arguments].concat();
    config::read(arguments.into_iter().map(Into::into)).map(drop).map_err(|error| error.to_string())
}

#[test]
fn beyond_loopback_is_only_listened_to_if_people_are_asked_or_the_operator_insists() {
    for listen in ["0.0.0.0:8080", "[::]:8080", "192.0.2.1:8080"] {
        let refused = read(&["--listen", listen]).unwrap_err();
        assert!(refused.contains("--access") && refused.contains("--insecure-anonymous"), "{refused}");
        assert_eq!(read(&["--listen", listen, "--access", "access.toml"]), Ok(()));
        assert_eq!(read(&["--listen", listen, "--insecure-anonymous"]), Ok(()));
    }
    assert_eq!(read(&["--listen", "[::1]:8080"]), Ok(()));
    assert!(read(&["--access", "access.toml", "--insecure-anonymous"]).is_err(), "one or the other");
}

#[tokio::test]
async fn refusals_are_in_the_log_and_secrets_are_not() {
    let (issuer, folder) = (Issuer::start().await, tempfile::tempdir().unwrap());
    let path = |name: &str| folder.path().join(name);
    fs::write(path("secret"), SECRET).unwrap();
    let sections =
        "[proxy]\npeers = ['127.0.0.1']\nsecret_file = 'secret'\n[webhook]\nbearer_file = 'secret'\n";
    fs::write(path("access.toml"), format!("{}{}{sections}", rows(), issuer.section())).unwrap();
    let address = free_address();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cineportal"));
    command.args(["serve", "--listen", &address.to_string(), "--log", "trace", "--log-format", "json"]);
    command.arg("--regions").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions"));
    command.arg("--store").arg(format!("embedded:{}", path("store").display()));
    command.arg("--access").arg(path("access.toml"));
    let log = File::create(path("log")).unwrap();
    let mut server =
        command.stdout(log.try_clone().unwrap()).stderr(log).stdin(Stdio::null()).spawn().unwrap();
    wait_until_it_answers(&format!("http://{address}/readyz")).await;
    let right = issuer.token("ida@example.com", &["viewer"]);
    let expired = issuer.forge(Forgery::Expired, "ida@example.com", &["viewer"]);
    let ask = |headers: Vec<(&'static str, String)>, path: &str, body: Value| {
        let request = http_client().post(format!("http://{address}{path}")).json(&body);
        headers.into_iter().fold(request, |request, (name, value)| request.header(name, value)).send()
    };
    let foreign = json!({ "query": "{ region(id: \"sweden\") { id } }" });
    ask(vec![("authorization", format!("Bearer {right}"))], "/graphql", foreign.clone()).await.unwrap();
    ask(vec![("authorization", format!("Bearer {expired}"))], "/graphql", foreign.clone()).await.unwrap();
    let proxied = vec![("x-cineportal-proxy", SECRET.to_owned()), ("x-forwarded-email", "kim".to_owned())];
    ask(proxied, "/graphql", foreign.clone()).await.unwrap();
    let guessed =
        vec![("x-cineportal-proxy", "my guess".to_owned()), ("x-forwarded-email", "kim".to_owned())];
    ask(guessed, "/graphql", foreign).await.unwrap();
    ask(vec![("authorization", "Bearer another guess".to_owned())], "/webhooks/alertmanager", json!({}))
        .await
        .unwrap();
    ask(vec![("authorization", format!("Bearer {SECRET}"))], "/webhooks/alertmanager", json!({}))
        .await
        .unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
    let log = fs::read_to_string(path("log")).unwrap();
    let audited: Vec<Value> = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|line| line["target"] == "audit")
        .collect();
    let reasons: Vec<_> = audited.iter().map(|line| line["reason"].as_str().unwrap()).collect();
    let expected = [
        "the viewer has no role there",
        "a token that has expired",
        "the viewer has no role there",
        "identity headers without the proxy's secret",
        "a wrong credential",
    ];
    assert_eq!(reasons, expected);
    assert_eq!(
        (&audited[0]["who"], &audited[0]["region"]),
        (&json!(format!("{} id-of-ida@example.com", issuer.url)), &json!("sweden"))
    );
    let signature = |token: &str| token.rsplit_once('.').unwrap().1.to_owned();
    for secret in [SECRET, "my guess", "another guess", &signature(&right), &signature(&expired)] {
        assert!(!log.contains(secret), "the log holds {secret:?}");
    }
}

/// How the server ends on a database that does not answer, or does not know us: what it says.
fn last_words(store: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cineportal"));
    command.args(["serve", "--listen", &free_address().to_string(), "--log", "trace", "--store", store]);
    command.arg("--regions").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions"));
    let ended = command.stdin(Stdio::null()).output().unwrap();
    assert!(!ended.status.success());
    String::from_utf8([ended.stdout, ended.stderr].concat()).unwrap()
}

/// CVE-2026-126838: what the driver prints of itself may hold the password.
#[test]
fn the_password_of_the_database_is_not_told_when_it_cannot_be_used() {
    let real = store_argument(&StoreKind::Mongo.fresh().address);
    let real = real.replacen("mongodb://", "mongodb://kim:Very-Secret-1@", 1);
    let away = "mongodb://kim:Very-Secret-1@127.0.0.1:1/x?replicaSet=rs0&serverSelectionTimeoutMS=100";
    for store in [&real, away] {
        let words = last_words(store);
        assert!(words.contains("the store is not available"), "{words}");
        assert!(!words.contains("Very-Secret-1"), "{words}");
    }
}
