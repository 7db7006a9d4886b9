//! The parts of an incident as both stores write them: where it came from, whom it names, what belongs to it.

use serde::{Deserialize, Serialize};

use super::Moment;
use crate::domain::incident::{Edited, IncidentId, Link, Member, Named, Origin, Request};

#[derive(Debug, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum OriginDocument {
    Monitoring,
    Report { by: String, reference: Option<String> },
    Outage,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct MemberDocument {
    incident: String,
    machine_id: String,
    joined_at: Moment,
    recovered_at: Option<Moment>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct RequestDocument {
    key: String,
    digest: String,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct NamedDocument {
    id: String,
    pub(super) name: String,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct LinkDocument {
    title: String,
    url: String,
}

/// What a person said otherwise than the alert; not written where nobody did.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct EditedDocument {
    severity: bool,
    title: bool,
    description: bool,
}

pub(super) fn edited_document(edited: Edited) -> Option<EditedDocument> {
    let Edited { severity, title, description } = edited;
    (edited != Edited::default()).then_some(EditedDocument { severity, title, description })
}

impl From<EditedDocument> for Edited {
    fn from(EditedDocument { severity, title, description }: EditedDocument) -> Self {
        Self { severity, title, description }
    }
}

impl From<Named> for NamedDocument {
    fn from(Named { id, name }: Named) -> Self {
        Self { id, name }
    }
}

impl From<NamedDocument> for Named {
    fn from(NamedDocument { id, name }: NamedDocument) -> Self {
        Self { id, name }
    }
}

impl From<Link> for LinkDocument {
    fn from(Link { title, url }: Link) -> Self {
        Self { title, url }
    }
}

impl From<LinkDocument> for Link {
    fn from(LinkDocument { title, url }: LinkDocument) -> Self {
        Self { title, url }
    }
}

impl From<Origin> for OriginDocument {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Monitoring => Self::Monitoring,
            Origin::Report { by, reference } => Self::Report { by, reference },
            Origin::Outage => Self::Outage,
        }
    }
}

impl From<OriginDocument> for Origin {
    fn from(origin: OriginDocument) -> Self {
        match origin {
            OriginDocument::Monitoring => Self::Monitoring,
            OriginDocument::Report { by, reference } => Self::Report { by, reference },
            OriginDocument::Outage => Self::Outage,
        }
    }
}

impl From<Member> for MemberDocument {
    fn from(member: Member) -> Self {
        Self {
            incident: member.incident.0,
            machine_id: member.machine_id,
            joined_at: Moment(member.joined_at),
            recovered_at: member.recovered_at.map(Moment),
        }
    }
}

impl From<MemberDocument> for Member {
    fn from(member: MemberDocument) -> Self {
        Self {
            incident: IncidentId(member.incident),
            machine_id: member.machine_id,
            joined_at: member.joined_at.0,
            recovered_at: member.recovered_at.map(|moment| moment.0),
        }
    }
}

impl From<Request> for RequestDocument {
    fn from(Request { key, digest }: Request) -> Self {
        Self { key, digest }
    }
}

impl From<RequestDocument> for Request {
    fn from(RequestDocument { key, digest }: RequestDocument) -> Self {
        Self { key, digest }
    }
}
