//! What an embed token says: JSON in base64, for whoever reads it with bare eyes.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cineportal_regions::RegionId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::{Role, SessionId};

/// What an embed token says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Claims {
    /// No two tokens have the same.
    pub(super) id: String,
    /// Which region it shows.
    pub(super) region: RegionId,
    /// As what.
    pub(super) role: Role,
    /// In pages of which origin.
    pub(super) origin: String,
    /// The id of the viewer who made it.
    pub(super) maker: String,
    /// The name of the same.
    pub(super) name: String,
    /// The session in which it was made; `None`: its maker showed something else.
    pub(super) session: Option<SessionId>,
    /// When it ends.
    pub(super) until: Timestamp,
}

#[derive(Deserialize, Serialize)]
struct ClaimsJson {
    id: String,
    region: String,
    role: String,
    origin: String,
    maker: String,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    /// In milliseconds since 1970.
    until: i64,
}

impl Claims {
    /// As they stand in the token.
    pub(super) fn to_text(&self) -> String {
        let claims = serde_json::json!(ClaimsJson {
            id: self.id.clone(),
            region: self.region.to_string(),
            role: self.role.name().to_owned(),
            origin: self.origin.clone(),
            maker: self.maker.clone(),
            name: self.name.clone(),
            session: self.session.as_ref().map(|session| session.0.clone()),
            until: self.until.as_millisecond(),
        });
        BASE64_URL_SAFE_NO_PAD.encode(claims.to_string())
    }

    /// `None` where a newer server says something else.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        let claims: ClaimsJson = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        Some(Self {
            id: claims.id,
            region: RegionId::new(claims.region),
            role: Role::named(&claims.role)?,
            origin: claims.origin,
            maker: claims.maker,
            name: claims.name,
            session: claims.session.map(SessionId),
            until: Timestamp::from_millisecond(claims.until).ok()?,
        })
    }
}
