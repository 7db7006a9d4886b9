//! Lines that did not reach their file, counted: a log must not stop the server, but may not lie about itself.

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LossLabels {
    reason: Loss,
}

/// Why a line was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[expect(non_camel_case_types, reason = "the names are the label values")]
pub(super) enum Loss {
    /// Too many lines wait for the disk, or the server has stopped.
    queue_full,
    /// The file could not be written.
    not_written,
}

/// How many lines were lost, by reason.
#[derive(Clone, Debug, Default)]
pub struct Losses(Family<LossLabels, Counter>);

impl Losses {
    /// Shows them, from zero on.
    pub fn register(&self, registry: &mut Registry) {
        for reason in [Loss::queue_full, Loss::not_written] {
            drop(self.0.get_or_create(&LossLabels { reason }));
        }
        let help = "Lines of the log that did not reach their file, by reason";
        registry.register("log_lines_lost", help, self.0.clone());
    }

    pub(super) fn count(&self, reason: Loss, lines: u64) {
        self.0.get_or_create(&LossLabels { reason }).inc_by(lines);
    }

    #[cfg(test)]
    pub(super) fn counted(&self, reason: Loss) -> u64 {
        self.0.get_or_create(&LossLabels { reason }).get()
    }
}
