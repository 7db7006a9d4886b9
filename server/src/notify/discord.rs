//! Discord's webhooks: embeds; nobody is mentioned, whatever a text says.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::{Value, json};

use super::channels::{Problem, Settings};
use super::html::colour;
use super::message::{Message, Notice, shortened};
use super::secret::Secret;
use super::{Channel, SendError, http};

/// How many incidents one message lists: Discord takes 4,096 characters in a description.
const MAX_LISTED: usize = 15;
const MAX_TITLE_CHARACTERS: usize = 256;
const MAX_LINE_CHARACTERS: usize = 250;
const MAX_DESCRIPTION_CHARACTERS: usize = 1_500;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DiscordToml {
    url: Option<String>,
    url_file: Option<PathBuf>,
}

struct Discord {
    client: Client,
    url: Url,
    secret: Secret,
}

/// Opens a channel to a webhook; its address is the secret.
pub(super) fn open(settings: &Settings<'_>) -> Result<Arc<dyn Channel>, Vec<Problem>> {
    let raw: DiscordToml = settings.parse()?;
    let secret =
        Secret::read("url", raw.url, raw.url_file, settings.folder).map_err(|problem| vec![problem])?;
    let url = http::url("url", secret.reveal()).map_err(|problem| vec![problem])?;
    Ok(Arc::new(Discord { client: http::client()?, url, secret }))
}

#[async_trait]
impl Channel for Discord {
    fn kind(&self) -> &'static str {
        "discord"
    }

    fn takes_addresses(&self) -> bool {
        false
    }

    async fn send(&self, message: &Message) -> Result<Option<String>, SendError> {
        // With `wait` Discord answers once the message is stored, not before.
        let request = self.client.post(self.url.clone()).query(&[("wait", "true")]).json(&payload(message));
        http::send(request, &self.secret).await.map(|()| None)
    }
}

fn payload(message: &Message) -> Value {
    let url = match message.notices.as_slice() {
        [only] => &only.url,
        _ => &message.region_link.1,
    };
    let embed = json!({
        "title": shortened(&escape(&message.subject), MAX_TITLE_CHARACTERS),
        "url": url,
        "description": description(message),
        "color": colour(message.severity()),
        "footer": { "text": message.words.footer },
    });
    json!({ "embeds": [embed], "allowed_mentions": { "parse": [] } })
}

fn description(message: &Message) -> String {
    let mut lines: Vec<String> = message.repeated.iter().map(|words| escape(words)).collect();
    if let [only] = message.notices.as_slice() {
        lines.extend(only.facts.iter().map(|(name, value)| line(&format!("**{name}:** {}", escape(value)))));
        lines.push(escape(&shortened(&only.description, MAX_DESCRIPTION_CHARACTERS / 2)));
    } else {
        lines.extend(message.notices.iter().take(MAX_LISTED).map(brief));
        lines.extend(message.more(MAX_LISTED));
    }
    lines.join("\n")
}

fn brief(notice: &Notice) -> String {
    line(&format!("• {}", escape(&notice.heading)))
}

fn line(text: &str) -> String {
    shortened(text, MAX_LINE_CHARACTERS)
}

/// Markdown as plain text.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\*_~`|>[]()#@<:-".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
