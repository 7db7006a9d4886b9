//! An incident that a person or another service reports: no alert stands behind it.

use std::collections::BTreeMap;

use cineportal_regions::RegionId;
use jiff::Timestamp;

use super::command::{
    MAX_DESCRIPTION_CHARACTERS, MAX_NAME_CHARACTERS, MAX_TITLE_CHARACTERS, Refusal, optional_words, words,
};
use super::incident::{
    Edited, Incident, IncidentId, IncidentKey, IncidentNumber, Link, Named, Origin, Place, Request, Severity,
    Status,
};
use super::show::ShowAtOpening;
use super::timeline::{Entry, Timeline, What};

/// Most labels of a report.
const MAX_LABELS: usize = 64;
/// Most links of a report.
const MAX_LINKS: usize = 16;
/// Longest label, link or identifier, in characters.
const MAX_LABEL_CHARACTERS: usize = 1_000;
/// What a report without an error is called.
const UNNAMED_ERROR: &str = "reported";

/// What somebody reports.
#[derive(Clone, Debug)]
pub struct Report {
    /// The region whose staff it is for.
    pub region: RegionId,
    /// Who reports it.
    pub who: String,
    /// What the reporter calls it; of one name one incident is open at most.
    pub reference: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// Stable identifier of the kind of fault.
    pub error_id: Option<String>,
    /// What is wrong, in a few words.
    pub title: String,
    /// What is wrong, in full.
    pub description: Option<String>,
    /// Where it is.
    pub place: Place,
    /// More about it.
    pub labels: BTreeMap<String, String>,
    /// Where to read more.
    pub links: Vec<Link>,
}

impl Report {
    /// The report without blanks around its texts.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when something is empty or too long, not a web address or not the name of a label.
    pub fn checked(self) -> Result<Self, Refusal> {
        let invalid = |reason: String| Err(Refusal::Invalid(reason));
        if self.labels.len() > MAX_LABELS || self.links.len() > MAX_LINKS {
            return invalid(format!("a report has at most {MAX_LABELS} labels and {MAX_LINKS} links"));
        }
        let is_long = |text: &String| text.chars().count() > MAX_LABEL_CHARACTERS;
        let place = [&self.place.cinema, &self.place.screen].into_iter().flatten();
        let names = place.flat_map(|Named { id, name }| [id, name]).chain(&self.place.machine_id);
        let texts = self.labels.iter().flat_map(|(name, value)| [name, value]);
        let links = self.links.iter().flat_map(|link| [&link.title, &link.url]);
        if names.chain(texts).chain(links).chain(&self.error_id).any(is_long) {
            return invalid(format!(
                "a label, link or identifier has at most {MAX_LABEL_CHARACTERS} characters"
            ));
        }
        if self.labels.keys().any(|name| name.contains(char::is_control)) {
            return invalid("the name of a label has no control characters".to_owned());
        }
        if let Some(link) = self.links.iter().find(|link| !is_web_address(&link.url)) {
            return invalid(format!("{:?} is not a web address: http or https", link.url));
        }
        Ok(Self {
            title: words("a title", &self.title, MAX_TITLE_CHARACTERS)?,
            description: self
                .description
                .map(|text| optional_words("a description", &text, MAX_DESCRIPTION_CHARACTERS))
                .transpose()?,
            reference: self
                .reference
                .map(|text| words("a reference", &text, MAX_NAME_CHARACTERS))
                .transpose()?,
            ..self
        })
    }

    /// All that it asks for, to tell a repeated request from another one with the same key.
    pub fn content(&self) -> String {
        format!("{self:?}")
    }

    /// The key of the incident: its reference, or else its id, so that it stands alone.
    pub fn key(&self, id: &IncidentId) -> IncidentKey {
        let fingerprint = match &self.reference {
            Some(reference) => format!("reference:{}:{reference}", self.who),
            None => format!("report:{id}"),
        };
        IncidentKey { region: self.region.clone(), fingerprint }
    }
}

/// The incident that a report opens.
pub fn open(
    report: &Report,
    id: IncidentId,
    earlier: Option<IncidentId>,
    request: Option<Request>,
    number: IncidentNumber,
    now: Timestamp,
) -> Incident {
    let mut timeline = Timeline::default();
    timeline.push(Entry::new(now, &report.who, What::Opened));
    Incident {
        key: report.key(&id),
        id,
        number,
        status: Status::Open,
        severity: report.severity,
        error_id: report.error_id.clone().unwrap_or_else(|| UNNAMED_ERROR.to_owned()),
        title: report.title.clone(),
        description: report.description.clone().unwrap_or_default(),
        place: report.place.clone(),
        labels: report.labels.clone(),
        links: report.links.clone(),
        opened_at: now,
        updated_at: now,
        acknowledged_at: None,
        closed_at: None,
        close_reason: None,
        occurrence_started_at: now,
        occurrence_ended_at: None,
        end_is_inferred: false,
        edited: Edited::default(),
        occurrences: 1,
        recent_starts: vec![now],
        assignee: None,
        earlier,
        origin: Origin::Report { by: report.who.clone(), reference: report.reference.clone() },
        members: Vec::new(),
        requests: request.into_iter().collect(),
        deliveries: Vec::new(),
        reopened_for_show: None,
        show_at_opening: ShowAtOpening::Unknown,
        timeline,
        version: 0,
        revision: 0,
    }
}

fn is_web_address(url: &str) -> bool {
    (url.starts_with("http://") || url.starts_with("https://"))
        && !url.contains(|c: char| c.is_control() || c.is_whitespace())
}
