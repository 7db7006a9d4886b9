//! Addresses that would make us ask somebody (SSRF), through everything that takes a text: nobody is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::corpus_markup::marked;
use crate::support::corpus::{corpus, told};
use crate::support::receiver::Receiver;
use crate::support::telling::Telling;
use crate::support::webhook;

/// Somebody who must hear nothing, whatever the protocol.
struct Listener {
    port: u16,
    heard: Arc<AtomicUsize>,
    listening: JoinHandle<()>,
}

impl Listener {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, heard) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
        let counter = Arc::clone(&heard);
        let listening = tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                counter.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { port, heard, listening }
    }

    fn heard(&self) -> usize {
        self.heard.load(Ordering::SeqCst)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

#[tokio::test]
async fn nobody_is_asked_because_an_alert_or_a_report_names_them() {
    let listener = Listener::start().await;
    let host = format!("127.0.0.1:{}", listener.port);
    let name = |text: String| text.replace("HOST", &host).replace("PORT", &listener.port.to_string());
    let texts: Vec<String> = corpus("addresses.txt").into_iter().map(name).collect();
    let mut receiver = Receiver::start(Vec::new()).await;
    let telling =
        format!("kind = \"webhook\"\nurl = \"{}/x\"\nsecret = \"a secret of 27 characters..\"", receiver.url);
    let server = Telling::by(&telling).start().await;

    let alerts: Vec<Value> = texts.iter().enumerate().map(|(n, text)| marked(text, &n.to_string())).collect();
    let mut body: Value = serde_json::from_str(&webhook(&alerts)).unwrap();
    body["externalURL"] = json!(format!("http://{host}/"));
    assert_eq!(server.webhook(body.to_string()).await.0, 200);
    for text in &texts {
        let report = json!({
            "region": "denmark", "title": text, "description": text, "severity": "critical", "machineId": text,
            "reference": text, "labels": { "url": text }, "links": [{ "title": text, "url": text }],
        });
        let request = server.request(Method::POST, "/api/v1/incidents").json(&report);
        let request = request
            .header("referer", format!("http://{host}/"))
            .header("x-original-url", format!("http://{host}/"));
        assert!([201, 400].contains(&request.send().await.unwrap().status().as_u16()), "{text:?}");
        let persisted = json!({ "query": "query ($t: ID!) { machine(id: $t) { id series(metric: TEMPERATURE, range: HOUR) { error } } }",
            "variables": { "t": text }, "extensions": { "persistedQuery": { "version": 1, "sha256Hash": text } } });
        server.graphql_request().json(&persisted).send().await.unwrap();
    }
    // Whatever happens behind an answer has happened once people were told of it.
    receiver.next().await;
    let open = server.incidents(&["OPEN"]).await;
    assert!(open.len() >= texts.len(), "{}", open.len());
    assert_eq!(listener.heard(), 0, "somebody was asked");
    told("addresses", texts.len(), "through alerts, REST and GraphQL: nobody was asked");
}

#[tokio::test]
async fn the_listener_of_this_test_hears() {
    let listener = Listener::start().await;
    tokio::net::TcpStream::connect(("127.0.0.1", listener.port)).await.unwrap();
    let heard = async {
        while listener.heard() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::support::PATIENCE, heard).await.unwrap();
}
