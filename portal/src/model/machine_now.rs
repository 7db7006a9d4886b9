//! What was read of a machine last, as facts that people read.

use super::{Unit, age_text};
use crate::texts::Texts;

/// The last reading of a machine; what is nothing was not told.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct MachineNow {
    pub(crate) id: String,
    pub(crate) online: Option<bool>,
    pub(crate) last_seen_ms: Option<i64>,
    pub(crate) shown: Option<(i32, i32)>,
    pub(crate) expected: Option<(i32, i32)>,
    pub(crate) download_failed: Option<bool>,
    /// 0 to 1.
    pub(crate) download_ratio: Option<f64>,
    pub(crate) version: Option<String>,
    pub(crate) temperature: Option<f64>,
    pub(crate) free_disk: Option<f64>,
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

impl MachineNow {
    /// All facts, in the order in which people look for a fault.
    pub(crate) fn facts(&self, texts: &'static Texts, now_ms: i64) -> Vec<Fact> {
        let words = &texts.incident;
        let seen = |at_ms| words.ago.with(&[("age", &age_text(texts, at_ms, now_ms))]);
        vec![
            fact(
                words.connection,
                self.online.map(|online| connection(texts, online)),
                self.online == Some(false),
            ),
            fact(words.last_seen, self.last_seen_ms.map(seen), false),
            fact(words.picture, self.picture(texts), self.has_wrong_picture()),
            fact(words.download, self.download(texts), self.download_failed == Some(true)),
            fact(words.version, self.version.clone(), false),
            fact(words.temperature, self.temperature.map(|value| Unit::Celsius.text(texts, value)), false),
            fact(words.free_disk, self.free_disk.map(|value| Unit::Bytes.text(texts, value)), false),
        ]
    }

    fn picture(&self, texts: &Texts) -> Option<String> {
        let shown = size(self.shown?);
        match self.expected.filter(|_| self.has_wrong_picture()) {
            Some(expected) => {
                Some(texts.incident.picture_wrong.with(&[("shown", &shown), ("expected", &size(expected))]))
            }
            None => Some(shown),
        }
    }

    fn has_wrong_picture(&self) -> bool {
        matches!((self.shown, self.expected), (Some(shown), Some(expected)) if shown != expected)
    }

    fn download(&self, texts: &Texts) -> Option<String> {
        let percent = self.download_ratio.map(|ratio| Unit::Percent.text(texts, ratio * 100.0));
        match (self.download_failed, percent) {
            (Some(true), Some(percent)) => {
                Some(texts.incident.download_failed_at.with(&[("percent", &percent)]))
            }
            (Some(true), None) => Some(texts.incident.download_failed.to_owned()),
            (_, percent) => percent,
        }
    }
}

fn fact(name: &'static str, value: Option<String>, wrong: bool) -> Fact {
    Fact { name, value, wrong }
}

fn connection(texts: &Texts, online: bool) -> String {
    let words = &texts.incident;
    if online { words.online } else { words.offline }.to_owned()
}

fn size((width, height): (i32, i32)) -> String {
    format!("{width} × {height}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::pick;

    fn value(machine: &MachineNow, name: &str) -> (Option<String>, bool) {
        let facts = machine.facts(pick(["en"]), 120_000);
        let fact = facts.into_iter().find(|fact| fact.name == name).unwrap();
        (fact.value, fact.wrong)
    }

    #[test]
    fn what_was_not_told_is_not_known() {
        let facts = MachineNow::default().facts(pick(["en"]), 0);
        assert!(facts.iter().all(|fact| fact.value.is_none() && !fact.wrong));
    }

    #[test]
    fn a_wrong_picture_tells_what_it_should_be() {
        let machine =
            MachineNow { shown: Some((1920, 1080)), expected: Some((3840, 2160)), ..MachineNow::default() };
        assert_eq!(value(&machine, "Picture"), (Some("1920 × 1080, should be 3840 × 2160".to_owned()), true));
    }

    #[test]
    fn a_failed_download_tells_how_far_it_came() {
        let machine =
            MachineNow { download_failed: Some(true), download_ratio: Some(0.42), ..MachineNow::default() };
        assert_eq!(value(&machine, "Download"), (Some("failed at 42 %".to_owned()), true));
    }

    #[test]
    fn a_machine_that_is_gone_tells_when_it_was_seen() {
        let machine = MachineNow { online: Some(false), last_seen_ms: Some(0), ..MachineNow::default() };
        assert_eq!(value(&machine, "Connection"), (Some("offline".to_owned()), true));
        assert_eq!(value(&machine, "Last seen").0, Some("2 min ago".to_owned()));
    }
}
