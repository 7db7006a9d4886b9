//! What chats, SendGrid and other programs are sent.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::cuttable_store::{Line, configured_server_on_a_line};
use crate::support::offline;
use crate::support::receiver::{HELD, Receiver, SILENCE};
use crate::support::telling::Telling;

const SECRET: &str = "a secret of 27 characters..";

fn dark_screen() -> Value {
    let mut alert = offline("dk-aarhus-01-03", "denmark", "2026-11-20T10:00:00Z");
    alert["annotations"]["summary"] = json!("*dark* <!channel> @everyone & more");
    alert
}

fn webhook(receiver: &Receiver) -> Telling {
    Telling::by(&format!("kind = \"webhook\"\nurl = \"{}/events\"\nsecret = \"{SECRET}\"", receiver.url))
}

#[tokio::test]
async fn a_webhook_carries_signed_events() {
    let mut receiver = Receiver::start(Vec::new()).await;
    let server = webhook(&receiver).start().await;
    server.alert(&[dark_screen()]).await;
    let request = receiver.next().await;
    let (time, signature) = request.header("x-cineportal-signature").split_once(',').unwrap();
    let time = time.strip_prefix("t=").unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(format!("{time}.{}", request.body).as_bytes());
    assert_eq!(signature, format!("v1={}", hex::encode(mac.finalize().into_bytes())));
    let age = jiff::Timestamp::now().as_second() - time.parse::<i64>().unwrap();
    assert!((0..300).contains(&age), "{age}");
    let body = request.json();
    let log = server.all_sent(1).await.remove(0);
    assert_eq!((&request.path[..], &body["id"]), ("/events", &log["message"]));
    let event = &body["events"][0];
    assert_eq!((&event["id"], &event["occasion"]), (&log["id"], &json!("OPENED")));
    assert_eq!(event["incident"]["number"], "DK-1001");
    assert_eq!(
        event["incident"]["cinema"],
        json!({ "id": "cinema-of-dk-aarhus-01-03", "name": "Aarhus Bio" })
    );
}

#[tokio::test]
async fn an_event_that_was_taken_while_the_store_was_away_is_noted_afterwards_and_not_sent_again() {
    let mut receiver = Receiver::start(vec![(HELD, Vec::new(), "")]).await;
    let telling = webhook(&receiver);
    let (server, line) = configured_server_on_a_line(Line::Whole, |address| telling.settings(address)).await;
    server.wait_until_ready().await;
    server.alert(&[dark_screen()]).await;
    receiver.next().await;
    line.send_replace(Line::Cut);
    receiver.release();
    // Long enough to be refused by the store several times.
    tokio::time::sleep(Duration::from_secs(1)).await;
    line.send_replace(Line::Whole);
    let sent = server.all_sent(1).await.remove(0);
    assert_eq!((&sent["attempts"], receiver.is_idle()), (&json!(1), true));
}

#[tokio::test]
async fn a_channel_that_never_answers_does_not_keep_another_one_waiting() {
    let silent = Receiver::start(vec![(SILENCE, Vec::new(), ""); 40]).await;
    let mut prompt = Receiver::start(Vec::new()).await;
    let route =
        |name: &str| format!("[[notify]]\nname = \"{name}\"\nchannel = \"{name}\"\nwait_seconds = 0\n");
    let channel = |name: &str, url: &str| {
        format!("[channels.{name}]\nkind = \"webhook\"\nurl = \"{url}\"\nsecret = \"{SECRET}\"\n")
    };
    let silent_names: Vec<String> = (0..4).map(|number| format!("silent{number}")).collect();
    let routes: String = silent_names.iter().map(|name| route(name)).collect();
    let channels: String = silent_names.iter().map(|name| channel(name, &silent.url)).collect();
    // In alphabetical order the prompt one comes last, too.
    let telling =
        Telling::new(&(routes + &route("then_prompt")), &(channels + &channel("then_prompt", &prompt.url)));
    let server = telling.start().await;
    let dark =
        (1..=4).map(|screen| offline(&format!("dk-aarhus-0{screen}-03"), "denmark", "2026-11-20T10:00:00Z"));
    server.alert(&dark.collect::<Vec<_>>()).await;
    for _ in 0..4 {
        prompt.next().await;
    }
    server.deliveries_once(|all| all.iter().filter(|one| one["state"] == "SENT").count() == 4).await;
}

#[tokio::test]
async fn a_webhook_that_asks_for_time_gets_the_same_event_later() {
    let busy = (429, vec![("retry-after", "1".to_owned())], "slow down");
    let mut receiver = Receiver::start(vec![busy]).await;
    let server = webhook(&receiver).start().await;
    server.alert(&[dark_screen()]).await;
    let (first, second) = (receiver.next().await, receiver.next().await);
    assert_eq!(first.json()["events"][0]["id"], second.json()["events"][0]["id"]);
    assert_eq!((first.header("x-cineportal-attempt"), second.header("x-cineportal-attempt")), ("1", "2"));
    server.all_sent(1).await;
}

#[tokio::test]
async fn an_event_under_way_when_the_server_stops_is_repeated_by_the_next_one_and_marked() {
    let mut receiver = Receiver::start(vec![(SILENCE, Vec::new(), "")]).await;
    let telling = webhook(&receiver);
    let server = telling.start().await;
    server.alert(&[dark_screen()]).await;
    let first = receiver.next().await.json();
    let store = server.stop().await;
    let server = telling.start_on(store).await;
    let second = receiver.next().await.json();
    assert_eq!((&first["id"], &first["repeated"]), (&second["id"], &json!(false)));
    assert_eq!((&first["events"][0]["id"], &second["repeated"]), (&second["events"][0]["id"], &json!(true)));
    server.all_sent(1).await;
}

#[tokio::test]
async fn a_webhook_follows_no_redirect() {
    let elsewhere = Receiver::start(Vec::new()).await;
    let moved = (307, vec![("location", elsewhere.url.clone())], "");
    let mut receiver = Receiver::start(vec![moved]).await;
    let server = webhook(&receiver).start().await;
    server.alert(&[dark_screen()]).await;
    receiver.next().await;
    receiver.next().await;
    server.all_sent(1).await;
    assert!(elsewhere.is_idle());
}

#[tokio::test]
async fn what_a_webhook_finds_wrong_is_not_sent_again() {
    let mut receiver = Receiver::start(vec![(422, Vec::new(), "no such thing")]).await;
    let server = webhook(&receiver).start().await;
    server.alert(&[dark_screen()]).await;
    receiver.next().await;
    let failed = server.deliveries_once(|all| matches!(all, [one] if one["state"] == "FAILED")).await;
    assert_eq!(failed[0]["lastError"], "answered 422 Unprocessable Entity: no such thing");
}

#[tokio::test]
async fn slack_shows_a_message_in_which_nobody_is_called_by_an_alert() {
    let mut receiver = Receiver::start(vec![(200, Vec::new(), "ok")]).await;
    let server = Telling::by(&format!("kind = \"slack\"\nurl = \"{}/services/T0/B0/x\"", receiver.url));
    let server = server.start().await;
    server.alert(&[dark_screen()]).await;
    let body = receiver.next().await;
    assert!(!body.body.contains("<!channel>"), "{}", body.body);
    let body = body.json();
    assert_eq!(body["blocks"][0]["type"], "header");
    let section = body["blocks"][1]["text"]["text"].as_str().unwrap();
    assert!(section.contains("&lt;!channel&gt; @everyone &amp; more"), "{section}");
    assert!(section.contains("*Biograf:* Aarhus Bio"), "{section}");
    server.all_sent(1).await;
}

#[tokio::test]
async fn discord_mentions_nobody() {
    let mut receiver = Receiver::start(vec![(204, Vec::new(), "")]).await;
    let channel = Telling::by(&format!("kind = \"discord\"\nurl = \"{}/api/webhooks/1/x\"", receiver.url));
    let server = channel.start().await;
    server.alert(&[dark_screen()]).await;
    let request = receiver.next().await;
    assert_eq!(request.path, "/api/webhooks/1/x?wait=true");
    let body = request.json();
    assert_eq!(body["allowed_mentions"], json!({ "parse": [] }));
    let title = body["embeds"][0]["title"].as_str().unwrap();
    assert!(title.contains(r"\*dark\* \<!channel\> \@everyone & more"), "{title}");
    server.all_sent(1).await;
}

#[tokio::test]
async fn sendgrid_is_asked_to_send_a_mail() {
    let mut receiver = Receiver::start(vec![(202, Vec::new(), "")]).await;
    let channel = format!(
        "[channels.mail]\nkind = \"sendgrid\"\nkey_file = \"key\"\nfrom = \"CinePortal <a@example.dk>\"\nbase_url = \"{}\"\n",
        receiver.url
    );
    let telling = Telling::by_mail(0);
    telling.write("channels.toml", &channel);
    telling.write("key", "SG.very-secret\n");
    let server = telling.start().await;
    server.alert(&[dark_screen()]).await;
    let request = receiver.next().await;
    assert_eq!(request.path, "/v3/mail/send");
    assert_eq!(request.header("authorization"), "Bearer SG.very-secret");
    let body = request.json();
    assert_eq!(body["personalizations"], json!([{ "to": [{ "email": "duty@example.dk" }] }]));
    assert_eq!(body["from"], json!({ "email": "a@example.dk", "name": "CinePortal" }));
    assert_eq!(body["content"][0]["type"], "text/plain");
    assert_eq!(body["content"][1]["type"], "text/html");
    assert_eq!(body["headers"]["X-CinePortal-Message"], server.all_sent(1).await[0]["message"]);
}

#[tokio::test]
async fn a_wrong_key_waits_for_the_operator_and_is_not_told() {
    let refusal = (401, Vec::new(), "the key SG.very-secret is wrong");
    let receiver = Receiver::start(vec![refusal.clone(), refusal.clone(), refusal]).await;
    let channel = format!(
        "[channels.mail]\nkind = \"sendgrid\"\nkey = \"SG.very-secret\"\nfrom = \"a@example.dk\"\nbase_url = \"{}\"\n",
        receiver.url
    );
    let telling = Telling::by_mail(0);
    telling.write("channels.toml", &channel);
    let server = telling.start().await;
    server.alert(&[dark_screen()]).await;
    let waits =
        |all: &[Value]| matches!(all, [one] if one["state"] == "WAITING" && !one["lastError"].is_null());
    let failed = server.deliveries_once(waits).await;
    assert_eq!(failed[0]["lastError"], "answered 401 Unauthorized: the key … is wrong");
}
