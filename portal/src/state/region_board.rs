//! The incidents of one region, kept up to date.

use leptos::prelude::*;

use super::follow::{follow, memo};
use super::latest_task::LatestTask;
use super::tongue::texts;
use super::{Alarms, Clock, LiveStatus};
use crate::api::{Change, RegionRead, Server, pause_before_retry};
use crate::model::{BoardList, Incident, Merge, Refusal, Region, RegionHealth, Trouble, announcement};
use crate::texts::Texts;

/// How often the order follows the clock.
const ORDER_MS: i64 = 10_000;

/// A region's page as signals: read as a whole, then changed incident by incident.
#[derive(Clone, Copy)]
pub(crate) struct RegionBoard {
    server: Server,
    texts: &'static Texts,
    id: StoredValue<String>,
    /// Nothing before the first answer.
    pub(crate) region: RwSignal<Option<Region>>,
    pub(crate) health: RwSignal<RegionHealth>,
    pub(crate) list: RwSignal<BoardList>,
    /// The server knows no such region.
    pub(crate) missing: RwSignal<bool>,
    /// Why the last reading failed.
    pub(crate) trouble: RwSignal<Option<Trouble>>,
    pub(crate) reading: RwSignal<bool>,
    /// How many open incidents are too many to be listed.
    pub(crate) unlisted: RwSignal<usize>,
    /// Why an incident went away under somebody's hands; in a sentence.
    pub(crate) notice: RwSignal<Option<String>>,
    /// What a screen reader says.
    pub(crate) announced: RwSignal<String>,
    opened: StoredValue<Vec<Incident>>,
    alarms: Alarms,
    /// Changes may have been missed since the running read began.
    outdated: StoredValue<bool>,
    reads: LatestTask,
}

impl RegionBoard {
    /// Reads the region now and follows it until the current component goes.
    pub(crate) fn open(id: String) -> Self {
        let board = Self::empty(id.clone());
        board.read();
        let clock = Clock::used();
        clock.every_tick(move || board.announce());
        let order_at_ms = memo(move || clock.now_ms() / ORDER_MS * ORDER_MS);
        follow(move || {
            let now_ms = order_at_ms.get();
            board.list.maybe_update(|list| list.advance(now_ms));
        });
        LiveStatus::used().follow(Some(id), move |change| board.take(change));
        board
    }

    /// Reads the region anew, until it succeeds; changes that arrive meanwhile are kept.
    pub(crate) fn read(self) {
        self.reads.run(async move {
            loop {
                match self.read_once().await {
                    Ok(()) if !self.outdated.get_value() => return,
                    Ok(()) => {}
                    Err(trouble) => {
                        self.trouble.set(Some(trouble));
                        pause_before_retry().await;
                    }
                }
            }
        });
    }

    /// The region's id.
    pub(crate) fn id(self) -> String {
        self.id.get_value()
    }

    /// The time zone of the region's cinemas; empty before the first answer.
    pub(crate) fn time_zone(self) -> String {
        self.region.with(|region| region.as_ref().map(|region| region.time_zone.clone()).unwrap_or_default())
    }

    /// Since when nothing is heard of the region.
    pub(crate) fn blind_since_ms(self) -> Option<i64> {
        let read = self.region.with(|region| region.as_ref().and_then(|region| region.blind_since_ms));
        self.list.with(|list| list.blind_since_ms(read))
    }

    /// Takes in an incident that changed.
    pub(crate) fn merge(self, incident: Incident) {
        let news = incident.clone();
        let merge = self.list.try_update(|list| list.merge(incident));
        if merge == Some(Merge::Opened) {
            self.opened.update_value(|opened| opened.push(news));
        }
    }

    /// Takes in what a refusal tells about an incident. When its row goes, the reason stays on the page.
    pub(crate) fn explain(self, refusal: &Refusal) {
        let Some(incident) = &refusal.incident else { return };
        if !incident.is_open() {
            self.notice.set(Some(refusal.sentence(self.texts)));
        }
        self.merge((**incident).clone());
    }

    fn empty(id: String) -> Self {
        Self {
            server: Server::used(),
            texts: texts(),
            id: StoredValue::new(id),
            health: RwSignal::new(RegionHealth::default()),
            region: RwSignal::new(None),
            list: RwSignal::new(BoardList::default()),
            missing: RwSignal::new(false),
            trouble: RwSignal::new(None),
            reading: RwSignal::new(false),
            unlisted: RwSignal::new(0),
            notice: RwSignal::new(None),
            announced: RwSignal::new(String::new()),
            opened: StoredValue::new(Vec::new()),
            alarms: Alarms::used(),
            outdated: StoredValue::new(false),
            reads: LatestTask::new(),
        }
    }

    async fn read_once(self) -> Result<(), Trouble> {
        self.reading.set(true);
        self.outdated.set_value(false);
        self.list.update_untracked(BoardList::begin_read);
        let answer = self.server.read_region(&self.id.get_value()).await;
        self.reading.set(false);
        match answer? {
            Some(read) => self.show(read).await,
            None => {
                self.missing.set(true);
                Ok(())
            }
        }
    }

    fn take(self, change: Change) {
        match change {
            Change::Incident(incident) => self.merge(*incident),
            // Whoever waits for a first answer gets it; what it may lack is read after it.
            Change::Resync if self.reading.get_untracked() => self.outdated.set_value(true),
            Change::Resync => self.read(),
        }
    }

    /// Shows what was read, and reads the further pages. Answers with the trouble if a part is missing, so that it
    /// is told and read again.
    async fn show(self, read: RegionRead) -> Result<(), Trouble> {
        self.region.set(Some(read.region));
        self.health.set(read.health);
        self.missing.set(false);
        let first_page = read.incidents.iter().filter(|incident| incident.is_open()).count();
        self.list.update(|list| list.read_page(read.incidents));
        if let Some(after) = read.next_page {
            let further = self.server.read_more_incidents(&self.id.get_value(), after).await?;
            self.unlisted.set(read.open_total.saturating_sub(first_page + further.len()));
            self.list.update_untracked(|list| list.read_page(further));
        }
        self.list.update(BoardList::finish_read);
        if read.trouble.is_none() {
            self.trouble.set(None);
        }
        read.trouble.map_or(Ok(()), Err)
    }

    fn announce(self) {
        let opened = self.opened.try_update_value(std::mem::take).unwrap_or_default();
        if let Some(sentence) = announcement(self.texts, &opened) {
            self.alarms.ring(self.texts, &opened);
            self.announced.set(sentence);
        }
    }
}
