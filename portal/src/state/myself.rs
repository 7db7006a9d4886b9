//! Who sits here.

use leptos::prelude::*;

use super::latest_task::LatestTask;
use super::{follow, preferences};
use crate::api::Server;

/// The name of the person at this browser, where the server asks nobody.
const MY_NAME: &str = "name";

/// Who sits here: as the server knows them, or, where it asks nobody, as they said themselves.
#[derive(Clone, Copy)]
pub(crate) struct Myself {
    server: Server,
    /// Empty until somebody says so.
    pub(crate) name: RwSignal<String>,
    is_known: RwSignal<bool>,
    pub(crate) can_sign_out: RwSignal<bool>,
    task: LatestTask,
}

impl Myself {
    /// Makes it known to everything below the current component, and asks the server once, after what the page is
    /// looked at for.
    pub(crate) fn provide() {
        let myself = Self::new();
        provide_context(myself);
        follow(move || {
            if myself.server.has_answered() {
                myself.task.run(myself.ask());
            }
        });
    }

    /// What was made known above.
    pub(crate) fn used() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// Remembers who sits here, where the server does not know better.
    pub(crate) fn call_me(self, name: &str) {
        if !self.is_known.get_untracked() {
            preferences::write(MY_NAME, name);
            self.name.set(name.to_owned());
        }
    }

    /// Signs out, and leaves the page.
    pub(crate) fn sign_out(self) {
        self.task.run(async move {
            if let Some(next) = self.server.sign_out().await {
                let _ = location().assign(&next);
            }
        });
    }

    /// Whoever is not known was asked to sign in by the first question.
    async fn ask(self) {
        if let Ok(me) = self.server.read_me().await
            && me.is_known
        {
            self.name.set(me.name);
            self.is_known.set(true);
            self.can_sign_out.set(me.can_sign_out);
        }
    }

    fn new() -> Self {
        Self {
            server: Server::used(),
            name: RwSignal::new(preferences::read(MY_NAME).unwrap_or_default()),
            is_known: RwSignal::new(false),
            can_sign_out: RwSignal::new(false),
            task: LatestTask::new(),
        }
    }
}
