//! What was measured of one machine, as somebody chooses to see it.

use leptos::prelude::*;

use super::follow::follow;
use super::latest_task::LatestTask;
use crate::api::{Server, sleep};
use crate::model::{Metric, Range, Series, Trouble};

/// How soon it is read again.
const REREAD_MS: i64 = 60_000;

/// A chart that follows its choices; the one before stays while another is read.
#[derive(Clone, Copy)]
pub(crate) struct SeriesBoard {
    pub(crate) metric: RwSignal<Metric>,
    pub(crate) range: RwSignal<Range>,
    pub(crate) series: RwSignal<Option<Series>>,
    pub(crate) reading: RwSignal<bool>,
    pub(crate) trouble: RwSignal<Option<Trouble>>,
    /// The value that is looked at; nothing: the newest.
    pub(crate) at: RwSignal<Option<usize>>,
}

impl SeriesBoard {
    /// Reads what is chosen first, and what is chosen later, until the current component goes.
    pub(crate) fn open(machine: String, metric: Metric, range: Range) -> Self {
        let board = Self {
            metric: RwSignal::new(metric),
            range: RwSignal::new(range),
            series: RwSignal::new(None),
            reading: RwSignal::new(false),
            trouble: RwSignal::new(None),
            at: RwSignal::new(None),
        };
        let (server, reads) = (Server::used(), LatestTask::new());
        follow(move || {
            let (machine, metric, range) = (machine.clone(), board.metric.get(), board.range.get());
            reads.run(async move {
                board.at.set(None);
                loop {
                    board.reading.set(true);
                    board.take(server.read_series(&machine, metric, range).await);
                    board.reading.set(false);
                    sleep(REREAD_MS).await;
                }
            });
        });
        board
    }

    fn take(self, answer: Result<Option<Series>, Trouble>) {
        match answer {
            Ok(series) => {
                self.trouble.set(series.is_none().then_some(Trouble::Unreadable));
                self.series.set(series);
            }
            Err(trouble) => self.trouble.set(Some(trouble)),
        }
    }
}
