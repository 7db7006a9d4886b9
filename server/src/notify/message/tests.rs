//! What messages say.

use super::*;
use crate::notify::samples::{at, denmark, incident, regions};

const DUTY: &str = "[[notify]]\nname = \"duty\"\nchannel = \"mail\"\n";

/// A message about these incidents, on this route.
fn message(routes: &str, incidents: &[(u32, Severity)], edit: impl Fn(&mut Incident)) -> Message {
    let regions = regions(routes);
    let mut incidents: Vec<Incident> =
        incidents.iter().map(|(number, severity)| incident(&regions, *number, *severity, 0)).collect();
    incidents.iter_mut().for_each(edit);
    let told = incidents.iter().map(|incident| (incident, &incident.deliveries[0])).collect();
    let region = denmark(&regions);
    let order = Order {
        batch: "batch",
        attempt: 1,
        perhaps_repeated: false,
        region,
        route: &region.notify[0],
        told,
        public_url: "https://portal.example.dk",
    };
    render(&order).unwrap()
}

fn one(edit: impl Fn(&mut Incident)) -> Message {
    message(DUTY, &[(1, Severity::Critical)], edit)
}

#[test]
fn a_message_reads_like_this() {
    let message = one(|incident| incident.assignee = Some("Ida".to_owned()));
    let url = format!("https://portal.example.dk/incidents/{}", message.notices[0].incident.id);
    assert_eq!(
        message.text,
        format!(
            "[DK-1] Ny: Screen 1 is dark\n\nAlvorlighedsgrad: Kritisk\nBiograf: Aarhus Bio\nSal: Sal 1\n\
             Maskine: dk-1\nSiden: 20.11.2026 kl. 11.00 (CET)\nTildelt: Ida\n\n\
             The machine does not answer.\n\n\
             Åbn hændelsen: {url}\nÅbn regionen: https://portal.example.dk/regions/denmark\n\n-- \n\
             Sendt af CinePortal. Ingen læser svar på denne besked.\n"
        )
    );
}

#[test]
fn the_same_incident_in_six_languages() {
    let subject = |language: &str| {
        let routes = format!("{DUTY}language = \"{language}\"\n");
        message(&routes, &[(1, Severity::Critical)], |_| {}).subject
    };
    let place = "Screen 1 is dark (Aarhus Bio, Sal 1)";
    for (language, word) in
        [("en", "New"), ("da", "Ny"), ("fi", "Uusi"), ("de", "Neu"), ("nb", "Ny"), ("sv", "Ny")]
    {
        assert_eq!(subject(language), format!("[DK-1] {word}: {place}"));
    }
}

#[test]
fn a_digest_begins_with_the_worst() {
    let routes = format!("{DUTY}severities = [\"critical\", \"warning\", \"info\"]\n");
    let incidents = [(1, Severity::Warning), (2, Severity::Critical), (3, Severity::Info)];
    let message = message(&routes, &incidents, |_| {});
    let numbers: Vec<&str> = message.notices.iter().map(|one| one.incident.number.0.as_str()).collect();
    assert_eq!(numbers, ["DK-2", "DK-1", "DK-3"]);
    assert_eq!(message.subject, "3 beskeder fra Danmark");
}

#[test]
fn a_long_digest_counts_what_it_does_not_list() {
    let storm: Vec<_> = (0..101).map(|number| (number, Severity::Critical)).collect();
    let message = message(DUTY, &storm, |_| {});
    assert!(message.text.contains("og 1 mere\n"), "{}", message.text);
    assert_eq!(message.text.matches("\n* [DK-").count(), MAX_LISTED);
    assert_eq!(message.html.matches("<li>").count(), MAX_LISTED);
}

#[test]
fn a_subject_is_one_line_and_not_endless() {
    let message = one(|incident| incident.title = format!("a\r\nBcc: b\u{2028}c\u{0}d\t{}", "x".repeat(500)));
    assert!(message.subject.starts_with("[DK-1] Ny: a Bcc: b c d xxx"), "{}", message.subject);
    assert_eq!(message.subject.chars().count(), MAX_SUBJECT_CHARACTERS);
}

#[test]
fn no_field_of_an_alert_is_html() {
    let evil = "<script>\"'&</script>";
    let message = one(|incident| {
        incident.title = evil.to_owned();
        incident.description = evil.to_owned();
        incident.assignee = Some(evil.to_owned());
        incident.place.machine_id = Some(evil.to_owned());
        incident.place.cinema.iter_mut().for_each(|cinema| cinema.name = evil.to_owned());
    });
    assert!(!message.html.contains("<script"), "{}", message.html);
    assert!(
        message.html.matches("&lt;script&gt;&quot;&#39;&amp;&lt;/script&gt;").count() >= 6,
        "{}",
        message.html
    );
}

#[test]
fn a_closed_incident_says_when_and_why() {
    let message = one(|incident| {
        incident.closed_at = Some(at(60));
        incident.close_reason = Some(crate::domain::incident::CloseReason::ByPerson);
    });
    assert!(
        message.text.contains("Lukket: 20.11.2026 kl. 11.01 (CET), lukket af en person"),
        "{}",
        message.text
    );
}
