//! Markup, line breaks and mentions in messages to people: text in mail, in its headers, in chats and in events.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::corpus_markup::{marked, plain};
use crate::support::TestServer;
use crate::support::corpus::{corpus, told};
use crate::support::mail::MailServer;
use crate::support::receiver::{Received, Receiver};
use crate::support::telling::Telling;

/// So many messages go out one by one; what is due beyond that becomes a digest.
const SINGLES: usize = 5;
const OURS: &str = "https://portal.example.dk/";

/// One server that tells by mail, Slack, Discord and a webhook.
struct Everybody {
    mail: MailServer,
    chats: [Receiver; 3],
    server: TestServer,
}

impl Everybody {
    async fn start() -> Self {
        let mail = MailServer::start().await;
        let chats = [(); 3].map(|()| Receiver::start(Vec::new()));
        let [slack, discord, webhook] = chats;
        let chats = [slack.await, discord.await, webhook.await];
        let route = |name: &str, rest: &str| {
            format!("[[notify]]\nname = \"{name}\"\nchannel = \"{name}\"\nwait_seconds = 0\n{rest}\n")
        };
        let routes = [
            route("mail", "to = [\"duty@example.dk\"]"),
            route("slack", ""),
            route("discord", ""),
            route("webhook", ""),
        ];
        let [slack, discord, webhook] = chats.each_ref().map(|chat| &chat.url);
        let channels = format!(
            "[channels.mail]\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nfrom = \"a@example.dk\"\n\
             [channels.slack]\nkind = \"slack\"\nurl = \"{slack}/x\"\n\
             [channels.discord]\nkind = \"discord\"\nurl = \"{discord}/x\"\n\
             [channels.webhook]\nkind = \"webhook\"\nurl = \"{webhook}/x\"\nsecret = \"a secret of 27 characters..\"\n",
            mail.port
        );
        let server = Telling::new(&routes.concat(), &channels).start().await;
        Self { mail, chats, server }
    }

    async fn alert(&self, texts: &[String]) {
        let alerts: Vec<Value> =
            texts.iter().enumerate().map(|(n, text)| marked(text, &n.to_string())).collect();
        self.server.alert(&alerts).await;
    }
}

/// Every tag of a page, without what only our own links say. A browser begins one at each `<`.
fn tags(html: &str) -> Vec<String> {
    let tags = html.split('<').skip(1).map(|part| part.split_once('>').unwrap_or((part, "")).0);
    tags.filter(|tag| *tag != "br")
        .map(|tag| if is_our_link(tag) { "a".to_owned() } else { tag.to_owned() })
        .collect()
}

fn is_our_link(tag: &str) -> bool {
    let address = tag.strip_prefix("a href=\"").and_then(|rest| rest.strip_suffix('"'));
    address.is_some_and(|address| address.starts_with(OURS) && !address.contains(['"', '\'', ' ']))
}

/// What a browser shows of a page.
fn shown(html: &str) -> String {
    let texts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    let texts: String = texts.collect::<Vec<_>>().join(" ");
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    plain(&entities.iter().fold(texts, |text, (entity, character)| text.replace(entity, character)))
}

fn html(mail: &Value) -> &str {
    mail["html"].as_str().unwrap()
}

fn header_names(mail: &Value) -> BTreeSet<&str> {
    mail["headers"].as_array().unwrap().iter().map(|header| header[0].as_str().unwrap()).collect()
}

/// A mail of texts has the headers of one that says nothing special, and goes to the same people.
fn is_addressed_like(mail: &Value, harmless: &Value) {
    assert_eq!(header_names(mail), header_names(harmless), "{mail}");
    assert_eq!(mail["to"], harmless["to"]);
    let subject = mail["subject"].as_str().unwrap();
    assert!(!subject.contains(|c: char| c.is_control() || c == '\u{2028}'), "{subject:?}");
}

/// Slack takes everything between `<` and `>` for a link or a mention.
fn slack_links_to_us_only(request: &Received) {
    let body = request.json();
    let sections = body["blocks"].as_array().unwrap().iter().skip(1);
    for text in sections.map(|block| block["text"]["text"].as_str().unwrap()).chain(body["text"].as_str()) {
        assert!(text.split('<').skip(1).all(|part| part.starts_with(OURS)), "{text}");
    }
}

fn discord_mentions_nobody(request: &Received) {
    let body = request.json();
    assert_eq!(body["allowed_mentions"]["parse"], serde_json::json!([]));
    let embed = &body["embeds"][0];
    assert!(embed["url"].as_str().unwrap().starts_with(OURS), "{embed}");
    for text in [&embed["title"], &embed["description"]].map(|text| text.as_str().unwrap()) {
        let escaped = text.replace(r"\\", "");
        for (at, _) in escaped.match_indices(['<', '@', '[', ']', '#']) {
            assert_eq!(&escaped[at - 1..at], r"\", "{text}");
        }
    }
}

fn events_name_the_titles(request: &Received, texts: &[String]) {
    let body = request.json();
    let titles =
        body["events"].as_array().unwrap().iter().map(|event| event["incident"]["title"].as_str().unwrap());
    let texts: Vec<String> = texts.iter().map(|text| plain(text)).collect();
    titles.for_each(|title| assert!(texts.contains(&plain(title)), "{title:?}"));
}

#[tokio::test]
async fn in_a_message_of_its_own_every_text_is_text() {
    let mut everybody = Everybody::start().await;
    everybody.alert(&["harmless".to_owned()]).await;
    let harmless = everybody.mail.mail().await;
    let texts = corpus("markup.txt");
    for some in texts.chunks(SINGLES) {
        let mut everybody = Everybody::start().await;
        everybody.alert(some).await;
        let mut missing: BTreeSet<String> = some.iter().map(|text| plain(text)).collect();
        for _ in some {
            let mail = everybody.mail.mail().await;
            is_addressed_like(&mail, &harmless);
            assert_eq!(tags(html(&mail)), tags(html(&harmless)), "{mail}");
            let shown = shown(html(&mail));
            missing.retain(|text| !shown.contains(text.as_str()));
            slack_links_to_us_only(&everybody.chats[0].next().await);
            discord_mentions_nobody(&everybody.chats[1].next().await);
            events_name_the_titles(&everybody.chats[2].next().await, some);
        }
        assert_eq!(missing, BTreeSet::new(), "not shown");
    }
    told("markup", texts.len(), "into mail, its headers, Slack, Discord and a webhook, one by one");
}

/// The next mail that is about many incidents.
async fn digest(mailbox: &mut MailServer) -> Value {
    loop {
        let mail = mailbox.mail().await;
        if html(&mail).contains("<ul>") {
            return mail;
        }
    }
}

#[tokio::test]
async fn in_a_digest_every_text_is_text() {
    let harmless: Vec<String> = (0..100).map(|n| format!("harmless {n}")).collect();
    let texts: Vec<String> = corpus("markup.txt").into_iter().take(harmless.len()).collect();
    let (mut calm, mut wild) = (Everybody::start().await, Everybody::start().await);
    calm.alert(&harmless).await;
    wild.alert(&texts).await;
    let (mail, harmless) = (digest(&mut wild.mail).await, digest(&mut calm.mail).await);
    is_addressed_like(&mail, &harmless);
    // A few may have gone out before by themselves, so that the lists differ in length.
    let kinds = |mail: &Value| tags(html(mail)).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(kinds(&mail), kinds(&harmless), "{mail}");
    slack_links_to_us_only(&wild.chats[0].next().await);
    discord_mentions_nobody(&wild.chats[1].next().await);
    events_name_the_titles(&wild.chats[2].next().await, &texts);
    told("markup", texts.len(), "into mail, its headers, Slack, Discord and a webhook, in a digest");
}
