//! A report, read anew when something else is chosen.

use leptos::prelude::*;

use super::follow::{follow, memo};
use super::latest_task::LatestTask;
use super::zone_time::local_ms;
use super::{Clock, LiveStatus, Navigation};
use crate::api::{Change, RegionPlace, ReportScope, Server};
use crate::model::{Day, Period, Report, Trouble};

/// The figures of the period that the address tells.
#[derive(Clone, Copy)]
pub(crate) struct ReportBoard {
    server: Server,
    region: StoredValue<Option<String>>,
    /// By whose clocks days begin; nothing before the first answer.
    pub(crate) place: RwSignal<Option<RegionPlace>>,
    pub(crate) period: Memo<Period>,
    /// The figures, what they are about, and when they were read.
    pub(crate) shown: RwSignal<Option<ShownReport>>,
    /// The server knows no such region.
    pub(crate) missing: RwSignal<bool>,
    pub(crate) trouble: RwSignal<Option<Trouble>>,
    pub(crate) reading: RwSignal<bool>,
    reads: LatestTask,
}

/// Figures as they were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShownReport {
    pub(crate) report: Report,
    /// The first and the last day.
    pub(crate) days: (Day, Day),
    pub(crate) read_at_ms: i64,
    /// Where the same is given for spreadsheets.
    pub(crate) csv: String,
}

/// Days of a report about all regions are those of universal time.
const NO_ZONE: &str = "UTC";

impl ReportBoard {
    /// Reads the report, and another one whenever the period in the address changes.
    pub(crate) fn open(region: Option<String>) -> Self {
        let navigation = Navigation::used();
        let board = Self {
            server: Server::used(),
            region: StoredValue::new(region.clone()),
            place: RwSignal::new(None),
            period: memo(move || Period::of(&navigation.address().query)),
            shown: RwSignal::new(None),
            missing: RwSignal::new(false),
            trouble: RwSignal::new(None),
            reading: RwSignal::new(true),
            reads: LatestTask::new(),
        };
        // A report stands still; but the connection that the header tells of is there.
        LiveStatus::used().follow(region, |_: Change| {});
        follow(move || {
            // Not only tracked: what is worked out later would count as another change, and be asked for twice.
            board.period.with(|_| ());
            untrack(|| board.read());
        });
        board
    }

    /// Reads the report anew. What was shown for another period goes.
    pub(crate) fn read(self) {
        self.shown.set(None);
        self.trouble.set(None);
        self.reading.set(true);
        self.reads.run(async move {
            let answer = self.read_once().await;
            self.reading.set(false);
            match answer {
                Ok(shown) => self.shown.set(shown),
                Err(trouble) => self.trouble.set(Some(trouble)),
            }
        });
    }

    /// Nothing where there is no such region, or the days cannot be those of a report.
    async fn read_once(self) -> Result<Option<ShownReport>, Trouble> {
        let Some(place) = self.read_place().await? else {
            self.missing.set(true);
            return Ok(None);
        };
        let local = |at_ms| local_ms(at_ms, &place.time_zone);
        let now_ms = Clock::browser_now_ms();
        let today = Day::of_local(local(now_ms).unwrap_or(now_ms));
        let Some(days) = self.period.get_untracked().days(today) else { return Ok(None) };
        let (from_ms, to_ms) = (days.0.begins_at_ms(local), days.1.plus(1).begins_at_ms(local));
        let scope = ReportScope { region: self.region.get_value(), from_ms, to_ms };
        let report = self.server.read_report(&scope).await?;
        Ok(Some(ShownReport { report, days, read_at_ms: now_ms, csv: self.server.report_csv(&scope) }))
    }

    async fn read_place(self) -> Result<Option<RegionPlace>, Trouble> {
        let Some(id) = self.region.get_value() else {
            return Ok(Some(RegionPlace { name: String::new(), time_zone: NO_ZONE.to_owned() }));
        };
        if let Some(place) = self.place.get_untracked() {
            return Ok(Some(place));
        }
        let place = self.server.read_region_place(&id).await?;
        self.place.set(place.clone());
        Ok(place)
    }
}
