//! One machine, kept up to date.

use leptos::prelude::*;

use super::follow::memo;
use super::latest_task::LatestTask;
use super::{Clock, LiveStatus};
use crate::api::{Change, Server, pause_before_retry};
use crate::model::{MachineFile, Trouble};

/// How soon readings are read again: no change tells of them.
const REREAD_MS: i64 = 15_000;

/// All that is known of a machine. Changes of its incidents make it read again, at most once per tick of the clock.
#[derive(Clone, Copy)]
pub(crate) struct MachineBoard {
    server: Server,
    id: StoredValue<String>,
    /// Nothing before the first answer.
    pub(crate) file: RwSignal<Option<MachineFile>>,
    /// The server knows no such machine.
    pub(crate) missing: RwSignal<bool>,
    /// Why the last reading failed, or a part of it.
    pub(crate) trouble: RwSignal<Option<Trouble>>,
    pub(crate) reading: RwSignal<bool>,
    outdated: StoredValue<bool>,
    read_at_ms: StoredValue<i64>,
    reads: LatestTask,
}

impl MachineBoard {
    /// Reads the machine now and follows it until the current component goes.
    pub(crate) fn open(id: String) -> Self {
        let board = Self {
            server: Server::used(),
            id: StoredValue::new(id),
            file: RwSignal::new(None),
            missing: RwSignal::new(false),
            trouble: RwSignal::new(None),
            reading: RwSignal::new(false),
            outdated: StoredValue::new(false),
            read_at_ms: StoredValue::new(Clock::browser_now_ms()),
            reads: LatestTask::new(),
        };
        board.read();
        let clock = Clock::used();
        clock.every_tick(move || board.read_if_outdated(clock.now_ms()));
        LiveStatus::used().follow(None, move |change| board.take(&change));
        board
    }

    /// A part of what was read; changes only when that part does.
    pub(crate) fn part<Part: PartialEq + Send + Sync + 'static>(
        self,
        pick: fn(&MachineFile) -> Part,
    ) -> Memo<Option<Part>> {
        memo(move || self.file.with(|file| file.as_ref().map(pick)))
    }

    /// Reads the machine anew, until it succeeds.
    pub(crate) fn read(self) {
        self.reads.run(async move {
            while let Err(trouble) = self.read_once().await {
                self.trouble.set(Some(trouble));
                pause_before_retry().await;
            }
        });
    }

    fn take(self, change: &Change) {
        let concerns_it = match change {
            Change::Incident(incident) => self.id.with_value(|id| incident.machine.as_ref() == Some(id)),
            Change::Resync => true,
        };
        if concerns_it {
            self.outdated.set_value(true);
        }
    }

    async fn read_once(self) -> Result<(), Trouble> {
        self.reading.set(true);
        self.outdated.set_value(false);
        let answer = self.server.read_machine(&self.id.get_value()).await;
        self.reading.set(false);
        let (file, trouble) = answer?;
        self.missing.set(file.is_none());
        self.file.set(file);
        self.trouble.set(None);
        trouble.map_or(Ok(()), Err)
    }

    /// A reading that goes on, or waits to be tried again, is not disturbed.
    fn read_if_outdated(self, now_ms: i64) {
        let idle = !self.reading.get() && self.trouble.with(Option::is_none);
        let is_due = now_ms.saturating_sub(self.read_at_ms.get_value()) >= REREAD_MS;
        if idle && (self.outdated.get_value() || is_due) {
            self.read_at_ms.set_value(now_ms);
            self.read();
        }
    }
}
