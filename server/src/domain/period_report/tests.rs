//! Reports against sheets that were reckoned by hand.

use jiff::SignedDuration;

use super::*;

/// An instant in November 2026, as `03 10:00`, in UTC.
fn at(text: &str) -> Timestamp {
    let (day, time) = text.split_once(' ').unwrap();
    format!("2026-11-{day}T{time}:00Z").parse().unwrap()
}

fn zone(name: &str) -> Zone {
    Zone::named(name).unwrap()
}

fn november() -> ReportPeriod {
    ReportPeriod::new(at("01 00:00"), "2026-12-01T00:00:00Z".parse().unwrap()).unwrap()
}

fn facts(id: &str, opened_at: &str) -> Facts {
    Facts {
        id: IncidentId(id.to_owned()),
        severity: Severity::Critical,
        error_id: "machine_offline".to_owned(),
        machine_id: Some("dk-1".to_owned()),
        cinema: Some("Grand".to_owned()),
        screen: Some("Sal 1".to_owned()),
        opened_at: at(opened_at),
        acknowledged_at: None,
        closed_at: None,
        show: ShowAtOpening::Unknown,
        members: Vec::new(),
    }
}

fn of(all: &[Facts]) -> PeriodReport {
    report(all, november(), zone("UTC"), at("30 12:00"))
}

/// Closed so many seconds after it opened.
fn lasting(seconds: i64) -> Facts {
    let open = facts(&seconds.to_string(), "03 10:00");
    Facts { closed_at: Some(open.opened_at + SignedDuration::from_secs(seconds)), ..open }
}

fn show(opened_at: &str, show: &str, closed_at: Option<&str>) -> Facts {
    let show = ShowAtOpening::At(at(show));
    Facts { show, closed_at: closed_at.map(at), ..facts(opened_at, opened_at) }
}

#[test]
fn a_report_of_nothing_is_all_zeros() {
    let empty = of(&[]);
    assert_eq!((empty.opened, empty.closed, empty.in_outages), (0, 0, 0));
    assert_eq!(empty.by_severity, [(Severity::Critical, 0), (Severity::Warning, 0), (Severity::Info, 0)]);
    assert_eq!(empty.by_day.len(), 30);
    assert!(empty.by_day.iter().all(|day| day.opened + day.closed == 0));
    assert_eq!(empty.time_to_resolve, Times::default());
    assert_eq!(empty.shows, Shows::default());
    assert!(empty.top_machines.is_empty() && empty.top_errors.is_empty());
}

#[test]
fn what_opens_at_the_first_instant_counts_and_at_the_last_not() {
    let edges = ["01 00:00", "30 23:59"].map(|opened| facts(opened, opened));
    assert_eq!(of(&edges).opened, 2);
    let mut behind = facts("behind", "01 00:00");
    behind.opened_at = november().to();
    let mut before = facts("before", "01 00:00");
    before.opened_at = november().from() - SignedDuration::from_nanos(1);
    assert_eq!(of(&[behind, before]).opened, 0);
}

#[test]
fn median_and_p90_are_values_that_occurred() {
    // (how long each took, median, p90), in seconds.
    let sheets: [(&[i64], u64, u64); 5] = [
        (&[7], 7, 7),
        (&[1, 9], 1, 9),
        (&[30, 10, 20], 20, 30),
        (&[10, 20, 30, 40, 50, 60, 70, 80, 90, 100], 50, 90),
        (&[10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110], 60, 100),
    ];
    for (seconds, median, p90) in sheets {
        let all: Vec<Facts> = seconds.iter().copied().map(lasting).collect();
        let times = of(&all).time_to_resolve;
        let expected = (seconds.len() as u64, Some(median), Some(p90), 0);
        assert_eq!((times.count, times.median_seconds, times.p90_seconds, times.without), expected);
    }
}

#[test]
fn what_has_not_happened_yet_is_counted_and_nothing_else() {
    let taken = Facts { acknowledged_at: Some(at("03 10:02")), ..facts("taken", "03 10:00") };
    let report = of(&[taken, facts("open", "03 10:00"), lasting(60)]);
    let times =
        |count, seconds, without| Times { count, median_seconds: seconds, p90_seconds: seconds, without };
    assert_eq!(report.time_to_acknowledge, times(1, Some(120), 2));
    assert_eq!(report.time_to_resolve, times(1, Some(60), 2));
    assert_eq!((report.opened, report.closed), (3, 1));
}

#[test]
fn a_day_begins_and_ends_by_the_clocks_of_the_place() {
    // 23:30 in UTC is half past midnight in Copenhagen; the autumn night of the 25th has 25 hours there.
    let period =
        ReportPeriod::new("2026-10-24T22:00:00Z".parse().unwrap(), "2026-10-26T23:00:00Z".parse().unwrap());
    let open = |instant: &str| Facts { opened_at: instant.parse().unwrap(), ..facts(instant, "01 00:00") };
    let mut late = open("2026-10-25T22:59:00Z");
    late.closed_at = Some("2026-10-25T23:00:00Z".parse().unwrap());
    let all = [open("2026-10-24T22:00:00Z"), late, open("2026-10-26T22:59:00Z")];
    let report = report(&all, period.unwrap(), zone("Europe/Copenhagen"), at("30 12:00"));
    let days: Vec<_> =
        report.by_day.iter().map(|day| (day.date.to_string(), day.opened, day.closed)).collect();
    let expected = [("2026-10-25".to_owned(), 2, 0), ("2026-10-26".to_owned(), 1, 1)];
    assert_eq!(days, expected);
}

#[test]
fn what_closes_behind_the_period_is_closed_but_on_no_day() {
    let mut facts = facts("a", "30 10:00");
    facts.closed_at = Some(november().to());
    let report = of(&[facts]);
    assert_eq!(report.closed, 1);
    assert_eq!(report.by_day.iter().map(|day| day.closed).sum::<u64>(), 0);
}

#[test]
fn a_show_is_at_risk_up_to_four_hours_after_the_opening() {
    let at_risk = |show_at| of(&[show("03 10:00", show_at, Some("03 10:01"))]).shows.at_risk;
    assert_eq!((at_risk("03 14:00"), at_risk("03 14:01")), (1, 0));
}

#[test]
fn a_show_is_saved_if_the_incident_closed_before_it_began_and_hit_if_not() {
    let shows = |closed_at| {
        let shows = of(&[show("03 10:00", "03 12:00", closed_at)]).shows;
        (shows.at_risk, shows.hit, shows.saved, shows.pending)
    };
    assert_eq!(shows(Some("03 11:59")), (1, 0, 1, 0));
    assert_eq!(shows(Some("03 12:00")), (1, 0, 1, 0), "it closed as the show began");
    assert_eq!(shows(Some("03 12:01")), (1, 1, 0, 0));
    assert_eq!(shows(None), (1, 1, 0, 0), "it is open still");
}

#[test]
fn a_show_that_is_still_to_come_is_pending() {
    let shows = of(&[show("30 11:00", "30 13:00", None)]).shows;
    assert_eq!(shows, Shows { at_risk: 1, pending: 1, ..Shows::default() });
}

#[test]
fn a_show_that_was_due_later_is_hit_all_the_same() {
    let shows = of(&[show("03 10:00", "03 19:00", Some("03 20:00"))]).shows;
    assert_eq!(shows, Shows { hit: 1, ..Shows::default() });
}

#[test]
fn what_is_not_known_is_told_apart_from_no_show() {
    let none = Facts { show: ShowAtOpening::NonePlanned, ..facts("none", "03 10:00") };
    assert_eq!(of(&[none, facts("old", "03 10:00")]).shows, Shows { unknown: 1, ..Shows::default() });
}

#[test]
fn an_outage_counts_once_and_its_members_not_at_all() {
    let members = ["a", "b", "c"].map(|id| show("03 10:00", "03 12:00", Some("03 13:00")).named(id));
    let mut outage = show("03 10:00", "03 12:00", Some("03 13:00")).named("outage");
    outage.members = members.iter().map(|member| member.id.clone()).collect();
    (outage.machine_id, outage.error_id) = (None, "cinema_outage".to_owned());
    let mut all = members.to_vec();
    all.extend([outage, show("03 10:00", "03 12:00", Some("03 13:00")).named("alone")]);
    let report = of(&all);
    assert_eq!((report.opened, report.closed, report.in_outages), (2, 2, 3));
    assert_eq!((report.shows.at_risk, report.shows.hit, report.time_to_resolve.count), (2, 2, 2));
    let machines: Vec<_> = report.top_machines.iter().map(|top| (top.id.as_str(), top.count)).collect();
    assert_eq!(machines, [("dk-1", 1)]);
    let errors: Vec<_> = report.top_errors.iter().map(|top| (top.id.as_str(), top.count)).collect();
    assert_eq!(errors, [("cinema_outage", 1), ("machine_offline", 1)]);
}

#[test]
fn an_outage_from_before_the_period_takes_its_members_along() {
    let member = facts("a", "01 00:00");
    let mut outage = facts("outage", "01 00:00");
    outage.opened_at = november().reads_from();
    outage.members = vec![member.id.clone()];
    let report = of(&[outage, member]);
    assert_eq!((report.opened, report.in_outages), (0, 1));
}

#[test]
fn the_top_has_the_most_incidents_first_then_the_longest() {
    let machine = |machine: &str, minutes: i64| Facts {
        machine_id: Some(machine.to_owned()),
        ..lasting(minutes * 60 + 59)
    };
    let all = [machine("short", 1), machine("many", 1), machine("long", 9), machine("many", 2)];
    let top: Vec<_> =
        of(&all).top_machines.into_iter().map(|top| (top.id, top.count, top.open_minutes)).collect();
    // 119 s and 179 s are 298 s, which are 4 whole minutes.
    let expected = [("many", 2, 4), ("long", 1, 9), ("short", 1, 1)];
    assert_eq!(top, expected.map(|(id, count, minutes)| (id.to_owned(), count, minutes)));
}

#[test]
fn the_top_has_ten_and_names_machines_as_they_are_called_now() {
    let mut all: Vec<Facts> = (0..12).map(|n| lasting(60 + n)).collect();
    for (n, facts) in all.iter_mut().enumerate() {
        facts.machine_id = Some(format!("dk-{n:02}"));
    }
    let renamed = Facts { cinema: Some("Grand 2".to_owned()), ..facts("new", "04 10:00") };
    all.push(Facts { machine_id: Some("dk-03".to_owned()), ..renamed });
    let top = of(&all).top_machines;
    assert_eq!((top.len(), top[0].id.as_str(), top[0].cinema.as_deref()), (10, "dk-03", Some("Grand 2")));
}

#[test]
fn an_incident_that_is_open_has_been_so_until_now() {
    assert_eq!(of(&[facts("a", "30 10:00")]).top_errors[0].open_minutes, 120);
}

#[test]
fn a_period_ends_after_it_begins_and_has_400_days_at_most() {
    let (begins, day) = (at("01 00:00"), SignedDuration::from_hours(24));
    assert_eq!(ReportPeriod::new(begins, begins), Err(PeriodError::Empty));
    assert_eq!(ReportPeriod::new(begins, begins - day), Err(PeriodError::Empty));
    assert!(ReportPeriod::new(begins, begins + day * 400).is_ok());
    assert_eq!(ReportPeriod::new(begins, begins + day * 401), Err(PeriodError::TooLong));
}

impl Facts {
    fn named(self, id: &str) -> Self {
        Self { id: IncidentId(id.to_owned()), ..self }
    }
}
