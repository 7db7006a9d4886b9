//! Which incidents a list shows, as other programs ask for it.

use async_graphql::{ID, InputObject, Result};
use cineportal_regions::RegionId;

use super::date_time::DateTime;
use super::error::bad_input;
use super::state::{IncidentSeverity, IncidentStatus};
use super::triage::IncidentPriority;
use crate::desk::LiveFilter;
use crate::domain::incident::{Severity, Status};
use crate::domain::search::{Assigned, Search};
use crate::domain::triage::Priority;
use crate::store::Period;

/// How many values a list in a filter may hold.
const MAX_VALUES: usize = 100;

/// Which incidents. All that is given must be met; what is left out does not narrow the list, but for `status`.
/// Of a list, one value will do; it holds at most 100, one value may stand for a list of one, and an empty list
/// finds nothing.
#[derive(Default, InputObject)]
pub(super) struct IncidentFilter {
    /// Only these regions.
    pub(super) region: Option<Vec<ID>>,
    /// Only these statuses; open and in progress if left out.
    status: Option<Vec<IncidentStatus>>,
    /// Only these severities.
    severity: Option<Vec<IncidentSeverity>>,
    /// Only these machines.
    machine: Option<Vec<ID>>,
    /// Only these cinemas.
    cinema: Option<Vec<ID>>,
    /// Only these kinds of fault, as `machine_offline`.
    error: Option<Vec<String>>,
    /// Only incidents with words that begin like these, in number, title, description, place, assignee or
    /// what people said.
    text: Option<String>,
    /// Only what somebody with this very name works on.
    assignee: Option<String>,
    /// Only what somebody works on, or only what nobody does.
    assigned: Option<bool>,
    /// Only what opened at this time or later.
    opened_from: Option<DateTime>,
    /// Only what opened before this time.
    opened_until: Option<DateTime>,
    /// Only what closed at this time or later. Only together with `CLOSED`.
    closed_from: Option<DateTime>,
    /// Only what closed before this time. Only together with `CLOSED`.
    closed_until: Option<DateTime>,
    /// Only those about which people are left in peace, or only the others. Not together with `CLOSED`.
    muted: Option<bool>,
    /// Only those whose alert comes and goes, or only the others. Not together with `CLOSED`.
    flapping: Option<bool>,
    /// Only those with a next show that begins within so many minutes, or has begun. Not together with `CLOSED`.
    minutes_to_next_show_at_most: Option<i32>,
    /// Only these priorities. Not together with `CLOSED`.
    priority: Option<Vec<IncidentPriority>>,
}

impl IncidentFilter {
    /// The incidents of one machine.
    pub(super) fn of_machine(id: &str, status: Option<Vec<IncidentStatus>>) -> Self {
        Self { machine: Some(vec![ID(id.to_owned())]), status, ..Self::default() }
    }

    /// Refuses what contradicts itself, and what only open incidents have together with closed ones.
    ///
    /// # Errors
    /// What is wrong.
    pub(super) fn check(&self) -> Result<()> {
        self.check_lengths()?;
        let with_closed = self.statuses().contains(&Status::Closed);
        let live = [
            ("muted", self.muted.is_some()),
            ("flapping", self.flapping.is_some()),
            ("minutesToNextShowAtMost", self.minutes_to_next_show_at_most.is_some()),
            ("priority", self.priority.is_some()),
        ];
        match live.into_iter().find(|(_, given)| with_closed && *given) {
            Some((name, _)) => {
                Err(bad_input(format!("`{name}` is for lists of open incidents: leave `CLOSED` out.")))
            }
            None if self.closed().is_bounded() && !with_closed => Err(bad_input(
                "`closedFrom` and `closedUntil` are for lists of closed incidents: add `CLOSED` to `status`.",
            )),
            None if self.assignee.is_some() && self.assigned == Some(false) => Err(bad_input(
                "`assignee` asks for somebody, `assigned: false` for nobody: leave one of them out.",
            )),
            None => Ok(()),
        }
    }

    fn check_lengths(&self) -> Result<()> {
        let length = |name, length: Option<usize>| (name, length.unwrap_or(0));
        let lists = [
            length("region", self.region.as_ref().map(Vec::len)),
            length("status", self.status.as_ref().map(Vec::len)),
            length("severity", self.severity.as_ref().map(Vec::len)),
            length("machine", self.machine.as_ref().map(Vec::len)),
            length("cinema", self.cinema.as_ref().map(Vec::len)),
            length("error", self.error.as_ref().map(Vec::len)),
            length("priority", self.priority.as_ref().map(Vec::len)),
        ];
        match lists.into_iter().find(|(_, length)| *length > MAX_VALUES) {
            Some((name, _)) => Err(bad_input(format!("`{name}` holds at most {MAX_VALUES} values."))),
            None => Ok(()),
        }
    }

    /// Only these statuses.
    pub(super) fn statuses(&self) -> Vec<Status> {
        let mut statuses: Vec<Status> = match &self.status {
            None => vec![Status::Open, Status::InProgress],
            Some(statuses) => statuses.iter().copied().map(Status::from).collect(),
        };
        statuses.sort_unstable();
        statuses.dedup();
        statuses
    }

    /// Only these regions.
    pub(super) fn regions(&self) -> Option<Vec<RegionId>> {
        self.region.as_ref().map(|ids| ids.iter().map(|id| RegionId::new(id.0.clone())).collect())
    }

    /// What stores find by terms.
    pub(super) fn search(&self) -> Search {
        let ids = |ids: &Option<Vec<ID>>| ids.as_ref().map(|ids| ids.iter().map(|id| id.0.clone()).collect());
        let severities =
            |severities: &Vec<IncidentSeverity>| severities.iter().copied().map(Severity::from).collect();
        Search {
            text: self.text.clone(),
            machine_ids: ids(&self.machine),
            cinema_ids: ids(&self.cinema),
            error_ids: self.error.clone(),
            severities: self.severity.as_ref().map(severities),
        }
    }

    /// Only what somebody works on, or nobody.
    pub(super) fn assigned(&self) -> Option<Assigned> {
        match (&self.assignee, self.assigned) {
            (Some(name), _) => Some(Assigned::To(name.clone())),
            (None, Some(true)) => Some(Assigned::ToSomebody),
            (None, Some(false)) => Some(Assigned::ToNobody),
            (None, None) => None,
        }
    }

    /// Only what opened then.
    pub(super) fn opened(&self) -> Period {
        period(self.opened_from.as_ref(), self.opened_until.as_ref())
    }

    /// Only what closed then.
    pub(super) fn closed(&self) -> Period {
        period(self.closed_from.as_ref(), self.closed_until.as_ref())
    }

    /// What only the board can answer.
    ///
    /// # Errors
    /// If the minutes are negative.
    pub(super) fn live(&self) -> Result<LiveFilter> {
        let minutes = |minutes: i32| {
            let negative =
                |_| bad_input(format!("`minutesToNextShowAtMost` must be 0 or more, not {minutes}."));
            u32::try_from(minutes).map_err(negative)
        };
        let priorities =
            |wanted: &Vec<IncidentPriority>| wanted.iter().copied().map(Priority::from).collect();
        Ok(LiveFilter {
            muted: self.muted,
            flapping: self.flapping,
            minutes_to_next_show_at_most: self.minutes_to_next_show_at_most.map(minutes).transpose()?,
            priorities: self.priority.as_ref().map(priorities),
        })
    }
}

fn period(from: Option<&DateTime>, until: Option<&DateTime>) -> Period {
    let instant = |time: &DateTime| time.0;
    Period { from: from.map(instant), until: until.map(instant) }
}
