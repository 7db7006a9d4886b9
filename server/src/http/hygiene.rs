//! What browsers are told with every answer, so that a mistake elsewhere costs less.
//! Sources: W3C CSP Level 3; RFC 6797 (HSTS); RFC 9111, section 5.2.2.5.

use axum::http::header::{self, Entry};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;

use super::sign_in::LOGIN;
use super::{Doors, HttpState};

/// Only what this server sends may run or be loaded, and only it is spoken to. WebAssembly is compiled, nothing else
/// is made of text; the icon with a number on it is a `data:` address. `self` counts for WebSockets, too.
pub(super) const CONTENT_SECURITY_POLICY: &str = "frame-ancestors 'none'; default-src 'none'; \
     script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'";
/// The part of it that a page which may be framed replaces.
pub(super) const FRAMED_BY_NOBODY: &str = "frame-ancestors 'none'";
/// Two years.
const TLS_ONLY: HeaderValue = HeaderValue::from_static("max-age=63072000");
/// Where a browser can sign in, for a page that is told that it is not known who asks.
const SIGN_IN_AT: HeaderName = HeaderName::from_static("x-sign-in");

/// What is said where nothing else was.
const USUAL: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    // Files say how long they may be kept; all else is data.
    (header::CACHE_CONTROL, "no-store"),
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), \
         microphone=(), midi=(), payment=(), usb=()",
    ),
];

/// What is added to an answer beside the usual.
pub(super) struct Hygiene {
    /// Whether people come over TLS. Then browsers are told to never come otherwise.
    is_behind_tls: bool,
    /// Whether a browser can sign in here.
    has_sign_in: bool,
}

impl Hygiene {
    /// What these doors make of it.
    pub(super) fn of(doors: Doors, state: &HttpState) -> Self {
        Self { is_behind_tls: doors.is_behind_tls, has_sign_in: state.sign_in.is_some() }
    }

    /// Adds what an answer does not say itself.
    pub(super) fn end(self, answer: &mut Response) {
        let is_unknown = answer.status() == StatusCode::UNAUTHORIZED;
        let headers = answer.headers_mut();
        // Grown once instead of twice, with room for what others add.
        headers.reserve(2 * USUAL.len());
        for (name, value) in USUAL {
            if let Entry::Vacant(vacant) = headers.entry(name) {
                vacant.insert(HeaderValue::from_static(value));
            }
        }
        let policy = headers.get(header::CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
        if policy.is_some_and(|policy| policy.contains(FRAMED_BY_NOBODY)) {
            headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        }
        if self.is_behind_tls {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, TLS_ONLY);
        }
        if is_unknown && self.has_sign_in {
            headers.insert(SIGN_IN_AT, HeaderValue::from_static(LOGIN));
        }
    }
}
