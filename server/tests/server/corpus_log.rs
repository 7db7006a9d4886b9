//! Line breaks and controls in everything that may be logged: no line of the log is somebody else's.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use reqwest::header::HeaderValue;
use serde_json::{Value, json};

use crate::corpus_markup::marked;
use crate::support::corpus::{corpus, told};
use crate::support::process::{free_address, wait_until_it_answers};
use crate::support::{http_client, webhook};

fn start(address: &str, folder: &Path, format: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cineportal"));
    command.args(["serve", "--listen", address, "--log", "debug,cineportal=trace", "--log-format", format]);
    command.arg("--regions").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions"));
    command.arg("--store").arg(format!("embedded:{}", folder.join("store").display()));
    let log = File::create(folder.join("log")).unwrap();
    command.stdout(log.try_clone().unwrap()).stderr(log).stdin(Stdio::null()).spawn().unwrap()
}

/// Says the text wherever something may be logged.
async fn say(url: &str, text: &str) {
    let http = http_client();
    let mut unreadable = marked(text, "1");
    unreadable["startsAt"] = json!(text);
    for alert in [marked(text, "0"), unreadable] {
        let request =
            http.post(format!("{url}/webhooks/alertmanager")).header("content-type", "application/json");
        request.body(webhook(&[alert])).send().await.unwrap();
    }
    let documents = [
        json!({ "query": text }),
        json!({ "query": format!("query A {{ incident(id: {}) {{ id }} }}", json!(text)), "operationName": text }),
        json!({ "query": "query ($t: String) { incidents(after: $t) { totalCount } }", "variables": { "t": text } }),
        json!({ "query": "mutation ($t: ID!) { comment(id: $t, text: $t) { __typename } }", "variables": { "t": text, text: text } }),
    ];
    for document in documents {
        http.post(format!("{url}/graphql")).json(&document).send().await.unwrap();
    }
    let mut path = reqwest::Url::parse(url).unwrap();
    path.path_segments_mut().unwrap().push(text);
    path.query_pairs_mut().append_pair(text, text);
    let mut request = http.get(path);
    for name in
        ["user-agent", "referer", "x-forwarded-for", "x-forwarded-email", "x-request-id", "authorization"]
    {
        if let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) {
            request = request.header(name, value);
        }
    }
    request.send().await.unwrap();
}

/// The log of a server that heard all texts.
async fn log(format: &str, texts: &[String]) -> String {
    let (folder, address) = (tempfile::tempdir().unwrap(), free_address());
    let mut server = start(&address.to_string(), folder.path(), format);
    let url = format!("http://{address}");
    wait_until_it_answers(&format!("{url}/readyz")).await;
    for text in texts {
        say(&url, text).await;
    }
    server.kill().unwrap();
    server.wait().unwrap();
    fs::read_to_string(folder.path().join("log")).unwrap()
}

fn texts() -> Vec<String> {
    ["markup.txt", "operators.txt"].iter().flat_map(|name| corpus(name)).collect()
}

#[tokio::test]
async fn each_line_for_programs_is_one_object_of_our_own() {
    let texts = texts();
    let log = log("json", &texts).await;
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line:?}"));
        let known = line["timestamp"].is_string() && line["level"].is_string() && line["target"].is_string();
        assert!(known && line["target"] != "forged", "{line}");
    }
    assert!(log.lines().count() >= texts.len(), "hardly anything was logged");
    told("markup and operators", texts.len(), "into a log for programs");
}

#[tokio::test]
async fn each_line_for_people_begins_with_its_time_and_controls_no_terminal() {
    let texts = texts();
    let log = log("text", &texts).await;
    for line in log.split('\n').filter(|line| !line.is_empty()) {
        let (time, rest) = line.split_once(' ').unwrap_or_default();
        assert!(time.parse::<jiff::Timestamp>().is_ok(), "{line:?}");
        assert!(!rest.trim_start().starts_with("ERROR audit: forged"), "{line:?}");
        assert!(!line.contains(|c: char| c.is_control() && c != '\t'), "{line:?}");
    }
    assert!(log.lines().count() >= texts.len(), "hardly anything was logged");
    told("markup and operators", texts.len(), "into a log for people");
}
