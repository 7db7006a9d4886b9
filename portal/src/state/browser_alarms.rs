//! A tone and a notification, by what browsers have for it. Where they have nothing, nothing happens.

use leptos::prelude::set_timeout;
use leptos::wasm_bindgen::JsValue;
use leptos::web_sys::js_sys::{Reflect, global};
use leptos::web_sys::{AudioContext, Notification, NotificationOptions, NotificationPermission};
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;

/// Two short notes, the second a fifth higher: heard, but no siren.
const NOTES: [(f32, f64); 2] = [(587.3, 0.0), (880.0, 0.16)];
const NOTE_SECONDS: f64 = 0.14;
const LOUDNESS: f32 = 0.12;
/// By then the tone is over.
const OVER: Duration = Duration::from_secs(2);

/// Plays a short tone.
pub(super) fn play_tone() {
    if let Ok(audio) = AudioContext::new() {
        let _ = NOTES.iter().try_for_each(|(pitch, after)| play_note(&audio, *pitch, *after));
        let close = move || {
            let _ = audio.close();
        };
        set_timeout(close, OVER);
    }
}

fn play_note(audio: &AudioContext, pitch: f32, after: f64) -> Result<(), JsValue> {
    let (note, volume) = (audio.create_oscillator()?, audio.create_gain()?);
    let (begin, end) = (audio.current_time() + after, audio.current_time() + after + NOTE_SECONDS);
    note.frequency().set_value(pitch);
    volume.gain().set_value_at_time(LOUDNESS, begin)?;
    volume.gain().exponential_ramp_to_value_at_time(0.001, end)?;
    note.connect_with_audio_node(&volume)?.connect_with_audio_node(&audio.destination())?;
    note.start_with_when(begin)?;
    note.stop_with_when(end)
}

/// Asks the person, by their browser, whether they may be notified.
pub(super) async fn may_notify() -> bool {
    if !has_notifications() {
        return false;
    }
    if let Ok(asked) = Notification::request_permission() {
        let _ = JsFuture::from(asked).await;
    }
    Notification::permission() == NotificationPermission::Granted
}

/// Shows a notification; a newer one takes the place of the one before.
pub(super) fn notify(alarm: &crate::model::Alarm) {
    if has_notifications() {
        let options = NotificationOptions::new();
        options.set_body(&alarm.text);
        options.set_tag("cineportal");
        let _ = Notification::new_with_options(&alarm.title, &options);
    }
}

fn has_notifications() -> bool {
    Reflect::has(&global(), &"Notification".into()).unwrap_or(false)
}
