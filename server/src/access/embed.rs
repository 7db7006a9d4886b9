//! Embed tokens: for a page of somebody else that shows one region. Signed, short-lived, good for one origin only,
//! and never more than whoever made them may themselves.

mod claims;

use std::sync::{Arc, OnceLock};

use cineportal_regions::RegionId;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;

use self::claims::Claims;
use super::door::Unauthenticated;
use super::known_tokens::KnownTokens;
use super::{Grants, Reach, Role, SessionToken, Viewer};
use crate::config::PageOrigin;

/// What every embed token begins with.
pub(super) const PREFIX: &str = "cpe_";
/// Longer ones are none of ours, and not looked at.
const MAX_TOKEN_BYTES: usize = 4_096;
/// How long an embed token counts where nothing else is said, in minutes.
const USUAL_MINUTES: u32 = 15;
/// How long an embed token may count at most, in minutes.
const MAX_MINUTES: u32 = 12 * 60;

/// What a page wants to show.
#[derive(Clone, Debug)]
pub struct EmbedWish {
    /// Of which region.
    pub region: RegionId,
    /// As what: [`Role::Viewer`] or [`Role::Responder`].
    pub role: Role,
    /// Where the page comes from, as its browser writes it.
    pub origin: String,
    /// For how long; a quarter of an hour, if left out.
    pub minutes: Option<u32>,
}

/// A token that was made.
#[derive(Clone)]
pub struct EmbedToken {
    /// What the page shows.
    pub token: String,
    /// When it ends.
    pub until: Timestamp,
}

/// Why no token was made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMade {
    /// There is none that its maker may see.
    #[error("there is no region {0:?}")]
    NoRegion(String),
    /// It would be more than its maker has, or its maker may make none.
    #[error("{0}")]
    Forbidden(String),
    /// The wish is wrong.
    #[error("{0}")]
    Invalid(String),
    /// The key is not read yet.
    #[error("no embed token can be made now: try again in a moment")]
    NotNow,
}

/// A key to sign with; it is not printed.
pub(super) type Key = Hmac<Sha256>;

/// Makes embed tokens, and knows its own.
#[derive(Clone, Debug)]
pub struct Embeds {
    key: OnceLock<Key>,
    /// Whose pages may show the portal inside them.
    origins: Vec<PageOrigin>,
    /// Those that count while their makers do.
    services: Arc<KnownTokens>,
}

impl Embeds {
    pub(super) fn new(key: Option<Key>, services: Arc<KnownTokens>) -> Self {
        let key = key.map(OnceLock::from).unwrap_or_default();
        Self { key, origins: Vec::new(), services }
    }

    pub(super) fn for_pages_of(self, origins: Vec<PageOrigin>) -> Self {
        Self { origins, ..self }
    }

    /// Whether there is a key to sign with.
    pub fn has_key(&self) -> bool {
        self.key.get().is_some()
    }

    /// Signs with this key from now on, if there is none yet.
    pub fn use_key(&self, key: &[u8]) {
        key_of(key).into_iter().for_each(|key| drop(self.key.set(key)));
    }

    /// Makes a token in the name of this viewer.
    ///
    /// # Errors
    /// [`NotMade`].
    pub fn make(&self, maker: &Viewer, wish: EmbedWish, now: Timestamp) -> Result<EmbedToken, NotMade> {
        check_reach(maker, &wish)?;
        if !self.is_home(&wish.origin) {
            let reason = "the origin is none of those that the server lets embed it: see --embed-origin";
            return Err(NotMade::Invalid(reason.to_owned()));
        }
        let until = until(maker, wish.minutes, now)?;
        let key = self.key.get().ok_or(NotMade::NotNow)?;
        let claims = Claims {
            id: uuid::Uuid::new_v4().simple().to_string(),
            region: wish.region,
            role: wish.role,
            origin: wish.origin,
            maker: maker.id.clone(),
            name: maker.name.clone(),
            session: maker.session.as_ref().map(SessionToken::id),
            until,
        };
        let signed = format!("{PREFIX}{}", claims.to_text());
        let signature = key.clone().chain_update(&signed).finalize().into_bytes();
        let token = format!("{signed}.{}", hex::encode(signature));
        Ok(EmbedToken { token, until })
    }

    /// Whoever shows this token, from a page of this origin.
    pub(super) fn viewer(
        &self,
        token: &str,
        origin: Option<&str>,
        now: Timestamp,
    ) -> Result<Viewer, Unauthenticated> {
        let key = self.key.get();
        let key = key.ok_or_else(|| Unauthenticated::NotNow("the key of embed tokens is not read".into()))?;
        let claims =
            believed(key, token).ok_or(Unauthenticated::Rejected("an embed token that is not ours"))?;
        if claims.until <= now {
            return Err(Unauthenticated::Rejected("an embed token that has expired"));
        }
        if origin != Some(claims.origin.as_str()) || !self.is_home(&claims.origin) {
            return Err(Unauthenticated::Rejected("an embed token in a page of another origin"));
        }
        let service = claims.maker.strip_prefix("token ");
        let revoked = service.map(|id| self.services.vouching(id, now)).transpose()?.unwrap_or_default();
        Ok(Viewer {
            id: format!("embed {} of {}", claims.id, claims.maker),
            name: format!("{} (embedded)", claims.name),
            grants: Grants::of([(Reach::Region(claims.region), claims.role)]),
            hands_on: Grants::of([]),
            until: Some(claims.until),
            revoked,
            session: None,
            made_in: claims.session,
        })
    }

    fn is_home(&self, origin: &str) -> bool {
        self.origins.iter().any(|home| home.as_str() == origin)
    }
}

/// Never more than the maker has. Of regions that the maker may not see nobody learns that they exist.
fn check_reach(maker: &Viewer, wish: &EmbedWish) -> Result<(), NotMade> {
    if maker.hands_on.role_in(&wish.region) >= Some(wish.role) {
        return Ok(());
    }
    let seen = maker.grants.role_in(&wish.region).max(maker.hands_on.role_in(&wish.region));
    Err(match seen {
        None => NotMade::NoRegion(wish.region.to_string()),
        Some(role) if role >= wish.role => {
            NotMade::Forbidden("this needs a service token of the scope embed, or a person".to_owned())
        }
        Some(_) => {
            let role = wish.role.name();
            NotMade::Forbidden(format!("this needs the role {role} in the region {}", wish.region))
        }
    })
}

/// Never longer than what its maker showed.
fn until(maker: &Viewer, minutes: Option<u32>, now: Timestamp) -> Result<Timestamp, NotMade> {
    let minutes = minutes.unwrap_or(USUAL_MINUTES);
    if !(1..=MAX_MINUTES).contains(&minutes) {
        return Err(NotMade::Invalid(format!("an embed token counts for 1 to {MAX_MINUTES} minutes")));
    }
    let wished = now.checked_add(SignedDuration::from_mins(i64::from(minutes)));
    let wished = wished.map_err(|error| NotMade::Invalid(error.to_string()))?;
    Ok(maker.until.map_or(wished, |until| until.min(wished)))
}

/// What the token says, if it was signed with this key.
fn believed(key: &Key, token: &str) -> Option<Claims> {
    let (signed, signature) = token.rsplit_once('.').filter(|_| token.len() <= MAX_TOKEN_BYTES)?;
    let signature = hex::decode(signature).ok()?;
    key.clone().chain_update(signed).verify_slice(&signature).ok()?;
    Claims::of_text(signed.strip_prefix(PREFIX)?)
}

/// A key made of these bytes.
pub(super) fn key_of(bytes: &[u8]) -> Option<Key> {
    Key::new_from_slice(bytes).ok()
}

#[cfg(test)]
mod tests;
