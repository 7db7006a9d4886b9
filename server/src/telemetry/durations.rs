//! How long things take, by how they end: what never ends by itself counts, too.

use std::hash::Hash;
use std::time::Instant;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;

/// Bounds in seconds, from what memory answers to the longest that a request may take.
const BOUNDS_SECONDS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Durations by labels.
pub(super) type Durations<L> = Family<L, Histogram>;

/// A histogram of seconds.
pub(super) fn seconds() -> Histogram {
    Histogram::new(BOUNDS_SECONDS)
}

/// Histograms of seconds, one for each set of labels.
pub(super) fn seconds_by<L: Clone + Eq + Hash>() -> Durations<L> {
    Family::new_with_constructor(seconds)
}

/// Something that takes time. It counts when this is dropped, with the labels that it has then.
pub struct Running<L: Clone + EncodeLabelSet + Eq + Hash> {
    durations: Durations<L>,
    pub(super) labels: L,
    started: Instant,
}

impl<L: Clone + EncodeLabelSet + Eq + Hash> Running<L> {
    /// Begins now; the labels are those of something that was cut off.
    pub(super) fn begin(durations: &Durations<L>, labels: L) -> Self {
        Self { durations: durations.clone(), labels, started: Instant::now() }
    }
}

impl<L: Clone + EncodeLabelSet + Eq + Hash> Drop for Running<L> {
    fn drop(&mut self) {
        self.durations.get_or_create(&self.labels).observe(self.started.elapsed().as_secs_f64());
    }
}
