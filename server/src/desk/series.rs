//! What was measured of a machine over time.

use super::{Desk, MachineView};
use crate::clock;
use crate::domain::series::{Question, Series};
use crate::series::Answer;

/// Nobody tells anything of it.
const UNKNOWN: &str = "no exporter lists this machine, and no Prometheus knows it";

impl Desk {
    /// What was measured of this machine, by the Prometheuses of its region.
    pub async fn series(&self, machine: &MachineView, question: Question) -> Answer {
        // A matcher of labels takes an empty value for a series without that label.
        if machine.id.is_empty() || self.may_be_hidden(machine) {
            return nothing(question);
        }
        let mut answer = self.services.series.read(&machine.region, &machine.id, question).await;
        if machine.known.is_none() && answer.series.is_empty() && answer.error.is_none() {
            answer.error = Some(UNKNOWN.to_owned());
        }
        answer
    }
}

impl Desk {
    /// A machine that only an incident names may be of any region, and a Prometheus that regions share knows them
    /// all.
    fn may_be_hidden(&self, machine: &MachineView) -> bool {
        let is_shared = !self.services.series.is_own(&machine.region);
        machine.known.is_none() && is_shared && !self.viewer.grants.is_everywhere()
    }
}

fn nothing(question: Question) -> Answer {
    let series = Series::empty(question.grid(clock::now()));
    Answer { series, as_of: None, error: Some(UNKNOWN.to_owned()), warnings: Vec::new() }
}
