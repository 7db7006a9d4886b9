//! Which messages go out, and which wait.

use super::*;
use crate::domain::incident::Severity;
use crate::domain::outbox::{self, Tried};
use crate::notify::samples::{at, incident, regions};

const DUTY: &str = "[[notify]]\nname = \"duty\"\nchannel = \"mail\"\nwait_seconds = 5\n";

fn storm(regions: &Regions, numbers: std::ops::Range<u32>, second: i64) -> Vec<Incident> {
    numbers.map(|number| incident(regions, number, Severity::Critical, second)).collect()
}

fn shape(round: &Round) -> Vec<(Kind, usize)> {
    round.batches.iter().map(|batch| (batch.kind, batch.picks.len())).collect()
}

#[test]
fn nothing_is_sent_before_it_is_due() {
    let regions = regions(DUTY);
    let incidents = storm(&regions, 1..2, 0);
    assert_eq!(plan(&incidents, &regions, &Pace::default(), &Mutes::new(), at(4)), Round::default());
    assert_eq!(
        shape(&plan(&incidents, &regions, &Pace::default(), &Mutes::new(), at(5))),
        [(Kind::Single, 1)]
    );
}

#[test]
fn five_are_five_messages_and_six_are_one() {
    let regions = regions(DUTY);
    let five = plan(&storm(&regions, 0..5, 0), &regions, &Pace::default(), &Mutes::new(), at(5));
    assert_eq!(shape(&five), [(Kind::Single, 1); 5]);
    let six = plan(&storm(&regions, 0..6, 0), &regions, &Pace::default(), &Mutes::new(), at(5));
    assert_eq!(shape(&six), [(Kind::Digest, 6)]);
}

#[test]
fn a_digest_takes_along_what_is_planned_already() {
    let regions = regions(DUTY);
    let mut incidents = storm(&regions, 0..3, 0);
    incidents.extend(storm(&regions, 3..700, 4));
    assert_eq!(
        shape(&plan(&incidents, &regions, &Pace::default(), &Mutes::new(), at(5))),
        [(Kind::Digest, 700)]
    );
}

#[test]
fn what_is_muted_waits_and_is_looked_at_again_soon() {
    let regions = regions(DUTY);
    let incidents = storm(&regions, 0..1, 0);
    let mutes = |until| Mutes::from([(incidents[0].id.clone(), until)]);
    let put_off = |until| plan(&incidents, &regions, &Pace::default(), &mutes(until), at(5)).tidied;
    let tidy = |until| put_off(until).into_values().flat_map(BTreeMap::into_values).collect::<Vec<_>>();
    assert_eq!(tidy(at(60)), [Tidy::PutOff(at(60))]);
    assert_eq!(tidy(at(86_400)), [Tidy::PutOff(at(305))]);
}

#[test]
fn after_a_digest_a_route_gathers_for_a_minute() {
    let regions = regions(DUTY);
    let mut pace = Pace::default();
    let first = plan(&storm(&regions, 0..6, 0), &regions, &pace, &Mutes::new(), at(5));
    pace.note(&first.batches[0], at(5));
    let later = storm(&regions, 6..8, 20);
    let round = plan(&later, &regions, &pace, &Mutes::new(), at(25));
    assert_eq!(shape(&round), []);
    let until: Vec<Tidy> = round.tidied.values().flat_map(BTreeMap::values).copied().collect();
    assert_eq!(until, [Tidy::PutOff(at(65)); 2]);
    assert_eq!(shape(&plan(&later, &regions, &pace, &Mutes::new(), at(65))), [(Kind::Single, 1); 2]);
}

#[test]
fn a_digest_that_failed_is_tried_again_while_its_route_gathers() {
    let regions = regions(DUTY);
    let mut pace = Pace::default();
    let incidents = storm(&regions, 0..6, 0);
    let first = plan(&incidents, &regions, &pace, &Mutes::new(), at(5)).batches.remove(0);
    pace.note(&first, at(5));
    let failed = |stored: &Incident| {
        let claimed = outbox::claim(stored, &first.picks[&stored.id], &first.id, at(65)).unwrap();
        let away = Tried::NotTaken { reason: "away".to_owned(), again_at: at(7) };
        outbox::settle(&claimed, &first.id, &away, at(6)).unwrap()
    };
    let mut incidents: Vec<Incident> = incidents.iter().map(failed).collect();
    incidents.extend(storm(&regions, 6..7, 2));
    let round = plan(&incidents, &regions, &pace, &Mutes::new(), at(7));
    assert_eq!((shape(&round), round.tidied.len()), (vec![(Kind::Digest, 6)], 1));
}

#[test]
fn more_than_five_messages_in_a_minute_become_a_digest_too() {
    let regions = regions(DUTY);
    let mut pace = Pace::default();
    for number in 0..5 {
        let second = i64::from(number) * 6;
        let round = plan(
            &storm(&regions, number..number + 1, second),
            &regions,
            &pace,
            &Mutes::new(),
            at(second + 5),
        );
        assert_eq!(shape(&round), [(Kind::Single, 1)]);
        pace.note(&round.batches[0], at(second + 5));
    }
    let sixth = storm(&regions, 5..6, 30);
    assert_eq!(shape(&plan(&sixth, &regions, &pace, &Mutes::new(), at(35))), [(Kind::Digest, 1)]);
    assert_eq!(shape(&plan(&sixth, &regions, &pace, &Mutes::new(), at(90))), [(Kind::Single, 1)]);
}

#[test]
fn a_batch_whose_lease_ended_is_sent_again_as_it_was() {
    let regions = regions(DUTY);
    let incidents = storm(&regions, 0..6, 0);
    let first = plan(&incidents, &regions, &Pace::default(), &Mutes::new(), at(5)).batches.remove(0);
    let claim =
        |stored: &Incident| outbox::claim(stored, &first.picks[&stored.id], &first.id, at(65)).unwrap();
    let claimed: Vec<Incident> = incidents.iter().map(claim).collect();
    assert_eq!(shape(&plan(&claimed, &regions, &Pace::default(), &Mutes::new(), at(64))), []);
    let again = plan(&claimed, &regions, &Pace::default(), &Mutes::new(), at(65)).batches.remove(0);
    assert_eq!((again.kind, &again.id, &again.picks), (Kind::Repeat, &first.id, &first.picks));
}

#[test]
fn a_message_of_a_route_that_is_gone_is_dropped() {
    let incidents = storm(&regions(DUTY), 0..1, 0);
    let round = plan(&incidents, &regions(""), &Pace::default(), &Mutes::new(), at(5));
    let tidied: Vec<Tidy> = round.tidied.values().flat_map(BTreeMap::values).copied().collect();
    assert_eq!((shape(&round), tidied), (vec![], vec![Tidy::Drop(DropReason::RouteGone)]));
}

#[test]
fn each_route_has_messages_of_its_own() {
    let regions = regions(&format!("{DUTY}{}", DUTY.replace("duty", "chat")));
    let round = plan(&storm(&regions, 0..6, 0), &regions, &Pace::default(), &Mutes::new(), at(5));
    assert_eq!(shape(&round), [(Kind::Digest, 6), (Kind::Digest, 6)]);
    assert_ne!(round.batches[0].id, round.batches[1].id);
}
