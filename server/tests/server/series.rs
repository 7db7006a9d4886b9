//! Charts of what was measured: how often a Prometheus is asked for them, and which one.

use cineportal::config::ServeConfig;
use serde_json::{Value, json};

use crate::support::charts::{chart, chart_once, charts, fleet, regions_with_upstreams, show, value};
use crate::support::corpus::{corpus, told};
use crate::support::exporter::FakeExporter;
use crate::support::monitoring::Prometheus;
use crate::support::process::free_address;
use crate::support::prometheus::{FakePrometheus, Mood};
use crate::support::{PATIENCE, StoreKind, TestServer};

async fn server(change: impl FnOnce(&mut ServeConfig)) -> TestServer {
    let patiently = |settings: &mut ServeConfig| {
        settings.sources.query_deadline_ms = 20_000;
        change(settings);
    };
    TestServer::start_configured(StoreKind::Embedded.fresh(), patiently).await
}

/// A server that asks this Prometheus about all regions.
async fn server_with(prometheus: &FakePrometheus) -> TestServer {
    server(|settings| settings.sources.prometheus = vec![prometheus.address()]).await
}

/// The sources of a region but its watchdog and its exporters, by name.
async fn prometheuses(server: &TestServer, region: &str) -> Vec<Value> {
    let query = "query ($id: ID!) { region(id: $id) { sources { name state asOf error } } }";
    let data = server.graphql(query, json!({ "id": region })).await;
    let sources = data["region"]["sources"].as_array().unwrap().iter();
    sources.filter(|source| source["name"].as_str().unwrap().starts_with("prometheus ")).cloned().collect()
}

#[tokio::test]
async fn a_list_of_machines_asks_once() {
    let machines: Vec<String> = (1..=40).map(|number| format!("dk-{number:02}")).collect();
    let machines: Vec<&str> = machines.iter().map(String::as_str).collect();
    let measured: Vec<(&str, f64)> = machines.iter().copied().zip((0..40).map(f64::from)).collect();
    let prometheus = FakePrometheus::start(&measured).await;
    let server = server_with(&prometheus).await;
    show(&server, &machines).await;
    let charts = charts(&server).await;
    for (machine, measured) in measured {
        assert_eq!(value(&charts[machine]), measured, "{machine}");
    }
    assert_eq!(prometheus.queries().len(), 1, "{:?}", prometheus.queries());
}

#[tokio::test]
async fn several_metrics_ask_once_each() {
    let prometheus = FakePrometheus::start(&[]).await;
    let server = server_with(&prometheus).await;
    show(&server, &["dk-1", "dk-2", "dk-3"]).await;
    let query = "{ incidents { edges { node { machine {
        hot: series(metric: TEMPERATURE, range: HOUR) { asOf }
        long: series(metric: TEMPERATURE, range: WEEK) { asOf }
        busy: series(metric: CPU, range: HOUR) { asOf } } } } } }";
    server.graphql(query, json!({})).await;
    let queries = prometheus.queries();
    assert_eq!(queries.len(), 3, "{queries:?}");
    assert!(queries.iter().all(|query| query.contains("\"dk-1|dk-2|dk-3\"")), "{queries:?}");
}

#[tokio::test]
async fn a_chart_says_what_its_values_are() {
    let prometheus = FakePrometheus::start(&[("dk-1", 61.5)]).await;
    let server = server_with(&prometheus).await;
    show(&server, &["dk-1"]).await;
    let chart = chart(&server).await;
    assert_eq!((&chart["unit"], &chart["stepSeconds"]), (&json!("CELSIUS"), &json!(15)));
    assert_eq!(chart["values"].as_array().unwrap().len(), 241);
    assert!(chart["asOf"].is_string() && chart["startsAt"].is_string(), "{chart}");
    assert_eq!((&chart["error"], &chart["warnings"]), (&Value::Null, &json!([])));
}

#[tokio::test]
async fn points_are_the_values_with_their_times() {
    let prometheus = FakePrometheus::start(&[("dk-1", 1.0)]).await;
    let server = server_with(&prometheus).await;
    show(&server, &["dk-1"]).await;
    let query = "{ incidents { edges { node { machine { series(metric: UP, range: HOUR, stepSeconds: 600) {
        startsAt values points { at value } } } } } } }";
    let data = server.graphql(query, json!({})).await;
    let series = &data["incidents"]["edges"][0]["node"]["machine"]["series"];
    assert_eq!(series["values"], json!(vec![1.0; 7]));
    let points = series["points"].as_array().unwrap();
    let starts_at: jiff::Timestamp = series["startsAt"].as_str().unwrap().parse().unwrap();
    assert_eq!(points[0], json!({ "at": starts_at.as_second(), "value": 1.0 }));
    assert_eq!(points[6], json!({ "at": starts_at.as_second() + 3_600, "value": 1.0 }));
}

#[tokio::test]
async fn a_step_that_makes_no_sense_is_refused() {
    let prometheus = FakePrometheus::start(&[]).await;
    let server = server_with(&prometheus).await;
    show(&server, &["dk-1"]).await;
    let query = "{ incidents { edges { node { machine {
        series(metric: UP, range: HOUR, stepSeconds: 0) { values } } } } } }";
    let response = server.graphql_request().json(&json!({ "query": query })).send().await.unwrap();
    let answer: Value = response.json().await.unwrap();
    let error = &answer["errors"][0];
    assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
    assert_eq!(error["message"], "a step is at least 1 second and at most the range, 3600 seconds");
    assert_eq!(prometheus.queries(), <[String; 0]>::default());
}

#[tokio::test]
async fn a_page_of_small_charts_is_affordable_and_one_of_large_ones_is_not() {
    let server = server(|_| {}).await;
    let ask = async |step: &str| {
        let query = format!(
            "{{ incidents(first: 100) {{ edges {{ node {{ machine {{
                a: series(metric: UP, range: DAY{step}) {{ values }}
                b: series(metric: CPU, range: DAY{step}) {{ values }} }} }} }} }} }}"
        );
        let response = server.graphql_request().json(&json!({ "query": query })).send().await.unwrap();
        response.json::<Value>().await.unwrap()
    };
    assert_eq!(ask(", stepSeconds: 1800").await["errors"], Value::Null);
    assert_eq!(ask("").await["errors"][0]["message"], "Query is too complex.");
}

#[tokio::test]
async fn without_a_prometheus_a_chart_says_so() {
    let server = server(|_| {}).await;
    show(&server, &["dk-1"]).await;
    let chart = chart(&server).await;
    assert_eq!(
        (&chart["error"], &chart["asOf"]),
        (&json!("no Prometheus is configured for its region"), &Value::Null)
    );
    assert_eq!(value(&chart), Value::Null);
}

#[tokio::test]
async fn a_machine_that_nobody_knows_is_told_to_be_unknown() {
    let prometheus = FakePrometheus::start(&[("dk-1", 1.0)]).await;
    let server = server_with(&prometheus).await;
    show(&server, &["dk-nobody"]).await;
    let chart = chart(&server).await;
    assert_eq!(chart["error"], "no exporter lists this machine, and no Prometheus knows it");
    assert_eq!(value(&chart), Value::Null);
}

#[tokio::test]
async fn each_region_asks_its_own_prometheus_and_one_that_is_dead_spoils_only_its_own() {
    let danish = FakePrometheus::start(&[("dk-1", 1.0), ("no-1", 8.0), ("se-1", 9.0)]).await;
    let shared = FakePrometheus::start(&[("dk-1", 7.0), ("no-1", 2.0), ("se-1", 6.0)]).await;
    let nobody = free_address().to_string();
    let regions = regions_with_upstreams(&[("denmark", &danish.host), ("sweden", &nobody)]);
    let exporter = FakeExporter::start().await;
    exporter.tell(fleet(&[("dk-1", "denmark"), ("no-1", "norway"), ("se-1", "sweden")]));
    let server = server(|settings| {
        settings.regions = regions.path().to_owned();
        settings.sources.prometheus = vec![shared.address()];
        settings.sources.exporter = vec![format!("http://{}", exporter.address).parse().unwrap()];
    })
    .await;
    show(&server, &["dk-1", "no-1", "se-1"]).await;
    let read = async {
        while server.metric("cineportal_machines").await < 3.0 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, read).await.expect("the exporter was not read");
    let charts = charts(&server).await;
    assert_eq!((value(&charts["dk-1"]), value(&charts["no-1"])), (json!(1.0), json!(2.0)));
    assert_eq!((&charts["dk-1"]["error"], &charts["no-1"]["error"]), (&Value::Null, &Value::Null));
    let error = charts["se-1"]["error"].as_str().unwrap();
    assert!(error.starts_with(&format!("prometheus {nobody}: it cannot be reached: ")), "{error}");
    assert_eq!((danish.queries().len(), shared.queries().len()), (1, 1));
}

#[tokio::test]
async fn two_prometheuses_of_all_regions_complete_each_other() {
    let north = FakePrometheus::start(&[("dk-1", 1.0)]).await;
    let south = FakePrometheus::start(&[("dk-2", 2.0)]).await;
    let server =
        server(|settings| settings.sources.prometheus = vec![north.address(), south.address()]).await;
    show(&server, &["dk-1", "dk-2"]).await;
    let both = charts(&server).await;
    assert_eq!((value(&both["dk-1"]), value(&both["dk-2"])), (json!(1.0), json!(2.0)));
    south.feel(Mood::Says(500, "out of order".to_owned()));
    let one = charts(&server).await;
    assert_eq!((value(&one["dk-1"]), &one["dk-1"]["error"]), (json!(1.0), &Value::Null));
    let warning = &one["dk-1"]["warnings"][0];
    assert_eq!(warning["code"], "UPSTREAM_UNAVAILABLE");
    // What only the other one knew stays, and says so.
    assert_eq!(value(&one["dk-2"]), 2.0);
    let refused = format!("prometheus {}: it refuses: status 500", south.host);
    assert_eq!((&one["dk-2"]["error"], &warning["message"]), (&json!(refused), &json!(refused)));
}

#[tokio::test]
async fn a_region_lists_its_own_prometheus_with_its_state() {
    let prometheus = FakePrometheus::start(&[]).await;
    let regions = regions_with_upstreams(&[("denmark", &prometheus.host)]);
    let server = server(|settings| {
        settings.regions = regions.path().to_owned();
        settings.sources.reconcile_seconds = 1;
    })
    .await;
    let state_is = async |expected: &str| {
        let reached = async {
            loop {
                let sources = prometheuses(&server, "denmark").await;
                assert_eq!(sources.len(), 1, "{sources:?}");
                if sources[0]["state"] == expected {
                    return sources[0].clone();
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, reached).await.expect("it does not come to this state")
    };
    let source = state_is("OK").await;
    assert_eq!(source["name"], format!("prometheus {}", prometheus.host));
    prometheus.feel(Mood::Says(200, "tea".to_owned()));
    let source = state_is("FAILING").await;
    assert!(source["error"].as_str().unwrap().starts_with("its answer cannot be read: "), "{source}");
    assert!(source["asOf"].is_string(), "{source}");
    prometheus.feel(Mood::Sound(Vec::new()));
    state_is("OK").await;
}

#[tokio::test]
async fn a_prometheus_that_tells_alerts_but_fails_at_charts_is_failing() {
    let prometheus = FakePrometheus::start(&[]).await;
    let server = server_with(&prometheus).await;
    show(&server, &["dk-1"]).await;
    prometheus.feel(Mood::Says(500, String::new()));
    chart_once(&server, |chart| chart["error"].is_string()).await;
    let sources = prometheuses(&server, "denmark").await;
    assert_eq!(sources.len(), 1, "{sources:?}");
    assert_eq!(
        (&sources[0]["state"], &sources[0]["error"]),
        (&json!("FAILING"), &json!("it refuses: status 500"))
    );
}

#[tokio::test]
async fn a_question_that_a_prometheus_refuses_does_not_make_it_failing() {
    let prometheus = FakePrometheus::start(&[]).await;
    let server = server_with(&prometheus).await;
    show(&server, &["dk-1"]).await;
    let refusal = json!({ "status": "error", "errorType": "execution", "error": "too many samples" });
    prometheus.feel(Mood::Says(422, refusal.to_string()));
    for _ in 0..6 {
        let error = chart(&server).await["error"].take();
        assert_eq!(error, format!("prometheus {}: it refuses: execution: too many samples", prometheus.host));
    }
    assert_ne!(prometheuses(&server, "denmark").await[0]["state"], "FAILING");
}

#[test]
fn a_region_with_an_address_that_is_none_is_named_without_its_password() {
    let regions = regions_with_upstreams(&[("denmark", "kim:secret@a b")]);
    let error = cineportal_regions::load(regions.path()).unwrap_err().to_string();
    assert!(error.contains("denmark.toml") && error.contains("upstreams.prometheus"), "{error}");
    assert!(!error.contains("secret"), "{error}");
}

/// A label value as an exporter writes it.
fn escaped(value: &str) -> String {
    value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n")
}

#[tokio::test]
async fn a_real_prometheus_tells_each_machine_its_own_temperature() {
    let exporter = FakeExporter::start().await;
    let machines = corpus("promql.txt");
    let lines = machines.iter().enumerate().map(|(celsius, machine)| {
        let machine = escaped(machine);
        format!("cine_machine_temperature_celsius{{machine_id=\"{machine}\",region=\"denmark\"}} {celsius}\n")
    });
    exporter.tell(lines.collect::<String>());
    let mut prometheus = Prometheus::new();
    prometheus.start_scraping(&exporter.address).await;
    let server = server(|settings| {
        settings.sources.prometheus = vec![prometheus.address()];
        settings.sources.query_deadline_ms = 20_000;
    })
    .await;
    show(&server, &machines.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let measured = |chart: &Value| chart["values"].as_array().unwrap().iter().find(|v| !v.is_null()).cloned();
    let all_measured = async {
        loop {
            let charts = charts(&server).await;
            if charts.values().all(|chart| measured(chart).is_some()) {
                return charts;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    };
    let charts = tokio::time::timeout(PATIENCE * 3, all_measured).await.expect("nothing was measured");
    for (celsius, machine) in (0..).map(f64::from).zip(&machines) {
        assert_eq!(measured(&charts[machine]), Some(json!(celsius)), "{machine}");
        assert_eq!(charts[machine]["error"], Value::Null);
    }
    told("promql", machines.len(), "through charts of a real Prometheus");
}

#[tokio::test]
async fn a_metric_is_one_of_a_list_and_no_text() {
    let prometheus = FakePrometheus::start(&[("dk-1", 1.0)]).await;
    let server = server_with(&prometheus).await;
    show(&server, &["dk-1"]).await;
    let query = "query ($metric: SeriesMetric!, $range: SeriesRange!) { machine(id: \"dk-1\") {
        series(metric: $metric, range: $range) { values } } }";
    for text in corpus("promql.txt") {
        for variables in
            [json!({ "metric": text, "range": "HOUR" }), json!({ "metric": "TEMPERATURE", "range": text })]
        {
            let request = server.graphql_request().json(&json!({ "query": query, "variables": variables }));
            let answer: Value = request.send().await.unwrap().json().await.unwrap();
            assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{answer}");
        }
    }
    assert_eq!(prometheus.queries(), Vec::<String>::new());
}

/// What node_exporter tells of a host whose processors were busy for three of four seconds, so far.
fn host(seconds: u32) -> String {
    let of = "machine_id=\"host-01\",instance=\"host:9100\"";
    let disk = |mount: &str, kind: &str, free: u32, readonly: u32| {
        let of = format!("{of},mountpoint=\"{mount}\",fstype=\"{kind}\"");
        format!(
            "node_filesystem_avail_bytes{{{of}}} {free}\nnode_filesystem_size_bytes{{{of}}} 100\n\
             node_filesystem_readonly{{{of}}} {readonly}\n"
        )
    };
    let disks = [
        disk("/", "ext4", 50, 0),
        disk("/srv", "ext4", 4, 0),
        disk("/usr", "ext4", 0, 1),
        disk("/run", "tmpfs", 0, 0),
    ];
    let busy = 3 * seconds;
    format!(
        "node_memory_MemAvailable_bytes{{{of}}} 5\nnode_memory_MemTotal_bytes{{{of}}} 100\n\
         node_cpu_seconds_total{{{of},cpu=\"0\",mode=\"idle\"}} {seconds}\n\
         node_cpu_seconds_total{{{of},cpu=\"0\",mode=\"user\"}} {busy}\n{}",
        disks.concat()
    )
}

#[tokio::test]
async fn a_host_is_as_full_as_its_fullest_writable_file_system_and_as_busy_as_it_is() {
    let exporter = FakeExporter::start().await;
    exporter.tell(host(0));
    let mut prometheus = Prometheus::new();
    prometheus.start_scraping(&exporter.address).await;
    let server = server(|settings| {
        settings.sources.prometheus = vec![prometheus.address()];
        settings.sources.query_deadline_ms = 20_000;
    })
    .await;
    show(&server, &["host-01"]).await;
    let query = "{ incidents { edges { node { machine { cpu: series(metric: CPU, range: HOUR) { values }
        memory: series(metric: MEMORY, range: HOUR) { values } disk: series(metric: DISK, range: HOUR) { values } } } } } }";
    let mut seconds = 0;
    let measured = async {
        loop {
            seconds += 1;
            exporter.tell(host(seconds));
            let data = server.graphql(query, json!({})).await;
            let machine = &data["incidents"]["edges"][0]["node"]["machine"];
            let newest = ["cpu", "memory", "disk"].map(|metric| {
                machine[metric]["values"].as_array().unwrap().iter().rev().find_map(Value::as_f64)
            });
            if let [Some(cpu), Some(memory), Some(disk)] = newest {
                return [cpu, memory, disk].map(f64::round);
            }
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        }
    };
    let measured = tokio::time::timeout(PATIENCE * 3, measured).await.expect("nothing was measured");
    assert_eq!(measured, [75.0, 95.0, 96.0]);
}

#[tokio::test]
async fn a_real_prometheus_understands_every_metric() {
    let mut prometheus = Prometheus::new();
    prometheus.start_scraping("127.0.0.1:9").await;
    let server = server(|settings| {
        settings.sources.prometheus = vec![prometheus.address()];
        settings.sources.query_deadline_ms = 20_000;
    })
    .await;
    show(&server, &["dk-1", "dk-2"]).await;
    let metrics = "UP TEMPERATURE FREE_DISK DISPLAY_WIDTH DISPLAY_HEIGHT DOWNLOAD_PROGRESS CPU MEMORY DISK";
    let series = metrics
        .split(' ')
        .map(|metric| format!("{metric}: series(metric: {metric}, range: WEEK) {{ asOf }}"));
    let series: String = series.collect::<Vec<_>>().join(" ");
    let query = format!("{{ incidents(first: 2) {{ edges {{ node {{ machine {{ {series} }} }} }} }} }}");
    let data = server.graphql(&query, json!({})).await;
    let machine = data["incidents"]["edges"][0]["node"]["machine"].as_object().unwrap();
    assert_eq!(machine.len(), 9);
    assert!(machine.values().all(|series| series["asOf"].is_string()), "{machine:?}");
}
