//! Where something is: a cinema, and a screen in it.

use miniserde::Deserialize;

use crate::model;

#[derive(Deserialize)]
pub(super) struct Cinema {
    id: String,
    name: String,
}

#[derive(Deserialize)]
pub(super) struct Screen {
    pub(super) name: String,
}

impl From<Cinema> for model::Cinema {
    fn from(wire: Cinema) -> Self {
        Self { id: wire.id, name: wire.name }
    }
}
