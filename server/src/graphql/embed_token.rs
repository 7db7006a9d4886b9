//! Embed tokens in GraphQL.

use async_graphql::{Enum, ID, Result, SimpleObject, Union};
use cineportal_regions::RegionId;

use super::date_time::DateTime;
use super::error::store_failed;
use super::mutation::RefusalCode;
use crate::access::{EmbedToken, EmbedWish, NotMade, Role};
use crate::store::StoreError;

/// What a page of another site may do with its embed token.
#[derive(Clone, Copy, Default, Enum, PartialEq, Eq)]
pub(super) enum EmbedAccess {
    /// Look.
    #[default]
    Read,
    /// Work on incidents, as a responder.
    Triage,
}

/// What became of it.
#[derive(Union)]
pub(super) enum EmbedTokenResult {
    Created(EmbedTokenCreated),
    Refused(EmbedTokenRefused),
}

/// There is a new token.
#[derive(SimpleObject)]
pub(super) struct EmbedTokenCreated {
    /// The attribute `token` of `<cine-region>`. It is a secret, and told once.
    token: String,
    /// When it ends: never later than what you showed of yourself.
    until: DateTime,
}

/// No token was made.
#[derive(SimpleObject)]
pub(super) struct EmbedTokenRefused {
    /// Why, for programs.
    code: RefusalCode,
    /// Why, for people, in English.
    message: String,
}

impl From<EmbedAccess> for Role {
    fn from(access: EmbedAccess) -> Self {
        match access {
            EmbedAccess::Read => Self::Viewer,
            EmbedAccess::Triage => Self::Responder,
        }
    }
}

/// What a page wants to show.
pub(super) fn wish(region: ID, access: EmbedAccess, origin: String, minutes: Option<u32>) -> EmbedWish {
    EmbedWish { region: RegionId::new(region.0), role: access.into(), origin, minutes }
}

/// Turns what the desk answered into what the schema answers.
pub(super) fn answer(result: Result<EmbedToken, NotMade>) -> Result<EmbedTokenResult> {
    let error = match result {
        Ok(EmbedToken { token, until }) => {
            return Ok(EmbedTokenResult::Created(EmbedTokenCreated { token, until: DateTime(until) }));
        }
        Err(NotMade::NotNow) => {
            return Err(store_failed(&StoreError::Unavailable(NotMade::NotNow.to_string())));
        }
        Err(error) => error,
    };
    let code = match &error {
        NotMade::NoRegion(_) => RefusalCode::NotFound,
        NotMade::Forbidden(_) => RefusalCode::Forbidden,
        NotMade::Invalid(_) | NotMade::NotNow => RefusalCode::Invalid,
    };
    Ok(EmbedTokenResult::Refused(EmbedTokenRefused { code, message: error.to_string() }))
}
