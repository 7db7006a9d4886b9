//! What a provider says of somebody beside their ID token. Source: OpenID Connect Core 1.0, section 5.3.

use reqwest::{Client, StatusCode};
use serde_json::{Map, Value};

use super::metadata::Metadata;
use super::settings::Settings;
use crate::access::Unauthenticated;
use crate::access::jwks::body_of;

/// Adds what the ID token does not say, if the settings want that and it lacks the name or the groups. What it says
/// counts more: it is signed.
///
/// # Errors
/// [`Unauthenticated::Rejected`], if the answer is about somebody else; [`Unauthenticated::NotNow`].
pub(super) async fn complete(
    mut claims: Map<String, Value>,
    http: &Client,
    metadata: &Metadata,
    settings: &Settings,
    access_token: Option<&str>,
) -> Result<Map<String, Value>, Unauthenticated> {
    let wanted = [&settings.groups_claim, &settings.name_claim];
    if !settings.user_info || wanted.iter().all(|claim| claims.contains_key(*claim)) {
        return Ok(claims);
    }
    let more = ask(http, metadata, access_token).await?;
    if more.get("sub").is_none() || more.get("sub") != claims.get("sub") {
        return Err(Unauthenticated::Rejected("user info about somebody else"));
    }
    for (claim, value) in more {
        claims.entry(claim).or_insert(value);
    }
    Ok(claims)
}

async fn ask(
    http: &Client,
    metadata: &Metadata,
    access_token: Option<&str>,
) -> Result<Map<String, Value>, Unauthenticated> {
    let address = metadata.user_info.clone().ok_or_else(|| not_now(&"it does not say where"))?;
    let access_token = access_token.ok_or_else(|| not_now(&"it gave no access token"))?;
    let response = http.get(address).bearer_auth(access_token).send().await;
    let response = response.map_err(|error| not_now(&error.without_url()))?;
    if response.status() != StatusCode::OK {
        return Err(not_now(&format!("it answers status {}", response.status().as_u16())));
    }
    let body = body_of(response).await.map_err(|reason| not_now(&reason))?;
    serde_json::from_slice(&body).map_err(|_| not_now(&"its answer is no JSON object"))
}

fn not_now(reason: &dyn std::fmt::Display) -> Unauthenticated {
    Unauthenticated::NotNow(format!("the provider of sign-ins gives no user info: {reason}"))
}
