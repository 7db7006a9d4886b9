//! The one table of what may be done, and from which role on.

use cineportal_regions::RegionId;

use super::Role;
use crate::domain::command::Action;
use crate::domain::silence::{Matcher, Window, WindowWish};

/// Something that may be done in a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// See the region and all that is in it.
    Read,
    /// Open an incident.
    Open,
    /// Take an incident.
    Start,
    /// Give an incident to somebody.
    Assign,
    /// Say something about an incident.
    Comment,
    /// Change what is wrong, or how bad it is.
    Update,
    /// Close an incident.
    Close,
    /// Open a closed incident again.
    Reopen,
    /// Silence one machine once.
    SilenceMachine,
    /// Silence more than that: a cinema, a kind of fault, a region; or week after week.
    SilenceMore,
    /// Take incidents and reports out as files.
    Export,
    /// Read the server's own log, as far as it names the region.
    ReadLog,
}

/// A role is too small for what was asked, in a region that its owner may see.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this needs the role {} in the region {region}", .permission.least_role().name())]
pub struct Forbidden {
    /// What was asked.
    pub permission: Permission,
    /// Where.
    pub region: RegionId,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Read,
        Self::Open,
        Self::Start,
        Self::Assign,
        Self::Comment,
        Self::Update,
        Self::Close,
        Self::Reopen,
        Self::SilenceMachine,
        Self::SilenceMore,
        Self::Export,
        Self::ReadLog,
    ];

    /// The least role that may do this.
    pub fn least_role(self) -> Role {
        self.row().1
    }

    /// Its name, in logs.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The table.
    fn row(self) -> (&'static str, Role) {
        match self {
            Self::Read => ("read", Role::Viewer),
            Self::Open => ("open", Role::Responder),
            Self::Start => ("start", Role::Responder),
            Self::Assign => ("assign", Role::Responder),
            Self::Comment => ("comment", Role::Responder),
            Self::Update => ("update", Role::Responder),
            Self::Close => ("close", Role::Responder),
            Self::Reopen => ("reopen", Role::Responder),
            Self::SilenceMachine => ("silence_machine", Role::Responder),
            Self::SilenceMore => ("silence_more", Role::Manager),
            Self::Export => ("export", Role::Manager),
            Self::ReadLog => ("read_log", Role::Admin),
        }
    }

    /// What it takes to do this to an incident.
    pub fn of_action(action: &Action) -> Self {
        match action {
            Action::StartProgress => Self::Start,
            Action::Assign { .. } => Self::Assign,
            Action::Comment { .. } => Self::Comment,
            Action::Update(_) => Self::Update,
            Action::Close { .. } => Self::Close,
            Action::Reopen { .. } => Self::Reopen,
        }
    }

    /// What it takes to make such a silence.
    pub fn of_wish(matcher: &Matcher, window: &WindowWish) -> Self {
        Self::of_silence(matcher, matches!(window, WindowWish::Weekly(_)))
    }

    /// What it takes to change or end such a silence.
    pub fn of_standing(matcher: &Matcher, window: &Window) -> Self {
        Self::of_silence(matcher, matches!(window, Window::Weekly(_)))
    }

    fn of_silence(matcher: &Matcher, is_weekly: bool) -> Self {
        let is_one_machine = matcher.machine_id.is_some() && !is_weekly;
        if is_one_machine { Self::SilenceMachine } else { Self::SilenceMore }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_may_be_done_by_whoever_may_not_see_it() {
        assert!(
            Permission::ALL.iter().all(|permission| permission.least_role() >= Permission::Read.least_role())
        );
    }

    #[test]
    fn only_one_machine_once_is_a_small_silence() {
        let matcher = |machine: bool| Matcher {
            machine_id: machine.then(|| "m".to_owned()),
            cinema_id: Some("c".to_owned()),
            error_id: None,
        };
        assert_eq!(Permission::of_silence(&matcher(true), false), Permission::SilenceMachine);
        assert_eq!(Permission::of_silence(&matcher(true), true), Permission::SilenceMore);
        assert_eq!(Permission::of_silence(&matcher(false), false), Permission::SilenceMore);
    }
}
