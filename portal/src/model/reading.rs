//! What was read of a machine last, as facts that people read.

use super::{Unit, age_text};
use crate::texts::Texts;

/// The last reading of a machine; what is nothing was not told.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reading {
    /// The id of the machine.
    pub(crate) machine: String,
    pub(crate) online: Option<bool>,
    pub(crate) last_seen_ms: Option<i64>,
    /// Width and height in pixels.
    pub(crate) picture: Option<(u32, u32)>,
    pub(crate) picture_expected: Option<(u32, u32)>,
    pub(crate) download_failed: Option<bool>,
    /// 0 to 1.
    pub(crate) download_ratio: Option<f64>,
    pub(crate) game_version: Option<String>,
    pub(crate) temperature_celsius: Option<f64>,
    pub(crate) free_disk_bytes: Option<f64>,
    /// When that was true.
    pub(crate) as_of_ms: Option<i64>,
    /// Why it is not known or old, in the server's words.
    pub(crate) error: Option<String>,
}

/// One thing that is known of a machine, or is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) name: &'static str,
    /// Nothing: it is not known.
    pub(crate) value: Option<String>,
    /// It is not as it should be.
    pub(crate) wrong: bool,
}

impl Reading {
    /// All facts, in the order in which people look for a fault.
    pub(crate) fn facts(&self, texts: &'static Texts, now_ms: i64) -> Vec<Fact> {
        let words = &texts.reading;
        let (online, celsius, bytes) =
            (self.trusted_online(), self.temperature_celsius, self.free_disk_bytes);
        let seen = |at_ms| texts.incident.ago.with(&[("age", &age_text(texts, at_ms, now_ms))]);
        vec![
            fact(words.connection, online.map(|online| connection(texts, online)), online == Some(false)),
            fact(words.last_seen, self.last_seen_ms.map(seen), false),
            fact(words.picture, self.picture_text(texts), self.has_wrong_picture()),
            fact(words.download, self.download_text(texts), self.download_failed == Some(true)),
            fact(words.version, self.game_version.clone(), false),
            fact(words.temperature, celsius.map(|value| Unit::Celsius.text(texts, value)), false),
            fact(words.free_disk, bytes.map(|value| Unit::Bytes.text(texts, value)), false),
        ]
    }

    /// Whether it is seen; not known from an old reading.
    fn trusted_online(&self) -> Option<bool> {
        self.online.filter(|_| self.error.is_none())
    }

    fn picture_text(&self, texts: &Texts) -> Option<String> {
        let picture = size(self.picture?);
        match self.picture_expected.filter(|_| self.has_wrong_picture()) {
            Some(expected) => {
                Some(texts.reading.picture_wrong.with(&[("shown", &picture), ("expected", &size(expected))]))
            }
            None => Some(picture),
        }
    }

    fn has_wrong_picture(&self) -> bool {
        self.picture.zip(self.picture_expected).is_some_and(|(picture, expected)| picture != expected)
    }

    fn download_text(&self, texts: &Texts) -> Option<String> {
        let percent = self.download_ratio.map(|ratio| Unit::Percent.text(texts, ratio * 100.0));
        match (self.download_failed, percent) {
            (Some(true), Some(percent)) => {
                Some(texts.reading.download_failed_at.with(&[("percent", &percent)]))
            }
            (Some(true), None) => Some(texts.reading.download_failed.to_owned()),
            (_, percent) => percent,
        }
    }
}

fn fact(name: &'static str, value: Option<String>, wrong: bool) -> Fact {
    Fact { name, value, wrong }
}

fn connection(texts: &Texts, online: bool) -> String {
    let words = &texts.reading;
    if online { words.online } else { words.offline }.to_owned()
}

fn size((width, height): (u32, u32)) -> String {
    format!("{width} × {height}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::pick;

    fn value(machine: &Reading, name: &str) -> (Option<String>, bool) {
        let facts = machine.facts(pick(["en"]), 120_000);
        let fact = facts.into_iter().find(|fact| fact.name == name).unwrap();
        (fact.value, fact.wrong)
    }

    #[test]
    fn what_was_not_told_is_not_known() {
        let facts = Reading::default().facts(pick(["en"]), 0);
        assert!(facts.iter().all(|fact| fact.value.is_none() && !fact.wrong));
    }

    #[test]
    fn a_wrong_picture_tells_what_it_should_be() {
        let machine = Reading {
            picture: Some((1920, 1080)),
            picture_expected: Some((3840, 2160)),
            ..Reading::default()
        };
        assert_eq!(value(&machine, "Picture"), (Some("1920 × 1080, should be 3840 × 2160".to_owned()), true));
    }

    #[test]
    fn a_picture_is_wrong_only_if_both_are_known() {
        let machine = Reading { picture: Some((1920, 1080)), ..Reading::default() };
        assert_eq!(value(&machine, "Picture"), (Some("1920 × 1080".to_owned()), false));
    }

    #[test]
    fn numbers_are_told_with_their_units_as_each_language_writes_them() {
        let machine = Reading {
            temperature_celsius: Some(36.46),
            free_disk_bytes: Some(5e9),
            download_ratio: Some(0.5),
            ..Reading::default()
        };
        assert_eq!(value(&machine, "Temperature").0, Some("36.5 °C".to_owned()));
        assert_eq!(value(&machine, "Free disk space").0, Some("5 GB".to_owned()));
        assert_eq!(value(&machine, "Game download"), (Some("50 %".to_owned()), false));
        let danish = machine.facts(pick(["da"]), 0);
        assert!(danish.iter().any(|fact| fact.value.as_deref() == Some("36,5 °C")));
    }

    #[test]
    fn an_old_reading_does_not_tell_whether_it_is_online_now() {
        let machine = Reading { online: Some(true), error: Some("silent".to_owned()), ..Reading::default() };
        assert_eq!(value(&machine, "Connection"), (None, false));
    }

    #[test]
    fn a_failed_download_tells_how_far_it_came() {
        let machine =
            Reading { download_failed: Some(true), download_ratio: Some(0.42), ..Reading::default() };
        assert_eq!(value(&machine, "Game download"), (Some("failed at 42 %".to_owned()), true));
    }

    #[test]
    fn a_machine_that_is_gone_tells_when_it_was_seen() {
        let machine = Reading { online: Some(false), last_seen_ms: Some(0), ..Reading::default() };
        assert_eq!(value(&machine, "Connection"), (Some("offline".to_owned()), true));
        assert_eq!(value(&machine, "Last seen").0, Some("2 min ago".to_owned()));
    }
}
