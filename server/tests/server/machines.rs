//! Machines as other programs ask for them: one, all of a region, the wall of them.

use serde_json::{Value, json};

use crate::support::exporter::{FakeExporter, FakeMachine};
use crate::support::{StoreKind, TestServer, offline, resolved};

/// A server that has read these machines, and reads them again every second.
async fn server_with(machines: &[FakeMachine<'_>]) -> (TestServer, FakeExporter) {
    let exporter = FakeExporter::start().await;
    exporter.tell_machines(machines);
    let address = format!("http://{}", exporter.address);
    // A wall of a thousand machines takes a while without optimisation.
    let patience = ["--operation-timeout-seconds", "60"];
    let flags = [&["--exporter", &address, "--exporter-poll-seconds", "1"][..], &patience].concat();
    let server = TestServer::start_with_flags(StoreKind::Embedded.fresh(), &flags).await;
    once_there_are(&server, machines.len()).await;
    (server, exporter)
}

async fn once_there_are(server: &TestServer, machines: usize) {
    let counted = |data: &Value| data["machines"]["totalCount"] == machines;
    server.graphql_once("{ machines(first: 1) { totalCount } }", counted).await;
}

/// Five machines in the order of lists.
fn five() -> [FakeMachine<'static>; 5] {
    [
        FakeMachine::new("dk-3", "Bio 2", "Sal 1"),
        FakeMachine::new("dk-2", "Bio 10", "Sal 2"),
        FakeMachine { online: false, ..FakeMachine::new("dk-1", "Bio 10", "Sal 10") },
        FakeMachine { region: "finland", ..FakeMachine::new("fi-1", "Kino", "Sali 1") },
        FakeMachine { region: "finland", ..FakeMachine::new("fi-2", "Kino", "Sali 1") },
    ]
}

/// A page of the list with these arguments: ids, whether more is before and behind, first and last cursor.
async fn page(server: &TestServer, arguments: &str) -> (Vec<String>, [Value; 4]) {
    let query = format!(
        "{{ machines({arguments}) {{ totalCount edges {{ cursor node {{ id }} }}
            pageInfo {{ hasPreviousPage hasNextPage startCursor endCursor }} }} }}"
    );
    let mut data = server.graphql(&query, json!({})).await;
    let edges = data["machines"]["edges"].as_array().unwrap();
    let ids = edges.iter().map(|edge| edge["node"]["id"].as_str().unwrap().to_owned()).collect();
    let mut info = data["machines"]["pageInfo"].take();
    let info = ["hasPreviousPage", "hasNextPage", "startCursor", "endCursor"].map(|name| info[name].take());
    (ids, info)
}

async fn ids(server: &TestServer, arguments: &str) -> Vec<String> {
    page(server, arguments).await.0
}

#[tokio::test]
async fn a_machine_tells_all_that_was_read_of_it() {
    let (server, _exporter) = server_with(&[FakeMachine::new("dk-1", "Grand", "Sal 2")]).await;
    let query = "{ machine(id: \"dk-1\") {
        id online cinema { id name } screen { id name } region { id } openIncidents
        nextShow { at error }
        reading {
            lastSeenAt displayWidthPixels displayHeightPixels displayExpectedWidthPixels displayExpectedHeightPixels
            downloadFailed downloadProgressRatio gameVersion temperatureCelsius diskFreeBytes error
        }
    } }";
    let machine = server.graphql(query, json!({})).await["machine"].take();
    let expected = json!({
        "id": "dk-1", "online": true, "region": { "id": "denmark" }, "openIncidents": 0,
        "cinema": { "id": "dk-1-cinema", "name": "Grand" }, "screen": { "id": "dk-1-screen", "name": "Sal 2" },
        "nextShow": { "at": "2100-01-01T00:00:00Z", "error": null },
        "reading": {
            "lastSeenAt": "2026-11-21T04:05:33.39Z", "displayWidthPixels": 1920, "displayHeightPixels": 1080,
            "displayExpectedWidthPixels": 4096, "displayExpectedHeightPixels": 2160, "downloadFailed": true,
            "downloadProgressRatio": 0.25, "gameVersion": "4.2.1", "temperatureCelsius": 41.5,
            "diskFreeBytes": 512_110_190_592.0, "error": null,
        },
    });
    assert_eq!(machine, expected);
}

#[tokio::test]
async fn a_machine_that_nobody_knows_is_null() {
    let (server, _exporter) = server_with(&five()).await;
    let data = server.graphql("{ machine(id: \"dk\") { id } }", json!({})).await;
    assert_eq!(data["machine"], Value::Null);
}

#[tokio::test]
async fn a_machine_that_only_an_incident_knows_says_that_no_exporter_does() {
    let (server, _exporter) = server_with(&five()).await;
    let alert = offline("lost", "denmark", "2026-11-21T00:00:00Z");
    server.alert(&[alert.clone(), resolved(alert, "2026-11-21T00:10:00Z")]).await;
    server.incidents_once(&["CLOSED"], |closed| closed.len() == 1).await;
    let query = "{
        machine(id: \"lost\") { id online cinema { name } region { id } reading { asOf error } incidents(status: [CLOSED]) { totalCount } }
        incidents(filter: { status: [CLOSED] }) { edges { node { machine { id reading { error } } } } }
    }";
    let data = server.graphql(query, json!({})).await;
    let unknown = "no exporter lists this machine, screen or cinema";
    let expected = json!({
        "id": "lost", "online": null, "cinema": { "name": "Aarhus Bio" }, "region": { "id": "denmark" },
        "reading": { "asOf": null, "error": unknown }, "incidents": { "totalCount": 1 },
    });
    assert_eq!(data["machine"], expected);
    let machine = &data["incidents"]["edges"][0]["node"]["machine"];
    assert_eq!(*machine, json!({ "id": "lost", "reading": { "error": unknown } }));
}

#[tokio::test]
async fn machines_come_as_people_count_page_by_page() {
    let mut mixed = five();
    mixed.reverse();
    let (server, _exporter) = server_with(&mixed).await;
    let (first, [before, behind, _, end]) = page(&server, "first: 2").await;
    assert_eq!(
        (first, before, behind),
        (vec!["dk-3".to_owned(), "dk-2".to_owned()], json!(false), json!(true))
    );
    let (second, [before, behind, start, end]) = page(&server, &format!("first: 2, after: {end}")).await;
    assert_eq!(
        (second, before, behind),
        (vec!["dk-1".to_owned(), "fi-1".to_owned()], json!(true), json!(true))
    );
    assert_eq!(ids(&server, &format!("first: 2, after: {end}")).await, ["fi-2"]);
    assert_eq!(ids(&server, &format!("last: 1, before: {start}")).await, ["dk-2"]);
    let (last, [before, behind, ..]) = page(&server, "last: 2").await;
    assert_eq!(
        (last, before, behind),
        (vec!["fi-1".to_owned(), "fi-2".to_owned()], json!(true), json!(false))
    );
}

#[tokio::test]
async fn a_cursor_outlives_its_machine() {
    let all = five();
    let (server, exporter) = server_with(&all).await;
    let (_, [.., end]) = page(&server, "first: 2").await;
    let without: Vec<_> = all.iter().filter(|machine| machine.id != "dk-2").copied().collect();
    exporter.tell_machines(&without);
    once_there_are(&server, 4).await;
    assert_eq!(ids(&server, &format!("first: 2, after: {end}")).await, ["dk-1", "fi-1"]);
}

#[tokio::test]
async fn a_filter_narrows_the_list() {
    let (server, _exporter) = server_with(&five()).await;
    let mut alert = offline("fi-2", "finland", "2026-11-21T00:00:00Z");
    alert["labels"]["cinema_id"] = json!("fi-2-cinema");
    server.alert(&[alert]).await;
    server.incidents_once(&["OPEN"], |open| open.len() == 1).await;
    for (filter, expected) in [
        ("region: \"finland\"", vec!["fi-1", "fi-2"]),
        ("cinema: \"dk-2-cinema\"", vec!["dk-2"]),
        ("online: false", vec!["dk-1"]),
        ("text: \"bio sal 10\"", vec!["dk-2", "dk-1"]),
        ("text: \"FI\"", vec!["fi-1", "fi-2"]),
        ("text: \".*\"", vec!["dk-3", "dk-2", "dk-1", "fi-1", "fi-2"]),
        ("hasIncident: true", vec!["fi-2"]),
        ("hasIncident: false, region: \"finland\"", vec!["fi-1"]),
        ("region: \"atlantis\"", vec![]),
    ] {
        assert_eq!(ids(&server, &format!("filter: {{ {filter} }}")).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn a_machine_tells_of_its_incidents() {
    let (server, _exporter) = server_with(&five()).await;
    let over = offline("dk-1", "denmark", "2026-11-20T00:00:00Z");
    server.alert(&[over.clone(), resolved(over, "2026-11-20T00:10:00Z")]).await;
    let mut alert = offline("dk-1", "denmark", "2026-11-21T00:00:00Z");
    alert["labels"]["error_id"] = json!("game_download_failed");
    server.alert(&[alert]).await;
    let query = "{ machine(id: \"dk-1\") {
        openIncidents
        open: incidents { edges { node { errorId machine { id online } } } }
        all: incidents(status: [OPEN, IN_PROGRESS, CLOSED], first: 10) { totalCount }
    } }";
    let is_read = |data: &Value| data["machine"]["openIncidents"] == 1;
    let data = server.graphql_once(query, is_read).await;
    let machine = &data["machine"];
    assert_eq!(machine["all"]["totalCount"], 2);
    let expected = json!({ "errorId": "game_download_failed", "machine": { "id": "dk-1", "online": false } });
    assert_eq!(machine["open"]["edges"], json!([{ "node": expected }]));
}

#[tokio::test]
async fn a_region_counts_and_lists_its_own_machines() {
    let (server, _exporter) = server_with(&five()).await;
    let query = "{ region(id: \"denmark\") {
        machineCounts { total online offline unknown error }
        machines(filter: { region: \"finland\", online: true }) { edges { node { id } } totalCount }
    } }";
    let data = server.graphql(query, json!({})).await;
    let counts = json!({ "total": 3, "online": 2, "offline": 1, "unknown": 0, "error": null });
    assert_eq!(data["region"]["machineCounts"], counts);
    assert_eq!(data["region"]["machines"]["totalCount"], 2);
}

#[tokio::test]
async fn a_wall_of_a_thousand_machines_is_one_query() {
    let ids: Vec<_> = (0..1_000).map(|number| (format!("dk-{number}"), format!("Sal {number}"))).collect();
    let machines: Vec<_> = ids.iter().map(|(id, screen)| FakeMachine::new(id, "Grand", screen)).collect();
    let (server, _exporter) = server_with(&machines).await;
    let query = "{ region(id: \"denmark\") { machineCounts { total online } machines(first: 1000) {
        totalCount pageInfo { endCursor }
        edges { cursor node {
            id online openIncidents cinema { id name } screen { id name } nextShow { at error }
            reading { temperatureCelsius displayWidthPixels downloadFailed diskFreeBytes asOf error }
        } }
    } } }";
    let data = server.graphql(query, json!({})).await;
    let edges = data["region"]["machines"]["edges"].as_array().unwrap();
    assert_eq!((edges.len(), &edges[999]["node"]["screen"]["name"]), (1_000, &json!("Sal 999")));
    let too_much = "{ machines(first: 1000) { edges { node { incidents(first: 1) { totalCount } } } } }";
    assert_eq!(server.graphql_errors(too_much).await, ["Query is too complex."]);
}

#[tokio::test]
async fn wrong_arguments_are_named() {
    let (server, _exporter) = server_with(&five()).await;
    for (arguments, expected) in [
        ("first: 0", "`first` must be 1 to 1000, not 0."),
        ("first: 1001", "`first` must be 1 to 1000, not 1001."),
        ("last: -1", "`last` must be 1 to 1000, not -1."),
        ("first: 1, last: 1", "Give `first` or `last`, not both."),
        ("after: \"nowhere\"", "`after` is not a cursor of this list."),
        ("before: \"deadline.1\"", "`before` is not a cursor of this list."),
    ] {
        let query = format!("{{ machines({arguments}) {{ totalCount }} }}");
        assert_eq!(server.graphql_errors(&query).await, [expected], "{arguments}");
    }
}
