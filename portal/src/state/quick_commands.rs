//! Commands from the rows of a list. They outlive the rows, which come and go as somebody scrolls.

use leptos::prelude::*;

use super::{CommandTask, RegionBoard};
use crate::api::Command;

/// One task for each incident that somebody did something to, until the list goes.
#[derive(Clone, Copy)]
pub(crate) struct QuickCommands {
    board: RegionBoard,
    owner: StoredValue<Option<Owner>>,
    tasks: RwSignal<Vec<CommandTask>>,
}

impl QuickCommands {
    /// A place for commands that belongs to the current component.
    pub(super) fn new(board: RegionBoard) -> Self {
        Self { board, owner: StoredValue::new(Owner::current()), tasks: RwSignal::new(Vec::new()) }
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

    fn add(self, id: &str) -> Option<CommandTask> {
        let owner = self.owner.get_value()?;
        let task = owner.with(|| CommandTask::new(self.board, id.to_owned()));
        self.tasks.update(|tasks| tasks.push(task));
        Some(task)
    }
}
