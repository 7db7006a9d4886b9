//! A command on one incident: running, done, refused or failed.

use leptos::prelude::*;

use super::RegionBoard;
use super::latest_task::LatestTask;
use super::tongue::texts;
use crate::api::{Command, Server};
use crate::model::{Outcome, Trouble};
use crate::texts::Texts;

/// Carries out the commands on one incident, one at a time.
#[derive(Clone, Copy)]
pub(crate) struct CommandTask {
    server: Server,
    board: RegionBoard,
    incident_id: StoredValue<String>,
    pub(crate) running: RwSignal<bool>,
    /// The server said no; in a sentence.
    pub(crate) refusal: RwSignal<Option<String>>,
    /// The command did not reach the server; it may be tried again.
    pub(crate) failure: RwSignal<Option<(Command, Trouble)>>,
    texts: &'static Texts,
    task: LatestTask,
}

impl CommandTask {
    /// A place for the commands on one incident of the board.
    pub(crate) fn new(board: RegionBoard, incident_id: String) -> Self {
        Self {
            server: Server::used(),
            board,
            incident_id: StoredValue::new(incident_id),
            running: RwSignal::new(false),
            refusal: RwSignal::new(None),
            failure: RwSignal::new(None),
            texts: texts(),
            task: LatestTask::new(),
        }
    }

    /// Whether it is about the incident with this id.
    pub(crate) fn is_about(self, id: &str) -> bool {
        self.incident_id.with_value(|known| known == id)
    }

    /// Sends a command about the version that is on the screen; does nothing while one is running.
    pub(crate) fn send(self, command: Command) {
        let id = self.incident_id.get_value();
        let version = self.board.list.with_untracked(|list| list.open(&id).map(|incident| incident.version));
        let Some(version) = version.filter(|_| !self.running.get_untracked()) else { return };
        self.running.set(true);
        self.refusal.set(None);
        self.failure.set(None);
        let server = self.server;
        self.task.run(async move {
            let answer = server.command(&id, version, &command).await;
            self.running.set(false);
            match answer {
                Ok(outcome) => self.finish(outcome),
                Err(trouble) => self.failure.set(Some((command, trouble))),
            }
        });
    }

    /// Merging comes last: it may take the row away, and this task with it.
    fn finish(self, outcome: Outcome) {
        match outcome {
            Outcome::Accepted(incident) => self.board.merge(*incident),
            Outcome::Refused(refusal) => {
                self.refusal.set(Some(refusal.sentence(self.texts)));
                self.board.explain(&refusal);
            }
        }
    }
}
