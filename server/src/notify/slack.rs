//! Slack's incoming webhooks: blocks, with everything from an alert escaped.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::{Value, json};

use super::channels::{Problem, Settings};
use super::message::{Message, Notice, shortened};
use super::secret::Secret;
use super::{Channel, SendError, http};

/// How many incidents one message lists; Slack takes 50 blocks.
const MAX_LISTED: usize = 20;
/// Slack takes 150 characters in a header and 3,000 in a section; escaping makes texts longer.
const MAX_HEADER_CHARACTERS: usize = 150;
const MAX_SECTION_CHARACTERS: usize = 2_900;
const MAX_DESCRIPTION_CHARACTERS: usize = 500;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SlackToml {
    url: Option<String>,
    url_file: Option<PathBuf>,
}

struct Slack {
    client: Client,
    url: Url,
    secret: Secret,
}

/// Opens a channel to an incoming webhook; its address is the secret.
pub(super) fn open(settings: &Settings<'_>) -> Result<Arc<dyn Channel>, Vec<Problem>> {
    let raw: SlackToml = settings.parse()?;
    let secret =
        Secret::read("url", raw.url, raw.url_file, settings.folder).map_err(|problem| vec![problem])?;
    let url = http::url("url", secret.reveal()).map_err(|problem| vec![problem])?;
    Ok(Arc::new(Slack { client: http::client()?, url, secret }))
}

#[async_trait]
impl Channel for Slack {
    fn kind(&self) -> &'static str {
        "slack"
    }

    fn takes_addresses(&self) -> bool {
        false
    }

    async fn send(&self, message: &Message) -> Result<Option<String>, SendError> {
        let request = self.client.post(self.url.clone()).json(&payload(message));
        http::send(request, &self.secret).await.map(|()| None)
    }
}

fn payload(message: &Message) -> Value {
    let header = json!({ "type": "plain_text", "text": shortened(&entities(&message.subject), MAX_HEADER_CHARACTERS) });
    let mut blocks = vec![json!({ "type": "header", "text": header })];
    blocks.extend(message.repeated.iter().map(|words| section(&escape(words))));
    let one = message.notices.len() == 1;
    blocks.extend(message.notices.iter().take(MAX_LISTED).map(|notice| section(&told(notice, one))));
    let (name, url) = &message.region_link;
    let mut last = message.more(MAX_LISTED).map(|more| escape(&more)).into_iter().collect::<Vec<_>>();
    last.push(format!("<{url}|{}>", escape(name)));
    blocks.push(section(&last.join("\n")));
    json!({ "text": escape(&message.subject), "blocks": blocks, "unfurl_links": false })
}

fn section(text: &str) -> Value {
    json!({ "type": "section", "text": { "type": "mrkdwn", "text": shortened(text, MAX_SECTION_CHARACTERS) } })
}

fn told(notice: &Notice, in_full: bool) -> String {
    let mut lines = vec![format!("<{}|{}>", notice.url, escape(&notice.heading))];
    if in_full {
        lines.extend(
            notice.facts.iter().map(|(name, value)| format!("*{}:* {}", escape(name), escape(value))),
        );
        lines.push(escape(&shortened(&notice.description, MAX_DESCRIPTION_CHARACTERS)));
    } else {
        let facts: Vec<String> = notice.facts.iter().map(|(_, value)| escape(value)).collect();
        lines.push(facts.join(", "));
    }
    lines.join("\n")
}

/// What Slack asks for: then there is no mention and no link.
fn entities(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Text in which marks that change the look are none, too: a zero-width space keeps them from being one.
fn escape(text: &str) -> String {
    entities(text)
        .chars()
        .flat_map(|c| "*_~`|".contains(c).then_some('\u{200b}').into_iter().chain([c]))
        .collect()
}
