//! What a command will have done, shown before the server says so, and what takes it back.

use super::{Command, Incident, Status};

/// A command under way, and the version that it was given on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    pub(crate) command: Command,
    pub(crate) version: i32,
}

impl Pending {
    /// The incident as it will be. The guess holds only for the version that it was made on: whatever is newer is the
    /// truth, be it our change or somebody else's.
    pub(crate) fn shown(&self, incident: &Incident, me: &str) -> Incident {
        if incident.version != self.version {
            return incident.clone();
        }
        let (status, assignee) = match &self.command {
            Command::StartProgress => (Status::InProgress, incident.assignee.clone().or(named(me))),
            Command::Assign { to: Some(to) } => (Status::InProgress, Some(to.clone())),
            Command::Assign { to: None } => (Status::Open, None),
            Command::Close { .. } => (Status::Closed, incident.assignee.clone()),
            Command::Reopen { .. } => (Status::Open, incident.assignee.clone()),
            Command::Comment { .. } => (incident.status, incident.assignee.clone()),
        };
        Incident { status, assignee, ..incident.clone() }
    }
}

/// What takes a command back: commands that are sent one after the other, each on the version that the one before
/// made. If anybody changed the incident meanwhile, the server refuses the first, and nothing of theirs is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Undo {
    /// What is taken back.
    pub(crate) of: Command,
    pub(crate) commands: Vec<Command>,
    /// The version that the command made.
    pub(crate) version: i32,
    /// Offered until then.
    pub(crate) until_ms: i64,
}

/// How long a change can be taken back.
const OFFERED_MS: i64 = 5_000;

impl Undo {
    /// What takes the command back that made `after` of `before`; nothing for what stays said.
    pub(crate) fn of(before: &Incident, command: &Command, after: &Incident, now_ms: i64) -> Option<Self> {
        let as_before = Command::Assign { to: before.assignee.clone() };
        let commands = match command {
            Command::Assign { .. } if before.status == Status::InProgress => vec![as_before],
            Command::StartProgress | Command::Assign { .. } => vec![Command::Assign { to: None }],
            Command::Close { .. } if before.status == Status::InProgress && before.assignee.is_some() => {
                vec![Command::Reopen { comment: None }, as_before]
            }
            Command::Close { .. } => vec![Command::Reopen { comment: None }],
            Command::Comment { .. } | Command::Reopen { .. } => return None,
        };
        let of = command.clone();
        Some(Self { of, commands, version: after.version, until_ms: now_ms.saturating_add(OFFERED_MS) })
    }

    /// Whether it is still offered: in time, and nobody changed the incident meanwhile.
    pub(crate) fn is_offered(&self, version: i32, now_ms: i64) -> bool {
        version == self.version && now_ms < self.until_ms
    }
}

fn named(me: &str) -> Option<String> {
    (!me.is_empty()).then(|| me.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::samples::incident;

    fn pending(command: Command) -> Pending {
        Pending { command, version: 1 }
    }

    fn taken() -> Incident {
        let assignee = Some("Ida".to_owned());
        Incident { status: Status::InProgress, assignee, ..incident("1") }
    }

    #[test]
    fn a_change_shows_at_once() {
        let shown = pending(Command::Assign { to: Some("Ida".to_owned()) }).shown(&incident("1"), "Bo");
        assert_eq!(shown, taken());
        let closed = pending(Command::Close { comment: None }).shown(&taken(), "");
        assert_eq!(closed.status, Status::Closed);
    }

    #[test]
    fn whoever_has_given_no_name_is_not_guessed() {
        assert_eq!(pending(Command::StartProgress).shown(&incident("1"), "").assignee, None);
        assert_eq!(
            pending(Command::StartProgress).shown(&incident("1"), "Bo").assignee.as_deref(),
            Some("Bo")
        );
    }

    #[test]
    fn a_newer_version_is_the_truth() {
        let newer = Incident { version: 2, ..incident("1") };
        assert_eq!(pending(Command::Close { comment: None }).shown(&newer, ""), newer);
    }

    #[test]
    fn to_start_progress_is_taken_back_by_giving_it_to_nobody() {
        let undo = Undo::of(&incident("1"), &Command::StartProgress, &taken(), 0).unwrap();
        assert_eq!(undo.commands, [Command::Assign { to: None }]);
    }

    #[test]
    fn an_assignment_is_taken_back_to_whoever_had_it() {
        let to_bo = Command::Assign { to: Some("Bo".to_owned()) };
        let undo = Undo::of(&taken(), &to_bo, &taken(), 0).unwrap();
        assert_eq!(undo.commands, [Command::Assign { to: Some("Ida".to_owned()) }]);
    }

    #[test]
    fn a_close_is_taken_back_with_who_worked_on_it() {
        let close = Command::Close { comment: None };
        let reopen = Command::Reopen { comment: None };
        let undo = Undo::of(&taken(), &close, &taken(), 0).unwrap();
        assert_eq!(undo.commands, [reopen.clone(), Command::Assign { to: Some("Ida".to_owned()) }]);
        assert_eq!(Undo::of(&incident("1"), &close, &incident("1"), 0).unwrap().commands, [reopen]);
    }

    #[test]
    fn what_was_said_stays_said() {
        let said = Command::Comment { text: "x".to_owned() };
        assert_eq!(Undo::of(&incident("1"), &said, &incident("1"), 0), None);
    }

    #[test]
    fn an_undo_is_offered_for_five_seconds_and_not_over_the_changes_of_others() {
        let undo = Undo::of(&incident("1"), &Command::StartProgress, &taken(), 0).unwrap();
        assert!(undo.is_offered(1, 4_999));
        assert!(!undo.is_offered(1, 5_000) && !undo.is_offered(2, 0));
    }
}
