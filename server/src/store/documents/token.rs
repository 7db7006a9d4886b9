//! Service tokens as both stores write them. Not the token itself: only its hash.

use cineportal_regions::RegionId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Moment;
use crate::access::{Reach, Role, Scope, ServiceToken, TokenHash};
use crate::store::StoreError;

/// How a role for every region is written.
const ALL_REGIONS: &str = "*";

/// One token, one document.
#[derive(Debug, Deserialize, Serialize)]
pub(in crate::store) struct TokenDocument {
    #[serde(rename = "_id")]
    pub(in crate::store) id: String,
    name: String,
    /// In hexadecimal.
    hash: String,
    roles: Vec<RoleDocument>,
    scopes: Vec<String>,
    created_at: Moment,
    expires_at: Option<Moment>,
    last_used_at: Option<Moment>,
    revoked_at: Option<Moment>,
}

#[derive(Debug, Deserialize, Serialize)]
struct RoleDocument {
    region: String,
    role: String,
}

impl TokenDocument {
    /// With what changes after a token was made.
    pub(in crate::store) fn later(
        self,
        last_used_at: Option<Timestamp>,
        revoked_at: Option<Timestamp>,
    ) -> Self {
        Self { last_used_at: last_used_at.map(Moment), revoked_at: revoked_at.map(Moment), ..self }
    }
}

impl From<&ServiceToken> for TokenDocument {
    fn from(token: &ServiceToken) -> Self {
        let roles = token.roles.iter().map(|(reach, role)| RoleDocument {
            region: match reach {
                Reach::AllRegions => ALL_REGIONS.to_owned(),
                Reach::Region(region) => region.to_string(),
            },
            role: role.name().to_owned(),
        });
        Self {
            id: token.id.clone(),
            name: token.name.clone(),
            hash: hex::encode(token.hash.0),
            roles: roles.collect(),
            scopes: token.scopes.iter().map(|scope| scope.name().to_owned()).collect(),
            created_at: Moment(token.created_at),
            expires_at: token.expires_at.map(Moment),
            last_used_at: token.last_used_at.map(Moment),
            revoked_at: token.revoked_at.map(Moment),
        }
    }
}

impl TryFrom<TokenDocument> for ServiceToken {
    type Error = StoreError;

    /// A role or a scope of a newer server is not guessed at.
    fn try_from(document: TokenDocument) -> Result<Self, StoreError> {
        let unknown = |what: &str| StoreError::Corrupt(format!("a token with {what} that is not known here"));
        let hash = hex::decode(&document.hash).ok().and_then(|hash| hash.try_into().ok());
        let roles = document.roles.into_iter().map(|row| {
            let reach = match row.region.as_str() {
                ALL_REGIONS => Reach::AllRegions,
                region => Reach::Region(RegionId::new(region)),
            };
            Ok((reach, Role::named(&row.role).ok_or_else(|| unknown("a role"))?))
        });
        let scopes = document.scopes.iter().map(|scope| Scope::named(scope));
        Ok(Self {
            id: document.id,
            name: document.name,
            hash: TokenHash(hash.ok_or_else(|| unknown("a hash"))?),
            roles: roles.collect::<Result<_, StoreError>>()?,
            scopes: scopes.collect::<Option<_>>().ok_or_else(|| unknown("a scope"))?,
            created_at: document.created_at.0,
            expires_at: document.expires_at.map(|moment| moment.0),
            last_used_at: document.last_used_at.map(|moment| moment.0),
            revoked_at: document.revoked_at.map(|moment| moment.0),
        })
    }
}

/// One document that cannot be read, from a newer server perhaps, must not cost all others.
pub(in crate::store) fn readable_token(document: Result<TokenDocument, StoreError>) -> Option<ServiceToken> {
    let token = document.and_then(ServiceToken::try_from);
    token.inspect_err(|error| tracing::error!(%error, "a token cannot be read, and lets nobody in")).ok()
}
