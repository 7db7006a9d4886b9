//! What a person or another service does to an incident, and when that is refused.

use jiff::Timestamp;

use super::incident::{CloseReason, Incident, Request, Severity, Status};
use super::request;
use super::timeline::{Entry, What};

/// Longest comment, in characters.
pub const MAX_COMMENT_CHARACTERS: usize = 4_000;
/// Longest name of an assignee, in characters.
pub const MAX_NAME_CHARACTERS: usize = 200;
/// Longest title, in characters.
pub const MAX_TITLE_CHARACTERS: usize = 300;
/// Longest description, in characters.
pub const MAX_DESCRIPTION_CHARACTERS: usize = 8_000;

/// Somebody's wish, made while looking at one version of the incident.
#[derive(Clone, Debug)]
pub struct Command {
    /// Who wishes it.
    pub who: String,
    /// The version that they saw; `None` where they did not look.
    pub expected_version: Option<u64>,
    /// What is wished.
    pub action: Action,
    /// How the sender tells it from others, if it may come twice.
    pub request: Option<Request>,
}

/// What can be done.
#[derive(Clone, Debug)]
pub enum Action {
    /// Take it and start to work on it.
    StartProgress,
    /// Somebody else works on it; `None`: nobody, and it is open again.
    Assign {
        /// Who works on it now.
        to: Option<String>,
    },
    /// Say something.
    Comment {
        /// What is said.
        text: String,
    },
    /// Change what is wrong, or how bad it is; what is `None` stays.
    Update(Update),
    /// Close it, perhaps with a reason.
    Close {
        /// [`CloseReason::ByPerson`] or [`CloseReason::ByService`].
        reason: CloseReason,
        /// Why, in words.
        comment: Option<String>,
    },
    /// Open it again, perhaps with a reason.
    Reopen {
        /// Why, in words.
        comment: Option<String>,
    },
}

/// New words for an incident; what is `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Update {
    /// What is wrong, in a few words.
    pub title: Option<String>,
    /// What is wrong, in full.
    pub description: Option<String>,
    /// How bad it is.
    pub severity: Option<Severity>,
    /// Something said beside it.
    pub comment: Option<String>,
}

/// Why a command changes nothing.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// Somebody else was faster.
    #[error("somebody else changed {number} in the meantime")]
    Conflict {
        /// Ticket number.
        number: String,
    },
    /// The incident's status does not allow it.
    #[error("{number} is {status} already")]
    NotAllowed {
        /// Ticket number.
        number: String,
        /// Its status, for people.
        status: &'static str,
    },
    /// The same name is taken by an incident that is open.
    #[error("{number} is open under this reference already")]
    ReferenceTaken {
        /// Ticket number.
        number: String,
    },
    /// A newer incident of the same fault is open.
    #[error("{number} is open for the same fault already")]
    OpenBeside {
        /// Ticket number.
        number: String,
    },
    /// The same key was used for another request.
    #[error("this idempotency key was used for another request")]
    KeyReused,
    /// The input itself is wrong.
    #[error("{0}")]
    Invalid(String),
}

/// The incident after this command.
///
/// # Errors
/// A [`Refusal`]; the incident is then as it was.
pub fn apply(incident: &Incident, command: &Command, now: Timestamp) -> Result<Incident, Refusal> {
    if command.expected_version.is_some_and(|expected| expected != incident.version) {
        return Err(conflict(incident));
    }
    let next = Incident { updated_at: now, ..incident.clone() };
    let mut next = act(next, &command.who, &command.action, now)?;
    if let Some(request) = command.request.clone() {
        request::remember(&mut next, request);
    }
    Ok(next)
}

fn act(next: Incident, who: &str, action: &Action, now: Timestamp) -> Result<Incident, Refusal> {
    match action {
        Action::StartProgress => start_progress(next, who, now),
        Action::Assign { to } => assign(next, who, to.as_deref(), now),
        Action::Comment { text } => comment(next, who, text, now),
        Action::Update(update) => reword(next, who, update, now),
        Action::Close { reason, comment } => close(next, who, *reason, comment.as_deref(), now),
        Action::Reopen { comment } => reopen(next, who, comment.as_deref(), now),
    }
}

/// Somebody else was faster.
pub fn conflict(incident: &Incident) -> Refusal {
    Refusal::Conflict { number: incident.number.0.clone() }
}

/// The text without blanks around it, if it is not empty and not longer than so many characters.
///
/// # Errors
/// [`Refusal::Invalid`], naming what it is.
pub fn words(what: &str, text: &str, characters: usize) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::Invalid(format!("{what} must not be empty")));
    }
    if text.chars().count() > characters {
        return Err(Refusal::Invalid(format!("{what} has at most {characters} characters")));
    }
    Ok(text.to_owned())
}

/// As [`words`], but the text may be empty.
///
/// # Errors
/// [`Refusal::Invalid`], naming what it is.
pub fn optional_words(what: &str, text: &str, characters: usize) -> Result<String, Refusal> {
    if text.trim().is_empty() { Ok(String::new()) } else { words(what, text, characters) }
}

fn start_progress(mut incident: Incident, who: &str, now: Timestamp) -> Result<Incident, Refusal> {
    if incident.status != Status::Open {
        return Err(not_allowed(&incident));
    }
    incident.status = Status::InProgress;
    incident.acknowledged_at.get_or_insert(now);
    incident.assignee = Some(who.to_owned());
    incident.timeline.push(Entry::new(now, who, What::Started));
    Ok(incident)
}

fn assign(mut incident: Incident, who: &str, to: Option<&str>, now: Timestamp) -> Result<Incident, Refusal> {
    if incident.status == Status::Closed {
        return Err(not_allowed(&incident));
    }
    let to = to.map(|name| words("a name", name, MAX_NAME_CHARACTERS)).transpose()?;
    incident.status = if to.is_some() { Status::InProgress } else { Status::Open };
    if to.is_some() {
        incident.acknowledged_at.get_or_insert(now);
    }
    let note = to.clone().unwrap_or_else(|| "nobody".to_owned());
    incident.timeline.push(Entry::new(now, who, What::Assigned).with_note(note));
    incident.assignee = to;
    Ok(incident)
}

fn comment(mut incident: Incident, who: &str, text: &str, now: Timestamp) -> Result<Incident, Refusal> {
    let text = words("a comment", text, MAX_COMMENT_CHARACTERS)?;
    incident.timeline.push(Entry::new(now, who, What::Commented).with_note(text));
    Ok(incident)
}

fn reword(mut incident: Incident, who: &str, update: &Update, now: Timestamp) -> Result<Incident, Refusal> {
    let said = |text: &String| words("a title", text, MAX_TITLE_CHARACTERS);
    let title = update.title.as_ref().map(said).transpose()?.filter(|title| *title != incident.title);
    let said = |text: &String| optional_words("a description", text, MAX_DESCRIPTION_CHARACTERS);
    let description = update.description.as_ref().map(said).transpose()?;
    let description = description.filter(|description| *description != incident.description);
    let rewords = title.is_some() || description.is_some();
    if let Some(title) = title {
        (incident.title, incident.edited.title) = (title, true);
    }
    if let Some(description) = description {
        (incident.description, incident.edited.description) = (description, true);
    }
    if rewords {
        incident.timeline.push(Entry::new(now, who, What::Reworded));
    }
    if let Some(severity) = update.severity.filter(|severity| *severity != incident.severity) {
        let note = format!("{} → {}", incident.severity.name(), severity.name());
        incident.timeline.push(Entry::new(now, who, What::SeverityChanged).with_note(note));
        incident.severity = severity;
        incident.edited.severity = true;
    }
    match &update.comment {
        Some(text) => comment(incident, who, text, now),
        None => Ok(incident),
    }
}

fn close(
    mut incident: Incident,
    who: &str,
    reason: CloseReason,
    comment: Option<&str>,
    now: Timestamp,
) -> Result<Incident, Refusal> {
    if incident.status == Status::Closed {
        return Err(not_allowed(&incident));
    }
    let entry = with_comment(Entry::new(now, who, What::Closed), comment)?;
    incident.status = Status::Closed;
    incident.closed_at = Some(now);
    incident.close_reason = Some(reason);
    incident.timeline.push(entry);
    Ok(incident)
}

fn reopen(
    mut incident: Incident,
    who: &str,
    comment: Option<&str>,
    now: Timestamp,
) -> Result<Incident, Refusal> {
    if incident.status != Status::Closed {
        return Err(not_allowed(&incident));
    }
    let entry = with_comment(Entry::new(now, who, What::Reopened), comment)?;
    incident.status = Status::Open;
    (incident.closed_at, incident.close_reason) = (None, None);
    incident.timeline.push(entry);
    Ok(incident)
}

fn with_comment(mut entry: Entry, comment: Option<&str>) -> Result<Entry, Refusal> {
    let comment = optional_words("a comment", comment.unwrap_or(""), MAX_COMMENT_CHARACTERS)?;
    entry.note = (!comment.is_empty()).then_some(comment);
    Ok(entry)
}

fn not_allowed(incident: &Incident) -> Refusal {
    let status = match incident.status {
        Status::Open => "open",
        Status::InProgress => "in progress",
        Status::Closed => "closed",
    };
    Refusal::NotAllowed { number: incident.number.0.clone(), status }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alert::{self, Alert, Rules};
    use crate::domain::sample::{after, at, firing};

    fn reworded(incident: &Incident, update: Update) -> Incident {
        let action = Action::Update(update);
        let command = Command { who: "Anna".to_owned(), expected_version: None, action, request: None };
        apply(incident, &command, at(5)).unwrap()
    }

    /// What the same alert, heard again with other words, makes of the incident.
    fn heard_again(incident: &Incident, minute: i64) -> Option<Incident> {
        let rules = Rules {
            close: cineportal_regions::ClosePolicy::Auto,
            flap_window: jiff::SignedDuration::from_mins(10),
        };
        let (title, description) = ("Dark".to_owned(), "No picture".to_owned());
        let alert = Alert { title, description, severity: Severity::Warning, ..firing(at(minute)) };
        alert::apply(Some(incident), &alert, rules, &incident.number, at(minute + 6))
    }

    #[test]
    fn what_a_person_said_otherwise_no_later_alert_takes_back() {
        let opened = after(None, &firing(at(0)), at(0));
        let update = Update {
            title: Some("Lamp of screen 4".to_owned()),
            severity: Some(Severity::Info),
            ..Update::default()
        };
        let reworded = reworded(&opened, update);
        for next in [heard_again(&reworded, 0).unwrap(), heard_again(&reworded, 1).unwrap()] {
            assert_eq!((&next.title[..], next.severity), ("Lamp of screen 4", Severity::Info));
            assert_eq!(next.description, "No picture", "of that nobody said anything");
        }
    }

    #[test]
    fn an_alert_that_would_only_take_it_back_says_nothing_new() {
        let opened = after(None, &firing(at(0)), at(0));
        let update = Update {
            title: Some("Lamp".to_owned()),
            description: Some("Mine".to_owned()),
            severity: Some(Severity::Info),
            ..Update::default()
        };
        assert_eq!(heard_again(&reworded(&opened, update), 0), None);
    }
}
