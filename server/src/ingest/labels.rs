//! What the labels and annotations of an alert say: the same, whoever sends it.

use std::collections::BTreeMap;

use cineportal_regions::Regions;
use cineportal_schema::labels;
use jiff::Timestamp;

use super::fingerprint::fingerprint;
use super::limits;
use crate::clock;
use crate::domain::alert::Alert;
use crate::domain::incident::{IncidentKey, Link, Named, Place, Severity};

/// What an alert without an `error_id` label is called.
const UNKNOWN_ERROR: &str = "unknown";
const UNNAMED_ALERT: &str = "Unnamed alert";
/// Before, nothing can have begun: some senders write the year 1 where they do not know, and no clock is that wrong.
const EARLIEST_START: Timestamp = Timestamp::UNIX_EPOCH;

/// An alert as its sender tells it.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// All labels.
    pub labels: &'a BTreeMap<String, String>,
    /// Texts for people.
    pub annotations: &'a BTreeMap<String, String>,
    /// Where it was made; may be empty.
    pub generator_url: &'a str,
    /// When this occurrence began.
    pub starts_at: Timestamp,
    /// When it ended; `None` while it fires.
    pub ended_at: Option<Timestamp>,
}

/// The alert, routed to the region that claims it.
/// The fingerprint that some senders add is not read: ours is the same hash, and always there.
pub fn alert(told: Told<'_>, regions: &Regions) -> Alert {
    let Told { labels, annotations, .. } = told;
    let region = regions.claiming(labels).id.clone();
    let starts_at = clock::to_millisecond(told.starts_at).max(EARLIEST_START);
    let label = |name: &str| labels.get(name).filter(|text| is_readable(text));
    let annotation = |name: &str| annotations.get(name).filter(|text| is_readable(text));
    let name = label(labels::ALERT_NAME).map_or(UNNAMED_ALERT, String::as_str);
    let title = annotation("summary").map_or(name, String::as_str);
    let description = annotation("description").or(annotation("message")).map_or("", String::as_str);
    let error_id = label(labels::ERROR_ID).map_or(UNKNOWN_ERROR, String::as_str);
    Alert {
        key: IncidentKey { region, fingerprint: fingerprint(labels) },
        starts_at,
        ended_at: told.ended_at.map(|ended_at| clock::to_millisecond(ended_at).max(starts_at)),
        severity: severity(labels),
        error_id: limits::clip(error_id, limits::LABEL_CHARACTERS),
        title: limits::clip(title, limits::TITLE_CHARACTERS),
        description: limits::clip(description, limits::DESCRIPTION_CHARACTERS),
        place: place(labels),
        links: links(told.generator_url, annotations),
        labels: limits::labels(labels),
    }
}

/// Whether anything is left of a text once control characters are white space, as [`limits::clip`] makes them.
fn is_readable(text: &str) -> bool {
    text.contains(|c: char| !c.is_whitespace() && !c.is_control())
}

/// An alert of unknown severity is a warning: it must be looked at, but not before a dark screen.
fn severity(labels: &BTreeMap<String, String>) -> Severity {
    match labels.get(labels::SEVERITY).map(|text| text.to_ascii_lowercase()).as_deref() {
        Some("critical" | "page" | "error") => Severity::Critical,
        Some("info" | "none") => Severity::Info,
        _ => Severity::Warning,
    }
}

fn place(labels: &BTreeMap<String, String>) -> Place {
    let label = |name: &str| {
        let value = labels.get(name).filter(|value| !value.is_empty());
        value.map(|value| limits::clip(value, limits::LABEL_CHARACTERS))
    };
    let named = |id: &str, name: &str| {
        let (id, name) = (label(id), label(name));
        let any = id.clone().or(name.clone())?;
        Some(Named { id: id.unwrap_or(any.clone()), name: name.unwrap_or(any) })
    };
    Place {
        machine_id: label(labels::MACHINE_ID),
        cinema: named(labels::CINEMA_ID, labels::CINEMA),
        screen: named(labels::SCREEN_ID, labels::SCREEN),
    }
}

fn links(generator_url: &str, annotations: &BTreeMap<String, String>) -> Vec<Link> {
    let runbook = annotations.get("runbook_url").map_or("", String::as_str);
    [("Prometheus", generator_url), ("Runbook", runbook)]
        .into_iter()
        .filter(|(_, url)| limits::is_link(url))
        .map(|(title, url)| Link { title: title.to_owned(), url: url.to_owned() })
        .collect()
}
