//! Markup, scripts, line breaks and formulas through every door that takes texts: kept and told as text.

use std::collections::BTreeSet;

use reqwest::{Method, Url};
use serde_json::{Value, json};

use crate::support::corpus::{corpus, told};
use crate::support::{PATIENCE, TestServer, offline, on_both_stores, webhook};

const OPEN: &str = "mutation ($input: OpenIncidentInput!) { openIncident(input: $input) { __typename
    ... on CommandAccepted { incident { id } } ... on CommandRefused { code } } }";
const COMMENT: &str = "mutation ($id: ID!, $text: String!) { comment(id: $id, text: $text) { __typename } }";
const PAGE: &str = "query ($after: String) { incidents(filter: { status: [OPEN, IN_PROGRESS, CLOSED] }, first: 100, after: $after) {
    edges { node { title description errorId machine { id } cinema { name } screen { name } assignee
        labels { name value } links { title url } timeline { who what note } } }
    pageInfo { hasNextPage endCursor } } }";

/// An alert in which everything that may be chosen is this text.
pub(crate) fn marked(text: &str, place: &str) -> Value {
    let mut alert = offline(text, "denmark", "2026-11-20T10:00:00Z");
    for label in ["alertname", "error_id", "cinema", "screen", "instance", text] {
        alert["labels"][label] = json!(text);
    }
    // Machines of one cinema that fail together would be one outage.
    alert["labels"]["cinema_id"] = json!(place);
    alert["labels"]["screen_id"] = json!(place);
    alert["annotations"] = json!({ "summary": text, "description": text, "runbook_url": text, text: text });
    alert["generatorURL"] = json!(text);
    alert
}

/// A text as it is compared: white space and controls are told in several ways.
pub(crate) fn plain(text: &str) -> String {
    let is_space = |c: char| c.is_whitespace() || c.is_control();
    text.split(is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

async fn nodes(server: &TestServer) -> Vec<Value> {
    let (mut nodes, mut after) = (Vec::new(), Value::Null);
    loop {
        let mut list = server.ask(PAGE, &json!({ "after": after })).await["incidents"].take();
        let Value::Array(edges) = list["edges"].take() else { panic!("{list}") };
        nodes.extend(edges.into_iter().map(|mut edge| edge["node"].take()));
        if list["pageInfo"]["hasNextPage"] == false {
            return nodes;
        }
        after = list["pageInfo"]["endCursor"].take();
    }
}

/// All incidents, as soon as there are so many.
async fn all(server: &TestServer, count: usize) -> Vec<Value> {
    let mut last = Vec::new();
    let found = async {
        while last.len() != count {
            last = nodes(server).await;
        }
    };
    let found = tokio::time::timeout(PATIENCE, found).await;
    assert!(found.is_ok(), "{} incidents in place of {count}", last.len());
    last
}

/// Every text is a title, told in full, and every address is one of the web.
fn are_text(incidents: &[Value], texts: &[String]) {
    let titles: BTreeSet<String> =
        incidents.iter().map(|incident| plain(incident["title"].as_str().unwrap())).collect();
    for text in texts {
        assert!(titles.contains(&plain(text)), "no incident is called {text:?}");
    }
    for link in incidents.iter().flat_map(|incident| incident["links"].as_array().unwrap()) {
        let url = link["url"].as_str().unwrap();
        let scheme = Url::parse(url).map(|url| url.scheme().to_owned());
        assert!(matches!(scheme.as_deref(), Ok("http" | "https")), "{url:?}");
    }
}

fn no_cell_is_a_formula(csv: &str, incidents: usize) {
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(csv.as_bytes()).records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), incidents);
    for cell in rows.iter().flat_map(csv::StringRecord::iter) {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']),
            "{cell:?}"
        );
    }
}

on_both_stores! {
    async fn what_alertmanager_says_stays_text(server: TestServer) {
        let texts = corpus("markup.txt");
        let alerts: Vec<Value> = texts.iter().enumerate().map(|(n, text)| marked(text, &n.to_string())).collect();
        let mut body: Value = serde_json::from_str(&webhook(&alerts)).unwrap();
        for field in ["groupKey", "receiver", "externalURL"] {
            body[field] = json!(texts[0]);
        }
        assert_eq!(server.webhook(body.to_string()).await.0, 200);
        are_text(&all(&server, texts.len()).await, &texts);
        let csv = server.get("/api/v1/incidents.csv").await.text().await.unwrap();
        no_cell_is_a_formula(&csv, texts.len());
        told("markup", texts.len(), "through the webhook into GraphQL and CSV");
    }

    async fn what_prometheus_says_stays_text(server: TestServer) {
        let texts = corpus("markup.txt");
        let mut alerts: Vec<Value> = texts.iter().enumerate().map(|(n, text)| marked(text, &n.to_string())).collect();
        for alert in &mut alerts {
            alert.as_object_mut().unwrap().remove("status");
            alert["endsAt"] = json!("2099-01-01T00:00:00Z");
        }
        let request = server.request(Method::POST, "/api/v2/alerts").json(&alerts);
        assert_eq!(request.send().await.unwrap().status(), 200);
        are_text(&all(&server, texts.len()).await, &texts);
        told("markup", texts.len(), "through /api/v2/alerts into GraphQL");
    }

    async fn what_services_say_over_rest_stays_text(server: TestServer) {
        let texts = corpus("markup.txt");
        for (n, text) in texts.iter().enumerate() {
            let named = json!({ "id": n.to_string(), "name": text });
            let mut report = json!({
                "region": "denmark", "title": text, "description": text, "severity": "critical", "reference": format!("{n} {text}"),
                "errorId": text, "machineId": text, "cinema": named, "screen": named, "labels": { text: text },
                "links": [{ "title": text, "url": text }],
            });
            let ask = |method: Method, path: String, body: &Value| server.request(method, &path).json(body).send();
            // No text of these is an address of the web.
            assert_eq!(ask(Method::POST, "/api/v1/incidents".into(), &report).await.unwrap().status(), 400, "{text:?}");
            report["links"][0]["url"] = json!("https://tickets.example/");
            report["labels"] = json!({ plain(text): text });
            let answer = ask(Method::POST, "/api/v1/incidents".into(), &report).await.unwrap();
            assert_eq!(answer.status(), 201, "{text:?}");
            let incident: Value = answer.json().await.unwrap();
            let path = format!("/api/v1/incidents/{}", incident["id"].as_str().unwrap());
            let answer = ask(Method::PATCH, path, &json!({ "comment": text })).await.unwrap();
            assert_eq!((answer.status().as_u16(), &answer.headers()["x-content-type-options"]), (200, &"nosniff".parse().unwrap()));
            assert_eq!(answer.headers()["content-type"], "application/json");
        }
        are_text(&all(&server, texts.len()).await, &texts);
        told("markup", texts.len(), "through REST into GraphQL");
    }

    async fn what_people_say_over_graphql_stays_text(server: TestServer) {
        let texts = corpus("markup.txt");
        for (n, text) in texts.iter().enumerate() {
            let named = json!({ "id": n.to_string(), "name": text });
            let mut input = json!({
                "region": "denmark", "title": text, "description": text, "severity": "CRITICAL", "errorId": text,
                "machine": text, "cinema": named, "screen": named, "labels": [{ "name": text, "value": text }],
                "links": [{ "title": text, "url": text }],
            });
            let refused = server.graphql(OPEN, json!({ "input": input })).await;
            assert_eq!(refused["openIncident"]["code"], "INVALID", "{text:?}");
            input["links"] = json!([]);
            input["labels"][0]["name"] = json!(plain(text));
            let opened = server.graphql(OPEN, json!({ "input": input })).await;
            let id = &opened["openIncident"]["incident"]["id"];
            let said = server.graphql(COMMENT, json!({ "id": id, "text": text })).await;
            assert_eq!(said["comment"]["__typename"], "CommandAccepted", "{text:?}");
        }
        let incidents = all(&server, texts.len()).await;
        are_text(&incidents, &texts);
        let notes = |incident: &Value| incident["timeline"].as_array().unwrap().iter().any(|entry| !entry["note"].is_null());
        assert!(incidents.iter().all(notes));
        told("markup", texts.len(), "through GraphQL into GraphQL");
    }

    async fn the_name_of_a_label_is_one_line(server: TestServer) {
        for name in ["a\0b", "\n", "a\u{85}b", "\u{1b}[2J"] {
            let report = json!({ "region": "denmark", "title": "x", "severity": "critical", "labels": { name: "x" } });
            let answer = server.request(Method::POST, "/api/v1/incidents").json(&report).send().await.unwrap();
            assert_eq!(answer.status(), 400, "{name:?}");
            let problem: Value = answer.json().await.unwrap();
            assert_eq!(problem["message"], "the name of a label has no control characters");
        }
    }
}
