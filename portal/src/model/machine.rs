//! A machine as it was last read.

use super::{Cinema, Incident};

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
        let text = format!("{} {}", self.id, self.place()).to_lowercase();
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
    pub(crate) show_as_of_ms: Option<i64>,
    /// Why the next show is not known, in the server's words.
    pub(crate) show_error: Option<String>,
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
}

/// The region that a machine belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MachineRegion {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) time_zone: String,
    pub(crate) blind_since_ms: Option<i64>,
}

/// What was measured last; what is missing was not told.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reading {
    pub(crate) last_seen_at_ms: Option<i64>,
    /// Width and height in pixels.
    pub(crate) picture: Option<(u32, u32)>,
    pub(crate) picture_expected: Option<(u32, u32)>,
    pub(crate) download_failed: Option<bool>,
    /// 0 to 1.
    pub(crate) download_ratio: Option<f64>,
    pub(crate) game_version: Option<String>,
    pub(crate) temperature_celsius: Option<f64>,
    pub(crate) disk_free_bytes: Option<f64>,
}

impl Reading {
    /// Whether it shows another picture than the screen is set up for.
    pub(crate) fn wrong_picture(&self) -> bool {
        self.picture.zip(self.picture_expected).is_some_and(|(picture, expected)| picture != expected)
    }
}

/// A number with one digit behind the point, as `36.5`.
pub(crate) fn tenths(number: f64) -> String {
    let tenths = (number * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::samples::machine;

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
    fn a_picture_is_wrong_only_if_both_are_known() {
        let reading = Reading { picture: Some((1920, 1080)), ..Reading::default() };
        assert!(!reading.wrong_picture());
        assert!(Reading { picture_expected: Some((4096, 2160)), ..reading }.wrong_picture());
    }

    #[test]
    fn a_machine_of_a_blind_region_is_not_known_to_be_online() {
        let region = MachineRegion {
            id: "denmark".to_owned(),
            name: "Denmark".to_owned(),
            time_zone: "UTC".to_owned(),
            blind_since_ms: None,
        };
        let mut file = MachineFile {
            machine: machine("a"),
            region,
            reading: Reading::default(),
            show_as_of_ms: None,
            show_error: None,
            open: Vec::new(),
            closed: Vec::new(),
        };
        assert_eq!(file.trusted_online(), Some(true));
        file.region.blind_since_ms = Some(0);
        assert_eq!(file.trusted_online(), None);
    }

    #[test]
    fn tenths_are_rounded() {
        assert_eq!([tenths(36.46), tenths(-0.25), tenths(7.0)], ["36.5", "-0.3", "7.0"]);
    }
}
