//! Who sent a request: found out once, by the layer [`identify`]; handlers take the [`Caller`] that it leaves.
//! Headers that say who somebody is go no further than here.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::HttpState;
use super::error::Refusal;
use super::strangers::Address;
use crate::access::{Door, Presented, Unauthenticated, Viewer};
use crate::clock;
use crate::telemetry::{Metrics, Refused, Why};

/// What proxies say when they pass something on.
const PASSED_ON: [HeaderName; 4] = [
    header::FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-real-ip"),
    header::VIA,
];
/// What whoever is not known is told, whatever the reason.
pub(super) const UNKNOWN: &str = "It is not known who you are: sign in, or send a valid token.";

const TOO_OFTEN: &str = "Too much that is not known here comes from your address: wait a moment.";

/// Where a connection comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// Who sent a request, or why that is not known.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    viewer: Result<Arc<Viewer>, Unauthenticated>,
    /// What was asked, for the log.
    pub(super) asked: Asked,
    /// Where the page comes from that asks.
    origin: Option<Arc<str>>,
    /// Where the request comes from.
    pub(super) address: Address,
}

/// What a request asked, as the log names it: method and path.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    method: Method,
    uri: Uri,
}

/// A request whose sender is not known, or not now. The reason was logged.
#[derive(Debug)]
pub(super) enum NoViewer {
    /// It is not known.
    Unknown,
    /// It cannot be found out now.
    NotNow,
    /// Whoever is not known tries too often from there: it is not looked at for so long.
    TooOften(Duration),
}

impl Caller {
    /// Who it is.
    ///
    /// # Errors
    /// Why that is not known; not logged yet.
    pub(super) fn viewer(&self) -> Result<Arc<Viewer>, Unauthenticated> {
        self.viewer.clone()
    }

    /// The same for whoever shows a token later, where no header can be sent.
    pub(super) async fn with_token(&self, state: &HttpState, authorization: &str) -> Self {
        let shown = async {
            state.strangers().admit(&self.address).map_err(Unauthenticated::TooOften)?;
            let viewer = state.door.identify_by(authorization, self.origin.as_deref(), clock::now()).await?;
            state.still_vouched(viewer).await
        };
        Self { viewer: shown.await.map(Arc::new), ..self.clone() }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = std::convert::Infallible;

    /// Behind a route that nobody thought of guarding, nobody is known.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let nobody = || Self {
            viewer: Err(Unauthenticated::Nothing),
            asked: Asked { method: parts.method.clone(), uri: parts.uri.clone() },
            origin: None,
            address: Address::default(),
        };
        Ok(parts.extensions.get().cloned().unwrap_or_else(nobody))
    }
}

impl fmt::Display for Asked {
    /// No query: it may hold what somebody signs in with.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.uri.path())
    }
}

/// Finds out who sent a request, and leaves it as [`Caller`].
pub(super) async fn identify(State(state): State<HttpState>, mut request: Request, next: Next) -> Response {
    let presented = presented(&mut request, &state.door);
    let address = state.strangers().address(&presented, request.headers(), &state.door);
    let viewer = viewer(&state, &presented, &address, request.headers()).await;
    request.headers_mut().remove(header::COOKIE);
    let asked = Asked { method: request.method().clone(), uri: request.uri().clone() };
    let origin = presented.origin.map(Arc::from);
    request.extensions_mut().insert(Caller { viewer, asked, origin, address });
    next.run(request).await
}

/// Nothing is looked at that comes from where too much was wrong before.
async fn viewer(
    state: &HttpState,
    presented: &Presented,
    address: &Address,
    headers: &HeaderMap,
) -> Result<Arc<Viewer>, Unauthenticated> {
    if let Some(anybody) = state.door.anybody() {
        return Ok(anybody);
    }
    state.strangers().admit(address).map_err(Unauthenticated::TooOften)?;
    let viewer = match state.door.identify(presented, clock::now()).await {
        Err(Unauthenticated::Nothing) => state.viewer_by_session(headers).await,
        known => state.still_vouched(known?).await,
    };
    viewer.map(Arc::new)
}

/// Lets through whoever may hand in alerts. A right credential is never too often: an alert would be lost.
pub(super) async fn admit_webhook(
    State(state): State<HttpState>,
    mut request: Request,
    next: Next,
) -> Result<Response, NoViewer> {
    let presented = presented(&mut request, &state.door);
    let address = state.strangers().address(&presented, request.headers(), &state.door);
    let admitted = state.door.admit_webhook(&presented);
    admitted.map_err(|error| state.turn_away(&address, request.uri().path(), &error))?;
    Ok(next.run(request).await)
}

/// Lets through whoever may read the metrics.
pub(super) async fn admit_metrics(
    State(state): State<HttpState>,
    mut request: Request,
    next: Next,
) -> Result<Response, NoViewer> {
    let presented = presented(&mut request, &state.door);
    let address = state.strangers().address(&presented, request.headers(), &state.door);
    let admitted = state.door.admit_metrics(&presented);
    admitted.map_err(|error| state.turn_away(&address, request.uri().path(), &error))?;
    Ok(next.run(request).await)
}

/// Logs and counts why it is not known who asks.
pub(super) fn refuse(metrics: &Metrics, asked: &str, error: &Unauthenticated) -> NoViewer {
    let (why, reason) = (Why::unauthenticated, error.to_string());
    metrics.access.refuse(Refused { who: "", what: asked, region: "", why, reason: &reason });
    match error {
        Unauthenticated::Nothing | Unauthenticated::Rejected(_) => NoViewer::Unknown,
        Unauthenticated::NotNow(_) => NoViewer::NotNow,
        Unauthenticated::TooOften(wait) => NoViewer::TooOften(*wait),
    }
}

/// Takes out of a request what it shows of its sender, and what only looks like it: some programs read
/// `X_Forwarded_User` as `X-Forwarded-User`.
pub(super) fn presented(request: &mut Request, door: &Door) -> Presented {
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0);
    let names = door.header_names();
    let headers = request.headers_mut();
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let origin = origins.next().filter(|_| origins.next().is_none());
    let origin = origin.and_then(|origin| origin.to_str().ok()).map(str::to_owned);
    let is_passed_on = PASSED_ON.iter().any(|name| headers.contains_key(name));
    let shown = names.iter().flat_map(|name| headers.get_all(*name).iter().map(|value| text(name, value)));
    let shown = shown.collect();
    let twins: Vec<HeaderName> =
        headers.keys().filter(|name| is_or_resembles(name.as_str(), &names)).cloned().collect();
    twins.iter().for_each(|name| drop(headers.remove(name)));
    Presented { peer, is_passed_on, origin, headers: shown }
}

fn is_or_resembles(name: &str, names: &[&str]) -> bool {
    names.contains(&name) || name.contains('_') && names.contains(&name.replace('_', "-").as_str())
}

/// What is no text is nobody's name and no token, but it was shown.
fn text(name: &str, value: &HeaderValue) -> (String, String) {
    (name.to_owned(), value.to_str().unwrap_or_default().to_owned())
}

impl NoViewer {
    /// The status, and what is told.
    pub(super) fn told(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Unknown => (StatusCode::UNAUTHORIZED, UNKNOWN),
            Self::NotNow => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Who you are cannot be found out now: try again in a moment.",
            ),
            Self::TooOften(_) => (StatusCode::TOO_MANY_REQUESTS, TOO_OFTEN),
        }
    }
}

impl From<NoViewer> for Refusal {
    fn from(nobody: NoViewer) -> Self {
        let (status, reason) = nobody.told();
        match nobody {
            NoViewer::TooOften(wait) => Self::too_often(reason, wait),
            NoViewer::Unknown | NoViewer::NotNow => Self::with_status(status, reason),
        }
    }
}

impl IntoResponse for NoViewer {
    fn into_response(self) -> Response {
        Refusal::from(self).into_response()
    }
}
