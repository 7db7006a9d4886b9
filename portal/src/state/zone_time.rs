//! A moment in the time zone of a cinema, by the browser's own calendar.

use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::js_sys::{Array, Date, Function, Intl, Object, Reflect, global};

use crate::model::instant_ms;

/// The moment as `21 Nov 2026, 15:05 CET`; in universal time where the browser does not know the zone.
pub(crate) fn zone_text(at_ms: i64, time_zone: &str) -> String {
    let styles = ["en-GB", "medium", "long"];
    let text = format_in_zone(at_ms, time_zone, styles).or_else(|_| format_in_zone(at_ms, "UTC", styles));
    text.ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// What a clock on a wall shows there at that moment, in milliseconds as if it were universal time; nothing where the
/// browser does not know the zone.
pub(super) fn local_ms(at_ms: i64, time_zone: &str) -> Option<i64> {
    // Swedes write `2026-11-21 15:05:00`.
    let text = format_in_zone(at_ms, time_zone, ["sv-SE", "short", "medium"]).ok()?.as_string()?;
    instant_ms(&[text.replace(' ', "T").as_str(), "Z"].concat())
}

/// Built by reflection, because the constructor throws at an unknown zone.
fn format_in_zone(
    at_ms: i64,
    time_zone: &str,
    [language, date, time]: [&str; 3],
) -> Result<JsValue, JsValue> {
    let options = Object::new();
    let wanted = [("timeZone", time_zone), ("dateStyle", date), ("timeStyle", time)];
    for (name, value) in wanted {
        Reflect::set(&options, &name.into(), &value.into())?;
    }
    let intl = Reflect::get(&global(), &"Intl".into())?;
    let constructor: Function = Reflect::get(&intl, &"DateTimeFormat".into())?.dyn_into()?;
    let format = Reflect::construct(&constructor, &Array::of2(&language.into(), &options))?;
    let format: Intl::DateTimeFormat = format.dyn_into()?;
    format.format().call1(&JsValue::UNDEFINED, &Date::new(&(at_ms as f64).into()))
}
