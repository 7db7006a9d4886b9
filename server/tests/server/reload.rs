//! Region files that are changed while the server runs: what they say counts after a reload, and nothing is lost.

use serde_json::{Value, json};

use crate::support::exporter::{FakeExporter, FakeMachine};
use crate::support::guarded::Guarded;
use crate::support::live::LiveClient;
use crate::support::mail::MailServer;
use crate::support::region_files::{ICELAND, RegionFiles};
use crate::support::telling::Telling;
use crate::support::{StoreKind, TestServer, offline, resolved};

const TEN_UTC: &str = "2026-11-20T10:00:00Z";
const HITS: &str = "cineportal_graphql_cache_lookups_total{cache=\"answers\",outcome=\"hit\"}";
const REFUSED: &str = "cineportal_regions_reloads_total{outcome=\"refused\"}";
const SUCCESSFUL: &str = "cineportal_regions_last_reload_successful";

fn fails(machine: &str, region: &str) -> Value {
    offline(machine, region, TEN_UTC)
}

/// The only incident of this machine, as soon as it is listed.
async fn of_machine(server: &TestServer, machine: &str) -> Value {
    let is_its = |incident: &Value| incident["machine"]["id"] == machine;
    let all = server.incidents_once(&["OPEN"], |all| all.iter().any(is_its)).await;
    all.into_iter().find(is_its).unwrap()
}

async fn region_names(server: &TestServer) -> Vec<String> {
    let data = server.graphql("{ regions { name } }", json!({})).await;
    let regions = data["regions"].as_array().unwrap();
    regions.iter().map(|region| region["name"].as_str().unwrap().to_owned()).collect()
}

async fn a_new_region_takes_its_alerts_while_others_are_followed(kind: StoreKind) {
    let files = RegionFiles::shipped();
    let server = files.start(kind).await;
    let mut follower = LiveClient::connect(server.address).await;
    follower.follow("1", "denmark", None).await;
    follower.event().await;
    server.alert(&[fails("is-1", "iceland")]).await;
    assert_eq!(of_machine(&server, "is-1").await["region"]["id"], "unassigned");
    files.write("iceland", ICELAND);
    server.reload().await;
    assert_eq!(follower.event().await, json!({ "__typename": "Resync" }));
    server.alert(&[fails("is-2", "iceland")]).await;
    let incident = of_machine(&server, "is-2").await;
    assert_eq!((&incident["region"]["id"], &incident["number"]), (&json!("iceland"), &json!("IS-1001")));
    server.alert(&[fails("dk-1", "denmark")]).await;
    assert_eq!(follower.event().await["incident"]["machine"]["id"], "dk-1");
}

#[tokio::test]
async fn a_new_region_takes_its_alerts_while_others_are_followed_embedded() {
    a_new_region_takes_its_alerts_while_others_are_followed(StoreKind::Embedded).await;
}

#[tokio::test]
async fn a_new_region_takes_its_alerts_while_others_are_followed_mongodb() {
    a_new_region_takes_its_alerts_while_others_are_followed(StoreKind::Mongo).await;
}

async fn incidents_of_a_region_that_is_gone_are_unassigned_until_it_is_back(kind: StoreKind) {
    let files = RegionFiles::shipped();
    let server = files.start(kind).await;
    server.alert(&[fails("se-1", "sweden")]).await;
    let incident = of_machine(&server, "se-1").await;
    let sweden = files.remove("sweden");
    server.reload().await;
    let gone = of_machine(&server, "se-1").await;
    assert_eq!((&gone["id"], &gone["region"]["id"]), (&incident["id"], &json!("unassigned")));
    let close = "mutation ($id: ID!) { closeIncident(id: $id, expectedVersion: 1) { __typename
        ... on CommandAccepted { incident { status number } } } }";
    let closed = server.graphql(close, json!({ "id": incident["id"] })).await;
    assert_eq!(closed["closeIncident"]["incident"], json!({ "status": "CLOSED", "number": "SE-1001" }));
    files.write("sweden", &sweden);
    server.reload().await;
    let back = server.the_incident(|incident| incident["status"] == "CLOSED").await;
    assert_eq!((&back["id"], &back["region"]["id"]), (&incident["id"], &json!("sweden")));
}

#[tokio::test]
async fn incidents_of_a_region_that_is_gone_are_unassigned_until_it_is_back_embedded() {
    incidents_of_a_region_that_is_gone_are_unassigned_until_it_is_back(StoreKind::Embedded).await;
}

#[tokio::test]
async fn incidents_of_a_region_that_is_gone_are_unassigned_until_it_is_back_mongodb() {
    incidents_of_a_region_that_is_gone_are_unassigned_until_it_is_back(StoreKind::Mongo).await;
}

#[tokio::test]
async fn an_alert_of_a_region_that_is_gone_opens_a_new_incident_under_unassigned() {
    let files = RegionFiles::shipped();
    let server = files.start(StoreKind::Embedded).await;
    files.remove("sweden");
    server.reload().await;
    server.alert(&[fails("se-1", "sweden")]).await;
    let incident = of_machine(&server, "se-1").await;
    assert_eq!((&incident["region"]["id"], &incident["number"]), (&json!("unassigned"), &json!("XX-1001")));
}

#[tokio::test]
async fn no_alert_is_refused_or_lost_while_its_region_comes_and_goes() {
    let files = RegionFiles::shipped();
    let server = files.start(StoreKind::Embedded).await;
    let sending = async {
        for number in 0..90 {
            server.alert(&[fails(&format!("is-{number}"), "iceland")]).await;
        }
    };
    let reloading = async {
        for _ in 0..5 {
            files.write("iceland", ICELAND);
            server.reload().await;
            files.remove("iceland");
            server.reload().await;
        }
    };
    tokio::join!(sending, reloading);
    server.incidents_once(&["OPEN"], |all| all.len() == 90).await;
}

#[tokio::test]
async fn the_next_ticket_of_a_region_has_its_new_prefix() {
    let files = RegionFiles::shipped();
    let server = files.start(StoreKind::Embedded).await;
    server.alert(&[fails("dk-1", "denmark")]).await;
    files.edit("denmark", "\"DK\"", "\"DAN\"");
    server.reload().await;
    server.alert(&[fails("dk-2", "denmark")]).await;
    assert_eq!(of_machine(&server, "dk-1").await["number"], "DK-1001");
    assert_eq!(of_machine(&server, "dk-2").await["number"], "DAN-1002");
}

#[tokio::test]
async fn what_becomes_of_an_incident_follows_the_new_rule() {
    let files = RegionFiles::shipped();
    files.write("iceland", ICELAND);
    let server = files.start(StoreKind::Embedded).await;
    server.alert(&[fails("is-1", "iceland"), fails("is-2", "iceland")]).await;
    server.alert(&[resolved(fails("is-1", "iceland"), "2026-11-20T10:05:00Z")]).await;
    files.edit("iceland", "[match]", "close = \"manual\"\n[match]");
    server.reload().await;
    server.alert(&[resolved(fails("is-2", "iceland"), "2026-11-20T10:05:00Z")]).await;
    let is_as_ruled = |all: &[Value]| {
        let status = |machine: &str| {
            let incident = all.iter().find(|incident| incident["machine"]["id"] == machine)?;
            Some((incident["status"].clone(), incident["firing"].clone()))
        };
        status("is-1") == Some((json!("CLOSED"), json!(false)))
            && status("is-2") == Some((json!("OPEN"), json!(false)))
    };
    server.incidents_once(&["OPEN", "CLOSED"], is_as_ruled).await;
}

#[tokio::test]
async fn the_next_message_goes_where_the_new_route_leads_over_a_new_channel() {
    let (mut old, mut new) = (MailServer::start().await, MailServer::start().await);
    let telling = Telling::by_mail(old.port);
    let server = telling.start().await;
    server.alert(&[fails("dk-1", "denmark")]).await;
    assert_eq!(old.mail().await["to"], json!(["duty@example.dk"]));
    server.all_sent(1).await;
    telling.add_mail_channel("other", new.port);
    telling.set_routes(
        "[[notify]]\nname = \"night\"\nchannel = \"other\"\nto = [\"night@example.dk\"]\nwait_seconds = 0\n",
    );
    server.reload().await;
    server.alert(&[fails("dk-2", "denmark")]).await;
    assert_eq!(new.mail().await["to"], json!(["night@example.dk"]));
    server.all_sent(2).await;
}

#[tokio::test]
async fn an_answer_that_was_kept_is_not_given_with_old_regions() {
    let files = RegionFiles::shipped();
    let server = files.start(StoreKind::Embedded).await;
    let before = region_names(&server).await;
    assert_eq!(region_names(&server).await, before);
    assert!(server.scrape().await.value(HITS) >= 1.0);
    files.edit("denmark", "name = \"Denmark\"", "name = \"Danmark\"");
    server.reload().await;
    let after = region_names(&server).await;
    assert_eq!((before[0].as_str(), after[0].as_str()), ("Denmark", "Danmark"));
    assert_eq!(before[1..], after[1..]);
}

#[tokio::test]
async fn a_faulty_file_changes_nothing_and_is_told_until_it_is_mended() {
    let files = RegionFiles::shipped();
    let server = files.start(StoreKind::Embedded).await;
    let before = region_names(&server).await;
    assert!((server.metric(SUCCESSFUL).await - 1.0).abs() < f64::EPSILON);
    files.write("iceland", ICELAND);
    files.edit("denmark", "Europe/Copenhagen", "Europe/Kopenhagen");
    server.reload().await;
    assert_eq!(region_names(&server).await, before);
    assert_eq!(server.get("/readyz").await.status(), 200);
    let told = server.scrape().await;
    assert_eq!((told.value(REFUSED), told.value(SUCCESSFUL)), (1.0, 0.0));
    files.edit("denmark", "Europe/Kopenhagen", "Europe/Copenhagen");
    server.reload().await;
    assert_eq!(region_names(&server).await.len(), before.len() + 1);
    let told = server.scrape().await;
    assert_eq!((told.value(REFUSED), told.value(SUCCESSFUL)), (1.0, 1.0));
}

#[tokio::test]
async fn a_folder_that_is_gone_changes_nothing() {
    let files = RegionFiles::shipped();
    let server = files.start(StoreKind::Embedded).await;
    let before = region_names(&server).await;
    std::fs::remove_dir_all(files.folder()).unwrap();
    server.reload().await;
    assert_eq!(region_names(&server).await, before);
    assert!((server.scrape().await.value(REFUSED) - 1.0).abs() < f64::EPSILON);
}

#[tokio::test]
async fn the_machines_of_an_exporter_come_and_go_with_the_region_that_names_it() {
    let (files, exporter) = (RegionFiles::shipped(), FakeExporter::start().await);
    exporter
        .tell_machines(&[FakeMachine { region: "iceland", ..FakeMachine::new("is-1", "Bíó", "Salur 1") }]);
    let server = files.start(StoreKind::Embedded).await;
    let upstreams = format!("[upstreams]\nexporter = \"http://{}\"\n", exporter.address);
    files.write("iceland", &(ICELAND.to_owned() + &upstreams));
    server.reload().await;
    let query = "{ machines { totalCount edges { node { id region { id } } } } }";
    let data = server.graphql_once(query, |data| data["machines"]["totalCount"] == 1).await;
    assert_eq!(data["machines"]["edges"][0]["node"], json!({ "id": "is-1", "region": { "id": "iceland" } }));
    let up = format!("cineportal_exporter_up{{exporter=\"{}\"}}", exporter.address);
    server.scrape_once(|scrape| scrape.0.contains(&up)).await;
    files.remove("iceland");
    server.reload().await;
    server.graphql_once(query, |data| data["machines"]["totalCount"] == 0).await;
    server.scrape_once(|scrape| !scrape.0.contains(&up)).await;
}

#[tokio::test]
async fn a_region_asks_the_prometheus_that_its_file_names_now() {
    let files = RegionFiles::shipped();
    let server = files.start(StoreKind::Embedded).await;
    let query = "{ region(id: \"denmark\") { sources { name } } }";
    let names_it = |data: &Value| data.to_string().contains("prometheus 127.0.0.1:9");
    assert!(!names_it(&server.graphql(query, json!({})).await));
    files.edit("denmark", "[match]", "[upstreams]\nprometheus = \"http://127.0.0.1:9\"\n[match]");
    server.reload().await;
    assert!(names_it(&server.graphql(query, json!({})).await));
    files.edit("denmark", "[upstreams]\nprometheus = \"http://127.0.0.1:9\"\n", "");
    server.reload().await;
    assert!(!names_it(&server.graphql(query, json!({})).await));
}

#[tokio::test]
async fn a_new_region_is_blind_only_since_it_is_listened_to() {
    let files = RegionFiles::shipped();
    let server = files
        .start_configured(StoreKind::Embedded, |settings| settings.sources.watchdog_seconds = 3_600)
        .await;
    let before = jiff::Timestamp::now();
    files.write("iceland", ICELAND);
    server.reload().await;
    let data = server.graphql("{ region(id: \"iceland\") { blindSince } }", json!({})).await;
    let since: jiff::Timestamp = data["region"]["blindSince"].as_str().unwrap().parse().unwrap();
    assert!(since >= before, "{since} is before {before}");
}

#[tokio::test]
async fn a_new_grant_counts_and_one_of_a_region_that_is_not_there_changes_nothing() {
    let files = RegionFiles::shipped();
    let guarded = Guarded::start_in(&files).await;
    let regions_of = async |group: &str| {
        guarded.of_group(group).data("{ regions { id } }", json!({})).await["regions"].to_string()
    };
    assert_eq!(regions_of("icelanders").await, "[]");
    guarded.add("[[grant]]\ngroup = 'icelanders'\nrole = 'viewer'\nregions = ['iceland']\n");
    guarded.server.reload().await;
    assert_eq!(regions_of("icelanders").await, "[]");
    files.write("iceland", ICELAND);
    guarded.server.reload().await;
    assert_eq!(regions_of("icelanders").await, r#"[{"id":"iceland"}]"#);
    assert!(!regions_of("viewer").await.contains("iceland"));
    files.remove("iceland");
    guarded.server.reload().await;
    assert_eq!(regions_of("icelanders").await, r#"[{"id":"iceland"}]"#);
    assert!((guarded.server.scrape().await.value(REFUSED) - 2.0).abs() < f64::EPSILON);
}
