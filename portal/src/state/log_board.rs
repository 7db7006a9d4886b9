//! An hour of the server's log, read anew when something else is looked for.

use leptos::prelude::*;

use super::follow::{follow, memo};
use super::latest_task::LatestTask;
use super::{Clock, Navigation};
use crate::api::Server;
use crate::model::{LogPage, LogQuestion, Trouble};

/// The lines that the address asks for.
#[derive(Clone, Copy)]
pub(crate) struct LogBoard {
    server: Server,
    question: Memo<LogQuestion>,
    /// The lines that were read, and when the newest were.
    pub(crate) shown: RwSignal<Option<(LogPage, i64)>>,
    pub(crate) trouble: RwSignal<Option<Trouble>>,
    pub(crate) reading: RwSignal<bool>,
    reads: LatestTask,
}

impl LogBoard {
    /// Reads the hour, and again whenever something else is looked for.
    pub(crate) fn open(hour: Option<String>) -> Self {
        let navigation = Navigation::used();
        let board = Self {
            server: Server::used(),
            question: memo(move || LogQuestion::of(hour.clone(), &navigation.address().query)),
            shown: RwSignal::new(None),
            trouble: RwSignal::new(None),
            reading: RwSignal::new(true),
            reads: LatestTask::new(),
        };
        follow(move || {
            board.question.track();
            untrack(|| board.read());
        });
        board
    }

    /// Reads the newest lines anew. What was shown for another question goes.
    pub(crate) fn read(self) {
        self.shown.set(None);
        self.begin(None);
    }

    /// Reads older lines, and puts them below.
    pub(crate) fn read_older(self) {
        let next = self.shown.with_untracked(|shown| shown.as_ref().and_then(|(page, _)| page.next));
        if next.is_some() {
            self.begin(next);
        }
    }

    fn begin(self, before: Option<u64>) {
        self.trouble.set(None);
        self.reading.set(true);
        let question = self.question.get_untracked();
        self.reads.run(async move {
            let answer = self.server.read_log(&question, before).await;
            self.reading.set(false);
            match answer {
                Ok(page) => self.shown.update(|shown| take(shown, page, before.is_some())),
                Err(trouble) => self.trouble.set(Some(trouble)),
            }
        });
    }
}

fn take(shown: &mut Option<(LogPage, i64)>, page: LogPage, is_older: bool) {
    match shown {
        Some((known, _)) if is_older => known.extend(page),
        _ => *shown = Some((page, Clock::browser_now_ms())),
    }
}
