//! One incident in full, kept up to date, and what is done to it.

use leptos::prelude::*;

use super::command_task::take_newer;
use super::follow::{follow, memo};
use super::latest_task::LatestTask;
use super::tongue::texts;
use super::{Clock, CommandTask, LiveStatus, Myself, RegionBoard};
use crate::api::{Change, Server, pause_before_retry, sleep};
use crate::model::{Incident, IncidentFile, Silence, SilenceWish, Trouble};
use crate::texts::Texts;

/// Changes that come close together are read once.
const SETTLED_MS: i64 = 400;
/// How old a reading of the machine may become on the screen.
const REREAD_MS: i64 = 30_000;

/// An incident that somebody looks at.
#[derive(Clone, Copy)]
pub(crate) struct IncidentDesk {
    server: Server,
    texts: &'static Texts,
    clock: Clock,
    id: StoredValue<String>,
    /// What was read last; stays while it is read again.
    pub(crate) file: RwSignal<Option<IncidentFile>>,
    /// The newest that is known of its state, which may be newer than the file.
    newest: RwSignal<Option<Incident>>,
    pub(crate) read_at_ms: RwSignal<Option<i64>>,
    pub(crate) reading: RwSignal<bool>,
    pub(crate) missing: RwSignal<bool>,
    pub(crate) trouble: RwSignal<Option<Trouble>>,
    pub(crate) commands: CommandTask,
    /// Who sits here; empty until somebody says so.
    pub(crate) me: RwSignal<String>,
    myself: Myself,
    /// What came of a silence.
    pub(crate) silence_told: RwSignal<Option<String>>,
    reads: LatestTask,
    silences: LatestTask,
}

impl IncidentDesk {
    /// Reads the incident, and follows it until the current component goes: on the board where there is one, else
    /// by itself.
    pub(crate) fn open(id: String, board: Option<RegionBoard>) -> Self {
        let newest = RwSignal::new(None);
        let desk = Self {
            server: Server::used(),
            texts: texts(),
            clock: Clock::used(),
            file: RwSignal::new(None),
            newest,
            read_at_ms: RwSignal::new(None),
            reading: RwSignal::new(false),
            missing: RwSignal::new(false),
            trouble: RwSignal::new(None),
            commands: CommandTask::of_desk(newest, board, id.clone()),
            me: Myself::used().name,
            myself: Myself::used(),
            silence_told: RwSignal::new(None),
            reads: LatestTask::new(),
            silences: LatestTask::new(),
            id: StoredValue::new(id),
        };
        desk.read(0);
        match board {
            Some(board) => desk.follow_board(board),
            None => desk.follow_alone(),
        }
        desk.read_when_outdated();
        desk
    }

    /// The incident as the screen shows it: with what is being done to it.
    pub(crate) fn shown(self) -> Memo<Option<Incident>> {
        memo(move || {
            let newest = self.newest.get()?;
            let pending = self.commands.pending.get();
            Some(match pending {
                Some(pending) => self.me.with(|me| pending.shown(&newest, me)),
                None => newest,
            })
        })
    }

    /// A part of what was read; changes only when that part does.
    pub(crate) fn part<Part: PartialEq + Send + Sync + 'static>(
        self,
        pick: fn(&IncidentFile) -> Part,
    ) -> Memo<Option<Part>> {
        memo(move || self.file.with(|file| file.as_ref().map(pick)))
    }

    /// The time zone of the cinema; empty before the first answer.
    pub(crate) fn time_zone(self) -> String {
        self.file.with(|file| file.as_ref().map(|file| file.region.time_zone.clone()).unwrap_or_default())
    }

    /// Reads it again, after a while.
    pub(crate) fn read(self, after_ms: i64) {
        self.reads.run(async move {
            if after_ms > 0 {
                sleep(after_ms).await;
            }
            while let Err(trouble) = self.read_once().await {
                self.trouble.set(Some(trouble));
                pause_before_retry().await;
            }
        });
    }

    /// Remembers who sits here.
    pub(crate) fn call_me(self, name: &str) {
        self.myself.call_me(name);
    }

    /// Makes a silence, and reads what it changed.
    pub(crate) fn silence(self, wish: SilenceWish) {
        let server = self.server;
        self.silences.run(async move {
            let answer = server.create_silence(wish).await;
            self.tell_of_silence(answer, self.texts.silence.made);
        });
    }

    /// Ends a silence, and reads what it changed.
    pub(crate) fn end_silence(self, silence: Silence) {
        let server = self.server;
        self.silences.run(async move {
            let answer = server.end_silence(&silence).await;
            self.tell_of_silence(answer, self.texts.silence.ended);
        });
    }

    fn tell_of_silence(self, answer: Result<Option<String>, Trouble>, done: &str) {
        self.silence_told.set(Some(match answer {
            Ok(None) => done.to_owned(),
            Ok(Some(message)) => self.texts.refusal.invalid.with(&[("message", &message)]),
            Err(trouble) => trouble.explain(self.texts, self.texts.trouble.unsure),
        }));
        self.read(0);
    }

    async fn read_once(self) -> Result<(), Trouble> {
        self.reading.set(true);
        let answer = self.server.read_incident(&self.id.get_value()).await;
        self.reading.set(false);
        self.read_at_ms.set(Some(self.clock.now_ms_untracked()));
        let (file, trouble) = answer?;
        self.missing.set(file.is_none());
        if let Some(file) = file {
            self.take(file.incident.clone());
            self.file.set(Some(file));
        }
        self.trouble.set(None);
        trouble.map_or(Ok(()), Err)
    }

    fn take(self, incident: Incident) {
        take_newer(self.newest, incident);
    }

    fn follow_board(self, board: RegionBoard) {
        follow(move || {
            let id = self.id.get_value();
            let closed = |list: &crate::model::BoardList| {
                list.recently_closed().iter().find(|incident| incident.id == id).cloned()
            };
            let found = board.list.with(|list| list.open(&id).cloned().or_else(|| closed(list)));
            found.into_iter().for_each(|incident| self.take(incident));
        });
    }

    fn follow_alone(self) {
        let region = self.part(|file| file.region.id.clone());
        follow(move || {
            let Some(region) = region.get() else { return };
            LiveStatus::used().follow(Some(region), move |change| match change {
                Change::Incident(incident) if incident.id == self.id.get_value() => self.take(*incident),
                Change::Incident(_) => {}
                Change::Resync => self.read(SETTLED_MS),
            });
        });
    }

    /// What is newer than the file is read when it has settled; a reading of the machine is never left to grow old.
    fn read_when_outdated(self) {
        follow(move || {
            let newest = self.newest.with(|newest| newest.as_ref().map(|newest| newest.version));
            let read = self.file.with_untracked(|file| file.as_ref().map(|file| file.incident.version));
            if read.is_some() && newest > read {
                self.read(SETTLED_MS);
            }
        });
        self.clock.every_tick(move || {
            let idle = !self.reading.get() && self.trouble.with(Option::is_none);
            let read_at_ms = self.read_at_ms.get();
            if idle && read_at_ms.is_some_and(|at_ms| self.clock.now_ms() - at_ms >= REREAD_MS) {
                self.read(0);
            }
        });
    }
}
