//! Other services open, update and close incidents, over REST and GraphQL.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{StoreKind, TestServer, on_both_stores};

const INCIDENTS: &str = "/api/v1/incidents";

/// A projector that a ticket system knows as T-17.
fn report() -> Value {
    json!({
        "region": "denmark", "title": "Projector smells of smoke", "severity": "critical", "reference": "T-17",
        "machineId": "dk-aarhus-01-01", "cinema": { "id": "dk-aarhus", "name": "Aarhus Bio" },
        "labels": { "shift": "late" }, "links": [{ "title": "Ticket", "url": "https://tickets.example/T-17" }],
    })
}

async fn send(
    server: &TestServer,
    method: Method,
    path: &str,
    key: Option<&str>,
    body: &Value,
) -> (u16, Value) {
    let mut request = server.request(method, path).json(body);
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn post(server: &TestServer, path: &str, key: Option<&str>, body: &Value) -> (u16, Value) {
    send(server, Method::POST, path, key, body).await
}

async fn open(server: &TestServer) -> Value {
    let (status, incident) = post(server, INCIDENTS, Some("k1"), &report()).await;
    assert_eq!(status, 201, "{incident}");
    incident
}

fn at(incident: &Value, action: &str) -> String {
    format!("{INCIDENTS}/{}{action}", incident["id"].as_str().unwrap())
}

on_both_stores! {
    async fn a_service_opens_an_incident(server: TestServer) {
        let incident = open(&server).await;
        assert_eq!((&incident["status"], &incident["number"]), (&json!("open"), &json!("DK-1001")));
        let (status, read) = send(&server, Method::GET, &at(&incident, ""), None, &json!({})).await;
        assert_eq!((status, read), (200, incident));
        server.the_incident(|incident| incident["title"] == "Projector smells of smoke").await;
    }

    async fn the_same_request_again_opens_nothing(server: TestServer) {
        let incident = open(&server).await;
        assert_eq!(post(&server, INCIDENTS, Some("k1"), &report()).await, (200, incident));
    }

    async fn an_idempotency_key_is_for_one_request_only(server: TestServer) {
        open(&server).await;
        let mut other = report();
        other["title"] = json!("Something else");
        let (status, problem) = post(&server, INCIDENTS, Some("k1"), &other).await;
        assert_eq!((status, &problem["code"]), (409, &json!("CONFLICT")));
        assert_eq!(problem["message"], "this idempotency key was used for another request");
    }

    async fn a_reference_has_one_open_incident(server: TestServer) {
        let incident = open(&server).await;
        let (status, problem) = post(&server, INCIDENTS, Some("k2"), &report()).await;
        assert_eq!((status, &problem["message"]), (409, &json!("DK-1001 is open under this reference already")));
        assert_eq!(problem["incident"]["id"], incident["id"]);
    }

    async fn once_closed_the_reference_opens_a_new_incident_that_names_the_earlier_one(server: TestServer) {
        let incident = open(&server).await;
        post(&server, &at(&incident, "/close"), None, &json!({})).await;
        let (status, _) = post(&server, INCIDENTS, Some("k2"), &report()).await;
        assert_eq!(status, 201);
        let is_new = |open: &[Value]| open.len() == 1 && open[0]["id"] != incident["id"];
        assert_eq!(server.incidents_once(&["OPEN"], is_new).await[0]["earlier"], incident["id"]);
    }

    async fn a_service_closes_what_it_opened_and_says_why(server: TestServer) {
        let incident = open(&server).await;
        let body = json!({ "comment": "fan replaced" });
        let (status, closed) = post(&server, &at(&incident, "/close"), Some("c1"), &body).await;
        assert_eq!((status, &closed["status"], &closed["closeReason"]), (200, &json!("closed"), &json!("by_service")));
        assert_eq!(post(&server, &at(&incident, "/close"), Some("c1"), &body).await, (200, closed));
        let (status, problem) = post(&server, &at(&incident, "/close"), Some("c2"), &body).await;
        assert_eq!((status, &problem["code"]), (409, &json!("NOT_ALLOWED")));
    }

    async fn a_service_that_looked_at_an_old_version_is_told_so(server: TestServer) {
        let incident = open(&server).await;
        let worse = json!({ "severity": "warning", "expectedVersion": 1 });
        let (status, changed) = send(&server, Method::PATCH, &at(&incident, ""), None, &worse).await;
        assert_eq!((status, &changed["severity"]), (200, &json!("warning")));
        let close = json!({ "expectedVersion": 1 });
        let (status, problem) = post(&server, &at(&incident, "/close"), None, &close).await;
        assert_eq!((status, &problem["incident"]["version"]), (409, &json!(2)));
    }

    async fn graphql_opens_the_same_way(server: TestServer) {
        let mutation = "mutation ($input: OpenIncidentInput!, $key: String) {
            openIncident(input: $input, idempotencyKey: $key) {
                ... on CommandAccepted { incident { id number } } ... on CommandRefused { code message } } }";
        let input = json!({ "region": "finland", "title": "No sound", "severity": "WARNING" });
        let variables = json!({ "input": input, "key": "g1" });
        let first = server.graphql(mutation, variables.clone()).await;
        assert_eq!(first["openIncident"]["incident"]["number"], "FI-1001");
        assert_eq!(server.graphql(mutation, variables).await, first);
    }

    async fn an_incident_is_shown_as_it_was(server: TestServer) {
        let incident = open(&server).await;
        let changed = json!({ "severity": "info", "title": "Only dust", "comment": "false alarm" });
        let (_, changed) = send(&server, Method::PATCH, &at(&incident, ""), None, &changed).await;
        let query = "query ($id: ID!, $time: DateTime!) { incidentAt(id: $id, time: $time) {
            title severity version timeline { what note } } }";
        let before = json!({ "id": incident["id"], "time": incident["updatedAt"] });
        let past = server.graphql(query, before).await;
        assert_eq!(past["incidentAt"], json!({ "title": "Projector smells of smoke", "severity": "CRITICAL",
            "version": 1, "timeline": [{ "what": "OPENED", "note": null }] }));
        let now = server.graphql(query, json!({ "id": incident["id"], "time": changed["updatedAt"] })).await;
        assert_eq!((&now["incidentAt"]["title"], &now["incidentAt"]["version"]), (&json!("Only dust"), &json!(2)));
        let never = server.graphql(query, json!({ "id": incident["id"], "time": "2020-01-01T00:00:00Z" })).await;
        assert_eq!(never["incidentAt"], Value::Null);
    }

    async fn bad_input_gets_a_clear_error(server: TestServer) {
        for (field, value, message) in [
            ("region", json!("atlantis"), "there is no region \"atlantis\""),
            ("title", json!("  "), "a title must not be empty"),
            ("title", json!("x".repeat(301)), "a title has at most 300 characters"),
            ("links", json!([{ "title": "x", "url": "javascript:alert(1)" }]),
             "\"javascript:alert(1)\" is not a web address: http or https"),
        ] {
            let mut bad = report();
            bad[field] = value;
            let (status, problem) = post(&server, INCIDENTS, None, &bad).await;
            assert_eq!((status, &problem["message"]), (400, &json!(message)));
        }
        let mut unknown = report();
        unknown["colour"] = json!("red");
        let (status, problem) = post(&server, INCIDENTS, None, &unknown).await;
        assert_eq!((status, &problem["code"]), (400, &json!("INVALID")));
        assert!(problem["message"].as_str().unwrap().starts_with("unknown field `colour`"), "{problem}");
    }

    async fn an_unknown_incident_is_not_found(server: TestServer) {
        let (status, problem) = post(&server, &format!("{INCIDENTS}/nothing/close"), None, &json!({})).await;
        assert_eq!((status, &problem["code"]), (404, &json!("NOT_FOUND")));
    }
}

#[tokio::test]
async fn of_many_equal_requests_to_two_servers_one_opens_an_incident() {
    let first = TestServer::start(StoreKind::Mongo).await;
    let second = TestServer::start_on(first.shared_store()).await;
    let report = report();
    let requests = (0..20).map(|index| {
        let server = if index % 2 == 0 { &first } else { &second };
        post(server, INCIDENTS, Some("same"), &report)
    });
    let answers = futures::future::join_all(requests).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 1);
    assert!(answers.iter().all(|(_, incident)| incident["id"] == answers[0].1["id"]));
}

#[tokio::test]
async fn pages_of_other_sites_are_refused() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let foreign =
        server.request(Method::POST, INCIDENTS).json(&report()).header("origin", "https://evil.example");
    assert_eq!(foreign.send().await.unwrap().status(), 403);
    let form = server
        .request(Method::POST, INCIDENTS)
        .body(report().to_string())
        .header("content-type", "text/plain");
    assert_eq!(form.send().await.unwrap().status(), 415);
}
