//! When messages do not get through: they may be repeated, marked, but never vanish.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::mail::MailServer;
use crate::support::scrape::Scrape;
use crate::support::telling::Telling;
use crate::support::{TestServer, offline};

const PASSWORD: &str = "correct-horse-battery";

fn dark_screen() -> Value {
    offline("dk-aarhus-01-03", "denmark", "2026-11-20T10:00:00Z")
}

/// The only message, as soon as it waits for its next try.
async fn retried(server: &TestServer) -> Value {
    let waits =
        |all: &[Value]| matches!(all, [one] if one["state"] == "WAITING" && !one["lastError"].is_null());
    server.deliveries_once(waits).await.remove(0)
}

/// The series of messages that came to this end.
fn messages(outcome: &str) -> String {
    format!("cineportal_notifications_total{{channel=\"mail\",kind=\"smtp\",outcome=\"{outcome}\"}}")
}

#[tokio::test]
async fn a_mail_server_that_is_down_for_a_while_gets_its_mail_afterwards() {
    let mut mailbox = MailServer::start().await;
    let server = Telling::by_mail(mailbox.port).start().await;
    mailbox.stop().await;
    server.alert(&[dark_screen()]).await;
    let failed = retried(&server).await;
    assert!(failed["lastError"].as_str().unwrap().starts_with("connecting: "), "{failed}");
    let mut mailbox = mailbox.restart().await;
    let mail = mailbox.mail().await;
    assert_eq!(mail["subject"], "[DK-1001] Ny: Screen 3 is dark (Aarhus Bio, Screen 3)");
    assert!(!mail["text"].as_str().unwrap().contains("måske sendt før"), "it was surely not sent: {mail}");
    assert_eq!(server.all_sent(1).await[0]["lastError"], Value::Null);
}

#[tokio::test]
async fn a_mail_server_that_refuses_for_now_is_asked_again() {
    let mut mailbox = MailServer::start().await;
    mailbox.behave("refuse").await;
    let server = Telling::by_mail(mailbox.port).start().await;
    server.alert(&[dark_screen()]).await;
    let failed = retried(&server).await;
    assert!(failed["lastError"].as_str().unwrap().contains("451"), "{failed}");
    mailbox.behave("accept").await;
    mailbox.mail().await;
    server.all_sent(1).await;
}

#[tokio::test]
async fn a_mail_whose_receipt_was_lost_comes_again_under_the_same_id_and_marked() {
    let mut mailbox = MailServer::start().await;
    mailbox.behave("die").await;
    let server = Telling::by_mail(mailbox.port).start().await;
    server.alert(&[dark_screen()]).await;
    let first = mailbox.lost().await;
    let in_vain =
        |one: &Value| one["lastError"].as_str().is_some_and(|error| error.starts_with("connecting: "));
    server.deliveries_once(|all| matches!(all, [one] if in_vain(one))).await;
    let mut mailbox = mailbox.restart().await;
    let second = mailbox.mail().await;
    assert_eq!(first["messageId"], second["messageId"]);
    let text = second["text"].as_str().unwrap();
    let attempt = server.all_sent(1).await[0]["attempts"].as_u64().unwrap();
    assert!(
        attempt >= 3,
        "the second try, which reached nobody, does not make it a message that was never taken"
    );
    assert!(text.starts_with(&format!("Denne besked er måske sendt før (forsøg {attempt}).")), "{text}");
    let headers = second["headers"].as_array().unwrap();
    assert!(headers.contains(&json!(["x-cineportal-attempt", attempt.to_string()])), "{headers:?}");
}

#[tokio::test]
async fn what_a_stopped_server_did_not_send_the_next_one_sends() {
    let mut mailbox = MailServer::start().await;
    let telling = Telling::by_mail(mailbox.port);
    let server = telling.start().await;
    mailbox.stop().await;
    server.alert(&[dark_screen()]).await;
    retried(&server).await;
    let store = server.stop().await;
    let mut mailbox = mailbox.restart().await;
    let server = telling.start_on(store).await;
    mailbox.mail().await;
    server.all_sent(1).await;
}

#[tokio::test]
async fn one_bad_address_does_not_cost_the_others_their_mail() {
    let mut mailbox = MailServer::start().await;
    let telling = Telling::by_mail(mailbox.port);
    telling.set_routes(
        "[[notify]]\nname = \"duty\"\nchannel = \"mail\"\nwait_seconds = 0\n\
         to = [\"nobody@example.dk\", \"duty@example.dk\"]",
    );
    let server = telling.start().await;
    server.alert(&[dark_screen()]).await;
    assert_eq!(mailbox.mail().await["to"], json!(["duty@example.dk"]));
    let sent = server.all_sent(1).await.remove(0);
    let error = sent["lastError"].as_str().unwrap();
    assert!(error.contains("nobody@example.dk was refused") && error.contains("no such mailbox"), "{error}");
}

#[tokio::test]
async fn a_mail_that_no_address_takes_has_failed() {
    let mailbox = MailServer::start().await;
    let telling = Telling::by_mail(mailbox.port);
    telling.set_routes(
        "[[notify]]\nname = \"duty\"\nchannel = \"mail\"\nwait_seconds = 0\nto = [\"nobody@example.dk\"]",
    );
    let server = telling.start().await;
    server.alert(&[dark_screen()]).await;
    let failed = server.deliveries_once(|all| matches!(all, [one] if one["state"] == "FAILED")).await;
    assert!(failed[0]["lastError"].as_str().unwrap().contains("no such mailbox"), "{failed:?}");
    server.scrape_once(|scrape| scrape.value(&messages("failed")) == 1.0).await;
}

#[tokio::test]
async fn a_message_whose_route_is_gone_is_dropped_and_says_so() {
    let mut mailbox = MailServer::start().await;
    let telling = Telling::by_mail(mailbox.port);
    let server = telling.start().await;
    mailbox.stop().await;
    server.alert(&[dark_screen()]).await;
    retried(&server).await;
    let store = server.stop().await;
    telling.set_routes("");
    let server = telling.start_on(store).await;
    let dropped = server.deliveries_once(|all| matches!(all, [one] if one["state"] == "DROPPED")).await;
    assert_eq!(dropped[0]["droppedBecause"], "ROUTE_GONE");
}

#[tokio::test]
async fn metrics_tell_what_is_still_to_be_said() {
    let mut mailbox = MailServer::start().await;
    let server = Telling::by_mail(mailbox.port).start().await;
    mailbox.stop().await;
    server.alert(&[dark_screen()]).await;
    retried(&server).await;
    let is_pending = |scrape: &Scrape| {
        scrape.value("cineportal_notifications_pending") == 1.0 && scrape.value(&messages("retried")) > 0.0
    };
    server.scrape_once(is_pending).await;
    let mut mailbox = mailbox.restart().await;
    mailbox.mail().await;
    server.all_sent(1).await;
    // The board hears of it through the feed.
    let told = server.scrape_once(|scrape| scrape.value("cineportal_notifications_pending") == 0.0).await;
    assert_eq!(told.value(&messages("sent")), 1.0);
    assert_eq!(told.series("cineportal_notifications_oldest_pending_seconds"), 1);
    assert_eq!(told.value("cineportal_notifications_oldest_pending_seconds"), 0.0);
}

/// A mail server with a certificate of its own and a password, and a channel to it.
async fn guarded(tls: &str, password: &str) -> (MailServer, Telling, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, certified.cert.pem()).unwrap();
    std::fs::write(&key, certified.signing_key.serialize_pem()).unwrap();
    let settings = json!({
        "tls": tls, "certificate": certificate, "key": key, "user": "cineportal", "password": PASSWORD,
    });
    let mailbox = MailServer::start_with(settings).await;
    let telling = Telling::by_mail(mailbox.port);
    std::fs::copy(&certificate, telling.path("ca.pem")).unwrap();
    telling.write("password", &format!("{password}\n"));
    let channel = format!(
        "[channels.mail]\nkind = \"smtp\"\nhost = \"localhost\"\nport = {}\ntls = {tls:?}\n\
         from = \"cineportal@example.dk\"\nusername = \"cineportal\"\npassword_file = \"password\"\nca_file = \"ca.pem\"\n",
        mailbox.port
    );
    telling.write("channels.toml", &channel);
    (mailbox, telling, folder)
}

#[tokio::test]
async fn mail_goes_over_an_encrypted_connection_after_signing_in() {
    for tls in ["starttls", "implicit"] {
        let (mut mailbox, telling, _folder) = guarded(tls, PASSWORD).await;
        let server = telling.start().await;
        server.alert(&[dark_screen()]).await;
        let mail = mailbox.mail().await;
        assert_eq!((&mail["encrypted"], &mail["user"]), (&json!(true), &json!("cineportal")), "{tls}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_without_the_password() {
    let (_mailbox, telling, _folder) = guarded("starttls", "wrong-password-9").await;
    let server = telling.start().await;
    server.alert(&[dark_screen()]).await;
    let failed = retried(&server).await;
    // The mail server of this test is so careless as to tell the password back.
    let error = failed["lastError"].as_str().unwrap();
    assert!(error.starts_with("signing in: ") && error.contains("no such user or password"), "{error}");
    assert!(!error.contains("wrong-password-9"), "{error}");
}

#[tokio::test]
async fn a_server_without_encryption_gets_no_mail_where_it_is_asked_for() {
    let mut mailbox = MailServer::start().await;
    let telling = Telling::by_mail(mailbox.port);
    let channel = format!(
        "[channels.mail]\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\nfrom = \"cineportal@example.dk\"\n",
        mailbox.port
    );
    telling.write("channels.toml", &channel);
    let server = telling.start().await;
    server.alert(&[dark_screen()]).await;
    let failed = retried(&server).await;
    assert!(failed["lastError"].as_str().unwrap().contains("STARTTLS is not supported"), "{failed}");
    assert_eq!(mailbox.behave("accept").await, Vec::<Value>::new());
}
