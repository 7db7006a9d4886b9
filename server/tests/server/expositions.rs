//! The texts of real programs are read to their end, whatever they tell.

use serde_json::json;

use crate::support::monitoring::{Alertmanager, NodeExporter, Prometheus};
use crate::support::{StoreKind, TestServer};

#[tokio::test]
async fn what_real_programs_tell_is_read_to_its_end() {
    let alertmanager = Alertmanager::start().await;
    let mut prometheus = Prometheus::new();
    prometheus.start("{ alert: Always, expr: vector(1) }", 9).await;
    let node = NodeExporter::start().await;
    let other = TestServer::start(StoreKind::Embedded).await;
    let addresses =
        [alertmanager.address(), prometheus.address(), node.address(), other.url("").parse().unwrap()];
    let server = TestServer::start_configured(StoreKind::Embedded.fresh(), |settings| {
        settings.sources.exporter = addresses.to_vec();
        (settings.sources.exporter_poll_seconds, settings.sources.watchdog_seconds) = (1, 4);
    })
    .await;
    // What is read to its end is found to tell of no machines; what is malformed would be quoted by line.
    let expected = ": its answer is not complete: it has not read any machines yet";
    let query = "{ region(id: \"denmark\") { sources { name error } } }";
    for address in addresses {
        let name = address.as_str().replace("http://", "exporter ");
        server
            .graphql_once(query, |data| {
                let sources = data["region"]["sources"].as_array().unwrap();
                let source = sources.iter().find(|source| source["name"] == json!(name));
                source.is_some_and(|it| it["error"].as_str().is_some_and(|error| error.ends_with(expected)))
            })
            .await;
    }
}
