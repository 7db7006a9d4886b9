//! Exporters that regions name as their own, beside those of the whole fleet.

use serde_json::{Value, json};

use crate::support::exporter::{FakeExporter, FakeMachine};
use crate::support::region_files::RegionFiles;
use crate::support::{StoreKind, TestServer};

/// The shipped regions, of which these name an exporter of their own.
fn regions(own: &[(&str, &FakeExporter)]) -> RegionFiles {
    let files = RegionFiles::shipped();
    for (region, exporter) in own {
        files.add(region, &format!("[upstreams]\nexporter = \"http://{}\"\n", exporter.address));
    }
    files
}

async fn server(regions: &RegionFiles, shared: Option<&FakeExporter>) -> TestServer {
    let start = regions.start_configured(StoreKind::Embedded, |settings| {
        settings.sources.exporter =
            shared.iter().map(|shared| format!("http://{}", shared.address).parse().unwrap()).collect();
        (
            settings.sources.exporter_poll_seconds,
            settings.sources.reconcile_seconds,
            settings.sources.watchdog_seconds,
        ) = (1, 1, 2);
    });
    start.await
}

/// The ids of all machines, as soon as there are so many.
async fn machines(server: &TestServer, count: usize) -> Vec<String> {
    let query = "{ machines { totalCount edges { node { id region { id } } } } }";
    let data = server.graphql_once(query, |data| data["machines"]["totalCount"] == count).await;
    let edges = data["machines"]["edges"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    edges
        .iter()
        .map(|edge| format!("{} {}", text(&edge["node"]["region"]["id"]), text(&edge["node"]["id"])))
        .collect()
}

async fn sources(server: &TestServer, region: &str) -> Vec<String> {
    let query = "query ($id: ID!) { region(id: $id) { sources { name } } }";
    let data = server.graphql(query, json!({ "id": region })).await;
    let sources = data["region"]["sources"].as_array().unwrap();
    sources.iter().map(|source| source["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_region_is_read_from_its_own_exporter_beside_those_of_all() {
    let (shared, own) = (FakeExporter::start().await, FakeExporter::start().await);
    shared.tell_machines(&[FakeMachine { region: "finland", ..FakeMachine::new("fi-1", "Kino", "Sali 1") }]);
    own.tell_machines(&[FakeMachine::new("dk-1", "Grand", "Sal 1")]);
    let regions = regions(&[("denmark", &own)]);
    let server = server(&regions, Some(&shared)).await;
    assert_eq!(machines(&server, 2).await, ["denmark dk-1", "finland fi-1"]);
    let name = format!("exporter {}", own.address);
    server
        .graphql_once("{ region(id: \"denmark\") { sources { name state } } }", |data| {
            let sources = data["region"]["sources"].as_array().unwrap();
            sources.iter().any(|source| source["name"] == name && source["state"] == "OK")
        })
        .await;
    assert!(!sources(&server, "finland").await.contains(&name));
}

#[tokio::test]
async fn the_exporter_of_a_region_cannot_tell_of_machines_of_another() {
    let own = FakeExporter::start().await;
    let foreign = FakeMachine { region: "finland", ..FakeMachine::new("fi-1", "Kino", "Sali 1") };
    own.tell_machines(&[FakeMachine::new("dk-1", "Grand", "Sal 1"), foreign]);
    let regions = regions(&[("denmark", &own)]);
    let server = server(&regions, None).await;
    assert_eq!(machines(&server, 1).await, ["denmark dk-1"]);
    let data = server.graphql("{ machine(id: \"fi-1\") { id } }", json!({})).await;
    assert_eq!(data["machine"], Value::Null);
    let metrics = server.get("/metrics").await.text().await.unwrap();
    let left_out = format!("cineportal_exporter_foreign_machines{{exporter=\"{}\"}} 1", own.address);
    assert!(metrics.lines().any(|line| line == left_out), "{metrics}");
}

#[test]
fn a_wrong_address_in_a_region_file_is_named_and_not_told_back() {
    let regions = regions(&[]);
    regions.add("denmark", "[upstreams]\nexporter = \"http://kim:secret@[::/\"\n");
    let error = cineportal_regions::load(regions.folder()).unwrap_err().to_string();
    assert!(error.contains("denmark.toml"), "{error}");
    assert!(error.contains("upstreams.exporter: write http://HOST:PORT or https://HOST/PATH"), "{error}");
    assert!(!error.contains("secret"), "{error}");
}

#[tokio::test]
async fn two_regions_may_share_an_exporter_of_their_own() {
    let own = FakeExporter::start().await;
    let region = |id, region| FakeMachine { region, ..FakeMachine::new(id, "Grand", "Sal 1") };
    own.tell_machines(&[region("a", "denmark"), region("b", "finland"), region("c", "norway")]);
    let regions = regions(&[("denmark", &own), ("finland", &own)]);
    let server = server(&regions, None).await;
    assert_eq!(machines(&server, 2).await, ["denmark a", "finland b"]);
}

#[tokio::test]
async fn an_exporter_of_all_that_a_region_names_too_is_one_of_all() {
    let shared = FakeExporter::start().await;
    shared.tell_machines(&[
        FakeMachine::new("dk-1", "Grand", "Sal 1"),
        FakeMachine { region: "finland", ..FakeMachine::new("fi-1", "Kino", "Sali 1") },
    ]);
    let regions = regions(&[("denmark", &shared)]);
    let server = server(&regions, Some(&shared)).await;
    assert_eq!(machines(&server, 2).await, ["denmark dk-1", "finland fi-1"]);
    let name = format!("exporter {}", shared.address);
    assert_eq!(sources(&server, "denmark").await.iter().filter(|source| **source == name).count(), 1);
}

#[tokio::test]
async fn a_machine_that_both_tell_of_is_listed_once() {
    let (shared, own) = (FakeExporter::start().await, FakeExporter::start().await);
    shared.tell_machines(&[
        FakeMachine::new("dk-1", "Grand", "Sal 1"),
        FakeMachine::new("dk-2", "Grand", "Sal 2"),
    ]);
    own.tell_machines(&[FakeMachine::new("dk-1", "Grand", "Sal 1")]);
    let regions = regions(&[("denmark", &own)]);
    let server = server(&regions, Some(&shared)).await;
    assert_eq!(machines(&server, 2).await, ["denmark dk-1", "denmark dk-2"]);
    shared.fail();
    let query =
        "{ a: machine(id: \"dk-1\") { reading { error } } b: machine(id: \"dk-2\") { reading { error } } }";
    let is_told =
        |data: &Value| data["a"]["reading"]["error"].is_null() && data["b"]["reading"]["error"].is_string();
    server.graphql_once(query, is_told).await;
}

#[tokio::test]
async fn a_dead_exporter_of_one_region_blinds_that_region_only() {
    let (own, other) = (FakeExporter::start().await, FakeExporter::start().await);
    own.fail();
    other.tell_machines(&[FakeMachine { region: "finland", ..FakeMachine::new("fi-1", "Kino", "Sali 1") }]);
    let regions = regions(&[("denmark", &own), ("finland", &other)]);
    let server = server(&regions, None).await;
    let query = "{ denmark: region(id: \"denmark\") { sources { name state } } finland: region(id: \"finland\") { sources { name state } } }";
    let state = |data: &Value, region: &str, name: &str| {
        let sources = data[region]["sources"].as_array().unwrap();
        sources.iter().find(|source| source["name"] == name).map(|source| source["state"].clone())
    };
    let (own, other) = (format!("exporter {}", own.address), format!("exporter {}", other.address));
    server
        .graphql_once(query, |data| {
            state(data, "denmark", &own) == Some(json!("FAILING"))
                && state(data, "finland", &other) == Some(json!("OK"))
        })
        .await;
    let data = server.graphql(query, json!({})).await;
    assert_eq!((state(&data, "denmark", &other), state(&data, "finland", &own)), (None, None));
}
