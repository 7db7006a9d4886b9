//! What was read of the machine last.

use leptos::prelude::*;

use super::section;
use crate::components::MachineReadings;
use crate::state::{IncidentDesk, texts};

pub(super) fn machine(desk: IncidentDesk) -> impl IntoView {
    let reading = desk.part(|file| file.machine.clone());
    move || {
        let reading = reading.get().flatten()?;
        Some(section(texts().reading.title, view! { <MachineReadings reading /> }.into_any()))
    }
}
