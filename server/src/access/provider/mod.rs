//! The provider at which people sign in: OpenID Connect, authorization code with PKCE.
//! Source: OpenID Connect Core 1.0, RFC 7636, RFC 9207, OpenID Connect RP-Initiated and Back-Channel Logout 1.0.

mod id_token;
mod kept;
mod metadata;
mod settings;
mod tokens;
mod user_info;

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::Mutex;
use tokio::time::Instant;

pub use self::kept::Kept;
use self::metadata::Metadata;
pub(super) use self::settings::OidcToml;
use self::settings::Settings;
use super::attempt::Attempt;
use super::file::Faults;
use super::jwks::{Keys, client};
use super::jwt::Issuer;
use super::session::{Lifetimes, SessionsOf};
use super::{Person, Unauthenticated};

/// What a provider says of itself is asked anew after that.
const MAX_AGE: Duration = Duration::from_secs(3_600);
/// A provider that does not answer is not asked again before that.
const PAUSE: Duration = Duration::from_secs(5);

/// The provider at which people sign in.
#[derive(Debug)]
pub struct Provider {
    settings: Settings,
    http: Client,
    known: RwLock<Option<Known>>,
    /// When it was asked last what it says of itself; held while it is asked.
    asked: Mutex<Option<Instant>>,
}

#[derive(Clone, Debug)]
struct Known {
    metadata: Arc<Metadata>,
    issuer: Arc<Issuer>,
    at: Instant,
}

/// What the provider vouched for.
#[derive(Debug)]
pub struct Vouched {
    /// Who it is.
    pub person: Person,
    /// What the provider calls this sign-in, where it says so.
    pub provider_session: Option<String>,
    /// What is kept of it for later.
    pub kept: Kept,
}

/// The provider's answer, as a browser carries it.
#[derive(Debug, Deserialize)]
pub struct ProviderAnswer {
    /// Which attempt it is an answer to.
    pub state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

impl Provider {
    /// Reads the section; `None` if something is wrong with it, which is noted.
    pub(super) fn read(toml: OidcToml, folder: &Path, faults: &mut Faults) -> Option<Self> {
        let settings = Settings::read(toml, folder, faults)?;
        let http = faults.note(0..0, "oidc", client())?;
        Some(Self { settings, http, known: RwLock::default(), asked: Mutex::default() })
    }

    /// How long sessions count.
    pub fn lifetimes(&self) -> Lifetimes {
        self.settings.lifetimes
    }

    /// Whether the portal is reached over TLS; if not, it is reached from this machine only.
    pub fn is_behind_tls(&self) -> bool {
        self.settings.portal.scheme() == "https"
    }

    /// Where a browser goes to sign in.
    ///
    /// # Errors
    /// [`Unauthenticated::NotNow`].
    pub async fn address_for(&self, attempt: &Attempt) -> Result<Url, Unauthenticated> {
        let mut url = self.known().await?.metadata.authorization.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", &self.settings.callback())
            .append_pair("scope", &self.settings.scopes)
            .append_pair("state", &attempt.state())
            .append_pair("nonce", &attempt.nonce())
            .append_pair("code_challenge", &attempt.challenge())
            .append_pair("code_challenge_method", "S256");
        Ok(url)
    }

    /// Whoever signed in.
    ///
    /// # Errors
    /// [`Unauthenticated`].
    pub async fn redeem(
        &self,
        attempt: &Attempt,
        answer: &ProviderAnswer,
    ) -> Result<Vouched, Unauthenticated> {
        let known = self.known().await?;
        if !attempt.is_of(&answer.state) {
            return Err(Unauthenticated::Rejected("an answer to another sign-in"));
        }
        match &answer.iss {
            Some(issuer) if *issuer != self.settings.issuer => {
                return Err(Unauthenticated::Rejected("an answer of another provider"));
            }
            None if known.metadata.names_issuer => {
                return Err(Unauthenticated::Rejected("an answer that does not name its provider"));
            }
            _ => {}
        }
        let (None, Some(code)) = (&answer.error, &answer.code) else {
            return Err(Unauthenticated::Rejected("a sign-in that the provider refused"));
        };
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.settings.callback()),
            ("code_verifier", &attempt.verifier()),
        ];
        let tokens = tokens::ask(&self.http, &known.metadata, &self.settings, &form).await?;
        let id_token = tokens.id_token.ok_or(Unauthenticated::Rejected("a sign-in without an ID token"))?;
        let kept = Kept { id_token, refresh_token: tokens.refresh_token, nonce: attempt.nonce() };
        let claims = known.issuer.claims(&kept.id_token).await?;
        id_token::check(&claims, &self.settings.client_id, Some(&kept.nonce))?;
        let claims = self.completed(claims, &known, tokens.access_token.as_deref()).await?;
        let person = known.issuer.read_claims(&claims)?;
        Ok(Vouched { person, provider_session: id_token::session(&claims), kept })
    }

    /// Whoever signed in once, as the provider knows them now.
    ///
    /// # Errors
    /// [`Unauthenticated::Rejected`], if it does not vouch for them any more; [`Unauthenticated::NotNow`].
    pub async fn renew(&self, kept: &Kept, subject: &str) -> Result<Vouched, Unauthenticated> {
        let refresh_token = kept.refresh_token.as_deref();
        let refresh_token =
            refresh_token.ok_or(Unauthenticated::Rejected("a session that must be renewed"))?;
        let known = self.known().await?;
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
        let tokens = tokens::ask(&self.http, &known.metadata, &self.settings, &form).await?;
        let id_token = tokens.id_token.ok_or(Unauthenticated::Rejected("a renewal without an ID token"))?;
        let claims = known.issuer.claims(&id_token).await?;
        id_token::check(&claims, &self.settings.client_id, claims.get("nonce").map(|_| kept.nonce.as_str()))?;
        let claims = self.completed(claims, &known, tokens.access_token.as_deref()).await?;
        let person = known.issuer.read_claims(&claims)?;
        if person.subject != subject {
            return Err(Unauthenticated::Rejected("a renewal for somebody else"));
        }
        let refresh_token = tokens.refresh_token.or_else(|| kept.refresh_token.clone());
        let kept = Kept { id_token, refresh_token, nonce: kept.nonce.clone() };
        Ok(Vouched { person, provider_session: id_token::session(&claims), kept })
    }

    async fn completed(
        &self,
        claims: Map<String, Value>,
        known: &Known,
        access_token: Option<&str>,
    ) -> Result<Map<String, Value>, Unauthenticated> {
        user_info::complete(claims, &self.http, &known.metadata, &self.settings, access_token).await
    }

    /// Where a browser goes to sign out at the provider, too; `None`, if the provider has no such place.
    pub async fn address_to_end(&self, kept: &Kept) -> Option<Url> {
        let mut url = self.known().await.ok()?.metadata.end_session.clone()?;
        url.query_pairs_mut()
            .append_pair("id_token_hint", &kept.id_token)
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("post_logout_redirect_uri", self.settings.portal.as_str());
        Some(url)
    }

    /// Whose sessions the provider says are over.
    ///
    /// # Errors
    /// [`Unauthenticated`].
    pub async fn ended_by(&self, logout_token: &str) -> Result<SessionsOf, Unauthenticated> {
        let claims = self.known().await?.issuer.claims(logout_token).await?;
        id_token::check_end(&claims, &self.settings.client_id)?;
        id_token::whose(&claims, &self.settings.issuer)
    }

    /// What the provider says of itself. While it does not answer, what it said before counts.
    async fn known(&self) -> Result<Known, Unauthenticated> {
        if let Some(known) = self.kept().filter(|known| known.at.elapsed() < MAX_AGE) {
            return Ok(known);
        }
        let mut asked = self.asked.lock().await;
        let known = self.kept();
        let is_fresh = known.as_ref().is_some_and(|known| known.at.elapsed() < MAX_AGE);
        if !is_fresh && asked.is_none_or(|at| at.elapsed() >= PAUSE) {
            match Metadata::fetch(&self.http, &self.settings.issuer)
                .await
                .and_then(|metadata| self.with(metadata))
            {
                Ok(known) => *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known),
                Err(reason) => {
                    tracing::warn!(
                        issuer = self.settings.issuer,
                        reason,
                        "the provider of sign-ins cannot be asked"
                    );
                }
            }
            *asked = Some(Instant::now());
        }
        self.kept()
            .ok_or_else(|| Unauthenticated::NotNow("the provider of sign-ins cannot be asked".to_owned()))
    }

    fn kept(&self) -> Option<Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keys that were fetched already are kept, while they are at the same address.
    fn with(&self, metadata: Metadata) -> Result<Known, String> {
        let known = self.kept().filter(|known| known.metadata.keys == metadata.keys);
        let issuer = match known {
            Some(known) => known.issuer,
            None => Arc::new(self.issuer(Keys::at(&metadata.keys)?)),
        };
        Ok(Known { metadata: Arc::new(metadata), issuer, at: Instant::now() })
    }

    fn issuer(&self, keys: Keys) -> Issuer {
        let Settings { issuer, client_id, algorithms, name_claim, groups_claim, .. } = &self.settings;
        Issuer::of_sign_ins(issuer, client_id, algorithms, keys, [name_claim, groups_claim])
    }
}
