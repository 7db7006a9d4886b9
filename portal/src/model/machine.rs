//! A machine as it was last read.

use super::{Charted, Cinema, Incident, NextShow, Reading, small};

/// A machine of a cinema, and how far what is known of it can be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Machine {
    pub(crate) id: String,
    pub(crate) cinema: Option<Cinema>,
    pub(crate) screen: Option<String>,
    /// Nothing where its exporter does not say.
    pub(crate) online: Option<bool>,
    /// When that was true.
    pub(crate) as_of_ms: Option<i64>,
    /// Why it is not known, or older than it should be, in the server's words.
    pub(crate) error: Option<String>,
    pub(crate) next_show_at_ms: Option<i64>,
}

impl Machine {
    /// Where it stands, as `Screen 3, Scala Aarhus`; its id where nothing is known.
    pub(crate) fn place(&self) -> String {
        let cinema = self.cinema.as_ref().map(|cinema| cinema.name.as_str());
        let parts: Vec<&str> = self.screen.as_deref().into_iter().chain(cinema).collect();
        if parts.is_empty() { self.id.clone() } else { parts.join(", ") }
    }

    /// What it is called beside its neighbours: the last word of its screen's name, as `3`.
    pub(crate) fn short_name(&self) -> &str {
        let name = self.screen.as_deref().unwrap_or(&self.id);
        let last = name.rsplit([' ', '-']).next().unwrap_or(name);
        let end = last.char_indices().nth(SHORT_NAME).map_or(last.len(), |(end, _)| end);
        &last[..end]
    }

    /// Whether all these words, in small letters, stand in its id or place.
    pub(crate) fn has_words(&self, words: &[String]) -> bool {
        let text = small(&format!("{} {}", self.id, self.place()));
        words.iter().all(|word| text.contains(word))
    }
}

/// More letters do not fit.
const SHORT_NAME: usize = 4;

/// All that is known of one machine.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MachineFile {
    pub(crate) machine: Machine,
    pub(crate) region: MachineRegion,
    pub(crate) reading: Reading,
    pub(crate) next_show: NextShow,
    pub(crate) open: Vec<Incident>,
    /// The newest first.
    pub(crate) closed: Vec<Incident>,
}

impl MachineFile {
    /// Whether it is seen, as far as that can be trusted: not from an old reading, and not in a blind region.
    pub(crate) fn trusted_online(&self) -> Option<bool> {
        let trusted = self.machine.error.is_none() && self.region.blind_since_ms.is_none();
        self.machine.online.filter(|_| trusted)
    }

    /// What was read of it, as far as that can be trusted.
    pub(crate) fn trusted_reading(&self) -> Reading {
        Reading { online: self.trusted_online(), ..self.reading.clone() }
    }

    /// What is drawn of it: with the newest fault that is still open, if there is one.
    pub(crate) fn charted(&self) -> Charted {
        let fault = self.open.iter().max_by_key(|incident| incident.opened_at_ms);
        Charted {
            machine: self.machine.id.clone(),
            error_id: fault.map(|fault| fault.error_id.clone()).unwrap_or_default(),
            fault_at_ms: fault.map(|fault| fault.opened_at_ms),
            time_zone: self.region.time_zone.clone(),
        }
    }
}

/// The region that a machine belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MachineRegion {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) time_zone: String,
    pub(crate) blind_since_ms: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::samples::{incident, machine};

    #[test]
    fn a_machine_is_found_by_id_and_place() {
        let machine = machine("dk-aarhus-01-03");
        let found = |words: &[&str]| {
            machine.has_words(&words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>())
        };
        assert!(found(&[]) && found(&["scala", "01-03"]) && found(&["screen 3"]));
        assert!(!found(&["scala", "odense"]));
    }

    #[test]
    fn a_tile_has_room_for_the_end_of_a_name() {
        let named =
            |screen: Option<&str>| Machine { screen: screen.map(str::to_owned), ..machine("dk-x-07") };
        assert_eq!(named(Some("Sal 12")).short_name(), "12");
        assert_eq!(named(Some("Großersaal")).short_name(), "Groß");
        assert_eq!(named(None).short_name(), "07");
    }

    #[test]
    fn a_machine_of_a_blind_region_is_not_known_to_be_online() {
        let mut file = file();
        assert_eq!(file.trusted_online(), Some(true));
        file.region.blind_since_ms = Some(0);
        assert_eq!((file.trusted_online(), file.trusted_reading().online), (None, None));
    }

    #[test]
    fn the_newest_open_fault_stands_in_its_chart() {
        let at = |opened_at_ms| Incident { opened_at_ms, ..incident("1") };
        let file = MachineFile { open: vec![at(1), at(3), at(2)], closed: vec![at(9)], ..file() };
        assert_eq!(file.charted().fault_at_ms, Some(3));
    }

    fn file() -> MachineFile {
        MachineFile {
            machine: machine("a"),
            region: MachineRegion {
                id: "denmark".to_owned(),
                name: "Denmark".to_owned(),
                time_zone: "UTC".to_owned(),
                blind_since_ms: None,
            },
            reading: Reading { online: Some(true), ..Reading::default() },
            next_show: NextShow::default(),
            open: Vec::new(),
            closed: Vec::new(),
        }
    }
}
