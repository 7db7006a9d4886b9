//! A client of server-sent events, as thin as it can be.

use futures::StreamExt;
use futures::stream::BoxStream;
use serde_json::{Value, json};

use super::{PATIENCE, TestServer};

/// One stream of events.
pub(crate) struct EventStream {
    chunks: BoxStream<'static, reqwest::Result<Vec<u8>>>,
    text: String,
}

/// One event as it came over the wire.
#[derive(Debug, PartialEq)]
pub(crate) struct ServerSentEvent {
    pub(crate) name: String,
    pub(crate) data: String,
}

impl EventStream {
    /// Asks for events of this operation by POST.
    pub(crate) async fn post(server: &TestServer, query: &str, variables: Value) -> Self {
        let request = json!({ "query": query, "variables": variables });
        let request = server.graphql_request().header("accept", "text/event-stream").json(&request);
        Self::of(request.send().await.unwrap())
    }

    /// The events of this answer.
    pub(crate) fn of(response: reqwest::Response) -> Self {
        let media_type = response.headers()["content-type"].to_str().unwrap().to_owned();
        assert_eq!((response.status().as_u16(), media_type.as_str()), (200, "text/event-stream"));
        let chunks = futures::stream::unfold(response, |mut response| async {
            let chunk = response.chunk().await.transpose()?;
            Some((chunk.map(|bytes| bytes.to_vec()), response))
        });
        Self { chunks: chunks.boxed(), text: String::new() }
    }

    /// The next event or comment; `None` at the end.
    pub(crate) async fn next_part(&mut self) -> Option<String> {
        let next = async {
            loop {
                if let Some((part, rest)) = self.text.split_once("\n\n") {
                    let part = part.to_owned();
                    self.text = rest.to_owned();
                    return Some(part);
                }
                let chunk = self.chunks.next().await?.expect("the stream broke");
                self.text.push_str(std::str::from_utf8(&chunk).unwrap());
            }
        };
        tokio::time::timeout(PATIENCE, next).await.expect("the server said nothing")
    }

    /// The next event, past all comments and the hint when to come back; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<ServerSentEvent> {
        loop {
            let part = self.next_part().await?;
            if part.starts_with(':') || part.starts_with("retry:") {
                continue;
            }
            let field = |name: &str| part.lines().find_map(|line| line.strip_prefix(name).map(str::trim));
            let (name, data) = (field("event:").unwrap(), field("data:").unwrap());
            return Some(ServerSentEvent { name: name.to_owned(), data: data.to_owned() });
        }
    }

    /// The next answer; there must be one.
    pub(crate) async fn answer(&mut self) -> Value {
        let event = self.next().await.expect("the stream ended");
        assert_eq!(event.name, "next");
        serde_json::from_str(&event.data).unwrap()
    }
}
