//! While the store is away, every question is answered in time with what is known, and says what is not.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::cuttable_store::Line;
use crate::support::process::ServerProcess;
use crate::support::replica_set::ReplicaSet;
use crate::support::{PATIENCE, http_client, offline, resolved, webhook};
use crate::trouble;

/// What the page of a region reads, and a list of all regions.
const PAGE: &str = "query ($id: ID!) {
    regions { id counts { open } }
    region(id: \"denmark\") { open: incidents { totalCount edges { node { id } } }
        closed: incidents(filter: { status: [CLOSED] }) { totalCount edges { node { id } } } }
    incident(id: $id) { number region { name } }
    history: incidents(filter: { status: [OPEN, CLOSED] }, last: 5) { edges { node { id } } }
    unknown: incident(id: \"nowhere\") { id }
    past: incidentAt(id: $id, time: \"2026-11-20T10:00:00Z\") { id } }";
/// How long MongoDB is away.
const AWAY: Duration = Duration::from_secs(20);

/// A real server, and who asks it.
struct Client(ServerProcess, reqwest::Client);

impl Client {
    /// Asks for [`PAGE`]; the answer must be one of GraphQL, whatever is known.
    async fn page(&self, id: &Value) -> Value {
        let request = json!({ "query": PAGE, "variables": { "id": id } });
        let response = self.post("/graphql", request.to_string()).await;
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }

    async fn post(&self, path: &str, body: String) -> reqwest::Response {
        let request = self.1.post(format!("http://{}{path}", self.0.address));
        request.header("content-type", "application/json").body(body).send().await.unwrap()
    }

    async fn alert(&self, alerts: &[Value]) {
        assert_eq!(self.post("/webhooks/alertmanager", webhook(alerts)).await.status(), 200);
    }

    /// The page as soon as it looks as expected.
    async fn page_once(&self, id: &Value, expected: impl Fn(&Value) -> bool) -> Value {
        let mut page = Value::Null;
        let found = async {
            while !expected(&page) {
                page = self.page(id).await;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, found).await;
        assert!(found.is_ok(), "the page is not as expected: {page:#}");
        page
    }
}

/// Checks an answer while the store is away: what the board knows is there, the rest is null and told.
fn check_what_is_known(answer: &Value, id: &Value) {
    let data = &answer["data"];
    let denmark =
        data["regions"].as_array().unwrap().iter().find(|region| region["id"] == "denmark").unwrap();
    assert_eq!(denmark["counts"], json!({ "open": 1 }), "{answer:#}");
    assert_eq!(data["region"]["open"], json!({ "totalCount": 1, "edges": [{ "node": { "id": id } }] }));
    assert_eq!(data["incident"]["region"], json!({ "name": "Denmark" }));
    let mut failed = Vec::new();
    for error in answer["errors"].as_array().unwrap() {
        assert_eq!(error["extensions"]["code"], "UPSTREAM_UNAVAILABLE", "{error}");
        failed.push(
            error["path"].as_array().unwrap().iter().map(|part| part.as_str().unwrap()).collect::<Vec<_>>(),
        );
    }
    failed.sort();
    assert_eq!(failed, [vec!["history"], vec!["past"], vec!["region", "closed"], vec!["unknown"]]);
    for path in ["/region/closed", "/history", "/unknown", "/past"] {
        assert_eq!(data.pointer(path), Some(&Value::Null), "{path} is null, not left out");
    }
}

#[tokio::test]
async fn what_the_board_knows_is_answered_without_the_store() {
    let (server, line) = trouble::server(Line::Whole).await;
    server.wait_until_ready().await;
    server.alert(&[offline("dk-1", "denmark", "2026-11-20T10:00:00Z")]).await;
    let id = server.incidents_once(&["OPEN"], |open| open.len() == 1).await[0]["id"].take();
    line.send_replace(Line::Cut);
    let request = json!({ "query": PAGE, "variables": { "id": id } });
    let answer = server.graphql_request().json(&request).send().await.unwrap().json().await.unwrap();
    check_what_is_known(&answer, &id);
}

#[tokio::test]
async fn without_a_board_the_counts_are_null_and_the_region_is_there() {
    let (server, _line) = trouble::server(Line::Cut).await;
    let query = "{ region(id: \"denmark\") { name counts { open } incidents { totalCount } } }";
    let request = server.graphql_request().json(&json!({ "query": query }));
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    let expected = json!({ "name": "Denmark", "counts": null, "incidents": null });
    assert_eq!(answer["data"]["region"], expected, "{answer}");
    assert_eq!(answer["errors"].as_array().unwrap().len(), 2, "{answer}");
}

/// One open incident and one closed one, as the server shows them; answers the id of the open one.
async fn start(mongodb: &ReplicaSet) -> (Client, Value) {
    let client = Client(ServerProcess::start(&mongodb.store()).await, http_client());
    let over = resolved(offline("dk-2", "denmark", "2026-11-20T10:00:00Z"), "2026-11-20T11:00:00Z");
    client.alert(&[offline("dk-1", "denmark", "2026-11-20T10:00:00Z"), over]).await;
    let is_there = |page: &Value| page["data"]["region"]["open"]["totalCount"] == 1;
    let page = client.page_once(&json!("none"), is_there).await;
    let id = page["data"]["region"]["open"]["edges"][0]["node"]["id"].clone();
    (client, id)
}

/// Asks again and again while MongoDB is away, and then until everything is answered and followed again.
async fn ask_while_it_is_away(client: &Client, id: &Value, come_back: impl FnOnce()) {
    let gone_at = Instant::now();
    while gone_at.elapsed() < AWAY {
        check_what_is_known(&client.page(id).await, id);
    }
    come_back();
    let page = client.page_once(id, |page| page["errors"].is_null() && !page.is_null()).await;
    assert_eq!(page["data"]["region"]["closed"]["totalCount"], 1, "{page:#}");
    let new = webhook(&[offline("dk-3", "denmark", "2026-11-20T12:00:00Z")]);
    let stored = async {
        while client.post("/webhooks/alertmanager", new.clone()).await.status() != 200 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, stored).await.expect("nothing is stored again");
    client.page_once(id, |page| page["data"]["region"]["open"]["totalCount"] == 2).await;
}

#[tokio::test]
async fn a_mongodb_that_hangs_for_20_seconds_costs_only_what_only_it_knows() {
    let mongodb = ReplicaSet::alone().await;
    let (client, id) = start(&mongodb).await;
    mongodb.pause();
    ask_while_it_is_away(&client, &id, || mongodb.resume()).await;
}

#[tokio::test]
async fn a_mongodb_that_dies_and_comes_back_needs_no_restart_of_the_server() {
    let mut mongodb = ReplicaSet::alone().await;
    let (client, id) = start(&mongodb).await;
    mongodb.kill();
    ask_while_it_is_away(&client, &id, || mongodb.restart()).await;
}
