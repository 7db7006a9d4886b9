//! One GraphQL operation over HTTP.

use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{AbortSignal, Headers, Request, RequestInit, Response};
use miniserde::{Deserialize, Serialize, json};
use wasm_bindgen_futures::JsFuture;

use super::{Server, sign_in};
use crate::model::Trouble;

const ACCEPT: &str = "application/graphql-response+json, application/json;q=0.9";
/// After so long without an answer there will be none.
const TIMEOUT_MS: u32 = 15_000;
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
    let (status, text) =
        post(server, &body(document, variables)).await.map_err(|error| unreachable(&error))?;
    if status == UNAUTHENTICATED {
        server.refused();
    } else if (200..300).contains(&status) {
        server.taken();
    }
    server.answered();
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
    let (status, text) = get(server, path).await.map_err(|error| unreachable(&error))?;
    if status == UNAUTHENTICATED {
        server.refused();
    }
    server.answered();
    match status {
        200..300 => json::from_str(&text).map_err(|_| Trouble::Unreadable),
        400 | 404 => Err(Trouble::Refused(text.trim().to_owned())),
        _ => Err(Trouble::Status(status)),
    }
}

async fn get(server: Server, path: &str) -> Result<(u16, String), JsValue> {
    send(server, &server.address(path), &Headers::new()?, None).await
}

async fn post(server: Server, body: &str) -> Result<(u16, String), JsValue> {
    let headers = Headers::new()?;
    headers.set("content-type", "application/json")?;
    headers.set("accept", ACCEPT)?;
    send(server, &server.graphql(), &headers, Some(body)).await
}

/// Sends a question with a body, or asks for a file without one.
async fn send(
    server: Server,
    address: &str,
    headers: &Headers,
    body: Option<&str>,
) -> Result<(u16, String), JsValue> {
    if let Some(token) = server.token() {
        headers.set("authorization", &format!("Bearer {token}"))?;
    }
    let options = RequestInit::new();
    options.set_headers(headers);
    if let Some(body) = body {
        options.set_method("POST");
        options.set_body(&body.into());
    }
    options.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
    let request = Request::new_with_str_and_init(address, &options)?;
    let response: Response =
        JsFuture::from(leptos::prelude::window().fetch_with_request(&request)).await?.dyn_into()?;
    if response.status() == 401 {
        sign_in::lead(server, &response);
    }
    let text = JsFuture::from(response.text()?).await?;
    Ok((response.status(), text.as_string().unwrap_or_default()))
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
}
