//! Gives each request a trace id: the one that it brings, or a new one. All that is logged on its behalf bears it,
//! and the answer tells it. Source: W3C Trace Context.

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::response::Response;
use futures::stream::{self, Stream, StreamExt};
use tracing::Span;

use crate::domain::trace::TraceId;
use crate::spans::{self, Caller};

/// What a request brings.
const TRACEPARENT: &str = "traceparent";
/// What an answer tells.
const TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");
/// Strangers choose a method, and a collector counts by it: there are these, and all others.
const KNOWN_METHODS: [Method; 7] =
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD, Method::OPTIONS];
const OTHER_METHOD: &str = "_OTHER";
/// Asked all the time by whoever watches the server: of no interest to anybody who looks at traces.
const WATCHED: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// What a `traceparent` says.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Brought {
    trace_id: TraceId,
    caller: Caller,
}

/// A request that has a trace id.
pub(super) struct Traced {
    trace_id: Option<TraceId>,
    exported: Span,
}

impl Traced {
    /// Leaves the trace id with the request, for handlers and for [`span`].
    pub(super) fn begin(request: &mut Request) -> Self {
        let brought = brought(request.headers());
        // It tells requests apart, and keeps no secret.
        let new_id = || TraceId::new(fastrand::u128(1..));
        let Some(trace_id) = brought.map(|brought| brought.trace_id).or_else(new_id) else {
            return Self { trace_id: None, exported: Span::none() };
        };
        request.extensions_mut().insert(trace_id);
        let exported = exported_span(request);
        spans::begin(&exported, trace_id, brought.map(|brought| brought.caller));
        Self { trace_id: Some(trace_id), exported }
    }

    /// What a collector is sent of it, if there is one.
    pub(super) fn exported(&self) -> Span {
        self.exported.clone()
    }

    /// Tells it.
    pub(super) fn end(self, answer: &mut Response) {
        spans::note_status(&self.exported, answer.status().as_u16());
        let value = self.trace_id.and_then(|trace_id| HeaderValue::try_from(trace_id.to_string()).ok());
        if let Some(value) = value {
            answer.headers_mut().insert(TRACE_ID, value);
        }
    }
}

fn exported_span(request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    if route.is_some_and(|route| WATCHED.contains(&route)) {
        return Span::none();
    }
    let is_known = KNOWN_METHODS.contains(request.method());
    let method = if is_known { request.method().as_str() } else { OTHER_METHOD };
    spans::request(method, route, request.uri().path())
}

/// What everything is logged in that a request leads to. It counts as an error, so that it is there whenever something
/// is logged at all. No query: it may hold what somebody signs in with.
pub(super) fn span<B>(request: &axum::http::Request<B>) -> Span {
    let trace_id = request.extensions().get::<TraceId>().map(tracing::field::display);
    tracing::error_span!("request", trace_id, method = %request.method(), path = request.uri().path())
}

/// The same items, made within the span of whoever calls this: what is logged while a body is written says on whose
/// behalf, too.
pub(super) fn in_this_span<S: Stream + Unpin>(mut items: S) -> impl Stream<Item = S::Item> {
    let span = Span::current();
    stream::poll_fn(move |context| span.in_scope(|| items.poll_next_unpin(context)))
}

/// Two of them are as good as none.
fn brought(headers: &HeaderMap) -> Option<Brought> {
    let mut all = headers.get_all(TRACEPARENT).iter();
    let one = all.next().filter(|_| all.next().is_none())?;
    read(one.to_str().ok()?)
}

/// Reads `00-TRACE_ID-PARENT_ID-FLAGS`. A later version may have more behind that.
fn read(traceparent: &str) -> Option<Brought> {
    let mut parts = traceparent.trim_matches([' ', '\t']).split('-');
    let (version, trace_id, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_strange = version == "ff" || version == "00" && parts.next().is_some();
    hex(version, 2).filter(|_| !is_strange)?;
    let span_id = hex(parent, 16).filter(|id| *id != 0)?;
    let is_sampled = hex(flags, 2)? & 1 == 1;
    Some(Brought { trace_id: trace_id.parse().ok()?, caller: Caller { span_id, is_sampled } })
}

/// A number of so many hexadecimal digits in lower case.
fn hex(text: &str, digits: usize) -> Option<u64> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_hex = text.len() == digits && text.bytes().all(is_digit);
    is_hex.then(|| u64::from_str_radix(text, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    const ID: &str = "0af7651916cd43dd8448eb211c80319c";

    #[test]
    fn a_valid_traceparent_is_taken() {
        let later = format!("01-{ID}-b7ad6b7169203331-01-more-of-it");
        for text in [format!("00-{ID}-b7ad6b7169203331-01"), later] {
            let brought = read(&text).unwrap();
            assert_eq!(brought.trace_id.to_string(), ID, "{text}");
            assert_eq!(brought.caller, Caller { span_id: 0xb7ad_6b71_6920_3331, is_sampled: true }, "{text}");
        }
    }

    #[test]
    fn a_caller_that_exports_nothing_says_so() {
        let flags =
            |flags: &str| read(&format!("00-{ID}-b7ad6b7169203331-{flags}")).map(|it| it.caller.is_sampled);
        assert_eq!([flags("00"), flags("02"), flags("03")], [Some(false), Some(false), Some(true)]);
    }

    #[test]
    fn what_is_not_valid_is_not_taken() {
        let zeros = "0".repeat(32);
        for text in [
            String::new(),
            ID.to_owned(),
            format!("00-{ID}-b7ad6b7169203331"),
            format!("00-{ID}-b7ad6b7169203331-01-more"),
            format!("ff-{ID}-b7ad6b7169203331-01"),
            format!("00-{zeros}-b7ad6b7169203331-01"),
            format!("00-{ID}-0000000000000000-01"),
            format!("00-{}-b7ad6b7169203331-01", ID.to_uppercase()),
            format!("00-{ID}-b7ad6b7169203331-1"),
        ] {
            assert_eq!(read(&text), None, "{text:?}");
        }
    }

    #[test]
    fn items_are_made_within_the_span_of_whoever_asked_for_them() {
        let seen = tracing::subscriber::with_default(tracing_subscriber::registry(), || {
            let span = tracing::error_span!("request");
            let items = stream::repeat_with(|| Span::current().id()).take(2);
            let items = span.in_scope(|| in_this_span(items));
            (items.collect::<Vec<_>>().now_or_never(), span.id())
        });
        assert!(seen.1.is_some());
        assert_eq!(seen.0, Some(vec![seen.1.clone(), seen.1]));
    }

    #[test]
    fn two_of_them_are_as_good_as_none() {
        let value = HeaderValue::try_from(format!("00-{ID}-b7ad6b7169203331-01")).unwrap();
        let mut headers = HeaderMap::new();
        headers.append(TRACEPARENT, value.clone());
        assert!(brought(&headers).is_some());
        headers.append(TRACEPARENT, value);
        assert!(brought(&headers).is_none());
    }
}
