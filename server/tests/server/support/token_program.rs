//! The command `cineportal token`, as an operator runs it beside a server that is running.

use std::path::Path;
use std::process::{Command, Output};

use reqwest::Method;
use serde_json::json;

use super::guarded::Client;
use super::{PATIENCE, TestServer, store_argument};

/// A token that was made.
pub(crate) struct Created {
    pub(crate) id: String,
    /// What is shown once.
    pub(crate) text: String,
}

/// Runs `cineportal token` with these words on the store of this server.
pub(crate) fn run(server: &TestServer, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cineportal"));
    command.arg("token").args(words).args(["--store", &store_argument(server.store())]);
    command.output().unwrap()
}

/// Makes a token named `admin-cloud`.
pub(crate) fn create(server: &TestServer, wish: &[&str]) -> Created {
    let regions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions");
    let usual = ["create", "--name", "admin-cloud", "--regions", regions.to_str().unwrap()];
    let told = told(&run(server, &[&usual, wish].concat()));
    let (text, rest) = told.split_once('\n').unwrap();
    let id = rest.split_once("Id: ").unwrap().1.split_once('.').unwrap().0;
    Created { id: id.to_owned(), text: text.to_owned() }
}

/// Takes a token back.
pub(crate) fn revoke(server: &TestServer, id: &str) {
    told(&run(server, &["revoke", id]));
}

/// What it said; it must have worked.
pub(crate) fn told(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Waits until the server knows whoever asks.
pub(crate) async fn until_known(client: &Client<'_>) {
    until_status(client, 200).await;
}

/// Waits until the server answers with this status.
pub(crate) async fn until_status(client: &Client<'_>, status: u16) {
    let body = json!({ "query": "{ me { name } }" });
    let answered = async {
        loop {
            let answer = client.request(Method::POST, "/graphql").json(&body).send().await.unwrap();
            if answer.status() == status {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, answered).await.unwrap_or_else(|_| panic!("no answer with {status}"));
}
