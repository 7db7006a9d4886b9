//! The public keys of an issuer of tokens, fetched when they are needed and kept. Source: RFC 7517.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;

use super::door::Unauthenticated;

/// How long an issuer may take to answer.
const DEADLINE: Duration = Duration::from_secs(5);
/// Largest answer, in bytes.
const MAX_BYTES: usize = 256 * 1024;
/// Keys this old are fetched anew.
const MAX_AGE: Duration = Duration::from_secs(15 * 60);
/// Keys this old are not believed any more, if they cannot be fetched anew: one of them may be revoked.
const MAX_DOUBT: Duration = Duration::from_secs(24 * 3_600);
/// The issuer is not asked more often than that, whatever unknown keys tokens name.
const PAUSE: Duration = Duration::from_secs(10);

/// The keys of one issuer.
#[derive(Debug)]
pub(super) struct Keys {
    url: Url,
    http: Client,
    known: RwLock<Option<Known>>,
    /// When the issuer was asked last; held while it is asked.
    asked: Mutex<Option<Instant>>,
}

#[derive(Clone, Debug)]
struct Known {
    keys: Arc<JwkSet>,
    at: Instant,
}

impl Keys {
    /// The keys at this address; none is fetched yet.
    ///
    /// # Errors
    /// Why this address is not safe, or that the system's TLS setup cannot be used.
    pub(super) fn at(address: &str) -> Result<Self, String> {
        let (url, http) = (safe_url(address)?, client()?);
        Ok(Self { url, http, known: RwLock::default(), asked: Mutex::default() })
    }

    /// The key of this name; without a name the only one there is.
    ///
    /// # Errors
    /// [`Unauthenticated::Rejected`], if there is no such key; [`Unauthenticated::NotNow`], if nobody knows.
    pub(super) async fn find(&self, name: Option<&str>) -> Result<Jwk, Unauthenticated> {
        let known = self.known();
        let found = known.as_ref().and_then(|known| key(&known.keys, name));
        if let (Some(key), Some(known)) = (&found, &known)
            && known.at.elapsed() < MAX_AGE
        {
            return Ok(key.clone());
        }
        // Whoever has an old key does not wait for somebody else to fetch a new one.
        let turn = if found.is_some() { self.asked.try_lock().ok() } else { Some(self.asked.lock().await) };
        if let Some(turn) = turn {
            self.fetch(turn, known.as_ref().map(|known| known.at)).await;
        }
        let known = self.known().filter(|known| known.at.elapsed() < MAX_DOUBT);
        let known = known.ok_or_else(|| {
            Unauthenticated::NotNow(format!("the keys of tokens at {} cannot be fetched", self.url))
        })?;
        key(&known.keys, name).ok_or(Unauthenticated::Rejected("a token of an unknown key"))
    }

    fn known(&self) -> Option<Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Fetches the keys, unless somebody did since they were seen, or a moment ago.
    async fn fetch(&self, mut asked: MutexGuard<'_, Option<Instant>>, seen_at: Option<Instant>) {
        let is_news = self.known().is_some_and(|known| Some(known.at) != seen_at);
        if is_news || asked.is_some_and(|at| at.elapsed() < PAUSE) {
            return;
        }
        match self.ask().await {
            Ok(keys) => {
                let known = Known { keys: Arc::new(keys), at: Instant::now() };
                *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
            }
            Err(reason) => tracing::warn!(url = %self.url, %reason, "the keys of tokens cannot be fetched"),
        }
        *asked = Some(Instant::now());
    }

    async fn ask(&self) -> Result<JwkSet, String> {
        let told = |error: reqwest::Error| error.without_url().to_string();
        let response = self.http.get(self.url.clone()).send().await.map_err(told)?;
        if response.status() != StatusCode::OK {
            return Err(format!("status {}", response.status().as_u16()));
        }
        serde_json::from_slice(&body_of(response).await?).map_err(|error| error.to_string())
    }
}

/// A client that asks issuers, and follows nowhere.
///
/// # Errors
/// That the system's TLS setup cannot be used.
pub(super) fn client() -> Result<Client, String> {
    // reqwest comes without a TLS provider. Only the first call in a process has an effect.
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let http = Client::builder().redirect(redirect::Policy::none()).timeout(DEADLINE);
    let http = http.user_agent(concat!("cineportal/", env!("CARGO_PKG_VERSION")));
    http.build().map_err(|error| error.to_string())
}

/// An address of an issuer.
///
/// # Errors
/// Why it is none, or not safe.
pub(super) fn safe_url(address: &str) -> Result<Url, String> {
    let url = Url::parse(address).map_err(|error| error.to_string())?;
    if !is_safe(&url) {
        return Err("must begin with https://; http:// is for loopback only".to_owned());
    }
    Ok(url)
}

/// The whole answer of an issuer, if it is not too large.
///
/// # Errors
/// Why not, without addresses.
pub(super) async fn body_of(mut response: Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| error.without_url().to_string())? {
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(format!("the answer has more than {MAX_BYTES} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn key(keys: &JwkSet, name: Option<&str>) -> Option<Jwk> {
    let signs = |key: &&Jwk| {
        key.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature)
    };
    let mut signing = keys.keys.iter().filter(signs);
    match name {
        Some(name) => signing.find(|key| key.common.key_id.as_deref() == Some(name)).cloned(),
        None => signing.next().filter(|_| signing.next().is_none()).cloned(),
    }
}

/// What goes over a network in the clear can be exchanged on the way.
fn is_safe(url: &Url) -> bool {
    let is_near = match url.host_str() {
        Some("localhost") => true,
        Some(host) => {
            host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_over_tls_or_from_this_machine() {
        for address in ["https://login.example/keys", "http://127.0.0.1:9/keys", "http://[::1]:9/keys"] {
            assert!(Keys::at(address).is_ok(), "{address}");
        }
        for address in ["http://login.example/keys", "http://127.0.0.1.example/", "file:///keys", "keys"] {
            assert!(Keys::at(address).is_err(), "{address}");
        }
    }
}
