//! What people see of series: one chart for each machine that has an incident.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{PATIENCE, TestServer, offline};

/// One question for the temperature of all machines at once.
const CHARTS: &str = "{ incidents(first: 100) { edges { node { machine { id
    series(metric: TEMPERATURE, range: HOUR) {
        unit startsAt stepSeconds values asOf error warnings { code message }
    } } } } } }";

/// Opens an incident of each machine, so that their charts can be asked for.
pub(crate) async fn show(server: &TestServer, machines: &[&str]) {
    let alerts: Vec<Value> =
        machines.iter().map(|machine| offline(machine, "denmark", "2026-11-20T10:00:00Z")).collect();
    server.alert(&alerts).await;
    server.incidents_once(&["OPEN"], |open| open.len() == machines.len()).await;
}

/// The charts of all machines with incidents, by machine.
pub(crate) async fn charts(server: &TestServer) -> BTreeMap<String, Value> {
    let data = server.graphql(CHARTS, json!({})).await;
    let edges = data["incidents"]["edges"].as_array().unwrap().iter();
    let machines = edges.map(|edge| &edge["node"]["machine"]);
    machines.map(|machine| (machine["id"].as_str().unwrap().to_owned(), machine["series"].clone())).collect()
}

/// The chart of the only machine.
pub(crate) async fn chart(server: &TestServer) -> Value {
    let charts = charts(server).await;
    assert_eq!(charts.len(), 1);
    charts.into_values().next().unwrap()
}

/// The chart of the only machine, as soon as it looks as expected.
pub(crate) async fn chart_once(server: &TestServer, expected: impl Fn(&Value) -> bool) -> Value {
    let mut last = Value::Null;
    let found = async {
        loop {
            last = chart(server).await;
            if expected(&last) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let found = tokio::time::timeout(PATIENCE, found).await;
    assert!(found.is_ok(), "the chart is not as expected: {last}");
    last
}

/// The only value that a chart shows; null if it shows none.
pub(crate) fn value(chart: &Value) -> Value {
    let mut values: Vec<&Value> = chart["values"].as_array().unwrap().iter().collect();
    values.dedup();
    assert_eq!(values.len(), 1, "{chart}");
    values[0].clone()
}

/// Region files in which these regions have a Prometheus of their own, at a host and port.
pub(crate) fn regions_with_upstreams(upstreams: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions");
    for (region, host) in upstreams {
        let file = format!("{region}.toml");
        let text = fs::read_to_string(shipped.join(&file)).unwrap();
        let text = format!("{text}\n[upstreams]\nprometheus = \"http://{host}\"\n");
        fs::write(folder.path().join(file), text).unwrap();
    }
    folder
}

/// What an exporter tells of machines: their ids and regions.
pub(crate) fn fleet(machines: &[(&str, &str)]) -> String {
    let line = |(machine, region): &(&str, &str)| {
        format!("cine_machine_info{{machine_id=\"{machine}\",region=\"{region}\"}} 1\n")
    };
    machines.iter().map(line).collect()
}
