//! SendGrid's mail API, version 3. Its 202 means "queued", and it knows no idempotency key.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use lettre::message::Mailbox;
use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::{Value, json};

use super::channels::{Problem, Settings, sender};
use super::message::Message;
use super::secret::Secret;
use super::{Channel, SendError, http};

const SEND_PATH: &str = "v3/mail/send";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SendgridToml {
    from: String,
    key: Option<String>,
    key_file: Option<PathBuf>,
    #[serde(default = "default_url")]
    base_url: String,
}

fn default_url() -> String {
    "https://api.sendgrid.com/".to_owned()
}

struct Sendgrid {
    client: Client,
    url: Url,
    key: Secret,
    from: Mailbox,
}

/// Opens a channel to the API.
pub(super) fn open(settings: &Settings<'_>) -> Result<Arc<dyn Channel>, Vec<Problem>> {
    let raw: SendgridToml = settings.parse()?;
    let key = Secret::read("key", raw.key, raw.key_file, settings.folder);
    let from = sender(&raw.from);
    let base = format!("{}/", raw.base_url.trim_end_matches('/'));
    let url = http::url("base_url", &base)
        .and_then(|url| url.join(SEND_PATH).map_err(|error| Problem::new("base_url", error.to_string())));
    match (key, from, url) {
        (Ok(key), Ok(from), Ok(url)) => Ok(Arc::new(Sendgrid { client: http::client()?, url, key, from })),
        (key, from, url) => Err([key.err(), from.err(), url.err()].into_iter().flatten().collect()),
    }
}

#[async_trait]
impl Channel for Sendgrid {
    fn kind(&self) -> &'static str {
        "sendgrid"
    }

    fn takes_addresses(&self) -> bool {
        true
    }

    async fn send(&self, message: &Message) -> Result<Option<String>, SendError> {
        let request = self.client.post(self.url.clone()).bearer_auth(self.key.reveal());
        http::send(request.json(&payload(message, &self.from)), &self.key).await.map(|()| None)
    }
}

fn payload(message: &Message, from: &Mailbox) -> Value {
    let to: Vec<Value> = message
        .to
        .iter()
        .filter_map(|address| address.parse().ok())
        .map(|mailbox| address(&mailbox))
        .collect();
    json!({
        "personalizations": [{ "to": to }],
        "from": address(from),
        "subject": message.subject,
        "content": [
            { "type": "text/plain", "value": message.text },
            { "type": "text/html", "value": message.html },
        ],
        "headers": {
            "Auto-Submitted": "auto-generated",
            "X-CinePortal-Message": message.batch,
            "X-CinePortal-Attempt": message.attempt.to_string(),
        },
        "tracking_settings": { "click_tracking": { "enable": false }, "open_tracking": { "enable": false } },
    })
}

fn address(mailbox: &Mailbox) -> Value {
    match &mailbox.name {
        Some(name) => json!({ "email": mailbox.email.to_string(), "name": name }),
        None => json!({ "email": mailbox.email.to_string() }),
    }
}
