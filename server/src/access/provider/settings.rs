//! `[oidc]`: the provider at which people sign in, and how long that counts.

use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use jsonwebtoken::Algorithm;
use reqwest::Url;
use serde::Deserialize;
use toml::Spanned;

use crate::access::Lifetimes;
use crate::access::file::Faults;
use crate::access::jwks::safe_url;
use crate::access::jwt::algorithms_named;
use crate::access::secret::Secret;

/// Where the provider sends browsers back to, below the portal's address.
const CALLBACK: &str = "/auth/callback";
/// Without it a provider gives no identity.
const OPENID: &str = "openid";
/// The longest that a session may be made.
const MAX_DURATION: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What is known of the provider without asking it.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) issuer: String,
    pub(super) client_id: String,
    /// `None`: a public client, which proves itself by PKCE alone.
    pub(super) client_secret: Option<Secret>,
    pub(super) scopes: String,
    pub(super) name_claim: String,
    pub(super) groups_claim: String,
    /// Whether the provider is asked for what its ID token does not say.
    pub(super) user_info: bool,
    pub(super) algorithms: Vec<Algorithm>,
    /// Where people find the portal.
    pub(super) portal: Url,
    pub(super) lifetimes: Lifetimes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::access) struct OidcToml {
    issuer: Spanned<String>,
    client_id: Spanned<String>,
    client_secret_file: Option<Spanned<PathBuf>>,
    client_secret_env: Option<Spanned<String>>,
    public_url: Spanned<String>,
    #[serde(default = "scopes")]
    scopes: Spanned<Vec<String>>,
    #[serde(default = "name_claim")]
    name_claim: String,
    #[serde(default = "groups_claim")]
    groups_claim: String,
    #[serde(default)]
    user_info: bool,
    #[serde(default = "algorithms")]
    algorithms: Spanned<Vec<String>>,
    session: Option<Spanned<SignedDuration>>,
    idle: Option<Spanned<SignedDuration>>,
    renewal: Option<Spanned<SignedDuration>>,
}

fn scopes() -> Spanned<Vec<String>> {
    Spanned::new(0..0, ["openid", "profile", "email"].map(str::to_owned).into())
}

fn name_claim() -> String {
    "email".to_owned()
}

fn groups_claim() -> String {
    "groups".to_owned()
}

fn algorithms() -> Spanned<Vec<String>> {
    Spanned::new(0..0, vec!["RS256".to_owned()])
}

impl Settings {
    /// Reads the section; `None` if something is wrong with it, which is noted.
    pub(super) fn read(toml: OidcToml, folder: &Path, faults: &mut Faults) -> Option<Self> {
        let issuer = safe_url(toml.issuer.get_ref()).map(|_| toml.issuer.get_ref().clone());
        let issuer = faults.note(toml.issuer.span(), "oidc.issuer", issuer);
        if toml.client_id.get_ref().is_empty() {
            faults.add(toml.client_id.span(), "oidc.client_id", "must not be empty");
        }
        if !toml.scopes.get_ref().iter().any(|scope| scope == OPENID) {
            faults.add(toml.scopes.span(), "oidc.scopes", "must name \"openid\"");
        }
        let portal =
            faults.note(toml.public_url.span(), "oidc.public_url", portal(toml.public_url.get_ref()));
        let named = algorithms_named(toml.algorithms.get_ref());
        let algorithms = faults.note(toml.algorithms.span(), "oidc.algorithms", named);
        let client_secret = secret(toml.client_secret_file, toml.client_secret_env, folder, faults);
        let mut duration = |key: &str, given: Option<Spanned<SignedDuration>>, hours: i64| {
            given.map_or(SignedDuration::from_hours(hours), |given| {
                if *given.get_ref() < SignedDuration::from_secs(1) || *given.get_ref() > MAX_DURATION {
                    faults.add(given.span(), key, "is between \"1s\" and \"720h\"");
                }
                *given.get_ref()
            })
        };
        let lifetimes = Lifetimes {
            longest: duration("oidc.session", toml.session, 12),
            idle: duration("oidc.idle", toml.idle, 2),
            renewal: duration("oidc.renewal", toml.renewal, 1),
        };
        Some(Self {
            issuer: issuer?,
            client_id: toml.client_id.into_inner(),
            client_secret: client_secret?,
            scopes: toml.scopes.get_ref().join(" "),
            name_claim: toml.name_claim,
            groups_claim: toml.groups_claim,
            user_info: toml.user_info,
            algorithms: algorithms?,
            portal: portal?,
            lifetimes,
        })
    }

    /// Where the provider sends browsers back to.
    pub(super) fn callback(&self) -> String {
        format!("{}{CALLBACK}", self.portal.as_str().trim_end_matches('/'))
    }
}

/// The inner `None` is a client without a secret, the outer one a secret that cannot be read.
#[expect(clippy::option_option, reason = "none is asked for, and none could be read, are not the same")]
fn secret(
    file: Option<Spanned<PathBuf>>,
    variable: Option<Spanned<String>>,
    folder: &Path,
    faults: &mut Faults,
) -> Option<Option<Secret>> {
    let at = file.as_ref().map(Spanned::span).or(variable.as_ref().map(Spanned::span));
    let Some(at) = at else { return Some(None) };
    let (file, variable) = (file.map(Spanned::into_inner), variable.map(Spanned::into_inner));
    let secret = Secret::read(file.as_ref(), variable.as_ref(), folder);
    Some(Some(faults.note(at, "oidc.client_secret_file", secret)?))
}

/// Cookies of people who have signed in go over TLS, or stay on this machine.
fn portal(text: &str) -> Result<Url, String> {
    let url = safe_url(text)?;
    let is_root = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !is_root || !url.username().is_empty() || url.password().is_some() {
        return Err("is only where people find the portal, as \"https://portal.example\"".to_owned());
    }
    Ok(url)
}
