//! What people are told by mail, and when.

use cineportal::domain::alert::{self, Alert, Rules};
use cineportal::domain::change;
use cineportal::domain::incident::{IncidentKey, IncidentNumber, Place, Severity};
use cineportal::domain::outbox;
use cineportal::store;
use cineportal_regions::{ClosePolicy, RegionId};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::mail::MailServer;
use crate::support::telling::Telling;
use crate::support::{StoreKind, offline, offline_together, resolved};

/// 11 o'clock in Copenhagen.
const TEN_UTC: &str = "2026-11-20T10:00:00Z";

fn dark_screen() -> Value {
    offline("dk-aarhus-01-03", "denmark", TEN_UTC)
}

fn text(mail: &Value) -> &str {
    mail["text"].as_str().unwrap()
}

#[tokio::test]
async fn staff_are_told_of_an_incident_in_their_language_and_time() {
    let mut mailbox = MailServer::start().await;
    let server = Telling::by_mail(mailbox.port).start().await;
    server.alert(&[dark_screen()]).await;
    let mail = mailbox.mail().await;
    assert_eq!(mail["to"], json!(["duty@example.dk"]));
    assert_eq!(mail["subject"], "[DK-1001] Ny: Screen 3 is dark (Aarhus Bio, Screen 3)");
    let said = text(&mail);
    for part in
        ["Alvorlighedsgrad: Kritisk", "Biograf: Aarhus Bio", "Sal: Screen 3", "Maskine: dk-aarhus-01-03"]
    {
        assert!(said.contains(part), "{part} is missing in: {said}");
    }
    assert!(said.contains("Siden: 20.11.2026 kl. 11.00 (CET)"), "{said}");
    assert!(said.contains("https://portal.example.dk/regions/denmark"), "{said}");
    let id = server.the_incident(|_| true).await["id"].as_str().unwrap().to_owned();
    assert!(said.contains(&format!("https://portal.example.dk/incidents/{id}")), "{said}");
}

#[tokio::test]
async fn a_mail_says_that_a_program_wrote_it_and_which_one_it_is() {
    let mut mailbox = MailServer::start().await;
    let server = Telling::by_mail(mailbox.port).start().await;
    server.alert(&[dark_screen()]).await;
    let mail = mailbox.mail().await;
    let headers = mail["headers"].as_array().unwrap();
    assert!(headers.contains(&json!(["auto-submitted", "auto-generated"])), "{headers:?}");
    assert!(headers.contains(&json!(["x-cineportal-attempt", "1"])), "{headers:?}");
    let message = server.all_sent(1).await[0]["message"].as_str().unwrap().to_owned();
    assert_eq!(mail["messageId"], format!("<{message}@example.dk>"));
}

#[tokio::test]
async fn staff_are_told_that_it_closed_and_that_it_is_there_again() {
    let mut mailbox = MailServer::start().await;
    let server = Telling::by_mail(mailbox.port).start().await;
    server.alert(&[dark_screen()]).await;
    mailbox.mail().await;
    server.all_sent(1).await;
    server.alert(&[resolved(dark_screen(), "2026-11-20T10:05:00Z")]).await;
    let closed = mailbox.mail().await;
    assert_eq!(closed["subject"], "[DK-1001] Lukket: Screen 3 is dark (Aarhus Bio, Screen 3)");
    assert!(text(&closed).contains("fejlen er væk"), "{closed}");
    server.all_sent(2).await;
    server.alert(&[offline("dk-aarhus-01-03", "denmark", "2026-11-20T10:05:30Z")]).await;
    let again = mailbox.mail().await;
    assert_eq!(again["subject"], "[DK-1001] Åben igen: Screen 3 is dark (Aarhus Bio, Screen 3)");
}

const CALLING: &str = r#"
    [[notify]]
    name = "second line"
    channel = "mail"
    to = ["boss@example.dk"]
    on = ["unattended"]
    after_minutes = 15
    language = "en"
    "#;

/// An incident that opened this long ago, written as a server does that was stopped right afterwards.
async fn opened_before(telling: &Telling, age: SignedDuration) -> crate::support::FreshStore {
    let fresh = StoreKind::Embedded.fresh();
    let regions = cineportal_regions::load(&telling.path("regions")).unwrap();
    let region = regions.get(&RegionId::new("denmark")).unwrap();
    let now = cineportal::clock::to_millisecond(Timestamp::now() - age);
    let alert = Alert {
        key: IncidentKey { region: region.id.clone(), fingerprint: "0123456789abcdef".to_owned() },
        starts_at: now,
        ended_at: None,
        severity: Severity::Critical,
        error_id: "machine_offline".to_owned(),
        title: "Screen 3 is dark".to_owned(),
        description: String::new(),
        place: Place::default(),
        labels: [].into(),
        links: Vec::new(),
    };
    let rules = Rules { close: ClosePolicy::Auto, flap_window: SignedDuration::from_mins(1) };
    let number = IncidentNumber("DK-1001".to_owned());
    let opened = alert::apply(None, &alert, rules, &number, now).unwrap();
    let sealed = change::seal(None, opened, region, now);
    store::open(&fresh.address).await.unwrap().commit(&[sealed]).await.unwrap();
    fresh
}

#[tokio::test]
async fn a_second_address_is_told_when_nobody_took_it_in_time() {
    let mut mailbox = MailServer::start().await;
    let telling = Telling::by_mail(mailbox.port);
    telling.set_routes(CALLING);
    let fresh = opened_before(&telling, SignedDuration::from_mins(16)).await;
    let server = telling.start_on(fresh).await;
    let mail = mailbox.mail().await;
    assert_eq!(mail["to"], json!(["boss@example.dk"]));
    assert_eq!(mail["subject"], "[DK-1001] Nobody has taken it: Screen 3 is dark");
    assert_eq!(server.all_sent(1).await[0]["occasion"], "UNATTENDED");
}

#[tokio::test]
async fn what_a_killed_server_was_sending_is_sent_again_under_its_id_and_marked() {
    let mut mailbox = MailServer::start().await;
    let telling = Telling::by_mail(mailbox.port);
    let fresh = opened_before(&telling, SignedDuration::from_mins(2)).await;
    let now = cineportal::clock::now();
    let store = store::open(&fresh.address).await.unwrap();
    let incident = store.due(now, 10).await.unwrap().remove(0);
    let id = incident.deliveries[0].id.clone();
    let leased = outbox::claim(&incident, &[id], "of-the-killed", now).unwrap();
    store.commit(&[leased]).await.unwrap();
    drop(store);
    let server = telling.start_on(fresh).await;
    let mail = mailbox.mail().await;
    assert_eq!(mail["messageId"], "<of-the-killed@example.dk>");
    assert!(text(&mail).starts_with("Denne besked er måske sendt før (forsøg 2)."), "{mail}");
    server.all_sent(1).await;
}

#[tokio::test]
async fn a_second_address_is_left_in_peace_when_somebody_took_it() {
    let mut mailbox = MailServer::start().await;
    let telling = Telling::by_mail(mailbox.port);
    telling.set_routes(CALLING);
    let server = telling.start().await;
    server.alert(&[dark_screen()]).await;
    let incident = server.the_incident(|incident| incident["status"] == "OPEN").await;
    let take = "mutation ($id: ID!) { startProgress(id: $id, expectedVersion: 1) { __typename } }";
    server.graphql(take, json!({ "id": incident["id"] })).await;
    let dropped = server.deliveries_once(|all| all.iter().any(|one| one["state"] == "DROPPED")).await;
    assert_eq!(dropped[0]["droppedBecause"], "ATTENDED");
    assert_eq!(mailbox.behave("accept").await, Vec::<Value>::new());
}

/// What a storm needs: messages gather for a while.
const GATHERING: &str = r#"
    [[notify]]
    name = "duty"
    channel = "mail"
    to = ["duty@example.dk"]
    wait_seconds = 3
    "#;

#[tokio::test]
async fn a_storm_of_700_incidents_is_one_mail() {
    let mut mailbox = MailServer::start().await;
    let telling = Telling::by_mail(mailbox.port);
    telling.set_routes(GATHERING);
    let server = telling.start().await;
    let storm: Vec<Value> =
        (0..700).map(|number| offline(&format!("dk-{number}"), "denmark", TEN_UTC)).collect();
    server.alert(&storm).await;
    let mail = mailbox.mail().await;
    assert_eq!(mail["subject"], "700 beskeder fra Danmark");
    assert!(text(&mail).contains("og 600 flere"), "{mail}");
    let sent = |all: &[Value]| all.len() == 100 && all.iter().all(|one| one["state"] == "SENT");
    server.deliveries_once(sent).await;
    assert_eq!(mailbox.behave("accept").await, Vec::<Value>::new());
}

/// What one route sent is noted in the same incidents that the next one is about to claim.
#[tokio::test]
async fn a_storm_is_one_mail_to_each_of_many_routes() {
    const ROUTES: usize = 6;
    let mut mailbox = MailServer::start().await;
    let telling = Telling::by_mail(mailbox.port);
    let named = |number| GATHERING.replace("duty", &format!("duty-{number}"));
    telling.set_routes(&(0..ROUTES).map(named).collect::<String>());
    let server = telling.start().await;
    let storm: Vec<Value> =
        (0..300).map(|number| offline(&format!("dk-{number}"), "denmark", TEN_UTC)).collect();
    server.alert(&storm).await;
    for _ in 0..ROUTES {
        assert_eq!(mailbox.mail().await["subject"], "300 beskeder fra Danmark");
    }
}

#[tokio::test]
async fn a_cinema_outage_is_one_mail_and_not_one_for_each_machine() {
    let mut mailbox = MailServer::start().await;
    let telling = Telling::by_mail(mailbox.port);
    // The outage is found meanwhile, however slow the machine is.
    telling.set_routes(&GATHERING.replace("= 3", "= 8"));
    let server = telling.start().await;
    let dark: Vec<Value> =
        (0..5).map(|number| offline_together(&format!("dk-{number}"), "denmark", TEN_UTC)).collect();
    server.alert(&dark).await;
    let subject = mailbox.mail().await["subject"].clone();
    assert!(subject.as_str().unwrap().ends_with("Ny: Cinema outage: Aarhus Bio (Aarhus Bio)"), "{subject}");
    let log = server.deliveries_once(|all| all.len() == 6 && all.iter().all(|one| one["at"] != Value::Null));
    let told = log.await.into_iter().filter(|one| one["droppedBecause"] == "TOLD_BY_OUTAGE").count();
    assert_eq!(told, 5);
    assert_eq!(mailbox.behave("accept").await, Vec::<Value>::new());
}

#[tokio::test]
async fn two_servers_on_one_store_send_one_mail_for_each_incident() {
    let mut mailbox = MailServer::start().await;
    let telling = Telling::by_mail(mailbox.port);
    let first = telling.start_on(StoreKind::Mongo.fresh()).await;
    let second = telling.start_on(first.shared_store()).await;
    for number in 0..4 {
        let server = if number % 2 == 0 { &first } else { &second };
        server.alert(&[offline(&format!("dk-{number}"), "denmark", TEN_UTC)]).await;
    }
    let log = first.all_sent(4).await;
    assert!(log.iter().all(|one| one["attempts"] == 1), "{log:#?}");
    let received = mailbox.behave("accept").await;
    assert_eq!(received.len(), 4, "{received:#?}");
}

#[tokio::test]
async fn a_storm_over_two_servers_is_one_mail_too() {
    let mut mailbox = MailServer::start().await;
    let telling = Telling::by_mail(mailbox.port);
    telling.set_routes(GATHERING);
    let first = telling.start_on(StoreKind::Mongo.fresh()).await;
    let _second = telling.start_on(first.shared_store()).await;
    let storm: Vec<Value> =
        (0..60).map(|number| offline(&format!("dk-{number}"), "denmark", TEN_UTC)).collect();
    first.alert(&storm).await;
    assert_eq!(mailbox.mail().await["subject"], "60 beskeder fra Danmark");
    first.deliveries_once(|all| all.len() == 60 && all.iter().all(|one| one["state"] == "SENT")).await;
    assert_eq!(mailbox.behave("accept").await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_title_adds_no_header_line() {
    let mut mailbox = MailServer::start().await;
    let server = Telling::by_mail(mailbox.port).start().await;
    let mut alert = dark_screen();
    alert["annotations"]["summary"] = json!("dark\r\nBcc: thief@example.com\r\n\r\nHello");
    server.alert(&[alert]).await;
    let mail = mailbox.mail().await;
    assert_eq!(mail["to"], json!(["duty@example.dk"]));
    assert_eq!(mail["subject"], "[DK-1001] Ny: dark Bcc: thief@example.com Hello (Aarhus Bio, Screen 3)");
    let headers = mail["headers"].as_array().unwrap();
    assert!(!headers.iter().any(|header| header[0] == "bcc"), "{headers:?}");
}

#[tokio::test]
async fn what_comes_from_an_alert_is_text_in_html() {
    let mut mailbox = MailServer::start().await;
    let server = Telling::by_mail(mailbox.port).start().await;
    let mut alert = dark_screen();
    alert["annotations"]["description"] = json!("<script>alert(1)</script>\"><img src=x onerror=alert(2)>");
    alert["labels"]["cinema"] = json!("<b>Aarhus</b>");
    server.alert(&[alert]).await;
    let html = mailbox.mail().await["html"].as_str().unwrap().to_owned();
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&gt;&lt;img"), "{html}");
    assert!(html.contains("&lt;b&gt;Aarhus&lt;/b&gt;"), "{html}");
    assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<b>"), "{html}");
}

#[tokio::test]
async fn nobody_is_told_of_what_was_silenced_until_it_was_over() {
    let mailbox = MailServer::start().await;
    let server = Telling::by_mail(mailbox.port).start().await;
    let until = (Timestamp::now() + SignedDuration::from_hours(48)).strftime("%Y-%m-%dT%H:%M");
    let silence = format!(
        "mutation {{ createSilence(region: \"denmark\", input: {{ machineId: \"dk-aarhus-01-03\",
         comment: \"lamp change\", window: {{ once: {{ until: \"{until}\" }} }} }}) {{ __typename
         ... on SilenceRefused {{ message }} }} }}"
    );
    let silenced = server.graphql(&silence, json!({})).await;
    assert_eq!(silenced["createSilence"]["__typename"], "SilenceAccepted", "{silenced}");
    server.alert(&[dark_screen()]).await;
    server.alert(&[resolved(dark_screen(), "2026-11-20T10:05:00Z")]).await;
    let query = "{ incidents(filter: { status: [CLOSED] }) { edges { node { deliveries { state droppedBecause } } } } }";
    let dropped = async {
        loop {
            let data = server.ask(query, &json!({})).await;
            let deliveries = data["incidents"]["edges"][0]["node"]["deliveries"].clone();
            let all = deliveries.as_array().cloned().unwrap_or_default();
            if !all.is_empty() && all.iter().all(|delivery| delivery["state"] == "DROPPED") {
                return all;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    let dropped = tokio::time::timeout(crate::support::PATIENCE, dropped).await.expect("it was not dropped");
    assert!(dropped.iter().any(|delivery| delivery["droppedBecause"] == "MUTED"), "{dropped:?}");
}
