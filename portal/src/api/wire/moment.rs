//! Moments on the wire.

use miniserde::de::{Deserialize, Visitor};
use miniserde::{Error, Result, make_place};

use crate::model::instant_ms;

make_place!(Place);

/// A moment, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) struct Moment(pub(in crate::api) i64);

impl Deserialize for Moment {
    fn begin(out: &mut Option<Self>) -> &mut dyn Visitor {
        Place::new(out)
    }
}

impl Visitor for Place<Moment> {
    fn string(&mut self, text: &str) -> Result<()> {
        self.out = Some(Moment(instant_ms(text).ok_or(Error)?));
        Ok(())
    }
}
