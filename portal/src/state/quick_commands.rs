//! Commands from the rows of a list. They outlive the rows, which come and go as somebody scrolls.

use std::sync::Arc;

use leptos::prelude::*;

use super::{CommandTask, Myself, RegionBoard};
use crate::api::Command;
use crate::model::Listed;

/// One task for each incident that somebody did something to, until the list goes.
#[derive(Clone, Copy)]
pub(crate) struct QuickCommands {
    board: RegionBoard,
    /// Who gives them.
    me: RwSignal<String>,
    owner: StoredValue<Option<Owner>>,
    tasks: RwSignal<Vec<CommandTask>>,
}

impl QuickCommands {
    /// A place for commands that belongs to the current component.
    pub(super) fn new(board: RegionBoard) -> Self {
        let (me, owner) = (Myself::used().name, StoredValue::new(Owner::current()));
        Self { board, me, owner, tasks: RwSignal::new(Vec::new()) }
    }

    /// Sends a command about an incident; does nothing while one about it is running.
    pub(crate) fn send(self, id: &str, command: Command) {
        let known = self.tasks.with_untracked(|tasks| tasks.iter().find(|task| task.is_about(id)).copied());
        if let Some(task) = known.or_else(|| self.add(id)) {
            task.send(command);
        }
    }

    /// All that may have something to tell.
    pub(crate) fn tasks(self) -> Vec<CommandTask> {
        self.tasks.get()
    }

    /// Whether a command about this incident is running.
    pub(crate) fn is_running(self, id: &str) -> bool {
        self.tasks.with(|tasks| tasks.iter().any(|task| task.is_about(id) && task.running.get()))
    }

    /// An incident as a row shows it: with what is being done to it, before the server says so.
    pub(super) fn foreseen(self, listed: Arc<Listed>) -> Arc<Listed> {
        let id = &listed.incident.id;
        let task = self.tasks.with(|tasks| tasks.iter().find(|task| task.is_about(id)).copied());
        match task.and_then(|task| task.pending.get()) {
            Some(pending) => Arc::new(self.me.with(|me| pending.shown(&listed.incident, me)).into()),
            None => listed,
        }
    }

    fn add(self, id: &str) -> Option<CommandTask> {
        let owner = self.owner.get_value()?;
        let task = owner.with(|| CommandTask::new(self.board, id.to_owned()));
        self.tasks.update(|tasks| tasks.push(task));
        Some(task)
    }
}
