//! A cinema whose machines fail together, from the webhook to the list.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{StoreKind, TestServer, offline_together, on_both_stores, resolved, webhook};

const BEGAN: &str = "2026-11-20T10:00:00Z";

fn machines(names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| offline_together(&format!("dk-aarhus-01-{name}"), "denmark", BEGAN)).collect()
}

fn is_outage(incident: &Value) -> bool {
    incident["errorId"] == "cinema_outage"
}

async fn the_outage(server: &TestServer, status: &str) -> Value {
    let found = server.incidents_once(&[status], |incidents| incidents.iter().any(is_outage)).await;
    found.into_iter().find(is_outage).unwrap()
}

async fn members(server: &TestServer, id: &Value) -> Value {
    let query = "query ($id: ID!) { incident(id: $id) { members { machineId recoveredAt incident { status outage { id } } } } }";
    server.graphql(query, json!({ "id": id })).await["incident"]["members"].take()
}

on_both_stores! {
    async fn three_dark_machines_become_one_outage_with_its_members(server: TestServer) {
        server.alert(&machines(&["01", "02", "03"])).await;
        let outage = the_outage(&server, "OPEN").await;
        let members = members(&server, &outage["id"]).await;
        assert_eq!(members.as_array().unwrap().len(), 3);
        assert_eq!(members[0]["incident"]["outage"]["id"], outage["id"]);
    }

    async fn every_cinema_of_a_storm_has_one_outage_of_its_own(server: TestServer) {
        let of_cinema = |cinema: usize| ["01", "02", "03"].map(|screen| {
            let mut alert = offline_together(&format!("dk-{cinema}-{screen}"), "denmark", BEGAN);
            alert["labels"]["cinema_id"] = json!(format!("dk-{cinema}"));
            alert
        });
        server.alert(&(0..20).flat_map(of_cinema).collect::<Vec<Value>>()).await;
        let all_are_there = |incidents: &[Value]| incidents.iter().filter(|one| is_outage(one)).count() == 20;
        let all = server.incidents_once(&["OPEN"], all_are_there).await;
        let numbers: BTreeSet<&str> = all.iter().filter_map(|incident| incident["number"].as_str()).collect();
        assert_eq!((all.len(), numbers.len()), (80, 80), "three machines and an outage in each, numbered apart");
    }

    async fn it_ends_by_itself_when_all_work_again(server: TestServer) {
        let dark = machines(&["01", "02", "03"]);
        server.alert(&dark).await;
        the_outage(&server, "OPEN").await;
        let bright: Vec<Value> = dark.into_iter().map(|alert| resolved(alert, "2026-11-20T10:05:00Z")).collect();
        server.alert(&bright).await;
        let outage = the_outage(&server, "CLOSED").await;
        assert_eq!(outage["closeReason"], "RESOLVED");
    }
}

#[tokio::test]
async fn two_servers_find_the_same_one_outage() {
    let first = TestServer::start(StoreKind::Mongo).await;
    let second = TestServer::start_on(first.shared_store()).await;
    let dark = machines(&["01", "02", "03", "04"]);
    let halves = [webhook(&dark[..2]), webhook(&dark[2..])];
    let (one, other) = tokio::join!(first.webhook(halves[0].clone()), second.webhook(halves[1].clone()));
    assert_eq!((one.0, other.0), (200, 200));
    for server in [&first, &second] {
        let all = server.incidents_once(&["OPEN"], |incidents| incidents.len() == 5).await;
        let outage = all.iter().find(|incident| is_outage(incident)).unwrap();
        let complete = async {
            while members(server, &outage["id"]).await.as_array().unwrap().len() < 4 {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(crate::support::PATIENCE, complete).await.expect("not all machines joined");
    }
}
