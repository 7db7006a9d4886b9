//! A command on one incident: running, done, refused or failed.

use leptos::prelude::*;

use super::RegionBoard;
use super::latest_task::LatestTask;
use crate::api;
use crate::model::{Outcome, Trouble};

/// What a person can do to an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    StartProgress,
    Close { comment: Option<String> },
}

/// Carries out the commands on one incident, one at a time.
#[derive(Clone, Copy)]
pub(crate) struct CommandTask {
    board: RegionBoard,
    incident_id: StoredValue<String>,
    pub(crate) running: RwSignal<bool>,
    /// The server said no; in a sentence.
    pub(crate) refusal: RwSignal<Option<String>>,
    /// The command did not reach the server; it may be tried again.
    pub(crate) failure: RwSignal<Option<(Command, Trouble)>>,
    task: LatestTask,
}

impl CommandTask {
    /// A place for the commands on one incident of the board.
    pub(crate) fn new(board: RegionBoard, incident_id: String) -> Self {
        Self {
            board,
            incident_id: StoredValue::new(incident_id),
            running: RwSignal::new(false),
            refusal: RwSignal::new(None),
            failure: RwSignal::new(None),
            task: LatestTask::new(),
        }
    }

    /// Sends a command about the version that is on the screen; does nothing while one is running.
    pub(crate) fn send(self, command: Command) {
        let id = self.incident_id.get_value();
        let version = self.board.list.with_untracked(|list| list.open(&id).map(|incident| incident.version));
        let Some(version) = version.filter(|_| !self.running.get_untracked()) else { return };
        self.running.set(true);
        self.refusal.set(None);
        self.failure.set(None);
        self.task.run(async move {
            let answer = carry_out(&id, version, &command).await;
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
                self.refusal.set(Some(refusal.sentence()));
                self.board.explain(&refusal);
            }
        }
    }
}

async fn carry_out(id: &str, version: i32, command: &Command) -> Result<Outcome, Trouble> {
    match command {
        Command::StartProgress => api::start_progress(id, version).await,
        Command::Close { comment } => api::close_incident(id, version, comment.clone()).await,
    }
}
