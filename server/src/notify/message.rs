//! What a message says: one incident, or a digest of many, in the region's language and local time. Pure.
//! Nothing that comes from an alert can add a header line, and in HTML it is text.

use cineportal_regions::{Occasion, Region, RegionId, Route};
use jiff::Timestamp;

use super::html;
use super::locale::Locale;
use crate::domain::delivery::Delivery;
use crate::domain::incident::{Incident, Severity};

/// Most incidents that a digest lists; the others are counted.
pub(super) const MAX_LISTED: usize = 100;
/// Longest subject, in characters.
const MAX_SUBJECT_CHARACTERS: usize = 200;
/// Longest description in a message, in characters.
const MAX_DESCRIPTION_CHARACTERS: usize = 2_000;

/// What is to be said, and to whom.
pub(super) struct Order<'a> {
    /// Identifies the message; the same when it is sent again.
    pub(super) batch: &'a str,
    /// Which try this is, from 1.
    pub(super) attempt: u32,
    /// Whether an earlier try may have arrived.
    pub(super) perhaps_repeated: bool,
    pub(super) region: &'a Region,
    pub(super) route: &'a Route,
    /// What is told of; not empty.
    pub(super) told: Vec<(&'a Incident, &'a Delivery)>,
    /// Where people find the portal, without a slash at its end.
    pub(super) public_url: &'a str,
}

/// One message, ready for any channel.
#[derive(Clone, Debug)]
pub struct Message {
    /// Identifies the message; the same when it is sent again.
    pub batch: String,
    /// Which try this is, from 1.
    pub attempt: u32,
    /// In words, that an earlier try may have arrived; `None` if that cannot be.
    pub repeated: Option<String>,
    /// The region that it is about.
    pub region: RegionId,
    /// The route that it takes.
    pub route: String,
    /// Mail addresses, where the channel takes them.
    pub to: Vec<String>,
    /// What it is about; one line.
    pub subject: String,
    /// The whole as plain text.
    pub text: String,
    /// The whole as an HTML page.
    pub html: String,
    /// What is told, worst first.
    pub notices: Vec<Notice>,
    /// The region's page: what the link is called, and where it leads.
    pub region_link: (String, String),
    pub(super) words: &'static Locale,
}

/// What is told of one incident.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Identifies what is told; the same when it is told again.
    pub id: String,
    /// Why it is told.
    pub occasion: Occasion,
    /// When that was.
    pub at: Timestamp,
    /// The incident as it stands.
    pub incident: Incident,
    /// Ticket number, occasion and title; one line.
    pub heading: String,
    /// Severity, place, time: what each is called, and its value; one line each.
    pub facts: Vec<(String, String)>,
    /// What is wrong, in full; may have several lines.
    pub description: String,
    /// The incident's page.
    pub url: String,
}

/// Words a message; `None` only if no language can be read.
pub(super) fn render(order: &Order<'_>) -> Option<Message> {
    let words = Locale::for_route(order.route, order.region)?;
    let mut told = order.told.clone();
    told.sort_by(|(a, _), (b, _)| {
        (a.severity, a.occurrence_started_at, &a.id).cmp(&(b.severity, b.occurrence_started_at, &b.id))
    });
    let notices: Vec<Notice> =
        told.into_iter().map(|(incident, delivery)| notice(order, words, incident, delivery)).collect();
    let region_url = format!("{}/regions/{}", order.public_url, order.region.id);
    let mut message = Message {
        batch: order.batch.to_owned(),
        attempt: order.attempt,
        repeated: order.perhaps_repeated.then(|| words.repeated(order.attempt)),
        region: order.region.id.clone(),
        route: order.route.name.clone(),
        to: order.route.to.clone(),
        subject: subject(words, order.region, &notices),
        text: String::new(),
        html: String::new(),
        notices,
        region_link: (words.open_region.clone(), region_url),
        words,
    };
    message.text = text(&message);
    message.html = html::page(&message);
    Some(message)
}

impl Message {
    /// How bad the worst of it is.
    pub fn severity(&self) -> Severity {
        self.notices.iter().map(|notice| notice.incident.severity).min().unwrap_or(Severity::Info)
    }

    /// How many are not among the first `shown`, in words; `None` if that is none.
    pub fn more(&self, shown: usize) -> Option<String> {
        let hidden = self.notices.len().saturating_sub(shown);
        (hidden > 0).then(|| self.words.more(hidden))
    }
}

/// The text in one line, without anything that ends or controls a line, and not longer than this.
pub(super) fn one_line(text: &str, characters: usize) -> String {
    let is_break = |c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}';
    let line: String = text.chars().map(|c| if is_break(c) { ' ' } else { c }).collect();
    shortened(&line.split_whitespace().collect::<Vec<_>>().join(" "), characters)
}

/// The text, cut to so many characters.
pub(super) fn shortened(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    text.chars().take(characters.saturating_sub(1)).chain(['…']).collect()
}

fn subject(words: &Locale, region: &Region, notices: &[Notice]) -> String {
    let subject = match notices {
        [only] => match place(&only.incident) {
            place if place.is_empty() => only.heading.clone(),
            place => format!("{} ({place})", only.heading),
        },
        many => words.digest(many.len(), &region.name),
    };
    one_line(&subject, MAX_SUBJECT_CHARACTERS)
}

fn notice(order: &Order<'_>, words: &Locale, incident: &Incident, delivery: &Delivery) -> Notice {
    let occasion = words.occasion(delivery.occasion);
    let heading = format!("[{}] {occasion}: {}", incident.number.0, incident.title);
    Notice {
        id: delivery.id.clone(),
        occasion: delivery.occasion,
        at: delivery.planned_at,
        incident: incident.clone(),
        heading: one_line(&heading, MAX_SUBJECT_CHARACTERS),
        facts: facts(words, order.region, incident),
        description: description(&incident.description),
        url: format!("{}/incidents/{}", order.public_url, incident.id),
    }
}

/// Cinema and screen, in one line.
fn place(incident: &Incident) -> String {
    let named = [&incident.place.cinema, &incident.place.screen];
    let names: Vec<&str> = named.into_iter().flatten().map(|named| named.name.as_str()).collect();
    names.join(", ")
}

fn facts(words: &Locale, region: &Region, incident: &Incident) -> Vec<(String, String)> {
    let time = |instant| words.time(instant, &region.time_zone);
    let place = &incident.place;
    let name =
        |named: &Option<crate::domain::incident::Named>| named.as_ref().map(|named| named.name.clone());
    let closed = incident.closed_at.map(|at| match incident.close_reason {
        Some(reason) => format!("{}, {}", time(at), words.close_reason(reason)),
        None => time(at),
    });
    let facts = [
        (&words.fact.severity, Some(words.severity(incident.severity).to_owned())),
        (&words.fact.cinema, name(&place.cinema)),
        (&words.fact.screen, name(&place.screen)),
        (&words.fact.machine, place.machine_id.clone()),
        (&words.fact.since, Some(time(incident.occurrence_started_at))),
        (&words.fact.assignee, incident.assignee.clone()),
        (&words.fact.closed, closed),
    ];
    let told = facts.into_iter().filter_map(|(name, value)| Some((name.clone(), value?)));
    told.map(|(name, value)| (name, one_line(&value, MAX_SUBJECT_CHARACTERS))).collect()
}

fn description(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_control() || *c == '\n');
    shortened(kept.collect::<String>().trim(), MAX_DESCRIPTION_CHARACTERS)
}

fn text(message: &Message) -> String {
    let mut lines: Vec<String> = message.repeated.iter().map(|words| format!("{words}\n")).collect();
    if let [only] = message.notices.as_slice() {
        lines.push(format!("{}\n", only.heading));
        lines.extend(only.facts.iter().map(|(name, value)| format!("{name}: {value}")));
        if !only.description.is_empty() {
            lines.push(format!("\n{}", only.description));
        }
        lines.push(format!("\n{}: {}", message.words.open_incident, only.url));
    } else {
        lines.push(format!("{}\n", message.subject));
        lines.extend(message.notices.iter().take(MAX_LISTED).map(brief));
        lines.extend(message.more(MAX_LISTED));
        lines.push(String::new());
    }
    let (title, url) = &message.region_link;
    lines.push(format!("{title}: {url}"));
    lines.push(format!("\n-- \n{}\n", message.words.footer));
    lines.join("\n")
}

fn brief(notice: &Notice) -> String {
    let facts: Vec<&str> = notice.facts.iter().map(|(_, value)| value.as_str()).collect();
    format!("* {}\n  {}\n  {}", notice.heading, facts.join(", "), notice.url)
}

#[cfg(test)]
mod tests;
