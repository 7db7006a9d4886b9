//! A small web server that plays Slack, Discord, SendGrid or another program, and keeps what it was sent.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::IntoResponse;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;

use super::PATIENCE;

/// One request, as it came.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

/// The status of an answer that never comes.
pub(crate) const SILENCE: u16 = 0;
/// The status of a 202 that comes only once the receiver is told to [`release`](Receiver::release) it.
pub(crate) const HELD: u16 = 1;

/// What to answer: a status, headers, and a body.
pub(crate) type Answer = (u16, Vec<(&'static str, String)>, &'static str);

/// One web server; it ends when this is dropped.
pub(crate) struct Receiver {
    pub(crate) url: String,
    received: mpsc::Receiver<Received>,
    released: Arc<Notify>,
    serving: JoinHandle<()>,
}

#[derive(Clone)]
struct Script {
    received: mpsc::Sender<Received>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    released: Arc<Notify>,
}

impl Receiver {
    /// Answers the first requests like this, and all later ones with 202.
    pub(crate) async fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, received) = mpsc::channel(64);
        let released = Arc::new(Notify::new());
        let answers = Arc::new(Mutex::new(answers.into()));
        let script = Script { received: sender, answers, released: Arc::clone(&released) };
        let router = Router::new().fallback(take).with_state(script);
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, received, released, serving }
    }

    /// Lets one held answer go.
    pub(crate) fn release(&self) {
        self.released.notify_one();
    }

    /// The next request.
    pub(crate) async fn next(&mut self) -> Received {
        let next = tokio::time::timeout(PATIENCE, self.received.recv()).await;
        next.expect("nothing was received").unwrap()
    }

    /// Whether more was received than was taken.
    pub(crate) fn is_idle(&self) -> bool {
        self.received.is_empty()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn take(
    State(script): State<Script>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse + use<> {
    let body = String::from_utf8(body.to_vec()).unwrap();
    script.received.send(Received { path: uri.to_string(), headers, body }).await.unwrap();
    let answer = script.answers.lock().unwrap().pop_front();
    let (status, headers, body) = answer.unwrap_or((202, Vec::new(), ""));
    if status == SILENCE {
        std::future::pending::<()>().await;
    }
    let status = if status == HELD {
        script.released.notified().await;
        202
    } else {
        status
    };
    let headers: HeaderMap =
        headers.into_iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
    (StatusCode::from_u16(status).unwrap(), headers, body)
}
