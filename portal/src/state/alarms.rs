//! Sound and notifications for what is critical and new; off until somebody asks for them.

use leptos::ev;
use leptos::prelude::*;

use super::browser_alarms::{may_notify, notify, play_tone};
use super::latest_task::LatestTask;
use super::preferences;
use crate::model::{Incident, alarm};
use crate::texts::Texts;

const SOUND: &str = "sound";
const NOTIFICATIONS: &str = "notifications";
const ON: &str = "on";

/// What a person wants to be called by.
#[derive(Clone, Copy)]
pub(crate) struct Alarms {
    pub(crate) sound: RwSignal<bool>,
    pub(crate) notifications: RwSignal<bool>,
    /// The browser said no to notifications.
    pub(crate) refused: RwSignal<bool>,
    /// Sound is wanted, but browsers play none before a page was touched.
    pub(crate) untouched: RwSignal<bool>,
    task: LatestTask,
}

impl Alarms {
    /// As it was chosen before, for everything below the current component.
    pub(crate) fn provide() {
        let alarms = Self::silent();
        alarms.sound.set(was_on(SOUND));
        alarms.notifications.set(was_on(NOTIFICATIONS));
        alarms.untouched.set(was_on(SOUND));
        let heard = move || alarms.untouched.set(false);
        let touch = window_event_listener(ev::pointerdown, move |_| heard());
        let key = window_event_listener(ev::keydown, move |_| heard());
        on_cleanup(move || [touch, key].into_iter().for_each(WindowListenerHandle::remove));
        provide_context(alarms);
    }

    /// What was provided above; silent where nothing was, as in other people's pages.
    pub(crate) fn used() -> Self {
        use_context().unwrap_or_else(Self::silent)
    }

    /// Calls the person for what just opened, as they chose.
    pub(crate) fn ring(self, texts: &Texts, opened: &[Incident]) {
        let (sound, notifications) = (self.sound.get_untracked(), self.notifications.get_untracked());
        if !sound && !notifications {
            return;
        }
        let Some(alarm) = alarm(texts, opened) else { return };
        if sound {
            play_tone();
        }
        if notifications && !document().has_focus().unwrap_or(true) {
            notify(&alarm);
        }
    }

    /// Sound from now on, also next time; begins with the tone, so that it is known.
    pub(crate) fn choose_sound(self, on: bool) {
        self.sound.set(on);
        self.untouched.set(false);
        keep(SOUND, on);
        if on {
            play_tone();
        }
    }

    /// Notifications from now on, if the browser lets us.
    pub(crate) fn choose_notifications(self, on: bool) {
        self.task.run(async move {
            let allowed = !on || may_notify().await;
            self.refused.set(!allowed);
            self.notifications.set(on && allowed);
            keep(NOTIFICATIONS, on && allowed);
        });
    }

    fn silent() -> Self {
        Self {
            sound: RwSignal::new(false),
            notifications: RwSignal::new(false),
            refused: RwSignal::new(false),
            untouched: RwSignal::new(false),
            task: LatestTask::new(),
        }
    }
}

fn was_on(name: &str) -> bool {
    preferences::read(name).as_deref() == Some(ON)
}

fn keep(name: &str, on: bool) {
    preferences::write(name, if on { ON } else { "off" });
}
