//! What an ID token must say beside what every token must. Source: OpenID Connect Core 1.0, section 3.1.3.7;
//! OpenID Connect Back-Channel Logout 1.0, section 2.6.

use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

use crate::access::{SessionsOf, Unauthenticated};

/// What says of a token that it ends sessions.
const LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Checks that a token is for this client alone, and for this sign-in.
///
/// # Errors
/// [`Unauthenticated::Rejected`].
pub(super) fn check(
    claims: &Map<String, Value>,
    client_id: &str,
    nonce: Option<&str>,
) -> Result<(), Unauthenticated> {
    if !is_for_alone(claims, client_id) {
        return Err(Unauthenticated::Rejected("an ID token that is for others, too"));
    }
    let Some(nonce) = nonce else { return Ok(()) };
    let told = claims.get("nonce").and_then(Value::as_str).unwrap_or_default();
    let is_right: bool = told.as_bytes().ct_eq(nonce.as_bytes()).into();
    is_right.then_some(()).ok_or(Unauthenticated::Rejected("an ID token of another sign-in"))
}

/// Checks that a token ends sessions, and is no ID token.
///
/// # Errors
/// [`Unauthenticated::Rejected`].
pub(super) fn check_end(claims: &Map<String, Value>, client_id: &str) -> Result<(), Unauthenticated> {
    let ends = claims.get("events").and_then(|events| events.get(LOGOUT)).is_some_and(Value::is_object);
    let is_right = ends && !claims.contains_key("nonce") && is_for_alone(claims, client_id);
    is_right.then_some(()).ok_or(Unauthenticated::Rejected("a token that ends no sessions"))
}

/// Whose sessions a token ends.
///
/// # Errors
/// [`Unauthenticated::Rejected`].
pub(super) fn whose(claims: &Map<String, Value>, issuer: &str) -> Result<SessionsOf, Unauthenticated> {
    let issuer = issuer.to_owned();
    if let Some(session) = session(claims) {
        return Ok(SessionsOf::ProviderSession { issuer, session });
    }
    let subject = claims.get("sub").and_then(Value::as_str);
    let subject = subject.ok_or(Unauthenticated::Rejected("a token that ends nobody's sessions"))?.to_owned();
    Ok(SessionsOf::Person { issuer, subject })
}

/// What the provider calls this sign-in.
pub(super) fn session(claims: &Map<String, Value>) -> Option<String> {
    claims.get("sid").and_then(Value::as_str).map(str::to_owned)
}

/// Others for whom it is, too, could have passed it on.
fn is_for_alone(claims: &Map<String, Value>, client_id: &str) -> bool {
    match claims.get("aud") {
        Some(Value::String(audience)) => audience == client_id,
        Some(Value::Array(audience)) => audience.iter().all(|one| one.as_str() == Some(client_id)),
        _ => false,
    }
}
