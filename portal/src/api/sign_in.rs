//! Where a tab goes when the server does not know who asks.

use leptos::prelude::{location, window};
use leptos::web_sys::Response;
use leptos::web_sys::js_sys::encode_uri_component;

use super::Server;
use super::timer::now_ms;

/// With this the server names its page to sign in.
const SIGN_IN_AT: &str = "x-sign-in";
/// When this tab went there last, in milliseconds since 1970.
const WENT_AT: &str = "cineportal.signing_in";
/// A browser that keeps no cookies would go there for ever.
const PAUSE_MS: i64 = 10_000;

/// Goes to sign in and comes back, if the server names where. A page of somebody else is never left.
pub(super) fn lead(server: Server, response: &Response) {
    let Ok(Some(page)) = response.headers().get(SIGN_IN_AT) else { return };
    if !is_own_tab(server) || was_there_just_now() {
        return;
    }
    let (path, search) = (location().pathname(), location().search());
    let here = [path.unwrap_or_default(), search.unwrap_or_default()].concat();
    let here = encode_uri_component(&here).as_string().unwrap_or_default();
    let _ = location().assign(&server.address(&[&page, "?to=", &here].concat()));
}

fn is_own_tab(server: Server) -> bool {
    let is_top = window().parent().is_ok_and(|parent| parent.is_some_and(|parent| parent == window()));
    is_top && server.token().is_none() && location().origin().is_ok_and(|origin| server.address("") == origin)
}

fn was_there_just_now() -> bool {
    let Ok(Some(storage)) = window().session_storage() else { return true };
    let before = storage.get_item(WENT_AT).ok().flatten().and_then(|text| text.parse::<i64>().ok());
    let now_ms = now_ms();
    let just_now = before.is_some_and(|before_ms| now_ms - before_ms < PAUSE_MS);
    if !just_now {
        let _ = storage.set_item(WENT_AT, &now_ms.to_string());
    }
    just_now
}
