//! Earlier incidents of a machine, and what solved them, in one question.

use serde_json::{Value, json};

use crate::support::{TestServer, offline, on_both_stores};

const EARLIER: &str = "query ($machine: ID!) {
    incidents(filter: { machine: [$machine], status: [CLOSED] }, first: 5) {
        edges { node { openedAt closedAt closeReason solution } } } }";

async fn close(server: &TestServer, machine: &str, words: Option<&str>) {
    let is_open = |all: &[Value]| all.iter().any(|incident| incident["machine"]["id"] == machine);
    let open = server.incidents_once(&["OPEN"], is_open).await;
    let incident = open.iter().find(|incident| incident["machine"]["id"] == machine).unwrap();
    let mutation = "mutation ($id: ID!, $version: Int!, $comment: String) {
        closeIncident(id: $id, expectedVersion: $version, comment: $comment) { __typename } }";
    let variables = json!({ "id": incident["id"], "version": incident["version"], "comment": words });
    let answer = server.graphql(mutation, variables).await;
    assert_eq!(answer["closeIncident"]["__typename"], "CommandAccepted");
}

on_both_stores! {
    async fn what_solved_the_earlier_incidents_of_a_machine_is_told_in_one_question(server: TestServer) {
        for (machine, words) in [("dk-1", Some("The cable was loose.")), ("dk-2", Some("other machine"))] {
            server.alert(&[offline(machine, "denmark", "2026-11-20T10:00:00Z")]).await;
            close(&server, machine, words).await;
        }
        // A newer fault of the first machine, about which nobody said anything.
        let mut other = offline("dk-1", "denmark", "2026-11-20T11:00:00Z");
        other["labels"]["error_id"] = json!("temperature_high");
        server.alert(&[other]).await;
        close(&server, "dk-1", None).await;
        let data = server.graphql(EARLIER, json!({ "machine": "dk-1" })).await;
        let edges = data["incidents"]["edges"].as_array().unwrap();
        let told: Vec<_> = edges.iter().map(|edge| (&edge["node"]["closeReason"], &edge["node"]["solution"])).collect();
        let by_person = json!("BY_PERSON");
        assert_eq!(told, [(&by_person, &Value::Null), (&by_person, &json!("The cable was loose."))]);
        assert!(edges.iter().all(|edge| edge["node"]["openedAt"].is_string() && edge["node"]["closedAt"].is_string()));
    }
}
