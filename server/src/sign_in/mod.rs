//! People who sign in with a browser: from the provider's answer to a session, and from a session to a viewer.
//! Sessions live in the store, so that several servers share them; what was read of one counts for some seconds.

mod forgetting;
mod renewal;
mod vouching;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use moka::sync::Cache;
use tokio_util::sync::CancellationToken;

use crate::access::{
    Attempt, Door, Kept, Lifetimes, NoChance, Provider, ProviderAnswer, Session, SessionId, SessionToken,
    SessionsOf, Standing, Unauthenticated, Viewer, Vouched,
};
use crate::clock;
use crate::store::{Outcome, Store, StoreError};

/// So long it counts what was read of a session. With the looks of [`vouching`] it is how late a sign-out may be
/// noticed: 8 s.
const MAX_AGE: Duration = Duration::from_secs(4);
/// Most sessions that are remembered at once.
const MOST_REMEMBERED: u64 = 10_000;

/// Where people sign in with a browser.
pub struct SignIn {
    door: Arc<Door>,
    provider: Arc<Provider>,
    store: Arc<dyn Store>,
    lifetimes: Lifetimes,
    recent: Cache<SessionId, Arc<Session>>,
}

/// Somebody has signed in.
pub struct SignedIn {
    /// What their browser shows from now on.
    pub token: SessionToken,
    /// The path where they wanted to go; one of ours.
    pub to: String,
}

impl SignIn {
    /// People sign in at the provider of this door; `None`, if it has none.
    pub fn new(door: &Arc<Door>, store: Arc<dyn Store>) -> Option<Self> {
        let provider = door.provider()?;
        let recent = Cache::builder().max_capacity(MOST_REMEMBERED).time_to_live(MAX_AGE).build();
        Some(Self { door: Arc::clone(door), lifetimes: provider.lifetimes(), provider, store, recent })
    }

    /// Whether the portal is reached over TLS; if not, it is reached from this machine only.
    pub fn is_behind_tls(&self) -> bool {
        self.provider.is_behind_tls()
    }

    /// Begins a sign-in of whoever wants to go there: where the browser goes first, and what it keeps meanwhile.
    ///
    /// # Errors
    /// [`Unauthenticated::NotNow`].
    pub async fn begin(&self, to: &str) -> Result<(String, Attempt), Unauthenticated> {
        let attempt = Attempt::new(to)?;
        Ok((self.provider.address_for(&attempt).await?.into(), attempt))
    }

    /// Makes a session of the provider's answer. The one that the browser showed before ends.
    ///
    /// # Errors
    /// [`Unauthenticated`].
    pub async fn complete(
        &self,
        attempt: &Attempt,
        answer: &ProviderAnswer,
        before: Option<&SessionToken>,
    ) -> Result<SignedIn, Unauthenticated> {
        let vouched = self.provider.redeem(attempt, answer).await?;
        let token = SessionToken::random()?;
        let session = self.session_of(&token, vouched, clock::now())?;
        match self.store.commit_session(&session).await? {
            Outcome::Written => {}
            Outcome::Conflict => return Err(NoChance.into()),
        }
        if let Some(before) = before {
            self.forget(&before.id()).await?;
        }
        tracing::info!(target: "audit", who = session.person.name, what = "signed in");
        Ok(SignedIn { token, to: attempt.to.clone() })
    }

    /// Whoever shows this session.
    ///
    /// # Errors
    /// [`Unauthenticated`].
    pub async fn viewer(&self, token: &SessionToken, now: Timestamp) -> Result<Viewer, Unauthenticated> {
        let session = self.session(&token.id()).await?;
        let session = match self.lifetimes.standing(&session, now) {
            Standing::Over => return Err(Unauthenticated::Rejected("a session that is over")),
            Standing::Good => session,
            Standing::Due => match self.renewed(token, &session, now).await {
                Err(Unauthenticated::NotNow(reason)) => {
                    tracing::warn!(reason, "a session could not be renewed yet");
                    session
                }
                renewed => renewed?,
            },
            Standing::Doubtful => self.renewed(token, &session, now).await?,
        };
        self.note(&session, now).await;
        let viewer = self.door.viewer(session.person.clone());
        // It is looked again and again whether a session still means the same: new grants need not end what follows.
        let revoked = CancellationToken::new();
        let until = Some(self.lifetimes.last_end(&session));
        Ok(Viewer { until, session: Some(token.clone()), revoked, ..viewer })
    }

    /// Ends a session. Answers where the browser goes to sign out at the provider, too.
    ///
    /// # Errors
    /// [`Unauthenticated::NotNow`].
    pub async fn end(&self, token: &SessionToken) -> Result<Option<String>, Unauthenticated> {
        let id = token.id();
        let session = self.store.session(&id).await?;
        self.forget(&id).await?;
        let Some(session) = session else { return Ok(None) };
        tracing::info!(target: "audit", who = session.person.name, what = "signed out");
        let Some(kept) = kept(token, &session) else { return Ok(None) };
        Ok(self.provider.address_to_end(&kept).await.map(Into::into))
    }

    /// Ends what the provider says is over.
    ///
    /// # Errors
    /// [`Unauthenticated`].
    pub async fn end_as_told(&self, logout_token: &str) -> Result<(), Unauthenticated> {
        let whose = self.provider.ended_by(logout_token).await?;
        let ended = self.store.end_sessions(&whose).await?;
        self.recent.invalidate_all();
        tracing::info!(target: "audit", ended, what = "signed out at the provider");
        Ok(())
    }

    async fn session(&self, id: &SessionId) -> Result<Arc<Session>, Unauthenticated> {
        if let Some(session) = self.recent.get(id) {
            return Ok(session);
        }
        let session = self.store.session(id).await?;
        let session =
            session.ok_or(Unauthenticated::Rejected("a session that is not known, or was ended"))?;
        Ok(self.remember(session))
    }

    fn remember(&self, session: Session) -> Arc<Session> {
        let session = Arc::new(session);
        self.recent.insert(session.id.clone(), Arc::clone(&session));
        session
    }

    async fn forget(&self, id: &SessionId) -> Result<(), StoreError> {
        self.store.end_sessions(&SessionsOf::Session(id.clone())).await?;
        self.recent.invalidate(id);
        Ok(())
    }

    /// Notes that somebody is still there. If that fails, the next request notes it.
    async fn note(&self, session: &Session, now: Timestamp) {
        let Some(noted) = self.lifetimes.noted(session, now) else { return };
        match self.store.commit_session(&noted).await {
            Ok(Outcome::Written) => drop(self.remember(noted)),
            Ok(Outcome::Conflict) => self.recent.invalidate(&session.id),
            Err(error) => tracing::warn!(%error, "it could not be noted that a session is in use"),
        }
    }

    fn session_of(
        &self,
        token: &SessionToken,
        vouched: Vouched,
        now: Timestamp,
    ) -> Result<Session, Unauthenticated> {
        let mut session = Session {
            id: token.id(),
            person: vouched.person,
            provider_session: vouched.provider_session,
            sealed: sealed(token, &vouched.kept)?,
            began_at: now,
            seen_at: now,
            confirmed_at: now,
            renewing_until: None,
            ends_at: now,
            version: 1,
        };
        session.ends_at = self.lifetimes.end(&session);
        Ok(session)
    }
}

fn sealed(token: &SessionToken, kept: &Kept) -> Result<String, NoChance> {
    token.seal(&kept.text())
}

fn kept(token: &SessionToken, session: &Session) -> Option<Kept> {
    Kept::read(&token.open(&session.sealed)?)
}

impl From<NoChance> for Unauthenticated {
    fn from(error: NoChance) -> Self {
        Self::NotNow(error.to_string())
    }
}

impl From<StoreError> for Unauthenticated {
    fn from(error: StoreError) -> Self {
        Self::NotNow(format!("sessions cannot be read: {error}"))
    }
}
