//! Keeps what the door knows of tokens up to date: reads service tokens again and again, writes their last use,
//! and brings the key of embed tokens; forgets tokens that are long over. No request waits for any of it.

mod command;

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

pub use self::command::run;
use crate::access::{Embeds, KnownTokens, ServiceToken, random_bytes};
use crate::clock;
use crate::store::{StoreError, TokenStore};
use crate::telemetry::{Changed, Metrics};

/// How often tokens are read: often enough that one that is taken back ends within 10 seconds, also where one
/// reading fails.
const INTERVAL: Duration = Duration::from_secs(3);
/// How long a store may take for one round.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long a token is listed after its end, so that somebody who looks finds out what became of it.
const KEPT_AFTER_END: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Whoever keeps them up to date.
pub struct Keeper {
    /// Where tokens are kept.
    pub store: Arc<dyn TokenStore>,
    /// What the door knows of service tokens.
    pub tokens: Arc<KnownTokens>,
    /// Who needs a key.
    pub embeds: Arc<Embeds>,
    /// Where is told who may come in.
    pub metrics: Arc<Metrics>,
}

impl Keeper {
    /// Keeps them up to date until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let _ = stop.run_until_cancelled(self.keep()).await;
    }

    async fn keep(&self) {
        let mut rounds = tokio::time::interval(INTERVAL);
        rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            rounds.tick().await;
            let late = |_| Err(StoreError::Unavailable("it does not answer in time".to_owned()));
            let round = tokio::time::timeout(PATIENCE, self.round()).await.unwrap_or_else(late);
            if let Err(error) = round {
                tracing::warn!(%error, "tokens could not be brought up to date");
            }
        }
    }

    async fn round(&self) -> Result<(), StoreError> {
        let (over, tokens) =
            self.store.service_tokens().await?.into_iter().partition::<Vec<_>, _>(is_long_over);
        let changes = self.tokens.replace(tokens);
        changes.added.iter().for_each(|token| self.tell(token, "service token added"));
        let revoked = changes.revoked.iter().filter(|token| !is_long_over(token));
        revoked.for_each(|token| self.tell(token, "service token revoked"));
        if !self.embeds.has_key() {
            let fresh = random_bytes().map_err(|error| StoreError::Unavailable(error.to_string()))?;
            self.embeds.use_key(&self.store.embed_key(&fresh).await?);
        }
        for (id, at) in self.tokens.unwritten_uses() {
            self.store.note_token_use(&id, at).await?;
        }
        for token in over {
            self.store.forget_service_token(&token.id).await?;
            self.tell(&token, "service token forgotten");
        }
        Ok(())
    }

    fn tell(&self, token: &ServiceToken, what: &str) {
        let whom = format!("token {} ({})", token.id, token.name);
        self.metrics.access.change(Changed { who: "", what, whom: &whom, until: token.expires_at });
    }
}

fn is_long_over(token: &ServiceToken) -> bool {
    token.ended_at().is_some_and(|end| clock::now().duration_since(end) > KEPT_AFTER_END)
}
