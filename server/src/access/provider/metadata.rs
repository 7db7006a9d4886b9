//! What a provider says of itself. Source: OpenID Connect Discovery 1.0, section 4; RFC 9207.

use reqwest::{Client, StatusCode, Url};
use serde::Deserialize;

use crate::access::jwks::{body_of, safe_url};

/// Where a provider is asked for what.
#[derive(Clone, Debug)]
pub(super) struct Metadata {
    pub(super) authorization: Url,
    pub(super) token: Url,
    pub(super) keys: String,
    /// Where it says more of people, if it does.
    pub(super) user_info: Option<Url>,
    /// Where people sign out, if the provider wants to know of it.
    pub(super) end_session: Option<Url>,
    /// Whether it takes a client's secret only in the form.
    pub(super) secret_in_form: bool,
    /// Whether every answer must name its issuer.
    pub(super) names_issuer: bool,
}

#[derive(Deserialize)]
struct Wire {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    end_session_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// Asks the provider.
    ///
    /// # Errors
    /// Why it cannot be used now, without what it said.
    pub(super) async fn fetch(http: &Client, issuer: &str) -> Result<Self, String> {
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let told = |error: reqwest::Error| error.without_url().to_string();
        let response = http.get(safe_url(&address)?).send().await.map_err(told)?;
        if response.status() != StatusCode::OK {
            return Err(format!("status {}", response.status().as_u16()));
        }
        let wire: Wire =
            serde_json::from_slice(&body_of(response).await?).map_err(|error| error.to_string())?;
        if wire.issuer != issuer {
            return Err("it says that it is another issuer".to_owned());
        }
        wire.read()
    }
}

impl Wire {
    fn read(self) -> Result<Metadata, String> {
        let methods = self.token_endpoint_auth_methods_supported.unwrap_or_default();
        let takes = |method: &str| methods.iter().any(|known| known == method);
        safe_url(&self.jwks_uri)?;
        Ok(Metadata {
            authorization: safe_url(&self.authorization_endpoint)?,
            token: safe_url(&self.token_endpoint)?,
            keys: self.jwks_uri,
            user_info: self.userinfo_endpoint.as_deref().map(safe_url).transpose()?,
            end_session: self.end_session_endpoint.as_deref().map(safe_url).transpose()?,
            // Where nothing is said, it is the header that goes without saying.
            secret_in_form: takes("client_secret_post") && !takes("client_secret_basic"),
            names_issuer: self.authorization_response_iss_parameter_supported,
        })
    }
}
