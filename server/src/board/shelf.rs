//! The incidents of one region on the board. Open ones stand apart from those that closed: what is read of the open
//! ones costs the same however many closed within the day.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::{CLOSED_WINDOW, Card, Counts};
use crate::domain::delivery::next_wake;
use crate::domain::incident::{Incident, IncidentId, Severity, Status};

/// Incidents by what they are found by.
#[derive(Default)]
pub(super) struct Shelf {
    open: HashMap<IncidentId, Arc<Card>>,
    closed: HashMap<IncidentId, Arc<Card>>,
    /// The closed ones by when, the first one first.
    closings: BTreeSet<(Timestamp, IncidentId)>,
    by_cinema: Index,
    by_machine: Index,
}

/// Which incidents are of which cinema, or machine.
type Index = HashMap<String, HashSet<IncidentId>>;

impl Shelf {
    /// Puts an incident in its place; one does not move to another cinema or machine.
    pub(super) fn put(&mut self, incident: Arc<Incident>) {
        self.take(&incident.id);
        let id = &incident.id;
        for (index, name) in self.places(&incident) {
            index.entry(name.to_owned()).or_default().insert(id.clone());
        }
        let (id, closed_at) = (id.clone(), closed_at(&incident));
        let card = Arc::new(Card::new(incident));
        match closed_at {
            None => self.open.insert(id, card),
            Some(closed_at) => {
                self.closings.insert((closed_at, id.clone()));
                self.closed.insert(id, card)
            }
        };
    }

    /// Forgets what closed longer ago than [`CLOSED_WINDOW`]. Answers whether there was any.
    pub(super) fn prune(&mut self, now: Timestamp) -> bool {
        let old: Vec<IncidentId> = self.outdated(now).cloned().collect();
        old.iter().for_each(|id| self.forget(id));
        !old.is_empty()
    }

    /// Forgets incidents in this status that have not changed since before this time, and of which nothing is still to
    /// be told. Answers whether there was any.
    pub(super) fn forget_unchanged(&mut self, status: Status, updated_before: Timestamp) -> bool {
        let is_old = |incident: &&Arc<Incident>| {
            incident.status == status && incident.updated_at < updated_before && next_wake(incident).is_none()
        };
        let old: Vec<IncidentId> =
            self.incidents().filter(is_old).map(|incident| incident.id.clone()).collect();
        old.iter().for_each(|id| self.forget(id));
        !old.is_empty()
    }

    pub(super) fn incident(&self, id: &IncidentId) -> Option<&Arc<Incident>> {
        self.open.get(id).or_else(|| self.closed.get(id)).map(|card| &card.incident)
    }

    /// All of them, also those that closed before the window and were not forgotten yet.
    pub(super) fn incidents(&self) -> impl Iterator<Item = &Arc<Incident>> {
        self.open.values().chain(self.closed.values()).map(|card| &card.incident)
    }

    /// Those in these states; of the closed ones, those within the window.
    pub(super) fn cards<'a>(
        &'a self,
        statuses: &'a [Status],
        now: Timestamp,
    ) -> impl Iterator<Item = &'a Arc<Card>> {
        let open = self.open.values().filter(|card| statuses.contains(&card.incident.status));
        let closed = statuses.contains(&Status::Closed).then(|| self.closed.values());
        open.chain(
            closed.into_iter().flatten().filter(move |card| is_current(closed_at(&card.incident), now)),
        )
    }

    pub(super) fn of_cinema(&self, cinema_id: &str) -> impl Iterator<Item = &Arc<Incident>> {
        self.found(&self.by_cinema, cinema_id)
    }

    pub(super) fn of_machine(&self, machine_id: &str) -> impl Iterator<Item = &Arc<Incident>> {
        self.found(&self.by_machine, machine_id)
    }

    /// The ids of all cinemas that have an incident here.
    pub(super) fn cinemas(&self) -> impl Iterator<Item = &String> {
        self.by_cinema.keys()
    }

    /// Adds how many of them are in which state.
    pub(super) fn count(&self, counts: &mut Counts, now: Timestamp) {
        for card in self.open.values() {
            match card.incident.status {
                Status::InProgress => counts.in_progress += 1,
                Status::Open | Status::Closed => counts.open += 1,
            }
            counts.critical += u32::from(card.incident.severity == Severity::Critical);
        }
        let current = self.closed.len().saturating_sub(self.outdated(now).count());
        counts.closed += u32::try_from(current).unwrap_or(u32::MAX);
    }

    /// Those that closed before the window.
    fn outdated(&self, now: Timestamp) -> impl Iterator<Item = &IncidentId> {
        let is_old = move |closing: &&(Timestamp, IncidentId)| !is_current(Some(closing.0), now);
        self.closings.iter().take_while(is_old).map(|(_, id)| id)
    }

    fn found<'a>(&'a self, index: &'a Index, name: &str) -> impl Iterator<Item = &'a Arc<Incident>> {
        index.get(name).into_iter().flatten().filter_map(|id| self.incident(id))
    }

    fn forget(&mut self, id: &IncidentId) {
        let Some(incident) = self.take(id) else { return };
        for (index, name) in self.places(&incident) {
            let Some(ids) = index.get_mut(name) else { continue };
            ids.remove(id);
            if ids.is_empty() {
                index.remove(name);
            }
        }
    }

    /// Takes an incident away, but for its places.
    fn take(&mut self, id: &IncidentId) -> Option<Arc<Incident>> {
        let card = self.open.remove(id).or_else(|| self.closed.remove(id))?;
        if let Some(closed_at) = closed_at(&card.incident) {
            self.closings.remove(&(closed_at, id.clone()));
        }
        Some(Arc::clone(&card.incident))
    }

    /// Where an incident is listed, and under which name.
    fn places<'a>(&'a mut self, incident: &'a Incident) -> impl Iterator<Item = (&'a mut Index, &'a str)> {
        let cinema = incident.place.cinema.as_ref().map(|cinema| cinema.id.as_str());
        let machine = incident.place.machine_id.as_deref();
        let listed = [(&mut self.by_cinema, cinema), (&mut self.by_machine, machine)];
        listed.into_iter().filter_map(|(index, name)| Some((index, name?)))
    }
}

/// When a closed incident closed.
fn closed_at(incident: &Incident) -> Option<Timestamp> {
    (incident.status == Status::Closed).then(|| incident.closed_at.unwrap_or(Timestamp::MAX))
}

fn is_current(closed_at: Option<Timestamp>, now: Timestamp) -> bool {
    closed_at.is_none_or(|closed_at| now.duration_since(closed_at) <= CLOSED_WINDOW)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::incident::{Named, Place, Severity};
    use crate::domain::sample::{after, at, closed, firing, taken};

    const STATUSES: [Status; 3] = [Status::Open, Status::InProgress, Status::Closed];

    /// What happens to a shelf; hours are those of a clock that only goes on.
    #[derive(Clone, Debug)]
    enum Step {
        Put { id: u8, status: Status, severity: Severity },
        Wait { hours: i64 },
        Prune,
        Forget { status: Status, unchanged_hours: i64 },
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let status = || prop::sample::select(STATUSES.to_vec());
        let severity = || prop::sample::select(vec![Severity::Critical, Severity::Warning, Severity::Info]);
        let step = prop_oneof![
            6 => (0_u8..6, status(), severity()).prop_map(|(id, status, severity)| Step::Put { id, status, severity }),
            3 => (1_i64..30).prop_map(|hours| Step::Wait { hours }),
            1 => Just(Step::Prune),
            1 => (status(), 1_i64..40).prop_map(|(status, unchanged_hours)| Step::Forget { status, unchanged_hours }),
        ];
        prop::collection::vec(step, 1..60)
    }

    /// Incidents with even numbers share a machine, and those that leave the same rest a cinema.
    fn incident(id: u8, status: Status, severity: Severity, now: Timestamp) -> Incident {
        let cinema = Named { id: format!("cinema-{}", id % 3), name: String::new() };
        let machine_id = Some(format!("machine-{}", id % 2));
        let opened = Incident {
            id: IncidentId(id.to_string()),
            place: Place { cinema: Some(cinema), machine_id, ..Place::default() },
            severity,
            deliveries: Vec::new(),
            ..after(None, &firing(now), now)
        };
        match status {
            Status::Open => opened,
            Status::InProgress => taken(&opened, now),
            Status::Closed => closed(&opened, now),
        }
    }

    /// The same as a list that is searched from its beginning to its end.
    #[derive(Default)]
    struct Naive(BTreeMap<IncidentId, Incident>);

    impl Naive {
        fn ids(&self, wanted: impl Fn(&Incident) -> bool) -> BTreeSet<&IncidentId> {
            self.0.values().filter(|incident| wanted(incident)).map(|incident| &incident.id).collect()
        }

        fn take(&mut self, step: &Step, now: Timestamp) {
            match step {
                Step::Put { id, status, severity } => {
                    let incident = incident(*id, *status, *severity, now);
                    self.0.insert(incident.id.clone(), incident);
                }
                Step::Wait { .. } => {}
                Step::Prune => self.0.retain(|_, incident| is_shown(incident, now)),
                Step::Forget { status, unchanged_hours } => {
                    let before = now - jiff::SignedDuration::from_hours(*unchanged_hours);
                    self.0.retain(|_, incident| incident.status != *status || incident.updated_at >= before);
                }
            }
        }
    }

    fn is_shown(incident: &Incident, now: Timestamp) -> bool {
        incident.closed_at.is_none_or(|closed_at| now.duration_since(closed_at) <= CLOSED_WINDOW)
    }

    fn take(shelf: &mut Shelf, step: &Step, now: Timestamp) {
        match step {
            Step::Put { id, status, severity } => {
                shelf.put(Arc::new(incident(*id, *status, *severity, now)));
            }
            Step::Wait { .. } => {}
            Step::Prune => drop(shelf.prune(now)),
            Step::Forget { status, unchanged_hours } => {
                let before = now - jiff::SignedDuration::from_hours(*unchanged_hours);
                shelf.forget_unchanged(*status, before);
            }
        }
    }

    fn ids<'a>(incidents: impl Iterator<Item = &'a Arc<Incident>>) -> BTreeSet<&'a IncidentId> {
        incidents.map(|incident| &incident.id).collect()
    }

    fn counted(naive: &Naive, now: Timestamp) -> Counts {
        let many = |wanted: &dyn Fn(&Incident) -> bool| u32::try_from(naive.ids(wanted).len()).unwrap();
        Counts {
            open: many(&|incident| incident.status == Status::Open),
            in_progress: many(&|incident| incident.status == Status::InProgress),
            closed: many(&|incident| incident.status == Status::Closed && is_shown(incident, now)),
            critical: many(&|incident| {
                incident.status != Status::Closed && incident.severity == Severity::Critical
            }),
        }
    }

    proptest! {
        #[test]
        fn a_shelf_tells_the_same_as_a_plain_list(steps in steps()) {
            let (mut shelf, mut naive, mut now) = (Shelf::default(), Naive::default(), at(0));
            for step in &steps {
                if let Step::Wait { hours } = step {
                    now += jiff::SignedDuration::from_hours(*hours);
                }
                take(&mut shelf, step, now);
                naive.take(step, now);
                prop_assert_eq!(ids(shelf.incidents()), naive.ids(|_| true));
                for status in STATUSES {
                    let statuses = [status];
                    let shown: BTreeSet<_> =
                        shelf.cards(&statuses, now).map(|card| &card.incident.id).collect();
                    let wanted = |incident: &Incident| incident.status == status && is_shown(incident, now);
                    prop_assert_eq!(shown, naive.ids(wanted));
                }
                let mut counts = Counts::default();
                shelf.count(&mut counts, now);
                prop_assert_eq!(counts, counted(&naive, now));
                let of_cinema = |incident: &Incident| incident.place.cinema.as_ref().unwrap().id == "cinema-1";
                prop_assert_eq!(ids(shelf.of_cinema("cinema-1")), naive.ids(of_cinema));
                let of_machine = |incident: &Incident| incident.place.machine_id.as_deref() == Some("machine-0");
                prop_assert_eq!(ids(shelf.of_machine("machine-0")), naive.ids(of_machine));
                let cinemas: BTreeSet<&str> = shelf.cinemas().map(String::as_str).collect();
                let known = naive.0.values().map(|incident| incident.place.cinema.as_ref().unwrap().id.as_str());
                prop_assert_eq!(cinemas, known.collect::<BTreeSet<_>>());
            }
        }
    }
}
