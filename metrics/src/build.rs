//! Which version of a program runs.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BuildLabels {
    version: &'static str,
}

/// Tells the program's version as `build_info`, which is always 1; the registry's prefix names the program.
pub fn register_build(registry: &mut Registry, version: &'static str) {
    let info = Family::<BuildLabels, Gauge>::default();
    info.get_or_create(&BuildLabels { version }).set(1);
    registry.register("build_info", "Always 1; the label tells the program's version", info);
}
