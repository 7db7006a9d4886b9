//! The door: who is asked what, and who is believed.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::Timestamp;

use super::credential::Credential;
use super::embed::{self, Embeds, Key};
use super::jwt::{self, Issuer};
use super::known_tokens::KnownTokens;
use super::proxy::Proxy;
use super::service_token;
use super::table::Table;
use super::{Person, Provider, Viewer};
use crate::config::PageOrigin;

/// The header that carries a token, in lower case.
const AUTHORIZATION: &str = "authorization";

/// What a request shows of whoever sent it.
#[derive(Clone, Debug, Default)]
pub struct Presented {
    /// Whoever the connection comes from; `None`: not known, and trusted in nothing.
    pub peer: Option<IpAddr>,
    /// Whether somebody says to have passed it on for another.
    pub is_passed_on: bool,
    /// Where the page comes from that asks, as its browser says; `None`: a program, or said twice.
    pub origin: Option<String>,
    /// The headers of [`Door::header_names`], names in lower case.
    pub headers: Vec<(String, String)>,
}

/// Why it is not known who asks. What the asker is told of it is always the same.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unauthenticated {
    /// Nothing was shown.
    #[error("no credential was shown")]
    Nothing,
    /// What was shown is not believed.
    #[error("{0}")]
    Rejected(&'static str),
    /// It cannot be judged now; later it may.
    #[error("{0}")]
    NotNow(String),
    /// It was not looked at: too much was wrong that came from the same address. For so long nothing is.
    #[error("too many attempts from one address")]
    TooOften(Duration),
}

/// Who is let in.
#[derive(Debug)]
pub struct Door {
    /// `None`: everybody, and nobody is asked.
    guard: Option<Guard>,
    /// Whoever asks, where nobody is asked.
    anybody: Arc<Viewer>,
    tokens: Arc<KnownTokens>,
    embeds: Arc<Embeds>,
}

/// Who may vouch for whom, and who is what.
#[derive(Debug)]
pub(super) struct Guard {
    /// Replaced when the access file is read anew, alone of all.
    pub(super) table: ArcSwap<Table>,
    /// Stands for all of the file but its grants.
    pub(super) others: [u8; 32],
    pub(super) proxy: Option<Proxy>,
    pub(super) provider: Option<Arc<Provider>>,
    pub(super) issuers: Vec<Issuer>,
    pub(super) webhook: Option<Credential>,
    pub(super) metrics: Option<Credential>,
}

impl Door {
    /// Everybody is let in, and nobody asked.
    pub fn open() -> Self {
        Self::with(None, None)
    }

    /// Those are let in whom this guard knows. Without a key, embed tokens wait for one.
    pub(super) fn guarded(guard: Guard, embed_key: Option<Key>) -> Self {
        Self::with(Some(guard), embed_key)
    }

    fn with(guard: Option<Guard>, embed_key: Option<Key>) -> Self {
        let tokens = Arc::<KnownTokens>::default();
        let embeds = Arc::new(Embeds::new(embed_key, Arc::clone(&tokens)));
        let anybody = Arc::new(Viewer::local());
        Self { guard, anybody, tokens, embeds }
    }

    /// The same door, which takes embed tokens of pages of these origins only.
    #[must_use]
    pub fn for_pages_of(self, origins: Vec<PageOrigin>) -> Self {
        let embeds = Arc::unwrap_or_clone(self.embeds).for_pages_of(origins);
        Self { embeds: Arc::new(embeds), ..self }
    }

    /// From now on people are what this door says, which was made of the same file later. Answers whether that is all
    /// that became another in the file: the rest of it takes a restart.
    pub fn take_grants_of(&self, later: Self) -> bool {
        let (Some(guard), Some(later)) = (&self.guard, later.guard) else { return true };
        let (before, table) = (guard.table.load_full(), later.table.into_inner());
        if !table.is_same_as(&before) {
            guard.table.store(table);
            before.end();
        }
        guard.others == later.others
    }

    /// The service tokens that are known; somebody has to keep them up to date.
    pub fn tokens(&self) -> Arc<KnownTokens> {
        Arc::clone(&self.tokens)
    }

    /// Who makes embed tokens; somebody has to bring a key.
    pub fn embeds(&self) -> Arc<Embeds> {
        Arc::clone(&self.embeds)
    }

    /// Whether everybody is let in.
    pub fn is_open(&self) -> bool {
        self.guard.is_none()
    }

    /// Whoever asks, where everybody is let in.
    pub fn anybody(&self) -> Option<Arc<Viewer>> {
        self.is_open().then(|| Arc::clone(&self.anybody))
    }

    /// The headers that matter here, in lower case. Nobody else may read them.
    pub fn header_names(&self) -> Vec<&str> {
        let proxy = self.guard.iter().filter_map(|guard| guard.proxy.as_ref());
        let proxied = proxy.flat_map(Proxy::headers);
        [AUTHORIZATION].into_iter().chain(proxied).collect()
    }

    /// Whether it is the proxy of the access file that asks, and has proved it.
    pub fn is_proxy(&self, presented: &Presented) -> bool {
        let proxy = self.guard.as_ref().and_then(|guard| guard.proxy.as_ref());
        proxy.is_some_and(|proxy| proxy.is_sender(presented))
    }

    /// Whoever sent a request. A token counts more than what a proxy says, and must be right.
    ///
    /// # Errors
    /// [`Unauthenticated`].
    pub async fn identify(&self, presented: &Presented, now: Timestamp) -> Result<Viewer, Unauthenticated> {
        let Some(guard) = &self.guard else { return Ok(Viewer::local()) };
        if let Some(token) = presented.only(AUTHORIZATION)? {
            return self.bearer(guard, token, presented.origin.as_deref(), now).await;
        }
        let proxied = guard.proxy.as_ref().map(|proxy| proxy.person(presented, now)).transpose()?.flatten();
        proxied.map(|person| guard.table.load().viewer(person)).ok_or(Unauthenticated::Nothing)
    }

    /// Whoever shows this token, written as in the header `Authorization`, in a page of this origin.
    ///
    /// # Errors
    /// [`Unauthenticated`].
    pub async fn identify_by(
        &self,
        authorization: &str,
        origin: Option<&str>,
        now: Timestamp,
    ) -> Result<Viewer, Unauthenticated> {
        match &self.guard {
            None => Ok(Viewer::local()),
            Some(guard) => self.bearer(guard, authorization, origin, now).await,
        }
    }

    /// Our own tokens are known by how they begin.
    async fn bearer(
        &self,
        guard: &Guard,
        authorization: &str,
        origin: Option<&str>,
        now: Timestamp,
    ) -> Result<Viewer, Unauthenticated> {
        let token = bearer_token(authorization)?;
        if token.starts_with(service_token::PREFIX) {
            self.tokens.viewer(token, now)
        } else if token.starts_with(embed::PREFIX) {
            self.embeds.viewer(token, origin, now)
        } else {
            guard.bearer(authorization).await
        }
    }

    /// The provider at which people sign in with a browser.
    pub fn provider(&self) -> Option<Arc<Provider>> {
        self.guard.as_ref()?.provider.clone()
    }

    /// Somebody for whom somebody vouched, as a viewer.
    pub fn viewer(&self, person: Person) -> Viewer {
        match &self.guard {
            None => Viewer::local(),
            Some(guard) => guard.table.load().viewer(person),
        }
    }

    /// Whether alerts are taken from whoever sent this.
    ///
    /// # Errors
    /// [`Unauthenticated`].
    pub fn admit_webhook(&self, presented: &Presented) -> Result<(), Unauthenticated> {
        let Some(guard) = &self.guard else { return Ok(()) };
        admit(guard.webhook.as_ref(), presented)
    }

    /// Whether metrics are shown to whoever sent this.
    ///
    /// # Errors
    /// [`Unauthenticated`].
    pub fn admit_metrics(&self, presented: &Presented) -> Result<(), Unauthenticated> {
        let Some(guard) = &self.guard else { return Ok(()) };
        admit(guard.metrics.as_ref(), presented)
    }
}

impl Guard {
    /// Whoever shows this token.
    async fn bearer(&self, authorization: &str) -> Result<Viewer, Unauthenticated> {
        let token = bearer_token(authorization)?;
        let issued_by = jwt::issuer_of(token)?;
        let issuer = self.issuers.iter().find(|issuer| issuer.is(&issued_by));
        let issuer =
            issuer.ok_or(Unauthenticated::Rejected("a token of an issuer that is not known here"))?;
        let person = issuer.person(token).await?;
        Ok(self.table.load().viewer(person))
    }
}

impl Presented {
    /// Whether there is such a header.
    pub(super) fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known == name)
    }

    /// The value of a header that may be there once.
    pub(super) fn only(&self, name: &str) -> Result<Option<&str>, Unauthenticated> {
        let mut values = self.headers.iter().filter(|(known, _)| known == name);
        let value = values.next().map(|(_, value)| value.as_str());
        match values.next() {
            None => Ok(value),
            Some(_) => Err(Unauthenticated::Rejected("a header of identity that is there twice")),
        }
    }
}

/// Without a credential only programs of this machine are let in, and not what a proxy passed on to it.
fn admit(credential: Option<&Credential>, presented: &Presented) -> Result<(), Unauthenticated> {
    let Some(credential) = credential else {
        let is_near = presented.peer.is_some_and(|peer| peer.to_canonical().is_loopback());
        let is_let_in = is_near && !presented.is_passed_on;
        return is_let_in
            .then_some(())
            .ok_or(Unauthenticated::Rejected("a sender that is not on this machine"));
    };
    match presented.only(AUTHORIZATION)? {
        None => Err(Unauthenticated::Nothing),
        Some(shown) if credential.is_shown_by(shown) => Ok(()),
        Some(_) => Err(Unauthenticated::Rejected("a wrong credential")),
    }
}

fn bearer_token(authorization: &str) -> Result<&str, Unauthenticated> {
    let token = authorization.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let token = token.map(|(_, token)| token.trim()).filter(|token| !token.is_empty());
    token.ok_or(Unauthenticated::Rejected("an authorization that is no bearer token"))
}
