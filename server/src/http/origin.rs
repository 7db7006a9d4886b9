//! Where a request comes from. A server that asks nobody who they are is reached by programs on its machine and
//! by pages of its own, and by nothing else.

use axum::http::{HeaderMap, header};

use super::embedding;
use super::error::Refusal;
use crate::config::PageOrigin;

/// The names of this machine for itself. Any other name in `Host` is a foreign page whose name was made to
/// point here (DNS rebinding).
const OWN_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Checks to whom a request was sent.
///
/// # Errors
/// If it was not sent to this machine by one of its own names.
pub(super) fn require_own_host(headers: &HeaderMap) -> Result<(), Refusal> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("");
    let name =
        host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
    let is_own = OWN_HOSTS.iter().any(|own| own.eq_ignore_ascii_case(name));
    is_own.then_some(()).ok_or_else(|| Refusal::forbidden("This server answers to localhost only."))
}

/// True for whoever [`is_own`], and for pages that may show the portal inside them.
pub(super) fn may_ask(headers: &HeaderMap, embedders: &[PageOrigin]) -> bool {
    is_own(headers) || embedding::asked_by(headers, embedders).is_some()
}

/// True for programs, and for pages of the host that was asked. Browsers send `Origin` with every POST and
/// WebSocket, and `Sec-Fetch-Site` with everything, also where a page only embeds an address.
pub(super) fn is_own(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return is_fetched_by_own(headers) };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    matches!((origin, host), (Some((_, origin)), Some(host)) if origin.eq_ignore_ascii_case(host))
}

/// `none`: somebody typed the address.
fn is_fetched_by_own(headers: &HeaderMap) -> bool {
    let Some(site) = headers.get("sec-fetch-site") else { return true };
    matches!(site.as_bytes(), b"same-origin" | b"none")
}

/// Whether a body says that it is JSON. A page of another site cannot say so without being asked first.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    content_type.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case("application/json")
}
