//! One GraphQL operation over HTTP.

use std::pin::pin;

use futures::future::{Either, select};
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::js_sys;
use leptos::web_sys::{AbortController, Headers, Request, RequestInit, Response};
use miniserde::{Deserialize, Serialize, json};
use wasm_bindgen_futures::JsFuture;

use super::timer::sleep;
use super::{Server, sign_in};
use crate::model::Trouble;

const ACCEPT: &str = "application/graphql-response+json, application/json;q=0.9";
/// After so long without an answer there will be none.
const TIMEOUT_MS: i64 = 15_000;
const TOO_LATE: &str = "no answer within 15 s";
/// How documents begin that change something.
const CHANGE: &str = "mutation";
/// It is not known who asks.
const UNAUTHENTICATED: u16 = 401;

/// Sends the operation and reads the whole answer. Half an answer counts as none: an error in it would look like
/// an empty list.
pub(super) async fn ask<Data: Deserialize>(
    server: Server,
    document: &str,
    variables: &impl Serialize,
) -> Result<Data, Trouble> {
    match ask_partly(server, document, variables).await? {
        (data, None) => Ok(data),
        (_, Some(trouble)) => Err(trouble),
    }
}

/// Sends the operation and reads what there is of an answer, and why the rest is missing.
pub(super) async fn ask_partly<Data: Deserialize>(
    server: Server,
    document: &str,
    variables: &impl Serialize,
) -> Result<Partly<Data>, Trouble> {
    if server.wants_token_now() {
        return Err(Trouble::Status(UNAUTHENTICATED));
    }
    let asked_with = server.token();
    let (status, text) = post(server, document, variables).await.map_err(|error| unreachable(&error))?;
    note_answer(server, asked_with.as_ref(), status);
    read(status, &text)
}

/// The body of a request, as `{"query": …, "variables": …}`.
pub(super) fn body(document: &str, variables: &impl Serialize) -> String {
    format!(r#"{{"query":{},"variables":{}}}"#, json::to_string(document), json::to_string(variables))
}

/// For a document without variables.
#[derive(Serialize)]
pub(super) struct NoVariables {}

/// An answer, and why a part of it is missing.
type Partly<Data> = (Data, Option<Trouble>);

#[derive(Deserialize)]
struct Envelope<Data> {
    data: Option<Data>,
    errors: Option<Vec<GraphQlError>>,
}

#[derive(Deserialize)]
struct GraphQlError {
    message: String,
}

/// Reads a file of the server; `path` begins with a slash. The server says in words why it refuses.
pub(super) async fn read_file<Data: Deserialize>(server: Server, path: &str) -> Result<Data, Trouble> {
    let asked_with = server.token();
    let (status, text) = get(server, path).await.map_err(|error| unreachable(&error))?;
    note_answer(server, asked_with.as_ref(), status);
    match status {
        200..300 => json::from_str(&text).map_err(|_| Trouble::Unreadable),
        400 | 404 => Err(Trouble::Refused(text.trim().to_owned())),
        _ => Err(Trouble::Status(status)),
    }
}

/// What the status says of who asks; a late answer says nothing of a token that was brought meanwhile.
fn note_answer(server: Server, asked_with: Option<&String>, status: u16) {
    if server.token().as_ref() == asked_with {
        match status {
            UNAUTHENTICATED => server.refused(),
            200..300 => server.taken(),
            _ => {}
        }
    }
    server.answered();
}

async fn get(server: Server, path: &str) -> Result<(u16, String), JsValue> {
    send(server, &server.address(path), &Headers::new()?, &RequestInit::new(), &TakeBack::when_dropped()?)
        .await
}

async fn post(server: Server, document: &str, variables: &impl Serialize) -> Result<(u16, String), JsValue> {
    let (headers, options) = (Headers::new()?, RequestInit::new());
    headers.set("content-type", "application/json")?;
    headers.set("accept", ACCEPT)?;
    options.set_method("POST");
    options.set_body(&body(document, variables).into());
    let take_back =
        if document.starts_with(CHANGE) { TakeBack::when_too_late()? } else { TakeBack::when_dropped()? };
    send(server, &server.graphql(), &headers, &options, &take_back).await
}

async fn send(
    server: Server,
    address: &str,
    headers: &Headers,
    options: &RequestInit,
    take_back: &TakeBack,
) -> Result<(u16, String), JsValue> {
    if let Some(token) = server.token() {
        headers.set("authorization", &format!("Bearer {token}"))?;
    }
    options.set_headers(headers);
    options.set_signal(Some(&take_back.controller.signal()));
    let request = Request::new_with_str_and_init(address, options)?;
    match select(pin!(fetch(server, &request)), pin!(sleep(TIMEOUT_MS))).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => {
            take_back.controller.abort();
            Err(js_sys::Error::new(TOO_LATE).into())
        }
    }
}

async fn fetch(server: Server, request: &Request) -> Result<(u16, String), JsValue> {
    let response: Response =
        JsFuture::from(leptos::prelude::window().fetch_with_request(request)).await?.dyn_into()?;
    if response.status() == 401 {
        sign_in::lead(server, &response);
    }
    let text = JsFuture::from(response.text()?).await?;
    Ok((response.status(), text.as_string().unwrap_or_default()))
}

/// Takes a request back. A question for whose answer nobody waits any more would hold one of the few connections that
/// a browser has; a change goes on, because somebody wanted it.
struct TakeBack {
    controller: AbortController,
    when_dropped: bool,
}

impl TakeBack {
    fn when_dropped() -> Result<Self, JsValue> {
        Ok(Self { controller: AbortController::new()?, when_dropped: true })
    }

    fn when_too_late() -> Result<Self, JsValue> {
        Ok(Self { controller: AbortController::new()?, when_dropped: false })
    }
}

impl Drop for TakeBack {
    /// What has its answer does not mind.
    fn drop(&mut self) {
        if self.when_dropped {
            self.controller.abort();
        }
    }
}

fn unreachable(error: &JsValue) -> Trouble {
    Trouble::Unreachable(
        error
            .dyn_ref::<leptos::web_sys::js_sys::Error>()
            .map_or_else(String::new, |error| error.message().into()),
    )
}

/// A GraphQL answer counts whatever the status; anything else is told by the status.
fn read<Data: Deserialize>(status: u16, text: &str) -> Result<Partly<Data>, Trouble> {
    let answer: Envelope<Data> = match json::from_str(text) {
        Ok(answer) => answer,
        Err(_) if !(200..300).contains(&status) => return Err(Trouble::Status(status)),
        Err(_) => return Err(Trouble::Unreadable),
    };
    match (answer.data, answer.errors.unwrap_or_default().into_iter().next()) {
        (_, Some(_)) if matches!(status, 401 | 403) => Err(Trouble::Status(status)),
        (None, Some(error)) => Err(Trouble::Refused(error.message)),
        (Some(data), error) => Ok((data, error.map(|error| Trouble::Refused(error.message)))),
        (None, None) => Err(Trouble::Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(status: u16, text: &str) -> Result<i32, Trouble> {
        match read(status, text)? {
            (data, None) => Ok(data),
            (_, Some(trouble)) => Err(trouble),
        }
    }

    #[test]
    fn data_is_read() {
        assert_eq!(number(200, r#"{"data": 7}"#), Ok(7));
    }

    #[test]
    fn an_error_beside_data_counts_as_an_error() {
        let refused = Err(Trouble::Refused("store is away".to_owned()));
        assert_eq!(number(200, r#"{"data": 7, "errors": [{"message": "store is away"}]}"#), refused);
    }

    #[test]
    fn whoever_can_do_with_a_part_gets_it_with_the_error() {
        let partly = read::<i32>(200, r#"{"data": 7, "errors": [{"message": "store is away"}]}"#);
        assert_eq!(partly, Ok((7, Some(Trouble::Refused("store is away".to_owned())))));
    }

    #[test]
    fn an_error_is_read_from_a_bad_status_too() {
        assert_eq!(number(400, r#"{"errors": [{"message": "no"}]}"#), Err(Trouble::Refused("no".to_owned())));
    }

    #[test]
    fn a_closed_door_is_told_by_its_status() {
        assert_eq!(number(401, r#"{"errors": [{"message": "sign in"}]}"#), Err(Trouble::Status(401)));
    }

    #[test]
    fn a_page_of_a_proxy_is_told_by_its_status() {
        assert_eq!(number(502, "<html>Bad Gateway</html>"), Err(Trouble::Status(502)));
    }

    #[test]
    fn a_good_status_with_nonsense_is_unreadable() {
        for text in ["<html>", "{}", r#"{"data": null, "errors": null}"#] {
            assert_eq!(number(200, text), Err(Trouble::Unreadable), "{text}");
        }
    }

    #[test]
    fn a_body_carries_document_and_variables() {
        #[derive(Serialize)]
        struct Variables {
            id: String,
        }
        let body = body("query \"x\"", &Variables { id: "7".to_owned() });
        assert_eq!(body, r#"{"query":"query \"x\"","variables":{"id":"7"}}"#);
    }

    #[test]
    fn a_document_that_changes_something_says_so_in_its_first_word() {
        for (name, text) in cineportal_schema::DOCUMENTS {
            assert_eq!(text.starts_with(CHANGE), text.contains(CHANGE), "{name}");
        }
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod in_browser {
    use cineportal_schema::documents;
    use futures::FutureExt;
    use leptos::prelude::{Owner, window};
    use leptos::web_sys::AbortSignal;
    use leptos::web_sys::js_sys::{Function, Reflect};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    /// Asks a server that never answers, and stops waiting; the signal that the browser was given.
    fn begun_and_dropped(document: &str) -> AbortSignal {
        let (own, window) = (JsValue::from_str("fetch"), window());
        let real = Reflect::get(&window, &own).unwrap();
        let never = "this.signal = request.signal; return new Promise(() => {})";
        Reflect::set(&window, &own, &Function::new_with_args("request", never)).unwrap();
        let owner = Owner::new();
        let server = owner.with(Server::used);
        assert!(ask::<i32>(server, document, &NoVariables {}).now_or_never().is_none());
        Reflect::set(&window, &own, &real).unwrap();
        Reflect::get(&window, &JsValue::from_str("signal")).unwrap().unchecked_into()
    }

    #[wasm_bindgen_test]
    fn a_late_refusal_says_nothing_of_a_token_that_was_brought_meanwhile() {
        let (old, new) = ("old".to_owned(), "new".to_owned());
        Owner::new().with(|| {
            let server = Server::provide_embedded(String::new(), Some(old.clone()));
            server.renew(Some(new.clone()));
            note_answer(server, Some(&old), UNAUTHENTICATED);
            assert!(!server.wants_token_now());
            note_answer(server, Some(&new), UNAUTHENTICATED);
            assert!(server.wants_token_now());
        });
    }

    #[wasm_bindgen_test]
    fn a_question_that_nobody_waits_for_any_more_is_taken_back() {
        assert!(begun_and_dropped(documents::OVERVIEW).aborted());
    }

    #[wasm_bindgen_test]
    fn a_change_goes_on_when_nobody_waits_for_it_any_more() {
        assert!(!begun_and_dropped(documents::START_PROGRESS).aborted());
    }
}
