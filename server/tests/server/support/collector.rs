//! A small collector of OpenTelemetry: it takes spans by OTLP over HTTP, and keeps them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use prost::Message;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A span, as it was exported.
#[derive(Clone, Debug)]
pub(crate) struct SeenSpan {
    pub(crate) trace_id: String,
    pub(crate) id: String,
    /// Empty without a parent.
    pub(crate) parent: String,
    pub(crate) name: String,
    /// The ids of the spans that it is linked to.
    pub(crate) links: Vec<String>,
    pub(crate) attributes: BTreeMap<String, String>,
    /// What is said of who exported it.
    pub(crate) resource: BTreeMap<String, String>,
    /// Why it failed; empty if it did not.
    pub(crate) failure: String,
}

type Kept = Arc<Mutex<Vec<SeenSpan>>>;

/// One collector; it ends when this is dropped.
pub(crate) struct Collector {
    pub(crate) url: String,
    kept: Kept,
    serving: JoinHandle<()>,
}

impl Collector {
    /// One that takes all spans.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let kept = Kept::default();
        let router = Router::new().route("/v1/traces", post(take)).with_state(Arc::clone(&kept));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, kept, serving }
    }

    /// All spans so far, in the order in which they ended.
    pub(crate) fn spans(&self) -> Vec<SeenSpan> {
        self.kept.lock().unwrap().clone()
    }

    /// Those of this trace.
    pub(crate) fn trace(&self, trace_id: &str) -> Vec<SeenSpan> {
        self.spans().into_iter().filter(|span| span.trace_id == trace_id).collect()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn take(State(kept): State<Kept>, headers: HeaderMap, body: Bytes) {
    assert_eq!(headers["content-type"], "application/x-protobuf");
    let batch = ExportTraceServiceRequest::decode(body).unwrap();
    kept.lock().unwrap().extend(batch.resource_spans.into_iter().flat_map(spans_of));
}

fn spans_of(exported: ResourceSpans) -> Vec<SeenSpan> {
    let resource = attributes(&exported.resource.unwrap().attributes);
    let all = exported.scope_spans.into_iter().flat_map(|scope| scope.spans);
    all.map(|span| seen(span, resource.clone())).collect()
}

fn seen(span: Span, resource: BTreeMap<String, String>) -> SeenSpan {
    SeenSpan {
        trace_id: hex::encode(span.trace_id),
        id: hex::encode(span.span_id),
        parent: hex::encode(span.parent_span_id),
        name: span.name,
        links: span.links.into_iter().map(|link| hex::encode(link.span_id)).collect(),
        attributes: attributes(&span.attributes),
        resource,
        failure: span
            .status
            .filter(|status| status.code == 2)
            .map(|status| status.message)
            .unwrap_or_default(),
    }
}

fn attributes(all: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |value: &KeyValue| match value.value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(any_value::Value::StringValue(text)) => text.clone(),
        Some(any_value::Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    };
    all.iter().map(|attribute| (attribute.key.clone(), text(attribute))).collect()
}
