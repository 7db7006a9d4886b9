//! One GraphQL operation over HTTP.

use cynic::{GraphQlResponse, Operation};
use gloo_net::http::Request;
use leptos::web_sys::AbortSignal;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::GRAPHQL_PATH;
use crate::model::Trouble;

const ACCEPT: &str = "application/graphql-response+json, application/json;q=0.9";
/// After so long without an answer there will be none.
const TIMEOUT_MS: u32 = 15_000;

/// Sends the operation and reads the whole answer. Half an answer counts as none: an error in it would look like
/// an empty list.
pub(super) async fn ask<Data, Variables>(operation: Operation<Data, Variables>) -> Result<Data, Trouble>
where
    Data: DeserializeOwned + 'static,
    Variables: Serialize,
{
    whole(ask_partly(operation).await?)
}

/// Sends the operation and reads what there is of an answer, and why the rest is missing.
pub(super) async fn ask_partly<Data, Variables>(
    operation: Operation<Data, Variables>,
) -> Result<Partly<Data>, Trouble>
where
    Data: DeserializeOwned + 'static,
    Variables: Serialize,
{
    let body = serde_json::to_string(&operation).map_err(|error| Trouble::Unreadable(error.to_string()))?;
    let (status, text) = post(body).await.map_err(|error| Trouble::Unreachable(error.to_string()))?;
    read(status, &text)
}

/// An answer, and why a part of it is missing.
type Partly<Data> = (Data, Option<Trouble>);

async fn post(body: String) -> Result<(u16, String), gloo_net::Error> {
    let request = Request::post(GRAPHQL_PATH)
        .header("content-type", "application/json")
        .header("accept", ACCEPT)
        .abort_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)))
        .body(body)?;
    let response = request.send().await?;
    Ok((response.status(), response.text().await?))
}

/// A GraphQL answer counts whatever the status; anything else is told by the status.
fn read<Data: DeserializeOwned>(status: u16, text: &str) -> Result<Partly<Data>, Trouble> {
    let answer: GraphQlResponse<Data> = match serde_json::from_str(text) {
        Ok(answer) => answer,
        Err(_) if !(200..300).contains(&status) => return Err(Trouble::Status(status)),
        Err(error) => return Err(Trouble::Unreadable(error.to_string())),
    };
    match (answer.data, answer.errors.unwrap_or_default().into_iter().next()) {
        (_, Some(_)) if matches!(status, 401 | 403) => Err(Trouble::Status(status)),
        (None, Some(error)) => Err(Trouble::Refused(error.message)),
        (Some(data), error) => Ok((data, error.map(|error| Trouble::Refused(error.message)))),
        (None, None) => Err(Trouble::Unreadable("an answer without data".to_owned())),
    }
}

fn whole<Data>((data, trouble): Partly<Data>) -> Result<Data, Trouble> {
    trouble.map_or(Ok(data), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(status: u16, text: &str) -> Result<i32, Trouble> {
        whole(read(status, text)?)
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
        assert!(matches!(number(200, "<html>"), Err(Trouble::Unreadable(_))));
        assert!(matches!(number(200, "{}"), Err(Trouble::Unreadable(_))));
        assert!(matches!(number(200, r#"{"data": null, "errors": null}"#), Err(Trouble::Unreadable(_))));
    }
}
