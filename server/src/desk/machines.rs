//! Machines, as one viewer may see them.

use super::Desk;
use super::ingredients::Ingredient;

impl Desk {
    /// Whether an exporter tells of this machine, in a region that the viewer may see.
    pub fn knows_machine(&self, id: &str) -> bool {
        let machine = self.services.reading([Ingredient::Fleet]).fleet.machine(id);
        machine.is_some_and(|known| self.viewer.scope.covers(&self.home(&known.machine.region).id))
    }
}
