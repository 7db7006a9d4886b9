//! What one Prometheus told of a batch of machines, sorted by machine.

use std::collections::{BTreeSet, HashMap};

use cineportal_schema::labels::MACHINE_ID;
use jiff::Timestamp;

use crate::domain::series::{Grid, Series};
use crate::sources::prometheus::query::{Points, Reply};

/// The series of some machines.
pub(super) struct Gathered {
    /// When it was asked for.
    pub(super) as_of: Timestamp,
    /// One for each machine that was asked for, also if nothing was measured of it.
    pub(super) series: HashMap<String, Series>,
    /// What the Prometheus said about its answer.
    pub(super) warnings: Vec<String>,
}

impl Gathered {
    /// Nothing was asked for but a sign of life.
    pub(super) fn nothing(as_of: Timestamp) -> Self {
        Self { as_of, series: HashMap::new(), warnings: Vec::new() }
    }

    pub(super) fn of(reply: Reply<Points>, machines: BTreeSet<String>, grid: Grid, as_of: Timestamp) -> Self {
        let mut series: HashMap<String, Series> =
            machines.into_iter().map(|machine| (machine, Series::empty(grid))).collect();
        for points in reply.result {
            let asked_for = points.metric.get(MACHINE_ID).and_then(|machine| series.get_mut(machine));
            if let Some(series) = asked_for {
                *series = Series::of_points(grid, points.values.into_iter().map(|(at, value)| (at, value.0)));
            }
        }
        Self { as_of, series, warnings: reply.warnings }
    }
}
