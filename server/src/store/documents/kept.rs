//! Everything that backups hold, as one line of JSON each. The documents are those of the stores.

use cineportal_regions::RegionId;
use serde::{Deserialize, Serialize};

use super::{IncidentDocument, Moment, SilenceDocument, TokenDocument, signed, unsigned};
use crate::access::ServiceToken;
use crate::domain::incident::Incident;
use crate::domain::silence::Silence;
use crate::domain::watch::Heartbeat;
use crate::store::{Kept, StoreError};

/// One thing with its kind: `{"incident":{…}}`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::store) enum KeptDocument {
    Incident(Box<IncidentDocument>),
    Silence(Box<SilenceDocument>),
    ServiceToken(Box<TokenDocument>),
    Number { region: String, last: i64 },
    Heartbeat { name: String, heard_at: Option<Moment>, lost_at: Option<Moment> },
}

impl From<&Kept> for KeptDocument {
    fn from(kept: &Kept) -> Self {
        match kept {
            Kept::Incident(incident) => Self::Incident(Box::new(IncidentDocument::from(incident.as_ref()))),
            Kept::Silence(silence) => Self::Silence(Box::new(SilenceDocument::from(silence))),
            Kept::ServiceToken(token) => Self::ServiceToken(Box::new(TokenDocument::from(token))),
            Kept::Number { region, last } => Self::Number { region: region.to_string(), last: signed(*last) },
            Kept::Heartbeat { name, heartbeat } => Self::Heartbeat {
                name: name.clone(),
                heard_at: heartbeat.heard_at.map(Moment),
                lost_at: heartbeat.lost_at.map(Moment),
            },
        }
    }
}

impl TryFrom<KeptDocument> for Kept {
    type Error = StoreError;

    fn try_from(document: KeptDocument) -> Result<Self, StoreError> {
        Ok(match document {
            KeptDocument::Incident(incident) => Self::Incident(Box::new(Incident::from(*incident))),
            KeptDocument::Silence(silence) => Self::Silence(Silence::try_from(*silence)?),
            KeptDocument::ServiceToken(token) => Self::ServiceToken(ServiceToken::try_from(*token)?),
            KeptDocument::Number { region, last } => {
                Self::Number { region: RegionId::new(region), last: unsigned(last) }
            }
            KeptDocument::Heartbeat { name, heard_at, lost_at } => {
                let (heard_at, lost_at) = (heard_at.map(|at| at.0), lost_at.map(|at| at.0));
                Self::Heartbeat { name, heartbeat: Heartbeat { heard_at, lost_at } }
            }
        })
    }
}
