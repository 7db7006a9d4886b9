//! Signing in and out with a browser. What goes wrong is logged with its reason, and told without.

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::cookies::Cookies;
use super::error::Refusal;
use super::identity::refuse;
use super::{HttpState, origin, strangers};
use crate::access::{ProviderAnswer, Unauthenticated, Viewer};
use crate::clock;
use crate::sign_in::SignIn;

/// Where people sign in.
pub(super) const LOGIN: &str = "/auth/login";

/// Signing in and out; nothing, where nobody does.
pub(super) fn routes(state: &HttpState) -> Router<HttpState> {
    if state.sign_in.is_none() {
        return Router::new();
    }
    let provider = Router::new()
        .route("/auth/backchannel-logout", post(told_to_end))
        .layer(from_fn_with_state(state.clone(), strangers::limit_refused));
    Router::new()
        .route("/auth/login", get(login))
        .route("/auth/callback", get(callback))
        .route("/auth/logout", post(logout))
        .layer(from_fn_with_state(state.clone(), strangers::limit))
        .merge(provider)
}

#[derive(Deserialize)]
struct Login {
    #[serde(default)]
    to: String,
}

/// Where the browser goes next.
#[derive(Serialize)]
struct Next {
    location: String,
}

/// Sends a browser to the provider.
async fn login(
    State(state): State<HttpState>,
    headers: HeaderMap,
    query: Result<Query<Login>, QueryRejection>,
) -> Result<Response, Refusal> {
    let (sign_in, cookies) = state.sign_in()?;
    let to = query.map(|Query(login)| login.to).unwrap_or_default();
    let begun = sign_in.begin(&to).await;
    let (location, attempt) = begun.map_err(|error| refuse(&state.services.metrics, LOGIN, &error))?;
    let mut answer = go_to(&location)?;
    let kept = cookies.drop_surplus(&headers).into_iter().chain(cookies.keep(&attempt));
    answer.headers_mut().extend(kept.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(answer)
}

/// Takes the provider's answer. A person looks at what comes of it.
async fn callback(
    State(state): State<HttpState>,
    headers: HeaderMap,
    query: Result<Query<ProviderAnswer>, QueryRejection>,
) -> Response {
    let completed = complete(&state, &headers, query).await;
    completed.unwrap_or_else(|refusal| refusal.into_page(LOGIN, "Sign in again"))
}

/// An answer counts once, and only in the browser that asked.
async fn complete(
    state: &HttpState,
    headers: &HeaderMap,
    query: Result<Query<ProviderAnswer>, QueryRejection>,
) -> Result<Response, Refusal> {
    let (sign_in, cookies) = state.sign_in()?;
    let Ok(Query(provided)) = query else { return Err(not_signed_in()) };
    let attempt = cookies.attempt(headers, &provided.state).ok_or_else(not_signed_in)?;
    let before = cookies.session(headers);
    let completed = sign_in.complete(&attempt, &provided, before.as_ref()).await;
    let mut answer = match completed {
        Ok(signed_in) => {
            let mut answer = go_to(&signed_in.to)?;
            let shown = cookies.show(&signed_in.token).ok_or_else(not_signed_in)?;
            answer.headers_mut().append(header::SET_COOKIE, shown);
            answer
        }
        Err(error) => {
            let nobody = refuse(&state.services.metrics, "/auth/callback", &error);
            let refusal = match nobody.told().0 {
                StatusCode::UNAUTHORIZED => not_signed_in(),
                _ => nobody.into(),
            };
            refusal.into_page(LOGIN, "Sign in again")
        }
    };
    let over = cookies.drop(&provided.state);
    answer.headers_mut().extend(over.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(answer)
}

/// Ends the session that the browser shows, and says where it goes to sign out at the provider, too.
async fn logout(State(state): State<HttpState>, headers: HeaderMap) -> Result<Response, Refusal> {
    let (sign_in, cookies) = state.sign_in()?;
    if !origin::is_own(&headers) {
        return Err(Refusal::forbidden("Pages of other sites cannot sign anybody out."));
    }
    let ended = match cookies.session(&headers) {
        Some(token) => sign_in.end(&token).await,
        None => Ok(None),
    };
    let location = ended.map_err(|error| refuse(&state.services.metrics, "/auth/logout", &error))?;
    let next = Next { location: location.unwrap_or_else(|| "/".to_owned()) };
    let mut answer = ([no_store()], Json(next)).into_response();
    answer.headers_mut().extend(cookies.forget().map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(answer)
}

/// The provider says that somebody has signed out there. Source: OpenID Connect Back-Channel Logout 1.0, section 2.8.
async fn told_to_end(State(state): State<HttpState>, form: Bytes) -> Result<Response, Refusal> {
    let (sign_in, _) = state.sign_in()?;
    let token = form_urlencoded::parse(&form).find(|(key, _)| key == "logout_token");
    let (_, token) = token.ok_or_else(|| Refusal::bad_request("Send a logout_token."))?;
    match sign_in.end_as_told(&token).await {
        Ok(()) => Ok([no_store()].into_response()),
        Err(error) => match refuse(&state.services.metrics, "/auth/backchannel-logout", &error).told().0 {
            StatusCode::UNAUTHORIZED => Err(Refusal::bad_request("This logout_token is not valid.")),
            status => Err(Refusal::with_status(status, "This cannot be done now: try again.")),
        },
    }
}

impl HttpState {
    /// Whoever shows a session. It counts only in pages of ours: a browser shows it to whoever asks.
    ///
    /// # Errors
    /// [`Unauthenticated`].
    pub(super) async fn viewer_by_session(&self, headers: &HeaderMap) -> Result<Viewer, Unauthenticated> {
        let Ok((sign_in, cookies)) = self.sign_in() else { return Err(Unauthenticated::Nothing) };
        let token = cookies.session(headers).ok_or(Unauthenticated::Nothing)?;
        if !origin::is_own(headers) {
            return Err(Unauthenticated::Rejected("a session that a page of another site showed"));
        }
        sign_in.viewer(&token, clock::now()).await
    }

    /// An embed token that somebody made who had signed in counts while that session does.
    ///
    /// # Errors
    /// [`Unauthenticated`].
    pub(super) async fn still_vouched(&self, viewer: Viewer) -> Result<Viewer, Unauthenticated> {
        let Some(session) = &viewer.made_in else { return Ok(viewer) };
        let nobody = Unauthenticated::Rejected("an embed token of a session, where nobody signs in");
        let sign_in = self.sign_in.as_deref().ok_or(nobody)?;
        sign_in.vouches(session, &viewer.grants).await?;
        Ok(viewer)
    }

    fn sign_in(&self) -> Result<(&SignIn, Cookies), Refusal> {
        let nobody = || Refusal::with_status(StatusCode::NOT_FOUND, "Nobody signs in here.");
        let sign_in = self.sign_in.as_deref().ok_or_else(nobody)?;
        Ok((sign_in, Cookies { is_behind_tls: sign_in.is_behind_tls() }))
    }
}

fn go_to(location: &str) -> Result<Response, Refusal> {
    let location = HeaderValue::try_from(ascii(location)).map_err(|_| not_signed_in())?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, location), no_store()]).into_response())
}

/// A header is ASCII; what a path has beyond is written as browsers would.
fn ascii(text: &str) -> String {
    let one = |byte: u8| {
        if byte.is_ascii_graphic() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(one).collect()
}

fn no_store() -> (header::HeaderName, HeaderValue) {
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

fn not_signed_in() -> Refusal {
    Refusal::bad_request(
        "You could not be signed in. Perhaps it took too long, or was begun in another browser.",
    )
}
