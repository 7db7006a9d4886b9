//! A region on the overview: how much trust its calm deserves.

use super::{Incident, Region, RegionHealth, SourceState};

/// A region, how its sources are, and what has to be done first in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RegionSummary {
    pub(crate) region: Region,
    pub(crate) health: RegionHealth,
    pub(crate) urgent: Option<Incident>,
}

/// What a card says first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Nothing is heard.
    Blind,
    /// Something is open.
    Busy,
    /// Nothing is open, as far as we hear.
    Unsure,
    /// Nothing is open, and everything is heard.
    Calm,
}

impl Mood {
    /// For style sheets.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Blind => "blind",
            Self::Busy => "busy",
            Self::Unsure => "unsure",
            Self::Calm => "calm",
        }
    }
}

impl RegionSummary {
    /// How it looks among all regions; `old` while changes do not arrive here.
    pub(crate) fn mood(&self, all: &[Self], old: bool) -> Mood {
        if self.region.blind_since_ms.is_some() {
            return Mood::Blind;
        }
        if self.region.counts.unresolved() > 0 {
            return Mood::Busy;
        }
        // What has no machines hears what others do not claim: it is deaf where they are.
        let hears_others = self.machine_total() == 0;
        let heard = self.is_heard() && (!hears_others || all.iter().all(Self::is_heard));
        if heard && !old { Mood::Calm } else { Mood::Unsure }
    }

    fn machine_total(&self) -> u32 {
        self.health.machines.as_ref().map_or(0, |machines| machines.total)
    }

    /// Whether every source answers and every machine is known of.
    fn is_heard(&self) -> bool {
        let sources = &self.health.sources;
        let machines = self.health.machines.as_ref();
        self.region.blind_since_ms.is_none()
            && sources.iter().all(|source| source.state == SourceState::Ok)
            && machines.is_some_and(|machines| machines.unknown == 0 && machines.error.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Counts, MachineCounts, Source};

    fn summary(total: u32) -> RegionSummary {
        let machines =
            MachineCounts { total, online: total, offline: 0, unknown: 0, as_of_ms: Some(0), error: None };
        let region = Region {
            panels: Vec::new(),
            id: "denmark".to_owned(),
            name: "Denmark".to_owned(),
            time_zone: "UTC".to_owned(),
            accent: None,
            blind_since_ms: None,
            counts: Counts::default(),
        };
        let health = RegionHealth { sources: vec![source(SourceState::Ok)], machines: Some(machines) };
        RegionSummary { region, health, urgent: None }
    }

    fn source(state: SourceState) -> Source {
        Source { name: "watchdog".to_owned(), state, as_of_ms: None, error: None }
    }

    fn blind() -> RegionSummary {
        let mut blind = summary(9);
        blind.region.blind_since_ms = Some(0);
        blind
    }

    #[test]
    fn a_region_is_calm_only_if_everything_is_heard() {
        assert_eq!(summary(9).mood(&[], false), Mood::Calm);
        assert_eq!(summary(9).mood(&[], true), Mood::Unsure);
        assert_eq!(blind().mood(&[], false), Mood::Blind);
        for state in [SourceState::Failing, SourceState::Silent, SourceState::Unknown] {
            let mut doubtful = summary(9);
            doubtful.health.sources.push(source(state));
            assert_eq!(doubtful.mood(&[], false), Mood::Unsure);
        }
    }

    #[test]
    fn machines_that_nobody_knows_of_are_no_calm() {
        let mut unknown = summary(9);
        unknown.health.machines.as_mut().unwrap().unknown = 1;
        let mut old = summary(9);
        old.health.machines.as_mut().unwrap().error = Some("it is old".to_owned());
        assert_eq!([unknown.mood(&[], false), old.mood(&[], false)], [Mood::Unsure; 2]);
    }

    #[test]
    fn what_others_do_not_claim_is_calm_only_if_all_are_heard() {
        assert_eq!(summary(0).mood(&[summary(9), summary(0)], false), Mood::Calm);
        assert_eq!(summary(0).mood(&[summary(9), blind()], false), Mood::Unsure);
        assert_eq!(summary(9).mood(&[blind()], false), Mood::Calm);
    }

    #[test]
    fn what_is_open_is_told_whatever_else() {
        let mut busy = summary(9);
        busy.region.counts.open = 1;
        assert_eq!(busy.mood(&[], true), Mood::Busy);
        assert!(busy.urgent.is_none() && Mood::Busy.word() == "busy");
    }
}
