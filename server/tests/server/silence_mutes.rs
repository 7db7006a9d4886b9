//! Whether people are left in peace about an incident, and why: silences, and nights without a show.

use std::path::Path;

use cineportal::domain::alert::{self, Alert, Rules};
use cineportal::domain::incident::{Incident, IncidentKey, IncidentNumber, Place, Severity};
use cineportal::domain::silence::{Matcher, Mute, Silence, SilenceId, Span, Why, Window, muted};
use cineportal_regions::{ClosePolicy, Region, RegionId};
use jiff::{SignedDuration, Timestamp};

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_763_700_000 + hour * 3_600).unwrap()
}

/// The shipped region, which wants quiet without a show within so many hours.
fn denmark(quiet_hours: Option<i64>) -> Region {
    let regions =
        cineportal_regions::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions")).unwrap();
    let quiet_without_show = quiet_hours.map(SignedDuration::from_hours);
    Region { quiet_without_show, ..regions.get(&RegionId::new("denmark")).unwrap().clone() }
}

fn incident() -> Incident {
    let alert = Alert {
        key: IncidentKey { region: RegionId::new("denmark"), fingerprint: "a".to_owned() },
        starts_at: at(0),
        ended_at: None,
        severity: Severity::Critical,
        error_id: "machine_offline".to_owned(),
        title: "Screen 3 is dark".to_owned(),
        description: String::new(),
        place: Place { machine_id: Some("dk-1".to_owned()), ..Place::default() },
        labels: [].into(),
        links: Vec::new(),
    };
    let rules = Rules { close: ClosePolicy::Auto, flap_window: SignedDuration::from_mins(10) };
    alert::apply(None, &alert, rules, &IncidentNumber("DK-1".to_owned()), at(0)).unwrap()
}

fn silence(id: &str, from_hour: i64, until_hour: i64) -> Silence {
    Silence {
        id: SilenceId(id.to_owned()),
        region: RegionId::new("denmark"),
        matcher: Matcher::default(),
        window: Window::Once(Span { from: at(from_hour), until: at(until_hour) }),
        comment: "why".to_owned(),
        created_by: "local user".to_owned(),
        created_at: at(0),
        ended_at: None,
        version: 1,
    }
}

fn without_show_until(hour: i64) -> Option<Mute> {
    Some(Mute { why: Why::NoShow, until: at(hour) })
}

fn silenced(id: &str, until_hour: i64) -> Option<Mute> {
    Some(Mute { why: Why::Silence(SilenceId(id.to_owned())), until: at(until_hour) })
}

#[test]
fn a_region_that_wants_it_is_quiet_until_a_show_comes_near() {
    let rows = [
        (Some(4), Some(at(10)), without_show_until(6)),
        (Some(4), Some(at(5)), without_show_until(1)),
        (Some(4), Some(at(4)), None),
        (Some(4), Some(at(1)), None),
        (Some(4), Some(at(-1)), None),
        (None, Some(at(100)), None),
    ];
    for (quiet_hours, next_show, expected) in rows {
        let mute = muted(&incident(), &denmark(quiet_hours), &[], || next_show, at(0));
        assert_eq!(mute, expected, "quiet {quiet_hours:?} hours before a show at {next_show:?}");
    }
}

#[test]
fn a_region_whose_next_show_is_not_known_is_not_quiet() {
    assert_eq!(muted(&incident(), &denmark(Some(4)), &[], || None, at(0)), None);
}

#[test]
fn of_several_silences_the_one_is_told_that_lasts_longest() {
    let silences = [silence("a", 0, 2), silence("b", 0, 5), silence("c", 0, 3), silence("later", 4, 9)];
    assert_eq!(muted(&incident(), &denmark(None), &silences, || None, at(1)), silenced("b", 5));
}

#[test]
fn a_silence_is_told_before_the_want_of_a_show() {
    let mute = muted(&incident(), &denmark(Some(4)), &[silence("a", 0, 2)], || Some(at(48)), at(1));
    assert_eq!(mute, silenced("a", 2));
}

#[test]
fn a_silence_mutes_from_its_first_instant_and_not_at_its_last_one() {
    let mute = |hour| muted(&incident(), &denmark(None), &[silence("a", 2, 3)], || None, at(hour));
    assert_eq!((mute(1), mute(2), mute(3)), (None, silenced("a", 3), None));
}
