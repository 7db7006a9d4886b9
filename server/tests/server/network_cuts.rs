//! The network between the server and those that it asks or tells is cut, and falls silent, while alerts stream
//! in: none is lost or doubled, everybody is told why something is old, and all mends without a restart.
//! The network before the server, and before MongoDB, is in `faults.rs`.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::exporter::{FakeExporter, FakeMachine};
use crate::support::mail::MailServer;
use crate::support::prometheus::FakePrometheus;
use crate::support::steady_load::{SteadyLoad, told};
use crate::support::telling::Telling;
use crate::support::wire::{Carries, Wire};
use crate::support::{StoreKind, TestServer, offline};

const FAULTS: [Carries; 2] = [Carries::Nothing, Carries::Later];
/// So many alerts are acknowledged during each fault.
const MEANWHILE: u32 = 40;
const READING: &str = "{ machine(id: \"dk-1\") { reading { temperatureCelsius error } } }";
const CHART: &str = "{ machine(id: \"dk-1\") { series(metric: TEMPERATURE, range: HOUR) { values error } } }";

/// While each fault lasts alerts go on, and what is shown says why it is old; afterwards it is well again.
async fn survive(what: &str, server: &TestServer, wire: &Wire, query: &str, error: &str) {
    let is_well = |data: &Value| data.pointer(error) == Some(&Value::Null);
    server.graphql_once(query, is_well).await;
    let load = SteadyLoad::on(server.address);
    for fault in FAULTS {
        wire.carry(fault);
        server.graphql_once(query, |data| !is_well(data)).await;
        load.acknowledged(MEANWHILE).await;
        wire.carry(Carries::All);
        server.graphql_once(query, is_well).await;
    }
    load.end().await.on_server(server.address).await.check(what);
}

#[tokio::test]
async fn a_network_cut_between_the_server_and_its_exporter_costs_nothing() {
    let exporter = FakeExporter::start().await;
    exporter.tell_machines(&[FakeMachine::new("dk-1", "Grand", "Sal 1")]);
    let wire = Wire::to(exporter.address.parse().unwrap()).await;
    let address = format!("http://{}", wire.address);
    let flags = ["--exporter", &address, "--exporter-poll-seconds", "1"];
    let server = TestServer::start_with_flags(StoreKind::Embedded.fresh(), &flags).await;
    let what = "network cut between the server and its exporter";
    survive(what, &server, &wire, READING, "/machine/reading/error").await;
}

#[tokio::test]
async fn a_network_cut_between_the_server_and_prometheus_costs_nothing() {
    let exporter = FakeExporter::start().await;
    exporter.tell_machines(&[FakeMachine::new("dk-1", "Grand", "Sal 1")]);
    let prometheus = FakePrometheus::start(&[("dk-1", 61.5)]).await;
    let wire = Wire::to(prometheus.host.parse().unwrap()).await;
    let (exporter, prometheus) = (format!("http://{}", exporter.address), format!("http://{}", wire.address));
    let flags = ["--exporter", &exporter, "--prometheus", &prometheus, "--query-pause-seconds", "1"];
    let server = TestServer::start_with_flags(StoreKind::Embedded.fresh(), &flags).await;
    let what = "network cut between the server and Prometheus";
    survive(what, &server, &wire, CHART, "/machine/series/error").await;
}

#[tokio::test]
async fn a_network_cut_between_the_server_and_its_mail_server_costs_nothing() {
    // Few enough for a message each.
    const ALERTS_DURING_EACH_FAULT: usize = 2;
    let mut mailbox = MailServer::start().await;
    let port = u16::try_from(mailbox.port).unwrap();
    let wire = Wire::to(SocketAddr::from(([127, 0, 0, 1], port))).await;
    let server = Telling::by_mail(wire.address.port().into()).start().await;
    let mut alerts = 0;
    for fault in FAULTS {
        wire.carry(fault);
        for _ in 0..ALERTS_DURING_EACH_FAULT {
            alerts += 1;
            server.alert(&[offline(&format!("dk-{alerts}"), "denmark", "2026-11-20T10:00:00Z")]).await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        wire.carry(Carries::All);
        server.all_sent(alerts).await;
    }
    let mails = mailbox.behave("accept").await;
    let ids: BTreeSet<&str> = mails.iter().map(|mail| mail["messageId"].as_str().unwrap()).collect();
    let told_of = (1..=alerts).filter(|number| {
        let ticket = format!("DK-{}", 1_000 + number);
        mails.iter().any(|mail| mail["text"].as_str().unwrap().contains(&ticket))
    });
    let (told_of, repeated) = (told_of.count(), mails.len() - ids.len());
    told(&format!(
        "network cut between the server and its mail server: {alerts} incidents, {told_of} told of in {} mails, \
         {repeated} of them repeated under the same id",
        mails.len()
    ));
    assert_eq!((told_of, server.incidents(&["OPEN"]).await.len()), (alerts, alerts), "{}", json!(mails));
}
