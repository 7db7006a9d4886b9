//! The service tokens that are known, in memory: a request asks no store. Whoever keeps them up to date reads all of
//! them again every few seconds, so that a token that was taken back ends soon, also under what is followed with it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::Viewer;
use super::door::Unauthenticated;
use super::service_token::{ServiceToken, TokenHash};

/// What is older is not believed: a token may have been taken back since.
const MAX_AGE: Duration = Duration::from_secs(10);
/// How often the last use of one token is written.
const USES_WRITTEN: SignedDuration = SignedDuration::from_mins(1);
/// It was not shown since the server started.
const NEVER: i64 = i64::MIN;

/// The service tokens that are known.
#[derive(Debug, Default)]
pub struct KnownTokens(RwLock<Option<Reading>>);

/// All tokens as they were read.
#[derive(Debug)]
struct Reading {
    at: Instant,
    by_hash: HashMap<TokenHash, Arc<Known>>,
    by_id: HashMap<String, Arc<Known>>,
}

#[derive(Debug)]
struct Known {
    token: ServiceToken,
    /// Told when the token is taken back.
    revoked: CancellationToken,
    /// In milliseconds since 1970.
    used_at: Arc<AtomicI64>,
}

/// What is different from the reading before.
#[derive(Debug, Default)]
pub struct TokenChanges {
    /// Tokens that are new.
    pub added: Vec<ServiceToken>,
    /// Tokens that were taken back.
    pub revoked: Vec<ServiceToken>,
}

impl KnownTokens {
    /// Takes in what was read, and ends what is followed with a token that was taken back.
    pub fn replace(&self, tokens: Vec<ServiceToken>) -> TokenChanges {
        let mut reading = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let before = reading.take();
        let is_first = before.is_none();
        let mut before = before.map(|reading| reading.by_hash).unwrap_or_default();
        let mut changes = TokenChanges::default();
        let (mut by_hash, mut by_id) = (HashMap::new(), HashMap::new());
        for token in tokens {
            let known = before.remove(&token.hash);
            let was_live = known.as_ref().is_some_and(|known| known.token.revoked_at.is_none());
            if known.is_none() && !is_first {
                changes.added.push(token.clone());
            }
            if token.revoked_at.is_some() && was_live {
                changes.revoked.push(token.clone());
            }
            let known = Arc::new(Known::again(token, known.as_deref()));
            by_hash.insert(known.token.hash, Arc::clone(&known));
            by_id.insert(known.token.id.clone(), known);
        }
        // One that is gone from the store is worth as little as one that was taken back.
        for gone in before.into_values().filter(|known| known.token.revoked_at.is_none()) {
            gone.revoked.cancel();
            changes.revoked.push(gone.token.clone());
        }
        *reading = Some(Reading { at: Instant::now(), by_hash, by_id });
        changes
    }

    /// Whether they were read at all.
    pub fn are_read(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Uses that are not written yet, with the ids of their tokens.
    pub fn unwritten_uses(&self) -> Vec<(String, Timestamp)> {
        let reading = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let known = reading.iter().flat_map(|reading| reading.by_hash.values());
        known.filter_map(|known| Some((known.token.id.clone(), known.unwritten_use()?))).collect()
    }

    /// Whoever shows this token.
    pub(super) fn viewer(&self, token: &str, now: Timestamp) -> Result<Viewer, Unauthenticated> {
        let hash =
            TokenHash::of(token).ok_or(Unauthenticated::Rejected("a service token with a wrong checksum"))?;
        let known = self.known(|reading| reading.by_hash.get(&hash))?;
        let known = known.ok_or(Unauthenticated::Rejected("a service token that is not known here"))?;
        known.check(now)?;
        known.used_at.store(now.as_millisecond(), Ordering::Relaxed);
        let token = &known.token;
        Ok(Viewer {
            id: format!("token {}", token.id),
            name: token.name.clone(),
            grants: token.grants(),
            hands_on: token.hands_on(),
            until: token.expires_at,
            revoked: known.revoked.clone(),
            session: None,
            made_in: None,
        })
    }

    /// What tells that the token of this id was taken back; an error, if it counts no more.
    pub(super) fn vouching(&self, id: &str, now: Timestamp) -> Result<CancellationToken, Unauthenticated> {
        let known = self.known(|reading| reading.by_id.get(id))?;
        let known = known.ok_or(Unauthenticated::Rejected("a token made by a service that is gone"))?;
        known.check(now)?;
        Ok(known.revoked.clone())
    }

    fn known(
        &self,
        find: impl FnOnce(&Reading) -> Option<&Arc<Known>>,
    ) -> Result<Option<Arc<Known>>, Unauthenticated> {
        let reading = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let fresh = reading.as_ref().filter(|reading| reading.at.elapsed() <= MAX_AGE);
        let not_now = || Unauthenticated::NotNow("service tokens cannot be read from the store".to_owned());
        Ok(find(fresh.ok_or_else(not_now)?).map(Arc::clone))
    }
}

impl Known {
    fn again(token: ServiceToken, before: Option<&Self>) -> Self {
        let revoked = before.map(|known| known.revoked.clone()).unwrap_or_default();
        if token.revoked_at.is_some() {
            revoked.cancel();
        }
        let used_at = before.map(|known| Arc::clone(&known.used_at));
        let used_at = used_at.unwrap_or_else(|| Arc::new(AtomicI64::new(NEVER)));
        Self { token, revoked, used_at }
    }

    fn check(&self, now: Timestamp) -> Result<(), Unauthenticated> {
        if self.token.revoked_at.is_some() {
            return Err(Unauthenticated::Rejected("a service token that was revoked"));
        }
        if self.token.expires_at.is_some_and(|end| end <= now) {
            return Err(Unauthenticated::Rejected("a service token that has expired"));
        }
        Ok(())
    }

    fn unwritten_use(&self) -> Option<Timestamp> {
        let used_at = Timestamp::from_millisecond(self.used_at.load(Ordering::Relaxed)).ok()?;
        let is_due = |written: Timestamp| used_at.duration_since(written) >= USES_WRITTEN;
        self.token.last_used_at.is_none_or(is_due).then_some(used_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Reach, Role, Scope, fresh_token};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_763_700_000 + second).unwrap()
    }

    fn token() -> (String, ServiceToken) {
        let (text, hash) = fresh_token().unwrap();
        let token = ServiceToken {
            id: "1".to_owned(),
            name: "admin-cloud".to_owned(),
            hash,
            roles: vec![(Reach::AllRegions, Role::Viewer)],
            scopes: [Scope::Operate].into(),
            created_at: at(0),
            expires_at: None,
            last_used_at: None,
            revoked_at: None,
        };
        (text, token)
    }

    #[test]
    fn before_the_first_reading_nothing_is_judged() {
        let refused = KnownTokens::default().viewer(&token().0, at(0)).unwrap_err();
        assert!(matches!(refused, Unauthenticated::NotNow(_)), "{refused}");
    }

    #[test]
    fn each_refusal_has_its_reason_for_the_log() {
        let (text, token) = token();
        let reason = |stored: &[ServiceToken], text: &str| {
            let known = KnownTokens::default();
            known.replace(stored.to_vec());
            known.viewer(text, at(60)).map(|viewer| viewer.name).unwrap_err().to_string()
        };
        let revoked = ServiceToken { revoked_at: Some(at(1)), ..token.clone() };
        let expired = ServiceToken { expires_at: Some(at(60)), ..token.clone() };
        assert_eq!(reason(&[revoked], &text), "a service token that was revoked");
        assert_eq!(reason(&[expired], &text), "a service token that has expired");
        assert_eq!(reason(&[], &text), "a service token that is not known here");
        assert_eq!(reason(&[token], &text[..70]), "a service token with a wrong checksum");
    }

    #[test]
    fn a_use_is_written_once_a_minute() {
        let (text, token) = token();
        let known = KnownTokens::default();
        known.replace(vec![token.clone()]);
        assert_eq!(known.unwritten_uses(), []);
        known.viewer(&text, at(0)).unwrap();
        assert_eq!(known.unwritten_uses(), [("1".to_owned(), at(0))]);
        known.replace(vec![ServiceToken { last_used_at: Some(at(0)), ..token }]);
        known.viewer(&text, at(59)).unwrap();
        assert_eq!(known.unwritten_uses(), []);
        known.viewer(&text, at(60)).unwrap();
        assert_eq!(known.unwritten_uses(), [("1".to_owned(), at(60))]);
    }

    #[test]
    fn a_token_that_is_revoked_or_gone_ends_what_is_followed_with_it() {
        let ((text, token), (other_text, other)) = (token(), token());
        let other = ServiceToken { id: "2".to_owned(), ..other };
        let known = KnownTokens::default();
        known.replace(vec![token.clone(), other]);
        let (viewer, gone) = (known.viewer(&text, at(0)).unwrap(), known.viewer(&other_text, at(0)).unwrap());
        known.replace(vec![ServiceToken { revoked_at: Some(at(1)), ..token }]);
        assert!(viewer.revoked.is_cancelled() && gone.revoked.is_cancelled());
    }
}
