//! The machines of one region, read again and again, with the incidents that stand on its board.

use leptos::prelude::*;

use super::follow::memo;
use super::latest_task::LatestTask;
use super::{Clock, RegionBoard, texts};
use crate::api::{Server, pause_before_retry};
use crate::model::{Machine, Trouble, Wall, WallChoice, WallParts};

/// How soon readings are read again: no change tells of them.
const REREAD_MS: i64 = 20_000;
/// What was read longer ago is not trusted any more.
const DOUBT_MS: i64 = 75_000;
/// Shows come nearer and readings older in steps of this length.
const STEP_MS: i64 = 10_000;

/// A region's machines beside its board.
#[derive(Clone, Copy)]
pub(crate) struct WallBoard {
    server: Server,
    id: StoredValue<String>,
    pub(crate) board: RegionBoard,
    /// Nothing before the first answer.
    pub(crate) machines: RwSignal<Option<Vec<Machine>>>,
    /// When they were read, by the browser's clock.
    read_at_ms: RwSignal<i64>,
    /// Why the last reading failed.
    pub(crate) trouble: RwSignal<Option<Trouble>>,
    pub(crate) reading: RwSignal<bool>,
    reads: LatestTask,
}

impl WallBoard {
    /// Reads the machines now and every 20 seconds, and follows the region, until the current component goes.
    pub(crate) fn open(id: String) -> Self {
        let wall = Self {
            server: Server::used(),
            id: StoredValue::new(id.clone()),
            board: RegionBoard::open(id),
            machines: RwSignal::new(None),
            read_at_ms: RwSignal::new(0),
            trouble: RwSignal::new(None),
            reading: RwSignal::new(false),
            reads: LatestTask::new(),
        };
        wall.read();
        let clock = Clock::used();
        clock.every_tick(move || wall.read_if_old(clock.now_ms()));
        wall
    }

    /// Reads the machines anew, until it succeeds.
    pub(crate) fn read(self) {
        self.reads.run(async move {
            while let Err(trouble) = self.read_once().await {
                self.trouble.set(Some(trouble));
                pause_before_retry().await;
            }
        });
    }

    /// The wall as it stands, with what is chosen.
    pub(crate) fn wall(self, choice: Memo<WallChoice>) -> Memo<Wall> {
        let (clock, words, board) = (Clock::used(), texts(), self.board);
        let now_ms = memo(move || clock.now_ms() / STEP_MS * STEP_MS);
        let blind_since_ms = self.blind_since_ms();
        memo(move || {
            let is_old = now_ms.get().saturating_sub(self.read_at_ms.get()) >= DOUBT_MS;
            let doubt = is_old || blind_since_ms.get().is_some();
            board.list.with(|list| {
                self.machines.with(|machines| {
                    let machines = machines.as_deref().unwrap_or_default();
                    let incidents = list.all_open().collect();
                    let parts = WallParts { machines, incidents, doubt, now_ms: now_ms.get() };
                    choice.with(|choice| Wall::build(words, &parts, choice))
                })
            })
        })
    }

    /// Since when nothing is heard of the region.
    pub(crate) fn blind_since_ms(self) -> Memo<Option<i64>> {
        let board = self.board;
        memo(move || {
            let read_ms =
                board.region.with(|region| region.as_ref().and_then(|region| region.blind_since_ms));
            board.list.with(|list| list.blind_since_ms(read_ms))
        })
    }

    async fn read_once(self) -> Result<(), Trouble> {
        self.reading.set(true);
        let answer = self.server.read_machines(&self.id.get_value()).await;
        self.reading.set(false);
        self.machines.set(Some(answer?));
        self.read_at_ms.set(Clock::browser_now_ms());
        self.trouble.set(None);
        Ok(())
    }

    /// A reading that goes on, or waits to be tried again, is not disturbed. A blind region is read as a whole: no
    /// change tells when it is seen again.
    fn read_if_old(self, now_ms: i64) {
        let idle = !self.reading.get() && self.trouble.with(Option::is_none);
        if idle && now_ms.saturating_sub(self.read_at_ms.get()) >= REREAD_MS {
            self.read();
            if self
                .board
                .region
                .with(|region| region.as_ref().is_some_and(|region| region.blind_since_ms.is_some()))
            {
                self.board.read();
            }
        }
    }
}
