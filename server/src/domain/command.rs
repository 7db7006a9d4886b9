//! What a person does to an incident, and when that is refused.

use jiff::Timestamp;

use super::incident::{CloseReason, Incident, Status};
use super::timeline::{Entry, What};

/// Longest comment, in characters.
pub const MAX_COMMENT_CHARACTERS: usize = 4_000;

/// A person's wish, made while looking at one version of the incident.
#[derive(Clone, Debug)]
pub struct Command {
    /// Who wishes it.
    pub who: String,
    /// The version that the person saw.
    pub expected_version: u64,
    /// What is wished.
    pub action: Action,
}

/// What a person can do.
#[derive(Clone, Debug)]
pub enum Action {
    /// Take it and start to work on it.
    StartProgress,
    /// Close it, perhaps with a reason.
    Close {
        /// Why, in the person's words.
        comment: Option<String>,
    },
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
    /// The input itself is wrong.
    #[error("a comment has at most {MAX_COMMENT_CHARACTERS} characters")]
    CommentTooLong,
}

/// The incident after this command.
///
/// # Errors
/// A [`Refusal`]; the incident is then as it was.
pub fn apply(incident: &Incident, command: &Command, now: Timestamp) -> Result<Incident, Refusal> {
    if incident.version != command.expected_version {
        return Err(Refusal::Conflict { number: incident.number.0.clone() });
    }
    let next = Incident { updated_at: now, ..incident.clone() };
    match &command.action {
        Action::StartProgress => start_progress(next, &command.who, now),
        Action::Close { comment } => close(next, &command.who, comment.as_deref(), now),
    }
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

fn close(
    mut incident: Incident,
    who: &str,
    comment: Option<&str>,
    now: Timestamp,
) -> Result<Incident, Refusal> {
    if incident.status == Status::Closed {
        return Err(not_allowed(&incident));
    }
    let comment = comment.map(str::trim).filter(|comment| !comment.is_empty());
    if comment.is_some_and(|comment| comment.chars().count() > MAX_COMMENT_CHARACTERS) {
        return Err(Refusal::CommentTooLong);
    }
    incident.status = Status::Closed;
    incident.closed_at = Some(now);
    incident.close_reason = Some(CloseReason::ByPerson);
    let mut entry = Entry::new(now, who, What::Closed);
    entry.note = comment.map(str::to_owned);
    incident.timeline.push(entry);
    Ok(incident)
}

fn not_allowed(incident: &Incident) -> Refusal {
    let status = match incident.status {
        Status::Open => "open",
        Status::InProgress => "in progress",
        Status::Closed => "closed",
    };
    Refusal::NotAllowed { number: incident.number.0.clone(), status }
}
