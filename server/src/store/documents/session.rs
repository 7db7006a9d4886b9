//! Sessions as both stores write them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Moment, signed, unsigned};
use crate::access::{Person, Session, SessionId};

/// One session, one document.
#[derive(Debug, Deserialize, Serialize)]
pub(in crate::store) struct SessionDocument {
    #[serde(rename = "_id")]
    id: String,
    issuer: String,
    subject: String,
    name: String,
    groups: Vec<String>,
    /// A list, because a claim may have a name that a store would read as a path.
    claims: Vec<ClaimDocument>,
    provider_session: Option<String>,
    sealed: String,
    began_at: Moment,
    seen_at: Moment,
    confirmed_at: Moment,
    renewing_until: Option<Moment>,
    ends_at: Moment,
    version: i64,
}

#[derive(Debug, Deserialize, Serialize)]
struct ClaimDocument {
    name: String,
    values: Vec<String>,
}

impl From<&Session> for SessionDocument {
    fn from(session: &Session) -> Self {
        let Person { issuer, subject, name, groups, claims, until: _ } = session.person.clone();
        let claims = claims.into_iter().map(|(name, values)| ClaimDocument { name, values });
        Self {
            id: session.id.0.clone(),
            issuer,
            subject,
            name,
            groups,
            claims: claims.collect(),
            provider_session: session.provider_session.clone(),
            sealed: session.sealed.clone(),
            began_at: Moment(session.began_at),
            seen_at: Moment(session.seen_at),
            confirmed_at: Moment(session.confirmed_at),
            renewing_until: session.renewing_until.map(Moment),
            ends_at: Moment(session.ends_at),
            version: signed(session.version),
        }
    }
}

impl From<SessionDocument> for Session {
    fn from(document: SessionDocument) -> Self {
        let claims = document.claims.into_iter().map(|claim| (claim.name, claim.values));
        let claims: BTreeMap<_, _> = claims.collect();
        let SessionDocument { issuer, subject, name, groups, .. } = document;
        Self {
            id: SessionId(document.id),
            person: Person { issuer, subject, name, groups, claims, until: None },
            provider_session: document.provider_session,
            sealed: document.sealed,
            began_at: document.began_at.0,
            seen_at: document.seen_at.0,
            confirmed_at: document.confirmed_at.0,
            renewing_until: document.renewing_until.map(|moment| moment.0),
            ends_at: document.ends_at.0,
            version: unsigned(document.version),
        }
    }
}
