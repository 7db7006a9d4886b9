//! A machine in GraphQL.

use async_graphql::{ID, Object};

/// A machine, by its identifier.
pub(super) struct MachineObject(pub(super) String);

/// A machine.
#[Object(name = "Machine")]
impl MachineObject {
    /// Identifier, unique in the fleet.
    async fn id(&self) -> ID {
        ID(self.0.clone())
    }
}
