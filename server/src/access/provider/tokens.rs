//! The provider's tokens, for a code or for a refresh token. Source: RFC 6749, sections 2.3.1, 5 and 6.

use reqwest::{Client, RequestBuilder, StatusCode};
use serde::Deserialize;

use super::metadata::Metadata;
use super::settings::Settings;
use crate::access::Unauthenticated;
use crate::access::jwks::body_of;

/// What the provider gave.
#[derive(Deserialize)]
pub(super) struct Tokens {
    pub(super) id_token: Option<String>,
    pub(super) refresh_token: Option<String>,
    pub(super) access_token: Option<String>,
}

#[derive(Deserialize)]
struct Fault {
    error: String,
}

/// Asks for tokens, and shows the client's secret.
///
/// # Errors
/// [`Unauthenticated::Rejected`] for a code or refresh token that is not taken, else [`Unauthenticated::NotNow`].
pub(super) async fn ask(
    http: &Client,
    metadata: &Metadata,
    settings: &Settings,
    form: &[(&str, &str)],
) -> Result<Tokens, Unauthenticated> {
    let mut form = form.to_vec();
    let request = http.post(metadata.token.clone());
    let request = match &settings.client_secret {
        Some(secret) if !metadata.secret_in_form => with_secret(request, &settings.client_id, secret.text()),
        secret => {
            form.push(("client_id", &settings.client_id));
            form.extend(secret.as_ref().map(|secret| ("client_secret", secret.text())));
            request
        }
    };
    let response = request.form(&form).send().await.map_err(|error| not_now(&error.without_url()))?;
    let status = response.status();
    let body = body_of(response).await.map_err(|reason| not_now(&reason))?;
    if status != StatusCode::OK {
        return Err(refused(status, &body));
    }
    serde_json::from_slice(&body).map_err(|_| not_now(&"it sent no tokens"))
}

/// Both are written as in forms, before they become a header.
fn with_secret(request: RequestBuilder, client_id: &str, secret: &str) -> RequestBuilder {
    let written = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    request.basic_auth(written(client_id), Some(written(secret)))
}

fn refused(status: StatusCode, body: &[u8]) -> Unauthenticated {
    let fault = serde_json::from_slice::<Fault>(body).map(|fault| fault.error).unwrap_or_default();
    match fault.as_str() {
        "invalid_grant" => {
            Unauthenticated::Rejected("a code or a session that the provider does not know, or no longer")
        }
        "invalid_client" | "unauthorized_client" => {
            not_now(&"it does not know client_id, or the secret is wrong")
        }
        _ => not_now(&format!("it answers status {}", status.as_u16())),
    }
}

fn not_now(reason: &dyn std::fmt::Display) -> Unauthenticated {
    Unauthenticated::NotNow(format!("the provider of sign-ins gives no tokens: {reason}"))
}
