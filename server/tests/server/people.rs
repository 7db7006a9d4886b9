//! What people do to incidents.

use serde_json::{Value, json};

use crate::support::{TestServer, offline, on_both_stores, resolved};

async fn start_progress(server: &TestServer, id: &Value, version: u64) -> Value {
    let mutation =
        "mutation ($id: ID!, $version: Int!) { startProgress(id: $id, expectedVersion: $version) { ...R } }";
    run(server, mutation, json!({ "id": id, "version": version })).await["startProgress"].take()
}

async fn close(server: &TestServer, id: &Value, version: u64, comment: &str) -> Value {
    let mutation = "mutation ($id: ID!, $version: Int!, $comment: String) {
        closeIncident(id: $id, expectedVersion: $version, comment: $comment) { ...R } }";
    let variables = json!({ "id": id, "version": version, "comment": comment });
    run(server, mutation, variables).await["closeIncident"].take()
}

async fn run(server: &TestServer, mutation: &str, variables: Value) -> Value {
    let result = "fragment R on CommandResult {
        ... on CommandAccepted { incident { status assignee acknowledgedAt closeReason version timeline { what note } } }
        ... on CommandRefused { code message current: incident { status version } } }";
    server.graphql(&format!("{mutation} {result}"), variables).await
}

async fn open_incident(server: &TestServer) -> Value {
    server.alert(&[dark_screen()]).await;
    server.the_incident(|incident| incident["status"] == "OPEN").await["id"].take()
}

fn dark_screen() -> Value {
    offline("dk-aarhus-01-03", "denmark", "2026-11-20T10:00:00Z")
}

on_both_stores! {
    async fn a_person_takes_an_incident(server: TestServer) {
        let id = open_incident(&server).await;
        let answer = start_progress(&server, &id, 1).await;
        assert_eq!(answer["incident"]["status"], "IN_PROGRESS");
        assert_eq!(answer["incident"]["assignee"], "local user");
        assert_ne!(answer["incident"]["acknowledgedAt"], Value::Null);
    }

    async fn whoever_is_slower_is_told_so(server: TestServer) {
        let id = open_incident(&server).await;
        start_progress(&server, &id, 1).await;
        let answer = start_progress(&server, &id, 1).await;
        assert_eq!(answer["code"], "CONFLICT");
        assert_eq!(answer["message"], "somebody else changed DK-1001 in the meantime");
        assert_eq!(answer["current"], json!({ "status": "IN_PROGRESS", "version": 2 }));
    }

    async fn of_ten_people_at_once_one_takes_it(server: TestServer) {
        let id = open_incident(&server).await;
        let answers = futures::future::join_all((0..10).map(|_| start_progress(&server, &id, 1))).await;
        let refused = answers.iter().filter(|answer| answer["code"] == "CONFLICT").count();
        assert_eq!(refused, 9, "{answers:#?}");
    }

    async fn a_person_closes_an_incident_and_says_why(server: TestServer) {
        let id = open_incident(&server).await;
        let answer = close(&server, &id, 1, "  lamp changed ").await;
        assert_eq!(answer["incident"]["closeReason"], "BY_PERSON");
        assert_eq!(answer["incident"]["timeline"][1], json!({ "what": "CLOSED", "note": "lamp changed" }));
    }

    async fn what_is_closed_cannot_be_closed_or_taken_again(server: TestServer) {
        let id = open_incident(&server).await;
        close(&server, &id, 1, "").await;
        let answer = close(&server, &id, 2, "").await;
        assert_eq!((&answer["code"], &answer["message"]), (&json!("NOT_ALLOWED"), &json!("DK-1001 is closed already")));
        assert_eq!(start_progress(&server, &id, 2).await["code"], "NOT_ALLOWED");
    }

    async fn a_comment_that_is_too_long_is_refused(server: TestServer) {
        let id = open_incident(&server).await;
        assert_eq!(close(&server, &id, 1, &"x".repeat(4_001)).await["code"], "INVALID");
    }

    async fn an_incident_that_does_not_exist_is_not_found(server: TestServer) {
        assert_eq!(start_progress(&server, &json!("nothing"), 1).await["code"], "NOT_FOUND");
    }

    async fn what_a_person_closed_stays_closed_while_the_alert_repeats(server: TestServer) {
        let id = open_incident(&server).await;
        close(&server, &id, 1, "known").await;
        server.alert(&[dark_screen()]).await;
        let incident = server.the_incident(|incident| incident["status"] == "CLOSED").await;
        assert_eq!(incident["firing"], true);
    }

    async fn a_person_who_took_it_is_kept_when_the_alert_resolves(server: TestServer) {
        let id = open_incident(&server).await;
        start_progress(&server, &id, 1).await;
        server.alert(&[resolved(dark_screen(), "2026-11-20T10:05:00Z")]).await;
        let incident = server.the_incident(|incident| incident["status"] == "CLOSED").await;
        assert_eq!(incident["assignee"], "local user");
    }
}
