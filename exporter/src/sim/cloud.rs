//! The simulated cloud: the fleet, its faults and how the cloud itself behaves.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::RwLock;

use super::machine::{Fault, Faults, SimulatedMachine};
use super::plan;
use crate::cloud::wire::{Machine, Page};

/// How the cloud answers; both are off at the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CloudMode {
    /// Every answer of the API comes so much later.
    pub delay_milliseconds: u64,
    /// Every answer of the API is 503.
    pub down: bool,
}

/// A fleet of machines that can be broken and mended.
#[derive(Debug)]
pub struct SimulatedCloud {
    machines: Vec<SimulatedMachine>,
    index_by_id: HashMap<String, usize>,
    faults: RwLock<HashMap<usize, Faults>>,
    mode: RwLock<CloudMode>,
}

/// A machine as the API shows it, with what was broken by hand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct MachineWithFaults {
    pub(super) machine: Machine,
    pub(super) faults: Vec<Fault>,
}

impl SimulatedCloud {
    /// A sound fleet of `machines`; the same number gives the same fleet.
    ///
    /// # Errors
    /// When a time zone is not in the time zone database.
    pub fn new(machines: u32) -> Result<Self, jiff::Error> {
        let machines = plan::fleet(machines as usize)?;
        let index_by_id =
            machines.iter().enumerate().map(|(index, machine)| (machine.id.clone(), index)).collect();
        Ok(Self { machines, index_by_id, faults: RwLock::default(), mode: RwLock::default() })
    }

    /// The id of some machine, for messages.
    pub(super) fn example_id(&self) -> &str {
        self.machines.first().map_or("", |machine| &machine.id)
    }

    /// One page of machines; a page behind the last one is empty.
    pub(super) async fn page(&self, page: u32, per_page: u32, now: Timestamp) -> Page<Machine> {
        let skipped = (page as usize - 1).saturating_mul(per_page as usize);
        let faults = self.faults.read().await;
        let sound = Faults::new();
        let machines = self.machines.iter().enumerate().skip(skipped).take(per_page as usize);
        let machines = machines
            .map(|(index, machine)| machine.report(faults.get(&index).unwrap_or(&sound), now))
            .collect();
        let total = u32::try_from(self.machines.len()).unwrap_or(u32::MAX);
        Page { page, per_page, total, machines }
    }

    /// One machine; none without such an id.
    pub(super) async fn machine(&self, id: &str, now: Timestamp) -> Option<MachineWithFaults> {
        let index = *self.index_by_id.get(id)?;
        let faults = self.faults.read().await.get(&index).cloned().unwrap_or_default();
        let machine = self.machines.get(index)?.report(&faults, now);
        Some(MachineWithFaults { machine, faults: faults.into_keys().collect() })
    }

    /// Breaks a machine. What is broken already stays broken since then.
    pub(super) async fn break_machine(
        &self,
        id: &str,
        fault: Fault,
        now: Timestamp,
    ) -> Option<MachineWithFaults> {
        let index = *self.index_by_id.get(id)?;
        self.faults.write().await.entry(index).or_default().entry(fault).or_insert(now);
        self.machine(id, now).await
    }

    /// Mends everything on a machine.
    pub(super) async fn mend_machine(&self, id: &str, now: Timestamp) -> Option<MachineWithFaults> {
        let index = *self.index_by_id.get(id)?;
        self.faults.write().await.remove(&index);
        self.machine(id, now).await
    }

    /// How the cloud answers now.
    pub(super) async fn mode(&self) -> CloudMode {
        *self.mode.read().await
    }

    /// Changes how the cloud answers.
    pub(super) async fn set_mode(&self, mode: CloudMode) {
        *self.mode.write().await = mode;
    }
}
