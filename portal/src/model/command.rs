//! What the server answers to a command.

use super::Incident;

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
    pub(crate) fn sentence(&self) -> String {
        match self.reason {
            RefusalReason::Conflict => self.conflict_sentence(),
            RefusalReason::NotFound => "This incident no longer exists. Load the page again.".to_owned(),
            RefusalReason::NotAllowed => {
                "You may not change this incident. Ask your administrator.".to_owned()
            }
            RefusalReason::Invalid => format!("The server did not accept this: {}", self.message),
        }
    }

    fn conflict_sentence(&self) -> String {
        match &self.incident {
            Some(incident) => format!(
                "Somebody else was faster: {} is now “{}”. Nothing was changed by you.",
                incident.number,
                incident.status.text()
            ),
            None => {
                "Somebody else was faster and changed this incident. Nothing was changed by you.".to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Status;
    use crate::model::samples::incident;

    fn refusal(reason: RefusalReason) -> Refusal {
        Refusal { reason, message: "comment is too long".to_owned(), incident: None }
    }

    #[test]
    fn a_conflict_tells_what_the_incident_is_now() {
        let now = Incident { status: Status::InProgress, ..incident("1042") };
        let refusal = Refusal { incident: Some(Box::new(now)), ..refusal(RefusalReason::Conflict) };
        assert!(refusal.sentence().starts_with("Somebody else was faster: DK-1042 is now “In progress”."));
    }

    #[test]
    fn an_invalid_command_is_explained_in_the_servers_words() {
        assert!(refusal(RefusalReason::Invalid).sentence().ends_with("comment is too long"));
    }
}
