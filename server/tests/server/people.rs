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

async fn reopen(server: &TestServer, id: &Value, version: u64) -> Value {
    let mutation =
        "mutation ($id: ID!, $version: Int!) { reopen(id: $id, expectedVersion: $version) { ...R } }";
    run(server, mutation, json!({ "id": id, "version": version })).await["reopen"].take()
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

    async fn an_older_incident_that_a_person_opened_again_takes_the_next_alert(server: TestServer) {
        for day in ["18", "19"] {
            let alert = offline("dk-aarhus-01-03", "denmark", &format!("2026-11-{day}T10:00:00Z"));
            server.alert(&[resolved(alert, &format!("2026-11-{day}T11:00:00Z"))]).await;
        }
        let closed = server.incidents_once(&["CLOSED"], |all| all.len() == 2).await;
        let older = closed.iter().find(|incident| incident["number"] == "DK-1001").unwrap();
        let newer = closed.iter().find(|incident| incident["number"] == "DK-1002").unwrap();
        assert_eq!(reopen(&server, &older["id"], 1).await["incident"]["status"], "OPEN");
        server.alert(&[dark_screen()]).await;
        let goes_on = |open: &[Value]| matches!(open, [one] if one["id"] == older["id"] && one["firing"] == true);
        server.incidents_once(&["OPEN"], goes_on).await;
        let refused = reopen(&server, &newer["id"], 1).await;
        assert_eq!((&refused["code"], &refused["message"]), (&json!("NOT_ALLOWED"), &json!("DK-1001 is open for the same fault already")));
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

    async fn a_person_opens_what_was_closed_again(server: TestServer) {
        let id = open_incident(&server).await;
        close(&server, &id, 1, "").await;
        let mutation = "mutation ($id: ID!) { reopen(id: $id, expectedVersion: 2, comment: \"still dark\") { ...R } }";
        let answer = run(&server, mutation, json!({ "id": id })).await["reopen"].take();
        assert_eq!(answer["incident"]["status"], "OPEN");
        assert_eq!(answer["incident"]["timeline"][2], json!({ "what": "REOPENED", "note": "still dark" }));
    }

    async fn a_person_gives_it_to_somebody_else_and_back(server: TestServer) {
        let id = open_incident(&server).await;
        let mutation = "mutation ($id: ID!, $version: Int!, $to: String) {
            assign(id: $id, expectedVersion: $version, to: $to) { ...R } }";
        let answer = run(&server, mutation, json!({ "id": id, "version": 1, "to": "Ida" })).await;
        assert_eq!(answer["assign"]["incident"]["status"], "IN_PROGRESS");
        assert_eq!(answer["assign"]["incident"]["assignee"], "Ida");
        let answer = run(&server, mutation, json!({ "id": id, "version": 2, "to": null })).await;
        assert_eq!(answer["assign"]["incident"]["status"], "OPEN");
        assert_eq!(answer["assign"]["incident"]["assignee"], Value::Null);
    }

    async fn comments_and_assignee_survive_every_later_alert(server: TestServer) {
        let id = open_incident(&server).await;
        let comment = "mutation ($id: ID!) { comment(id: $id, text: \"lamp ordered\") { ...R } }";
        run(&server, comment, json!({ "id": id })).await;
        start_progress(&server, &id, 2).await;
        let again = offline("dk-aarhus-01-03", "denmark", "2026-11-20T10:06:00Z");
        server.alert(&[resolved(dark_screen(), "2026-11-20T10:05:30Z"), again]).await;
        let incident = server.the_incident(|incident| incident["occurrences"] == 2).await;
        assert_eq!(incident["assignee"], "local user");
        let said: Vec<&Value> = incident["timeline"].as_array().unwrap().iter().map(|entry| &entry["note"]).collect();
        assert!(said.contains(&&json!("lamp ordered")), "{said:?}");
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
