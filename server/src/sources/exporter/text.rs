//! Puts machines together from the series of an exporter's text, whatever their order.

use std::borrow::Cow;
use std::collections::HashMap;

use cineportal_schema::{labels, metrics};
use jiff::Timestamp;

use super::{Coverage, ExporterReading};
use crate::domain::incident::Named;
use crate::domain::machine::{Machine, Values, in_list_order};
use crate::sources::exposition::{Malformed, Sample, samples};

/// What a text tells.
pub(super) struct Told {
    /// The machines, and how old that is.
    pub(super) reading: ExporterReading,
    /// How many machines the exporter says that there are.
    pub(super) announced: Option<f64>,
}

/// What is known of one machine so far.
#[derive(Default)]
struct Draft<'a> {
    info: Option<Sample<'a>>,
    online: Option<bool>,
    next_show: Option<Timestamp>,
    values: Values,
}

/// Reads a text.
///
/// # Errors
/// [`Malformed`], for any line that is: then nothing of it is believed.
pub(super) fn parse(text: &str, coverage: &Coverage) -> Result<Told, Malformed> {
    let mut drafts: HashMap<Cow<'_, str>, Draft<'_>> = HashMap::new();
    let mut told = Told { reading: ExporterReading::default(), announced: None };
    for sample in samples(text) {
        let sample = sample?;
        match sample.name {
            metrics::EXPORTER_LAST_SUCCESS_SECONDS => told.reading.fleet_read_at = instant(sample.value),
            metrics::EXPORTER_MACHINES => told.announced = Some(sample.value),
            name if is_of_a_machine(name) => {
                if let Some(id) = machine_id(&sample) {
                    drafts.entry(id).or_default().take(sample);
                }
            }
            _ => {}
        }
    }
    for (id, draft) in drafts {
        let Some(info) = &draft.info else { continue };
        match coverage.region(info) {
            None => told.reading.foreign += 1,
            Some(region) => {
                let machine = Machine {
                    id: id.into_owned(),
                    region,
                    cinema: named(info, labels::CINEMA_ID, labels::CINEMA),
                    screen: named(info, labels::SCREEN_ID, labels::SCREEN),
                    time_zone: info.label(labels::TIME_ZONE).map(str::to_owned),
                    online: draft.online,
                    next_show: draft.next_show,
                    values: draft.values,
                };
                told.reading.machines.push(machine);
            }
        }
    }
    told.reading.machines.sort_unstable_by(in_list_order);
    Ok(told)
}

/// Programs tell much else, in far more series.
fn is_of_a_machine(name: &str) -> bool {
    name.starts_with("cine_")
}

fn machine_id<'a>(sample: &Sample<'a>) -> Option<Cow<'a, str>> {
    let id = sample.labels.iter().find(|(name, _)| *name == labels::MACHINE_ID);
    id.map(|(_, id)| id.clone()).filter(|id| !id.is_empty())
}

impl<'a> Draft<'a> {
    fn take(&mut self, sample: Sample<'a>) {
        let (value, values) = (sample.value, &mut self.values);
        match sample.name {
            metrics::MACHINE_INFO => self.info = Some(sample),
            metrics::MACHINE_UP => self.online = flag(value),
            metrics::NEXT_SHOW_SECONDS => self.next_show = instant(value),
            metrics::MACHINE_LAST_SEEN_SECONDS => values.last_seen_at = instant(value),
            metrics::DISPLAY_WIDTH_PIXELS => values.display_width_pixels = pixels(value),
            metrics::DISPLAY_HEIGHT_PIXELS => values.display_height_pixels = pixels(value),
            metrics::DISPLAY_EXPECTED_WIDTH_PIXELS => values.expected_width_pixels = pixels(value),
            metrics::DISPLAY_EXPECTED_HEIGHT_PIXELS => values.expected_height_pixels = pixels(value),
            metrics::GAME_DOWNLOAD_FAILED => values.download_failed = flag(value),
            metrics::GAME_DOWNLOAD_PROGRESS_RATIO => values.download_progress_ratio = ratio(value),
            metrics::GAME_VERSION_INFO => {
                values.game_version = sample.label(labels::GAME_VERSION).map(str::to_owned);
            }
            metrics::MACHINE_TEMPERATURE_CELSIUS => values.temperature_celsius = finite(value),
            metrics::DISK_FREE_BYTES => values.disk_free_bytes = bytes(value),
            _ => {}
        }
    }
}

fn named(info: &Sample<'_>, id: &str, name: &str) -> Option<Named> {
    let id = info.label(id)?;
    Some(Named { id: id.to_owned(), name: info.label(name).unwrap_or(id).to_owned() })
}

/// Seconds since 1970 as an instant, to the millisecond; `None` for what cannot be one.
pub(super) fn instant(seconds: f64) -> Option<Timestamp> {
    let milliseconds = (seconds * 1_000.0).round();
    let is_time = milliseconds.is_finite() && milliseconds > 0.0;
    is_time.then(|| Timestamp::from_millisecond(milliseconds as i64).ok()).flatten()
}

/// Anything but 1 and 0 says nothing.
fn flag(value: f64) -> Option<bool> {
    [(1.0, true), (0.0, false)].into_iter().find(|(known, _)| *known == value).map(|(_, flag)| flag)
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

fn ratio(value: f64) -> Option<f64> {
    (0.0..=1.0).contains(&value).then_some(value)
}

/// Up to what a signed number of 32 bits holds: many clients know no larger ones.
fn pixels(value: f64) -> Option<u32> {
    (0.0..=f64::from(i32::MAX)).contains(&value).then(|| value.round() as u32)
}

/// Up to what a floating-point number holds exactly, which is 9 petabytes.
fn bytes(value: f64) -> Option<u64> {
    (0.0..=9_007_199_254_740_992.0).contains(&value).then(|| value.round() as u64)
}
