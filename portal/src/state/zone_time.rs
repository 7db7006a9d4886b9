//! A moment by the clocks of a cinema or of the viewer, by the browser's own calendar.

use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::js_sys::{Array, Date, Function, Intl, Object, Reflect, global};

use super::tongue::texts;
use crate::model::instant_ms;

/// What is shown of a moment.
#[derive(Clone, Copy)]
struct Style {
    date: Option<&'static str>,
    time: Option<&'static str>,
}

const FULL: Style = Style { date: Some("medium"), time: Some("long") };
const SHORT: Style = Style { date: Some("short"), time: Some("short") };
const CLOCK: Style = Style { date: None, time: Some("short") };
const EXACT: Style = Style { date: Some("short"), time: Some("medium") };
const DAY: Style = Style { date: Some("short"), time: None };

/// The moment as `21 Nov 2026, 15:05 CET`; in universal time where the browser does not know the zone.
pub(crate) fn zone_text(at_ms: i64, time_zone: &str) -> String {
    in_zone(at_ms, time_zone, FULL, language())
}

/// The moment as `21/11/2026, 15:05`.
pub(crate) fn zone_short(at_ms: i64, time_zone: &str) -> String {
    in_zone(at_ms, time_zone, SHORT, language())
}

/// The time of day as `15:05`.
pub(crate) fn zone_clock(at_ms: i64, time_zone: &str) -> String {
    in_zone(at_ms, time_zone, CLOCK, language())
}

/// The day there, as `2026-11-21`: Swedes write days as programs do.
pub(crate) fn zone_day(at_ms: i64, time_zone: &str) -> String {
    in_zone(at_ms, time_zone, DAY, "sv")
}

/// The moment by the viewer's own clock.
pub(crate) fn viewer_text(at_ms: i64) -> String {
    text(format(at_ms, None, FULL, language()))
}

fn in_zone(at_ms: i64, time_zone: &str, style: Style, language: &str) -> String {
    let zone = Some(time_zone);
    text(format(at_ms, zone, style, language).or_else(|_| format(at_ms, Some("UTC"), style, language)))
}

/// English as Europe writes it.
fn language() -> &'static str {
    match texts().language.tag {
        "en" => "en-GB",
        tag => tag,
    }
}

fn text(formatted: Result<JsValue, JsValue>) -> String {
    formatted.ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// What a clock on a wall shows there at that moment, in milliseconds as if it were universal time; nothing where the
/// browser does not know the zone.
pub(super) fn local_ms(at_ms: i64, time_zone: &str) -> Option<i64> {
    // Swedes write `2026-11-21 15:05:00`.
    let text = format(at_ms, Some(time_zone), EXACT, "sv-SE").ok()?.as_string()?;
    instant_ms(&[text.replace(' ', "T").as_str(), "Z"].concat())
}

/// Built by reflection, because the constructor throws at an unknown zone.
fn format(at_ms: i64, time_zone: Option<&str>, style: Style, language: &str) -> Result<JsValue, JsValue> {
    let options = Object::new();
    let wanted = [("timeZone", time_zone), ("dateStyle", style.date), ("timeStyle", style.time)];
    for (name, value) in wanted {
        if let Some(value) = value {
            Reflect::set(&options, &name.into(), &value.into())?;
        }
    }
    let intl = Reflect::get(&global(), &"Intl".into())?;
    let constructor: Function = Reflect::get(&intl, &"DateTimeFormat".into())?.dyn_into()?;
    let format = Reflect::construct(&constructor, &Array::of2(&language.into(), &options))?;
    let format: Intl::DateTimeFormat = format.dyn_into()?;
    format.format().call1(&JsValue::UNDEFINED, &Date::new(&(at_ms as f64).into()))
}
