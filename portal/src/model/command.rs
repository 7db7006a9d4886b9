//! What a person does to an incident, and what the server answers.

use super::Incident;
use crate::texts::Texts;

/// What a person can do to an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    StartProgress,
    /// To nobody: it is open again.
    Assign {
        to: Option<String>,
    },
    Comment {
        text: String,
    },
    Close {
        comment: Option<String>,
    },
    Reopen {
        comment: Option<String>,
    },
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done; this is the incident now.
    Accepted(Box<Incident>),
    Refused(Refusal),
}

/// The server said no, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) reason: RefusalReason,
    /// The server's own words.
    pub(crate) message: String,
    /// The incident as it is now, where the server tells it.
    pub(crate) incident: Option<Box<Incident>>,
}

/// Why a command was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefusalReason {
    Conflict,
    NotFound,
    NotAllowed,
    Invalid,
}

impl Refusal {
    /// A sentence for the person who gave the command.
    pub(crate) fn sentence(&self, texts: &Texts) -> String {
        let words = &texts.refusal;
        match (self.reason, &self.incident) {
            (RefusalReason::Conflict, Some(incident)) => {
                let status = incident.status.text(texts);
                words.conflict_now.with(&[("number", &incident.number), ("status", status)])
            }
            (RefusalReason::Conflict, None) => words.conflict.to_owned(),
            (RefusalReason::NotFound, _) => words.not_found.to_owned(),
            (RefusalReason::NotAllowed, _) => words.not_allowed.with(&[("message", &self.message)]),
            (RefusalReason::Invalid, _) => words.invalid.with(&[("message", &self.message)]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Status;
    use crate::model::samples::incident;
    use crate::texts::pick;

    fn refusal(reason: RefusalReason) -> Refusal {
        Refusal { reason, message: "comment is too long".to_owned(), incident: None }
    }

    #[test]
    fn a_conflict_tells_what_the_incident_is_now() {
        let now = Incident { status: Status::InProgress, ..incident("1042") };
        let refusal = Refusal { incident: Some(Box::new(now)), ..refusal(RefusalReason::Conflict) };
        let sentence = refusal.sentence(pick(["en"]));
        assert!(
            sentence.starts_with("Somebody else was faster: DK-1042 is now “In progress”."),
            "{sentence}"
        );
    }

    #[test]
    fn an_invalid_command_is_explained_in_the_servers_words() {
        assert!(refusal(RefusalReason::Invalid).sentence(pick(["en"])).ends_with("comment is too long"));
    }
}
