//! A small server that plays a Prometheus: it measures what the test says, and fails as the test says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use cineportal::config::SourceAddress;
use reqwest::Url;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// How questions are answered.
#[derive(Clone)]
pub(crate) enum Mood {
    /// As they should be; with these warnings.
    Sound(Vec<&'static str>),
    /// With this status and text.
    Says(u16, String),
    /// With a megabyte again and again, without end.
    Endless,
    /// Never.
    Silent,
}

/// A Prometheus on a port of its own.
pub(crate) struct FakePrometheus {
    /// Host and port.
    pub(crate) host: String,
    played: Played,
}

#[derive(Clone)]
struct Played(Arc<Mutex<Play>>);

struct Play {
    mood: Mood,
    /// How the next question about series is answered, before the mood comes back.
    hiccup: Option<Mood>,
    /// What each machine measures, always.
    machines: BTreeMap<String, f64>,
    queries: Vec<String>,
}

impl FakePrometheus {
    /// One that measures these machines.
    pub(crate) async fn start(machines: &[(&str, f64)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let machines = machines.iter().map(|(machine, value)| ((*machine).to_owned(), *value)).collect();
        let play = Play { mood: Mood::Sound(Vec::new()), hiccup: None, machines, queries: Vec::new() };
        let played = Played(Arc::new(Mutex::new(play)));
        let router = Router::new()
            .route("/api/v1/query_range", post(query_range))
            .route("/api/v1/query", post(query))
            .route("/api/v1/alerts", get(async || envelope(&json!({ "alerts": [] }), &[])))
            .route("/api/v1/status/runtimeinfo", get(runtime_info))
            .with_state(played.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { host, played }
    }

    pub(crate) fn address(&self) -> SourceAddress {
        format!("http://{}", self.host).parse().unwrap()
    }

    /// How questions are answered from now on.
    pub(crate) fn feel(&self, mood: Mood) {
        self.played.0.lock().unwrap().mood = mood;
    }

    /// How the next question about series is answered, and no other one.
    pub(crate) fn hiccup(&self, mood: Mood) {
        self.played.0.lock().unwrap().hiccup = Some(mood);
    }

    /// The PromQL of all questions about series so far.
    pub(crate) fn queries(&self) -> Vec<String> {
        self.played.0.lock().unwrap().queries.clone()
    }
}

async fn runtime_info() -> String {
    envelope(&json!({ "startTime": "2026-11-20T10:00:00Z" }), &[])
}

async fn query(State(played): State<Played>) -> Response {
    let mood = played.0.lock().unwrap().mood.clone();
    mood.answer(|| json!({ "resultType": "vector", "result": [{ "metric": {}, "value": [0, "1"] }] })).await
}

async fn query_range(State(played): State<Played>, form: Bytes) -> Response {
    let form = form_of(&form);
    let (mood, machines) = {
        let mut play = played.0.lock().unwrap();
        play.queries.push(form["query"].clone());
        let mood = play.hiccup.take().unwrap_or_else(|| play.mood.clone());
        (mood, play.machines.clone())
    };
    mood.answer(|| matrix(&form, &machines)).await
}

impl Mood {
    async fn answer(self, data: impl FnOnce() -> Value) -> Response {
        match self {
            Self::Sound(warnings) => envelope(&data(), &warnings).into_response(),
            Self::Says(status, text) => (StatusCode::from_u16(status).unwrap(), text).into_response(),
            Self::Endless => {
                let megabyte = Bytes::from(vec![b' '; 1 << 20]);
                let forever = futures::stream::repeat_with(move || Ok::<_, std::io::Error>(megabyte.clone()));
                Body::from_stream(forever).into_response()
            }
            Self::Silent => std::future::pending().await,
        }
    }
}

/// One value for each time, for each machine that is asked for.
fn matrix(form: &BTreeMap<String, String>, machines: &BTreeMap<String, f64>) -> Value {
    let number = |key: &str| form[key].parse::<usize>().unwrap();
    let times: Vec<usize> = (number("start")..=number("end")).step_by(number("step")).collect();
    let asked_for = machines.iter().filter(|(machine, _)| form["query"].contains(machine.as_str()));
    let series = asked_for.map(|(machine, value)| {
        let values: Vec<Value> = times.iter().map(|time| json!([time, value.to_string()])).collect();
        json!({ "metric": { "machine_id": machine }, "values": values })
    });
    json!({ "resultType": "matrix", "result": series.collect::<Vec<_>>() })
}

fn envelope(data: &Value, warnings: &[&str]) -> String {
    json!({ "status": "success", "data": data, "warnings": warnings }).to_string()
}

fn form_of(form: &[u8]) -> BTreeMap<String, String> {
    let address = format!("http://form/?{}", std::str::from_utf8(form).unwrap());
    Url::parse(&address).unwrap().query_pairs().into_owned().collect()
}
