//! The server as one of several services behind a gateway: Apollo Federation 2.

use serde_json::{Value, json};

use crate::support::exporter::FakeExporter;
use crate::support::{StoreKind, TestServer, offline};

const ENTITIES: &str = "query ($of: [_Any!]!) { _entities(representations: $of) { __typename
    ... on Incident { id title } ... on Region { id name } ... on Machine { id } } }";

async fn entities(server: &TestServer, representations: Value) -> Value {
    server.graphql(ENTITIES, json!({ "of": representations })).await["_entities"].take()
}

#[tokio::test]
async fn incidents_machines_and_regions_are_found_by_their_keys() {
    let exporter = FakeExporter::start().await;
    exporter.tell_shows(&[("dk-1", Some(300))]);
    let url = format!("http://{}", exporter.address);
    let server = TestServer::start_with_flags(StoreKind::Embedded.fresh(), &["--exporter", &url]).await;
    server.alert(&[offline("dk-1", "denmark", "2026-11-20T10:00:00Z")]).await;
    let id = server.the_incident(|incident| incident["status"] == "OPEN").await["id"].take();
    let machine = json!([{ "__typename": "Machine", "id": "dk-1" }]);
    let read = async { while entities(&server, machine.clone()).await[0].is_null() {} };
    tokio::time::timeout(crate::support::PATIENCE, read).await.expect("the exporter was not read");
    let found = entities(
        &server,
        json!([{ "__typename": "Region", "id": "denmark" }, { "__typename": "Incident", "id": id }, machine[0]]),
    );
    assert_eq!(
        found.await,
        json!([
            { "__typename": "Region", "id": "denmark", "name": "Denmark" },
            { "__typename": "Incident", "id": id, "title": "Screen 3 is dark" },
            { "__typename": "Machine", "id": "dk-1" },
        ])
    );
}

#[tokio::test]
async fn what_nobody_knows_is_null_and_the_rest_is_answered() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let of = |name: &str, id: &str| json!({ "__typename": name, "id": id });
    let asked = json!([
        of("Incident", "none"),
        of("Region", "atlantis"),
        of("Machine", "none"),
        of("Region", "denmark")
    ]);
    let found = entities(&server, asked).await;
    assert_eq!((&found[0], &found[1], &found[2]), (&Value::Null, &Value::Null, &Value::Null));
    assert_eq!(found[3]["name"], "Denmark");
}

#[tokio::test]
async fn a_gateway_can_read_the_subgraph_and_nobody_else_sees_its_fields() {
    let flags = ["--introspection", "on"];
    let server = TestServer::start_with_flags(StoreKind::Embedded.fresh(), &flags).await;
    let data = server.graphql("{ _service { sdl } }", json!({})).await;
    let sdl = data["_service"]["sdl"].as_str().unwrap();
    for entity in ["type Incident", "type Machine", "type Region"] {
        let line = sdl.lines().find(|line| line.starts_with(&format!("{entity} "))).unwrap();
        assert!(line.contains("@key(fields: \"id\")"), "{line}");
    }
    assert!(sdl.contains("https://specs.apollo.dev/federation/v2"));
    assert!(!cineportal_schema::SDL.contains("_entities"));
}
