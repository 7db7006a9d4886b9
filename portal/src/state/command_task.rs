//! A command on one incident: running, done, refused or failed.

use leptos::prelude::*;

use super::latest_task::LatestTask;
use super::tongue::texts;
use super::{Clock, RegionBoard};
use crate::api::{Command, Server};
use crate::model::{Incident, Outcome, Pending, Refusal, Trouble, Undo};
use crate::parts::send;
use crate::texts::Texts;

/// Carries out the commands on one incident, one at a time.
#[derive(Clone, Copy)]
pub(crate) struct CommandTask {
    server: Server,
    clock: Clock,
    board: Option<RegionBoard>,
    newest: Option<RwSignal<Option<Incident>>>,
    incident_id: StoredValue<String>,
    pub(crate) running: RwSignal<bool>,
    /// What is under way.
    pub(crate) pending: RwSignal<Option<Pending>>,
    /// What was done last, and nothing of it was refused.
    pub(crate) done: RwSignal<Option<Done>>,
    /// What takes the last command back.
    pub(crate) undo: RwSignal<Option<Undo>>,
    /// The server said no; in a sentence.
    pub(crate) refusal: RwSignal<Option<String>>,
    /// What it said no to.
    pub(crate) refused: RwSignal<Option<Command>>,
    /// The command did not reach the server; it may be tried again.
    pub(crate) failure: RwSignal<Option<(Command, Trouble)>>,
    texts: &'static Texts,
    task: LatestTask,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Command(Command),
    Undone,
}

impl CommandTask {
    /// A place for the commands on one incident of the board.
    pub(crate) fn new(board: RegionBoard, incident_id: String) -> Self {
        Self::on(Some(board), None, incident_id)
    }

    /// A place for the commands on an incident that need not be on a board.
    pub(super) fn of_desk(
        newest: RwSignal<Option<Incident>>,
        board: Option<RegionBoard>,
        incident_id: String,
    ) -> Self {
        Self::on(board, Some(newest), incident_id)
    }

    /// Sends a command about the version that is on the screen; does nothing while one is running.
    pub(crate) fn send(self, command: Command) {
        let Some(held) = self.held().filter(|_| !self.running.get_untracked()) else { return };
        self.begin();
        self.pending.set(Some(Pending { command: command.clone(), version: held.version }));
        self.task.run(async move {
            let now = self.carry_out(&command, held.version).await;
            self.running.set(false);
            if let Some(now) = now {
                self.undo.set(Undo::of(&held, &command, &now, self.clock.now_ms_untracked()));
                self.done.set(Some(Done::Command(command)));
                self.merge(now);
            }
        });
    }

    /// Takes the last command back, unless somebody changed the incident meanwhile: then the server says no.
    pub(crate) fn take_back(self) {
        let undo = self.undo.get_untracked().filter(|_| !self.running.get_untracked());
        let Some(undo) = undo else { return };
        self.begin();
        self.task.run(async move {
            let mut version = undo.version;
            let mut latest = None;
            for command in undo.commands {
                let Some(now) = self.carry_out(&command, version).await else { break };
                version = now.version;
                latest = Some(now);
            }
            self.running.set(false);
            if let Some(now) = latest {
                if self.refused.with_untracked(Option::is_none)
                    && self.failure.with_untracked(Option::is_none)
                {
                    self.done.set(Some(Done::Undone));
                }
                self.merge(now);
            }
        });
    }

    fn on(
        board: Option<RegionBoard>,
        newest: Option<RwSignal<Option<Incident>>>,
        incident_id: String,
    ) -> Self {
        Self {
            server: Server::used(),
            clock: Clock::used(),
            board,
            newest,
            incident_id: StoredValue::new(incident_id),
            running: RwSignal::new(false),
            pending: RwSignal::new(None),
            done: RwSignal::new(None),
            undo: RwSignal::new(None),
            refusal: RwSignal::new(None),
            refused: RwSignal::new(None),
            failure: RwSignal::new(None),
            texts: texts(),
            task: LatestTask::new(),
        }
    }

    /// Whether it is about the incident with this id.
    pub(crate) fn is_about(self, id: &str) -> bool {
        self.incident_id.with_value(|known| known == id)
    }

    fn begin(self) {
        self.running.set(true);
        self.done.set(None);
        self.undo.set(None);
        self.refusal.set(None);
        self.refused.set(None);
        self.failure.set(None);
    }

    /// The incident after it, if it was carried out.
    async fn carry_out(self, command: &Command, version: i32) -> Option<Incident> {
        let answer = send(self.server, self.incident_id.get_value(), version, command.clone()).await;
        self.pending.set(None);
        match answer {
            Ok(Outcome::Accepted(incident)) => return Some(*incident),
            Ok(Outcome::Refused(refusal)) => self.refuse(command.clone(), &refusal),
            Err(trouble) => self.failure.set(Some((command.clone(), trouble))),
        }
        None
    }

    fn refuse(self, command: Command, refusal: &Refusal) {
        self.refused.set(Some(command));
        self.refusal.set(Some(refusal.sentence(self.texts)));
        if let (Some(newest), Some(incident)) = (self.newest, &refusal.incident) {
            take_newer(newest, (**incident).clone());
        }
        if let Some(board) = self.board {
            board.explain(refusal);
        }
    }

    fn held(self) -> Option<Incident> {
        let on_board = |board: RegionBoard| {
            self.incident_id.with_value(|id| board.list.with_untracked(|list| list.open(id).cloned()))
        };
        match self.newest {
            Some(newest) => newest.get_untracked(),
            None => self.board.and_then(on_board),
        }
    }

    /// Merging comes last: it may take the row away, and this task with it.
    fn merge(self, incident: Incident) {
        if let Some(newest) = self.newest {
            take_newer(newest, incident.clone());
        }
        if let Some(board) = self.board {
            board.merge(incident);
        }
    }
}

/// The newer version wins: an answer and the live feed may overtake each other.
pub(super) fn take_newer(newest: RwSignal<Option<Incident>>, incident: Incident) {
    let held = newest.with_untracked(|held| held.as_ref().map(|held| held.version));
    if held.is_none_or(|held| held < incident.version) {
        newest.set(Some(incident));
    }
}
