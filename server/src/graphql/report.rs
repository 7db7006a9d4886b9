//! What somebody reports, and says anew, in GraphQL.

use async_graphql::{ID, InputObject};
use cineportal_regions::RegionId;

use super::incident::IncidentSeverity;
use crate::domain::command::Update;
use crate::domain::incident::{Link, Named, Place, Severity};
use crate::domain::report::Report;

/// What is wrong, and where.
#[derive(InputObject)]
pub(super) struct OpenIncidentInput {
    /// The region whose staff it is for.
    region: ID,
    /// What is wrong, in a few words; at most 300 characters.
    title: String,
    /// What is wrong, in full; at most 8,000 characters.
    description: Option<String>,
    /// How bad it is.
    severity: IncidentSeverity,
    /// Stable identifier of the kind of fault, as `machine_offline`.
    error_id: Option<String>,
    /// What you call it. While an incident of this name is open, another one is refused.
    reference: Option<String>,
    /// The machine, if it is one.
    machine: Option<ID>,
    /// The cinema.
    cinema: Option<PlaceInput>,
    /// The screen.
    screen: Option<PlaceInput>,
    /// More about it; at most 64.
    #[graphql(default)]
    labels: Vec<LabelInput>,
    /// Where to read more, http and https only; at most 16.
    #[graphql(default)]
    links: Vec<LinkInput>,
}

/// New words for an incident. What is left out stays as it is.
#[derive(InputObject)]
pub(super) struct UpdateIncidentInput {
    /// At most 300 characters.
    title: Option<String>,
    /// At most 8,000 characters.
    description: Option<String>,
    /// How bad it is.
    severity: Option<IncidentSeverity>,
    /// Said beside it; at most 4,000 characters.
    comment: Option<String>,
}

/// A place with a name.
#[derive(InputObject)]
struct PlaceInput {
    /// Identifier, unique in the fleet.
    id: ID,
    /// Name, for people.
    name: String,
}

/// A label.
#[derive(InputObject)]
struct LabelInput {
    /// Its name.
    name: String,
    /// Its value.
    value: String,
}

/// A link.
#[derive(InputObject)]
struct LinkInput {
    /// What is behind it, for people.
    title: String,
    /// An http or https address.
    url: String,
}

impl From<UpdateIncidentInput> for Update {
    fn from(input: UpdateIncidentInput) -> Self {
        let severity = input.severity.map(Severity::from);
        Self { title: input.title, description: input.description, severity, comment: input.comment }
    }
}

impl From<OpenIncidentInput> for Report {
    fn from(input: OpenIncidentInput) -> Self {
        let named = |place: PlaceInput| Named { id: place.id.0, name: place.name };
        Self {
            region: RegionId::new(input.region.0),
            who: String::new(),
            reference: input.reference,
            severity: input.severity.into(),
            error_id: input.error_id,
            title: input.title,
            description: input.description,
            place: Place {
                machine_id: input.machine.map(|id| id.0),
                cinema: input.cinema.map(named),
                screen: input.screen.map(named),
            },
            labels: input.labels.into_iter().map(|label| (label.name, label.value)).collect(),
            links: input.links.into_iter().map(|link| Link { title: link.title, url: link.url }).collect(),
        }
    }
}
