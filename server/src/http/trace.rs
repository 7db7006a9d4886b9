//! Gives each request a trace id: the one that it brings, or a new one. All that is logged on its behalf bears it,
//! and the answer tells it. Source: W3C Trace Context.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use tracing::Span;

use crate::domain::trace::TraceId;

/// What a request brings.
const TRACEPARENT: &str = "traceparent";
/// What an answer tells.
const TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");

/// A request that has a trace id.
pub(super) struct Traced(Option<TraceId>);

impl Traced {
    /// Leaves the trace id with the request, for handlers and for [`span`].
    pub(super) fn begin(request: &mut Request) -> Self {
        // It tells requests apart, and keeps no secret.
        let trace_id = brought(request.headers()).or_else(|| TraceId::new(fastrand::u128(1..)));
        if let Some(trace_id) = trace_id {
            request.extensions_mut().insert(trace_id);
        }
        Self(trace_id)
    }

    /// Tells it.
    pub(super) fn end(self, answer: &mut Response) {
        if let Some(value) = self.0.and_then(|trace_id| HeaderValue::try_from(trace_id.to_string()).ok()) {
            answer.headers_mut().insert(TRACE_ID, value);
        }
    }
}

/// What everything is logged in that a request leads to. It counts as an error, so that it is there whenever something
/// is logged at all. No query: it may hold what somebody signs in with.
pub(super) fn span<B>(request: &axum::http::Request<B>) -> Span {
    let trace_id = request.extensions().get::<TraceId>().map(tracing::field::display);
    tracing::error_span!("request", trace_id, method = %request.method(), path = request.uri().path())
}

/// Two of them are as good as none.
fn brought(headers: &HeaderMap) -> Option<TraceId> {
    let mut all = headers.get_all(TRACEPARENT).iter();
    let one = all.next().filter(|_| all.next().is_none())?;
    trace_id_of(one.to_str().ok()?)
}

/// Reads `00-TRACE_ID-PARENT_ID-FLAGS`. A later version may have more behind that.
fn trace_id_of(traceparent: &str) -> Option<TraceId> {
    let mut parts = traceparent.trim_matches([' ', '\t']).split('-');
    let (version, trace_id, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, digits: usize| {
        text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_known = is_hex(version, 2) && version != "ff" && (version != "00" || parts.next().is_none());
    let has_parent = is_hex(parent, 16) && parent.bytes().any(|byte| byte != b'0');
    (is_known && has_parent && is_hex(flags, 2)).then(|| trace_id.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0af7651916cd43dd8448eb211c80319c";

    #[test]
    fn a_valid_traceparent_is_taken() {
        let later = format!("01-{ID}-b7ad6b7169203331-01-more-of-it");
        for text in [format!("00-{ID}-b7ad6b7169203331-01"), later] {
            assert_eq!(trace_id_of(&text).map(|id| id.to_string()).as_deref(), Some(ID), "{text}");
        }
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
            assert_eq!(trace_id_of(&text), None, "{text:?}");
        }
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
