//! Service tokens: what programs show of themselves. 256 random bits, of which only a hash is kept.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{Grants, Reach, Role};

/// What every service token begins with, so that people and scanners for secrets know one when they see it.
pub(super) const PREFIX: &str = "cpt_";
const RANDOM_BYTES: usize = 32;
const CHECKSUM_BYTES: usize = 4;

/// A program that may come in, as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceToken {
    /// Names the token; no secret.
    pub id: String,
    /// Name in timelines.
    pub name: String,
    /// What is kept of the secret.
    pub hash: TokenHash,
    /// What it is, and where.
    pub roles: Vec<(Reach, Role)>,
    /// What it may be used for.
    pub scopes: BTreeSet<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is worth nothing; `None`: never.
    pub expires_at: Option<Timestamp>,
    /// When it was shown last, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// What a service token may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// To look, whatever its role.
    Read,
    /// For all that its role may do.
    Operate,
    /// To make embed tokens of at most its role. It opens nothing else by itself.
    Embed,
}

/// The SHA-256 of a token. Whoever looks one up by it learns nothing from how long that takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; RANDOM_BYTES]);

/// The system gives no random numbers.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random numbers: {0}")]
pub struct NoRandomness(String);

impl ServiceToken {
    /// From when on it is worth nothing, because it was taken back or its time is up; `None`: never.
    pub fn ended_at(&self) -> Option<Timestamp> {
        self.revoked_at.into_iter().chain(self.expires_at).min()
    }

    /// What whoever shows it may see and do.
    pub fn grants(&self) -> Grants {
        if self.scopes.contains(&Scope::Operate) {
            Grants::of(self.roles.iter().cloned())
        } else if self.scopes.contains(&Scope::Read) {
            Grants::of(self.roles.iter().map(|(reach, _)| (reach.clone(), Role::Viewer)))
        } else {
            Grants::of([])
        }
    }

    /// What embed tokens that it makes may see and do at most.
    pub fn hands_on(&self) -> Grants {
        let roles = self.roles.iter().filter(|_| self.scopes.contains(&Scope::Embed));
        Grants::of(roles.cloned())
    }
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Read, Self::Operate, Self::Embed];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Operate => "operate",
            Self::Embed => "embed",
        }
    }

    /// The scope of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

impl TokenHash {
    /// Of a token as it was shown; `None`, if it was mistyped or cut.
    pub fn of(token: &str) -> Option<Self> {
        let (secret, sum) = token.strip_prefix(PREFIX)?.split_at_checked(2 * RANDOM_BYTES)?;
        (sum == checksum(secret)).then(|| Self(Sha256::digest(token).into()))
    }
}

/// A token that nobody has yet: what is shown once, and what is kept.
///
/// # Errors
/// [`NoRandomness`].
pub fn fresh_token() -> Result<(String, TokenHash), NoRandomness> {
    let secret = hex::encode(random_bytes()?);
    let token = format!("{PREFIX}{secret}{}", checksum(&secret));
    let hash = TokenHash(Sha256::digest(&token).into());
    Ok((token, hash))
}

/// 256 random bits.
///
/// # Errors
/// [`NoRandomness`].
pub fn random_bytes() -> Result<[u8; RANDOM_BYTES], NoRandomness> {
    let mut bytes = [0; RANDOM_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| NoRandomness(error.to_string()))?;
    Ok(bytes)
}

/// Tells a mistyped token from an unknown one without asking anybody; it protects nothing.
fn checksum(secret: &str) -> String {
    hex::encode(&Sha256::digest(format!("{PREFIX}{secret}"))[..CHECKSUM_BYTES])
}

#[cfg(test)]
mod tests {
    use cineportal_regions::RegionId;

    use super::*;

    fn token(scopes: &[Scope]) -> ServiceToken {
        ServiceToken {
            id: "1".to_owned(),
            name: "admin-cloud".to_owned(),
            hash: TokenHash([0; 32]),
            roles: vec![(Reach::Region(RegionId::new("denmark")), Role::Manager)],
            scopes: scopes.iter().copied().collect(),
            created_at: Timestamp::UNIX_EPOCH,
            expires_at: None,
            last_used_at: None,
            revoked_at: None,
        }
    }

    #[test]
    fn no_two_tokens_are_alike_and_each_is_known_by_its_hash() {
        let ((one, hash), (other, _)) = (fresh_token().unwrap(), fresh_token().unwrap());
        assert_ne!(one, other);
        assert_eq!((one.len(), TokenHash::of(&one)), (76, Some(hash)));
    }

    #[test]
    fn a_mistyped_or_cut_token_is_noticed() {
        let (token, _) = fresh_token().unwrap();
        let last = if token.ends_with('0') { '1' } else { '0' };
        for wrong in [
            format!("{}{last}", &token[..token.len() - 1]),
            token[..token.len() - 1].to_owned(),
            format!("{token}0"),
            format!("x{token}"),
            "cpt_".to_owned(),
            "cpt_ø".repeat(30),
        ] {
            assert_eq!(TokenHash::of(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_scope_narrows_what_a_role_may() {
        let denmark = RegionId::new("denmark");
        let role = |scopes: &[Scope]| token(scopes).grants().role_in(&denmark);
        assert_eq!(role(&[Scope::Operate]), Some(Role::Manager));
        assert_eq!(role(&[Scope::Read]), Some(Role::Viewer));
        assert_eq!(role(&[Scope::Embed]), None);
    }

    #[test]
    fn only_the_scope_embed_hands_anything_on() {
        let denmark = RegionId::new("denmark");
        let role = |scopes: &[Scope]| token(scopes).hands_on().role_in(&denmark);
        assert_eq!(role(&[Scope::Embed]), Some(Role::Manager));
        assert_eq!(role(&[Scope::Operate, Scope::Read]), None);
    }
}
