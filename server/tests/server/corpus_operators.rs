//! Operators, patterns and SQL through every filter, id, cursor and search: they find nothing, and fail never.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::corpus::{corpus, told};
use crate::support::{TestServer, offline, on_both_stores};

/// Every argument that takes a text and finds something by it, as a field of a query.
const BY_TEXT: [&str; 17] = [
    "incidents(filter: { machine: [$t] }) { totalCount }",
    "incidents(filter: { machine: [$t], status: [OPEN, IN_PROGRESS, CLOSED] }) { totalCount }",
    "incidents(filter: { cinema: [$t] }) { totalCount }",
    "incidents(filter: { cinema: [$t], status: [OPEN, IN_PROGRESS, CLOSED] }) { totalCount }",
    "incidents(filter: { error: [$t] }) { totalCount }",
    "incidents(filter: { error: [$t], status: [OPEN, IN_PROGRESS, CLOSED] }) { totalCount }",
    "incidents(filter: { region: [$t] }) { totalCount }",
    "incidents(filter: { region: [$t], status: [OPEN, IN_PROGRESS, CLOSED] }) { totalCount }",
    "incidents(filter: { assignee: $t }) { totalCount }",
    "incidents(filter: { assignee: $t, status: [OPEN, IN_PROGRESS, CLOSED] }) { totalCount }",
    "machines(filter: { region: $t }) { totalCount }",
    "machines(filter: { cinema: $t }) { totalCount }",
    "region(id: $t) { id }",
    "incident(id: $t) { id }",
    "incidentAt(id: $t, time: \"2026-11-20T12:00:00Z\") { id }",
    "silence(id: $t) { id }",
    "machine(id: $t) { id }",
];
/// Words of the only incident; what begins like one of them is found.
const WORDS: [&str; 6] = ["dk", "1001", "zzyzx", "qwfp", "kjhg", "vbnm"];
const KNOWN: [&str; 3] = ["BAD_USER_INPUT", "NOT_FOUND", "INVALID"];

fn lonely() -> Value {
    let mut alert = offline("zzyzx", "denmark", "2026-11-20T10:00:00Z");
    for label in ["cinema", "cinema_id", "screen", "screen_id", "error_id", "machine"] {
        alert["labels"][label] = json!("qwfp");
    }
    alert["annotations"] = json!({ "summary": "kjhg", "description": "vbnm" });
    alert
}

async fn ask(server: &TestServer, query: &str, variables: Value) -> Value {
    let request = server.graphql_request().json(&json!({ "query": query, "variables": variables }));
    let response = request.send().await.unwrap();
    assert!(response.status().is_success(), "{query} {variables}: {}", response.status());
    response.json().await.unwrap()
}

/// Nothing, or an answer that says what is wrong with the text.
fn is_nothing(answer: &Value) -> bool {
    if let Some(errors) = answer["errors"].as_array() {
        return errors
            .iter()
            .all(|error| KNOWN.contains(&error["extensions"]["code"].as_str().unwrap_or("")));
    }
    let fields = answer["data"].as_object().unwrap().values();
    fields.into_iter().all(|field| field.is_null() || field["totalCount"] == 0)
}

/// Whether a search for the text finds the incident: each of its words begins one of the incident's.
fn begins_words(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    words.peek().is_some() && words.all(|word| WORDS.iter().any(|known| known.starts_with(word)))
}

async fn counted(server: &TestServer, text: &str, status: &str) -> Value {
    let query = format!(
        "query ($t: String) {{ incidents(filter: {{ text: $t, status: {status} }}) {{ totalCount }} }}"
    );
    let answer = ask(server, &query, json!({ "t": text })).await;
    assert_eq!(answer.get("errors"), None, "{text:?}: {answer}");
    answer["data"]["incidents"]["totalCount"].clone()
}

on_both_stores! {
    async fn a_filter_or_id_finds_nothing_by_them(server: TestServer) {
        server.alert(&[lonely()]).await;
        server.the_incident(|incident| incident["status"] == "OPEN").await;
        let texts = corpus("operators.txt");
        for text in &texts {
            for field in BY_TEXT {
                let kind = if field.contains("assignee") { "String!" } else { "ID!" };
                let kind = if field.contains("error:") { "String!" } else { kind };
                let answer = ask(&server, &format!("query ($t: {kind}) {{ {field} }}"), json!({ "t": text })).await;
                assert!(is_nothing(&answer), "{field} by {text:?}: {answer}");
            }
            for field in ["incidents(after: $t)", "incidents(before: $t, last: 1)", "machines(after: $t)"] {
                let answer = ask(&server, &format!("query ($t: String) {{ {field} {{ totalCount }} }}"), json!({ "t": text })).await;
                assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{field} by {text:?}: {answer}");
            }
        }
        told("operators", texts.len(), &format!("through {} filters, ids and cursors", BY_TEXT.len() + 3));
    }

    async fn a_search_takes_them_for_words(server: TestServer) {
        server.alert(&[lonely()]).await;
        server.the_incident(|incident| incident["status"] == "OPEN").await;
        let texts = corpus("operators.txt");
        for text in &texts {
            let (open, any) = (counted(&server, text, "[OPEN]").await, counted(&server, text, "[OPEN, CLOSED]").await);
            assert_eq!(open, any, "the board and the store differ in {text:?}");
            if text.contains(char::is_alphanumeric) {
                assert_eq!(open, u64::from(begins_words(text)), "{text:?}");
            }
        }
        told("operators", texts.len(), "through the search");
    }

    async fn a_command_changes_nothing_by_them(server: TestServer) {
        server.alert(&[lonely()]).await;
        let before = server.the_incident(|incident| incident["status"] == "OPEN").await;
        let commands = [
            "startProgress(id: $t, expectedVersion: 1)", "closeIncident(id: $t, expectedVersion: 1)",
            "comment(id: $t, text: \"x\")", "reopen(id: $t, expectedVersion: 1)", "assign(id: $t, expectedVersion: 1, to: \"x\")",
        ];
        let texts = corpus("operators.txt");
        for text in &texts {
            for command in commands {
                let query = format!("mutation ($t: ID!) {{ {command} {{ ... on CommandRefused {{ code }} }} }}");
                let answer = ask(&server, &query, json!({ "t": text })).await;
                let refused = answer["data"].as_object().and_then(|data| data.values().next());
                assert_eq!(refused.unwrap()["code"], "NOT_FOUND", "{command} by {text:?}: {answer}");
            }
            let mut path = reqwest::Url::parse("http://x/api/v1/incidents").unwrap();
            path.path_segments_mut().unwrap().push(text);
            let close = server.request(Method::POST, &format!("{}/close", path.path())).json(&json!({}));
            for request in [server.request(Method::GET, path.path()), close] {
                assert!([400, 404, 405].contains(&request.send().await.unwrap().status().as_u16()), "{text:?}");
            }
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("region", text).finish();
            assert_eq!(server.get(&format!("/api/v1/incidents.csv?{query}")).await.status(), 404, "{text:?}");
        }
        assert_eq!(server.the_incident(|_| true).await, before);
        told("operators", texts.len(), "through commands, REST and CSV");
    }

    async fn an_object_is_no_text(server: TestServer) {
        server.alert(&[lonely()]).await;
        server.the_incident(|incident| incident["status"] == "OPEN").await;
        let objects = [
            json!({ "$gt": "" }), json!({ "$ne": null }), json!({ "$regex": ".*" }), json!({ "$where": "1" }),
            json!({ "$in": ["zzyzx"] }), json!([{ "$gt": "" }]), json!([["zzyzx"]]), json!(true), json!(1.5),
        ];
        for object in &objects {
            for field in BY_TEXT {
                let answer = ask(&server, &format!("query ($t: ID!) {{ {} }}", field.replace("[$t]", "$t")), json!({ "t": object })).await;
                assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{field} by {object}: {answer}");
            }
            for kind in ["Incident", "Machine", "Region"] {
                let of = json!([{ "__typename": kind, "id": object }]);
                let query = "query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }";
                let answer = ask(&server, query, json!({ "of": of })).await;
                assert!(answer["data"]["_entities"][0].is_null(), "{answer}");
                let code = &answer["errors"][0]["extensions"]["code"];
                assert!(code.is_null() || code == "GRAPHQL_VALIDATION_FAILED", "{answer}");
            }
        }
        told("operators", objects.len(), &format!("as objects through {} filters and ids", BY_TEXT.len() + 3));
    }
}
