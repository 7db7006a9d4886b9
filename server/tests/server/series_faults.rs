//! What people see of charts while a Prometheus is dead, slow or confused: always an answer, with its reason.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::charts::{chart, chart_once, charts, show, value};
use crate::support::prometheus::{FakePrometheus, Mood};
use crate::support::{StoreKind, TestServer};

/// A server with a chart of `dk-1` at this Prometheus, which it waits for so long.
async fn server(prometheus: &FakePrometheus, deadline_ms: u32) -> TestServer {
    let server = TestServer::start_configured(StoreKind::Embedded.fresh(), |settings| {
        settings.sources.prometheus = vec![prometheus.address()];
        settings.sources.query_deadline_ms = deadline_ms;
        settings.sources.query_pause_seconds = 1;
    })
    .await;
    show(&server, &["dk-1"]).await;
    server
}

/// What a chart says while its Prometheus is in this mood, after it was sound once.
async fn chart_in(mood: Mood, deadline_ms: u32) -> Value {
    let prometheus = FakePrometheus::start(&[("dk-1", 61.5)]).await;
    let server = server(&prometheus, deadline_ms).await;
    let before = chart_once(&server, |chart| chart["error"].is_null()).await;
    prometheus.feel(mood);
    let mut after = chart(&server).await;
    // Whatever happens, what was known stays, and says how old it is.
    assert_eq!((value(&after), &after["asOf"]), (json!(61.5), &before["asOf"]));
    let error = after["error"].as_str().unwrap();
    let reason = error.strip_prefix(&format!("prometheus {}: ", prometheus.host)).unwrap();
    after["reason"] = json!(reason);
    after
}

#[tokio::test]
async fn one_that_answers_nonsense_is_told_with_its_reason() {
    let chart = chart_in(Mood::Says(200, "<html>tea</html>".to_owned()), 10_000).await;
    assert_eq!(chart["reason"], "its answer cannot be read: expected value at line 1 column 1");
}

#[tokio::test]
async fn one_that_refuses_is_told_in_its_own_words() {
    let text = r#"{"status":"error","errorType":"execution","error":"found duplicate series"}"#;
    let chart = chart_in(Mood::Says(422, text.to_owned()), 10_000).await;
    assert_eq!(chart["reason"], "it refuses: execution: found duplicate series");
}

#[tokio::test]
async fn data_beside_an_error_is_not_taken_for_all_there_is() {
    let result = json!([{ "metric": { "machine_id": "dk-1" }, "values": [] }]);
    let data = json!({ "resultType": "matrix", "result": result });
    let text = json!({ "status": "error", "errorType": "timeout", "error": "query timed out", "data": data });
    let chart = chart_in(Mood::Says(503, text.to_string()), 10_000).await;
    assert_eq!(chart["reason"], "it refuses: timeout: query timed out");
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let chart = chart_in(Mood::Endless, 30_000).await;
    assert_eq!(chart["reason"], "its answer cannot be read: it is larger than 16 MB");
}

#[tokio::test]
async fn one_that_does_not_answer_holds_nobody_up() {
    let began = Instant::now();
    let chart = chart_in(Mood::Silent, 2_000).await;
    assert_eq!(chart["reason"], "it did not answer within 2.0 s");
    // It would never have answered; the bound is loose, because tests share their machine with others.
    assert!(began.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn an_answer_with_warnings_is_shown_with_them() {
    let prometheus = FakePrometheus::start(&[("dk-1", 61.5)]).await;
    prometheus.feel(Mood::Sound(vec!["store 10.0.0.7 was away"]));
    let server = server(&prometheus, 10_000).await;
    let chart = chart(&server).await;
    assert_eq!((value(&chart), &chart["error"]), (json!(61.5), &Value::Null));
    let message = format!("prometheus {}: store 10.0.0.7 was away", prometheus.host);
    assert_eq!(chart["warnings"], json!([{ "code": "UPSTREAM_PARTIAL", "message": message }]));
}

#[tokio::test]
async fn a_dead_one_leaves_the_incidents_alone() {
    let prometheus = FakePrometheus::start(&[]).await;
    let server = server(&prometheus, 10_000).await;
    prometheus.feel(Mood::Says(502, String::new()));
    let charts = charts(&server).await;
    assert!(charts["dk-1"]["error"].is_string());
    assert_eq!(value(&charts["dk-1"]), Value::Null);
}

#[tokio::test]
async fn one_that_fails_again_and_again_is_left_alone_and_used_again_when_it_is_back() {
    let prometheus = FakePrometheus::start(&[("dk-1", 61.5)]).await;
    let server = server(&prometheus, 10_000).await;
    prometheus.feel(Mood::Says(502, String::new()));
    let left_alone = |chart: &Value| {
        let error = chart["error"].as_str().unwrap();
        error.contains("it refuses: status 502; it has failed again and again, and is asked again at ")
    };
    chart_once(&server, left_alone).await;
    let metrics = server.get("/metrics").await.text().await.unwrap();
    let unasked =
        format!("cineportal_queries_total{{source=\"prometheus {}\",outcome=\"unasked\"}}", prometheus.host);
    assert!(metrics.contains(&unasked), "{metrics}");
    prometheus.feel(Mood::Sound(Vec::new()));
    let chart = chart_once(&server, |chart| chart["error"].is_null()).await;
    assert_eq!(value(&chart), 61.5);
    let metrics = server.get("/metrics").await.text().await.unwrap();
    let closed = format!("cineportal_query_breaker_state{{source=\"prometheus {}\"}} 0", prometheus.host);
    assert!(metrics.contains(&closed), "{metrics}");
}

#[tokio::test]
async fn many_who_ask_the_same_at_once_cause_few_questions() {
    let prometheus = FakePrometheus::start(&[("dk-1", 61.5)]).await;
    let server = server(&prometheus, 9_000).await;
    prometheus.feel(Mood::Silent);
    let charts = futures::future::join_all((0..20).map(|_| chart(&server))).await;
    assert!(charts.iter().all(|chart| chart["error"].is_string()));
    assert_eq!(prometheus.queries().len(), 1, "{:?}", prometheus.queries());
}

#[tokio::test]
async fn what_is_over_in_a_moment_is_not_seen() {
    let prometheus = FakePrometheus::start(&[("dk-1", 61.5)]).await;
    let server = server(&prometheus, 10_000).await;
    let text = r#"{"status":"error","errorType":"unavailable","error":"no store is ready"}"#;
    prometheus.hiccup(Mood::Says(503, text.to_owned()));
    let chart = chart(&server).await;
    assert_eq!((value(&chart), &chart["error"]), (json!(61.5), &Value::Null));
    assert_eq!(prometheus.queries().len(), 2);
}

#[tokio::test]
async fn a_slow_one_is_asked_few_questions_at_once_and_all_of_them_are_answered() {
    let prometheus = FakePrometheus::start(&[]).await;
    let server = server(&prometheus, 2_000).await;
    prometheus.feel(Mood::Silent);
    let metrics = ["UP", "TEMPERATURE", "FREE_DISK", "CPU", "MEMORY", "DISK"];
    let ranges = ["HOUR", "SIX_HOURS", "DAY", "WEEK"];
    let all = metrics.iter().flat_map(|metric| ranges.iter().map(move |range| (metric, range)));
    let series: String = all
        .map(|(metric, range)| {
            format!("{metric}_{range}: series(metric: {metric}, range: {range}) {{ error }} ")
        })
        .collect();
    let query = format!("{{ incidents(first: 1) {{ edges {{ node {{ machine {{ {series} }} }} }} }} }}");
    let data = server.graphql(&query, json!({})).await;
    let machine = data["incidents"]["edges"][0]["node"]["machine"].as_object().unwrap();
    assert_eq!(machine.len(), 24);
    assert!(machine.values().all(|series| series["error"].is_string()), "{machine:?}");
    assert!(prometheus.queries().len() <= 8, "{:?}", prometheus.queries());
}
