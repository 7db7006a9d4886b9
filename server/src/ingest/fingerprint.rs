//! The identity of an alert: a hash of its labels, the same that Prometheus and Alertmanager compute.
//! Source: `prometheus/common`, `model/signature.go` and `model/fnv.go` (FNV-1a, 64 bits).

use std::collections::BTreeMap;

const OFFSET: u64 = 14_695_981_039_346_656_037;
const PRIME: u64 = 1_099_511_628_211;
/// Cannot occur in a label, so that `a=bc` and `ab=c` differ.
const SEPARATOR: u8 = 255;

/// The fingerprint of these labels, 16 hexadecimal digits.
pub(crate) fn fingerprint(labels: &BTreeMap<String, String>) -> String {
    let mut hash = OFFSET;
    for text in labels.iter().flat_map(|(name, value)| [name, value]) {
        for byte in text.bytes().chain([SEPARATOR]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
        }
    }
    format!("{hash:016x}")
}
