//! What exporters tell: what is read is no larger than the text, can be written and read again, and tells
//! machines within their bounds, each once, in the order of lists.
#![no_main]

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::path::Path;
use std::str;
use std::sync::{Arc, LazyLock};

use cineportal::domain::machine::{Machine, in_list_order};
use cineportal::fuzzing::{Line, read_lines, read_machines};
use cineportal::sources::exporter::Coverage;
use cineportal_regions::{RegionId, Regions};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

static REGIONS: LazyLock<Arc<Regions>> = LazyLock::new(|| {
    Arc::new(cineportal_regions::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions")).unwrap())
});
static ALL: LazyLock<Coverage> = LazyLock::new(|| Coverage::all(Arc::clone(&REGIONS)));
static DENMARK: LazyLock<Coverage> =
    LazyLock::new(|| Coverage::only(Arc::clone(&REGIONS), BTreeSet::from([RegionId::new("denmark")])));

fuzz_target!(|page: &[u8]| {
    for media_type in ["text/plain; version=0.0.4", "application/openmetrics-text"] {
        if let Some(reading) = read_machines(page, media_type, &ALL) {
            assert_eq!(reading.foreign, 0);
            are_in_order(&reading.machines);
            reading.machines.iter().for_each(is_within_bounds);
        }
        if let Some(reading) = read_machines(page, media_type, &DENMARK) {
            assert!(reading.machines.iter().all(|machine| machine.region.as_str() == "denmark"));
        }
    }
    let Ok(text) = str::from_utf8(page) else { return };
    if let Some(lines) = read_lines(text) {
        assert!(lines.len() <= text.lines().count());
        assert!(lines.iter().map(bytes).sum::<usize>() <= text.len());
        lines.iter().for_each(is_read_again);
    }
});

fn bytes(line: &Line) -> usize {
    line.name.len() + line.labels.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>()
}

/// Written as the format wants it, a sample is read as the same again. No label is told twice.
fn is_read_again(line: &Line) {
    let names: BTreeSet<_> = line.labels.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), line.labels.len(), "{line:?}");
    let escaped = |text: &str| text.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n");
    let labels = line.labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value)));
    let text = format!("{}{{{}}} {}\n", line.name, labels.collect::<Vec<_>>().join(","), line.value);
    let again = read_lines(&text).and_then(|lines| lines.into_iter().next()).expect(&text);
    let is_same = again.value.total_cmp(&line.value).is_eq() || again.value.is_nan() && line.value.is_nan();
    assert!(is_same && (&again.name, &again.labels) == (&line.name, &line.labels), "{line:?} {again:?}");
}

fn are_in_order(machines: &[Machine]) {
    assert!(machines.is_sorted_by(|a, b| in_list_order(a, b) != Ordering::Greater));
    let ids: BTreeSet<_> = machines.iter().map(|machine| &machine.id).collect();
    assert_eq!(ids.len(), machines.len());
    for (a, b) in machines.iter().take(8).flat_map(|a| machines.iter().take(8).map(move |b| (a, b))) {
        assert_eq!(in_list_order(a, b), in_list_order(b, a).reverse());
        assert_eq!(in_list_order(a, b).is_eq(), a.id == b.id, "every machine has a place of its own");
    }
}

fn is_within_bounds(machine: &Machine) {
    let Machine { values, .. } = machine;
    assert!(!machine.id.is_empty() && REGIONS.get(&machine.region).is_some());
    let times = machine.next_show.into_iter().chain(values.last_seen_at);
    times.for_each(|time| assert!(time > Timestamp::UNIX_EPOCH));
    assert!(values.download_progress_ratio.is_none_or(|ratio| (0.0..=1.0).contains(&ratio)));
    assert!(values.temperature_celsius.is_none_or(f64::is_finite));
    for pixels in [values.display_width_pixels, values.display_height_pixels] {
        assert!(pixels.is_none_or(|pixels| i32::try_from(pixels).is_ok()));
    }
}
