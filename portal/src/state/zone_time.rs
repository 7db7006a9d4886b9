//! A moment in the time zone of a cinema, by the browser's own calendar.

use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::js_sys::{Array, Date, Function, Intl, Object, Reflect, global};

use super::texts;

/// The moment as `21 Nov 2026, 15:05 CET`, as the portal's language writes it; in universal time where the browser does not know the zone.
pub(crate) fn zone_text(at_ms: i64, time_zone: &str) -> String {
    let text = format_in_zone(at_ms, time_zone).or_else(|_| format_in_zone(at_ms, "UTC"));
    text.ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// Built by reflection, because the constructor throws at an unknown zone.
fn format_in_zone(at_ms: i64, time_zone: &str) -> Result<JsValue, JsValue> {
    let options = Object::new();
    let wanted = [("timeZone", time_zone), ("dateStyle", "medium"), ("timeStyle", "long")];
    for (name, value) in wanted {
        Reflect::set(&options, &name.into(), &value.into())?;
    }
    let intl = Reflect::get(&global(), &"Intl".into())?;
    let constructor: Function = Reflect::get(&intl, &"DateTimeFormat".into())?.dyn_into()?;
    let format = Reflect::construct(&constructor, &Array::of2(&calendar_language().into(), &options))?;
    let format: Intl::DateTimeFormat = format.dyn_into()?;
    format.format().call1(&JsValue::UNDEFINED, &Date::new(&(at_ms as f64).into()))
}

/// English is that of Europe: our cinemas do not write the month first.
fn calendar_language() -> &'static str {
    match texts().language.tag {
        "en" => "en-GB",
        tag => tag,
    }
}
