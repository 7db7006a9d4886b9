//! A cinema outage: several machines of one cinema that failed together are one incident with members.
//!
//! The outage opens, repeats and ends by the rules of an alert ([`super::alert`]): its occurrence begins
//! with its first member and ends with its last one. Members live on as incidents of their own.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::alert::{self, Alert, MONITORING, Rules};
use super::incident::{
    Incident, IncidentId, IncidentKey, IncidentNumber, Member, Origin, Place, Severity, Status,
};
use super::timeline::{Entry, What};

/// Stable identifier of this kind of fault.
pub const ERROR_ID: &str = "cinema_outage";

/// No cinema has so many machines; labels that are the same everywhere must not make a document too large.
const MAX_MEMBERS: usize = 500;

/// What counts as an outage.
#[derive(Clone, Copy, Debug)]
pub struct OutageRule {
    /// At least so many machines of one cinema.
    pub machines: usize,
    /// All of them failed within this time.
    pub window: SignedDuration,
}

/// The key of the outages of the incident's cinema; `None` where it is of no cinema.
pub fn outage_key(incident: &Incident) -> Option<IncidentKey> {
    let cinema = incident.place.cinema.as_ref()?;
    let fingerprint = format!("outage:{}", cinema.id);
    Some(IncidentKey { region: incident.key.region.clone(), fingerprint })
}

/// The outage of a cinema after what its incidents say, or `None` when they say nothing new.
///
/// `newest` is the cinema's newest outage, open or closed. `incidents` are all of the cinema that may be
/// open; the outage itself and closed ones among them do not matter.
pub fn correlate(
    newest: Option<&Incident>,
    incidents: &[&Incident],
    rule: OutageRule,
    rules: Rules,
    number: &IncidentNumber,
    now: Timestamp,
) -> Option<Incident> {
    let failing: Vec<&Incident> = incidents.iter().copied().filter(|incident| is_failing(incident)).collect();
    match newest.filter(|outage| outage.is_firing()) {
        Some(outage) if outage.status != Status::Closed => go_on(outage, &failing, rule, rules, now),
        firing => begin(newest, &failing, rule, rules, number, now)
            .or_else(|| go_on(firing?, &failing, rule, rules, now)),
    }
}

/// A machine that guests miss: what only warns does not make an outage.
fn is_failing(incident: &Incident) -> bool {
    incident.status != Status::Closed
        && incident.is_firing()
        && incident.severity == Severity::Critical
        && incident.origin != Origin::Outage
        && incident.place.machine_id.is_some()
}

/// The newest incidents that began within the window, if they are of enough machines.
fn together<'a>(failing: &[&'a Incident], newest: Option<&Incident>, rule: OutageRule) -> Vec<&'a Incident> {
    let mut fresh: Vec<&Incident> =
        failing.iter().copied().filter(|incident| !belongs_to(newest, incident)).collect();
    fresh.sort_by_key(|incident| incident.occurrence_started_at);
    let mut windows = (0..fresh.len()).map(|first| {
        let until = fresh[first].occurrence_started_at.checked_add(rule.window).unwrap_or(Timestamp::MAX);
        let count = fresh[first..].iter().take_while(|incident| incident.occurrence_started_at <= until);
        &fresh[first..first + count.count()]
    });
    let outage = windows.rfind(|window| machines(window) >= rule.machines.max(2));
    outage.map(<[&Incident]>::to_vec).unwrap_or_default()
}

/// Whether an outage that is over had this incident already, in the same occurrence.
fn belongs_to(outage: Option<&Incident>, incident: &Incident) -> bool {
    outage.is_some_and(|outage| {
        let over_at = outage.closed_at.or(outage.occurrence_ended_at);
        let of_it = |member: &&Member| member.incident == incident.id;
        outage.members.iter().find(of_it).is_some_and(|member| {
            let until = over_at.map_or(member.joined_at, |over_at| over_at.max(member.joined_at));
            incident.occurrence_started_at <= until
        })
    })
}

fn machines(incidents: &[&Incident]) -> usize {
    incidents.iter().filter_map(|incident| incident.place.machine_id.as_ref()).collect::<BTreeSet<_>>().len()
}

fn begin(
    newest: Option<&Incident>,
    failing: &[&Incident],
    rule: OutageRule,
    rules: Rules,
    number: &IncidentNumber,
    now: Timestamp,
) -> Option<Incident> {
    let alert = outage_alert(together(failing, newest, rule).first()?, newest, now)?;
    let mut outage = alert::apply(newest, &alert, rules, number, now)?;
    outage.origin = Origin::Outage;
    outage.members.retain(|member| member.recovered_at.is_none());
    let of_it = of_occurrence(&outage, failing, rule);
    join(&mut outage, &of_it, now);
    Some(outage)
}

/// An outage that goes on: machines join it, others work again, and with the last one it is over.
fn go_on(
    outage: &Incident,
    failing: &[&Incident],
    rule: OutageRule,
    rules: Rules,
    now: Timestamp,
) -> Option<Incident> {
    let of_it = of_occurrence(outage, failing, rule);
    let mut next = outage.clone();
    recover(&mut next, &of_it, now);
    if outage.status != Status::Closed {
        join(&mut next, &of_it, now);
    }
    if next.members.iter().all(|member| member.recovered_at.is_some()) {
        let over = Alert { ended_at: Some(now), ..ongoing_alert(outage) };
        next = alert::apply(Some(&next), &over, rules, &outage.number, now).unwrap_or(next);
    }
    if next == *outage {
        return None;
    }
    next.updated_at = now;
    Some(next)
}

/// What belongs to the outage's newest occurrence: all that began with it or later.
fn of_occurrence<'a>(outage: &Incident, failing: &[&'a Incident], rule: OutageRule) -> Vec<&'a Incident> {
    let since = outage.occurrence_started_at.checked_sub(rule.window).unwrap_or(Timestamp::MIN);
    failing.iter().copied().filter(|incident| incident.occurrence_started_at >= since).collect()
}

fn join(outage: &mut Incident, failing: &[&Incident], now: Timestamp) {
    for incident in failing {
        let Some(machine_id) = incident.place.machine_id.clone() else { continue };
        let is_full = outage.members.len() >= MAX_MEMBERS;
        let member = outage.members.iter_mut().find(|member| member.incident == incident.id);
        match member {
            Some(member) if member.recovered_at.is_none() => continue,
            Some(member) => (member.joined_at, member.recovered_at) = (now, None),
            None if is_full => continue,
            None => outage.members.push(Member {
                incident: incident.id.clone(),
                machine_id: machine_id.clone(),
                joined_at: now,
                recovered_at: None,
            }),
        }
        let entry = Entry::new(now, MONITORING, What::MemberJoined);
        outage.timeline.push(entry.with_note(format!("{machine_id} ({})", incident.number.0)));
    }
}

fn recover(outage: &mut Incident, failing: &[&Incident], now: Timestamp) {
    let still: BTreeMap<&IncidentId, ()> = failing.iter().map(|incident| (&incident.id, ())).collect();
    let gone = |member: &&mut Member| member.recovered_at.is_none() && !still.contains_key(&member.incident);
    for member in outage.members.iter_mut().filter(gone) {
        member.recovered_at = Some(now);
        let entry = Entry::new(now, MONITORING, What::MemberRecovered);
        outage.timeline.push(entry.with_note(member.machine_id.clone()));
    }
}

/// An occurrence that begins with the first machine, and after the one before it.
fn outage_alert(first: &Incident, newest: Option<&Incident>, now: Timestamp) -> Option<Alert> {
    let cinema = first.place.cinema.clone()?;
    let is_later = |outage: &Incident| first.occurrence_started_at > outage.occurrence_started_at;
    Some(Alert {
        key: outage_key(first)?,
        starts_at: if newest.is_none_or(is_later) { first.occurrence_started_at } else { now },
        ended_at: None,
        severity: Severity::Critical,
        error_id: ERROR_ID.to_owned(),
        title: format!("Cinema outage: {}", cinema.name),
        description: "Several machines of this cinema failed within a short time.".to_owned(),
        place: Place { machine_id: None, cinema: Some(cinema), screen: None },
        labels: BTreeMap::new(),
        links: Vec::new(),
    })
}

/// The alert that an outage stands for.
fn ongoing_alert(outage: &Incident) -> Alert {
    Alert {
        key: outage.key.clone(),
        starts_at: outage.occurrence_started_at,
        ended_at: None,
        severity: outage.severity,
        error_id: outage.error_id.clone(),
        title: outage.title.clone(),
        description: outage.description.clone(),
        place: outage.place.clone(),
        labels: outage.labels.clone(),
        links: outage.links.clone(),
    }
}
