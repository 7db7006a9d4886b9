//! Whether a request comes from a page of ours. Browsers send `Origin` with every POST and WebSocket.

use axum::http::{HeaderMap, header};

/// True without an `Origin` (not a browser), or when it names the host that was asked.
pub(super) fn is_own(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    matches!((origin, host), (Some((_, origin)), Some(host)) if origin.eq_ignore_ascii_case(host))
}
