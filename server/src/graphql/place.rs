//! Places in GraphQL.

use async_graphql::{ID, SimpleObject};

use crate::domain::incident::Named;

/// A cinema.
#[derive(SimpleObject)]
pub(super) struct Cinema {
    /// Identifier, unique in the fleet.
    id: ID,
    /// Name, for people.
    name: String,
}

/// A screen of a cinema.
#[derive(SimpleObject)]
pub(super) struct Screen {
    /// Identifier, unique in the fleet.
    id: ID,
    /// Name, for people.
    name: String,
}

impl From<Named> for Cinema {
    fn from(Named { id, name }: Named) -> Self {
        Self { id: ID(id), name }
    }
}

impl From<Named> for Screen {
    fn from(Named { id, name }: Named) -> Self {
        Self { id: ID(id), name }
    }
}
