//! What was measured of a machine over time.

use cineportal_regions::{RegionId, UNASSIGNED};

use super::Desk;
use crate::clock;
use crate::domain::series::{Question, Series};
use crate::series::Answer;

impl Desk {
    /// What was measured of this machine, by the Prometheuses of its region. A machine that no exporter lists,
    /// as a host that only node_exporter knows, belongs to no region: those of all regions are asked.
    pub async fn series(&self, machine: &str, question: Question) -> Answer {
        let known = self.services.fleet.machine(machine);
        let is_known = known.is_some();
        let region = known.map_or_else(|| RegionId::new(UNASSIGNED), |known| known.machine.region);
        // A matcher of labels takes an empty value for a series without that label.
        if machine.is_empty() || !self.viewer.scope.covers(&self.services.regions.home(&region).id) {
            return nothing(question);
        }
        let mut answer = self.services.series.read(&region, machine, question).await;
        if !is_known && answer.series.is_empty() && answer.error.is_none() {
            answer.error = Some(UNKNOWN.to_owned());
        }
        answer
    }
}

const UNKNOWN: &str = "no exporter lists this machine, and no Prometheus knows it";

fn nothing(question: Question) -> Answer {
    let series = Series::empty(question.grid(clock::now()));
    Answer { series, as_of: None, error: Some(UNKNOWN.to_owned()), warnings: Vec::new() }
}
