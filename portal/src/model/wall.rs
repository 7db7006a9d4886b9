//! The wall: all machines of a region at a glance, by cinema.

use std::collections::BTreeMap;

use super::{Incident, Machine, TileState, small};
use crate::texts::Texts;

/// A show that begins within this time is marked.
const SOON_MS: i64 = 60 * 60 * 1_000;

/// Which machines somebody wants to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WallChoice {
    /// Words that must stand in the id or place.
    pub(crate) words: String,
    /// Only what the cloud did not see.
    pub(crate) offline: bool,
    /// Only what has an incident that is not closed.
    pub(crate) incident: bool,
}

/// All tiles, and what they sum up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wall {
    pub(crate) rows: Vec<WallRow>,
    /// How many of all machines are in which state, in the order of the legend.
    pub(crate) counts: [usize; 7],
    pub(crate) total: usize,
    pub(crate) shown: usize,
    /// When the oldest of the readings was true.
    pub(crate) oldest_ms: Option<i64>,
    /// Incidents that no tile shows.
    pub(crate) elsewhere: usize,
}

/// A cinema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WallRow {
    pub(crate) cinema: String,
    pub(crate) tiles: Vec<Tile>,
}

/// A machine on the wall.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Tile {
    pub(crate) id: String,
    pub(crate) short_name: String,
    pub(crate) state: TileState,
    /// Its next show begins within the hour, or has begun.
    pub(crate) soon: bool,
    /// In full, for screen readers and whoever points at it.
    pub(crate) label: String,
}

/// What the wall is made from.
pub(crate) struct WallParts<'a> {
    pub(crate) machines: &'a [Machine],
    pub(crate) incidents: Vec<&'a Incident>,
    /// Readings cannot be trusted: the region is blind, or they were not read for too long.
    pub(crate) doubt: bool,
    pub(crate) now_ms: i64,
}

impl Wall {
    /// Puts the wall together, in the order of the machines.
    pub(crate) fn build(texts: &Texts, parts: &WallParts<'_>, choice: &WallChoice) -> Self {
        let mut worst = worst_states(&parts.incidents);
        let words: Vec<String> = small(&choice.words).split_whitespace().map(str::to_owned).collect();
        let mut wall = Self { total: parts.machines.len(), ..Self::default() };
        wall.oldest_ms = parts.machines.iter().filter_map(|machine| machine.as_of_ms).min();
        for machine in parts.machines {
            let incident = worst.remove(machine.id.as_str());
            let state = incident.unwrap_or_else(|| TileState::of_reading(machine, parts.doubt));
            wall.counts[state as usize] += 1;
            let is_chosen = machine.has_words(&words)
                && (!choice.offline || machine.online == Some(false))
                && (!choice.incident || incident.is_some());
            if is_chosen {
                wall.put(machine, Tile::new(texts, machine, state, parts.now_ms));
            }
        }
        let homeless = |incident: &&&Incident| {
            incident.machine.as_deref().is_none_or(|machine| worst.contains_key(machine))
        };
        wall.elsewhere = parts.incidents.iter().filter(homeless).count();
        wall
    }

    fn put(&mut self, machine: &Machine, tile: Tile) {
        self.shown += 1;
        let cinema = machine.cinema.as_ref().map_or("", |cinema| cinema.name.as_str());
        match self.rows.last_mut().filter(|row| row.cinema == cinema) {
            Some(row) => row.tiles.push(tile),
            None => self.rows.push(WallRow { cinema: cinema.to_owned(), tiles: vec![tile] }),
        }
    }
}

impl Tile {
    fn new(texts: &Texts, machine: &Machine, state: TileState, now_ms: i64) -> Self {
        let soon = machine.next_show_at_ms.is_some_and(|show_ms| show_ms.saturating_sub(now_ms) <= SOON_MS);
        let words = &texts.machines;
        let phrase = if soon { words.tile_soon } else { words.tile };
        let label = phrase.with(&[("place", &machine.place()), ("state", state.text(texts))]);
        Self { id: machine.id.clone(), short_name: machine.short_name().to_owned(), state, soon, label }
    }
}

/// By machine, the worst that its incidents say.
fn worst_states<'a>(incidents: &[&'a Incident]) -> BTreeMap<&'a str, TileState> {
    let mut worst = BTreeMap::new();
    for incident in incidents {
        if let Some(machine) = incident.machine.as_deref() {
            let state = TileState::of_incident(incident);
            let held = worst.entry(machine).or_insert(state);
            *held = state.min(*held);
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::samples::{incident, machine};
    use crate::model::{Severity, Status};
    use crate::texts::pick;

    fn build(machines: &[Machine], incidents: &[Incident], doubt: bool, choice: &WallChoice) -> Wall {
        let parts = WallParts { machines, incidents: incidents.iter().collect(), doubt, now_ms: 0 };
        Wall::build(pick(["en"]), &parts, choice)
    }

    fn states(wall: &Wall) -> Vec<TileState> {
        wall.rows.iter().flat_map(|row| &row.tiles).map(|tile| tile.state).collect()
    }

    fn at(machine: &str, status: Status, severity: Severity) -> Incident {
        Incident { machine: Some(machine.to_owned()), status, severity, ..incident("1") }
    }

    #[test]
    fn the_worst_open_incident_gives_a_tile_its_state() {
        let incidents = [
            at("a", Status::InProgress, Severity::Critical),
            at("a", Status::Open, Severity::Info),
            at("a", Status::Open, Severity::Warning),
            at("b", Status::InProgress, Severity::Critical),
        ];
        let wall =
            build(&[machine("a"), machine("b"), machine("c")], &incidents, false, &WallChoice::default());
        assert_eq!(states(&wall), [TileState::Warning, TileState::InProgress, TileState::Fine]);
        assert_eq!((wall.counts, wall.elsewhere), ([0, 1, 0, 1, 0, 0, 1], 0));
    }

    #[test]
    fn nothing_is_fine_while_readings_cannot_be_trusted() {
        let silent = Machine { error: Some("it is old".to_owned()), ..machine("b") };
        let untold = Machine { online: None, ..machine("c") };
        let machines = [machine("a"), silent, untold];
        let choice = WallChoice::default();
        let (fine, unknown) = (TileState::Fine, TileState::Unknown);
        assert_eq!(states(&build(&machines, &[], false, &choice)), [fine, unknown, unknown]);
        assert_eq!(states(&build(&machines, &[], true, &choice)), [unknown; 3]);
    }

    #[test]
    fn a_choice_narrows_the_tiles_and_not_the_counts() {
        let offline = Machine { online: Some(false), ..machine("b") };
        let machines = [machine("a"), offline, machine("c")];
        let incidents = [at("c", Status::Open, Severity::Critical)];
        let shown = |choice: WallChoice| {
            let wall = build(&machines, &incidents, false, &choice);
            assert_eq!(wall.counts.iter().sum::<usize>(), 3);
            states(&wall)
        };
        assert_eq!(shown(WallChoice { offline: true, ..WallChoice::default() }), [TileState::Offline]);
        assert_eq!(shown(WallChoice { incident: true, ..WallChoice::default() }), [TileState::Critical]);
        assert_eq!(shown(WallChoice { words: " SCALA ".to_owned(), ..WallChoice::default() }).len(), 3);
        assert!(shown(WallChoice { words: "odense".to_owned(), ..WallChoice::default() }).is_empty());
    }

    #[test]
    fn cinemas_are_rows_and_strangers_are_counted() {
        let mut elsewhere = machine("b");
        elsewhere.cinema = None;
        let incidents = [at("z", Status::Open, Severity::Info), Incident { machine: None, ..incident("2") }];
        let wall = build(&[machine("a"), elsewhere], &incidents, false, &WallChoice::default());
        assert_eq!(wall.rows.iter().map(|row| row.cinema.as_str()).collect::<Vec<_>>(), ["Scala Aarhus", ""]);
        assert_eq!(wall.elsewhere, 2);
    }

    #[test]
    fn a_show_within_the_hour_is_marked_and_said() {
        let soon = Machine { next_show_at_ms: Some(SOON_MS), ..machine("a") };
        let later = Machine { next_show_at_ms: Some(SOON_MS + 1), ..machine("b") };
        let wall = build(&[soon, later], &[], false, &WallChoice::default());
        let tiles: Vec<_> = wall.rows[0].tiles.iter().map(|tile| (tile.soon, tile.label.as_str())).collect();
        assert_eq!(
            tiles,
            [
                (true, "Screen 3, Scala Aarhus: fine, show within the hour"),
                (false, "Screen 3, Scala Aarhus: fine")
            ]
        );
    }
}
