//! What a screen reader says when incidents open.

use super::{Incident, Severity};
use crate::texts::Texts;

/// One sentence for all that opened since the last one; nothing when nothing did.
pub(crate) fn announcement(texts: &Texts, opened: &[Incident]) -> Option<String> {
    match opened {
        [] => None,
        [one] => Some(texts.announcement.one.with(&[
            ("severity", one.severity.text(texts)),
            ("title", &one.title),
            ("place", &one.place()),
        ])),
        many => {
            let critical = many.iter().filter(|incident| incident.severity == Severity::Critical).count();
            let (count, critical) = (many.len().to_string(), critical.to_string());
            Some(texts.announcement.many.with(&[("count", &count), ("critical", &critical)]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::samples::incident;
    use crate::texts::pick;

    #[test]
    fn one_incident_is_told_in_full() {
        let told = announcement(pick(["en"]), &[incident("1")]).unwrap();
        assert_eq!(told, "New incident, Warning: Machine is offline. Screen 3, Scala Aarhus.");
    }

    #[test]
    fn many_incidents_are_only_counted() {
        let critical = Incident { severity: Severity::Critical, ..incident("2") };
        let told = announcement(pick(["en"]), &[incident("1"), critical]).unwrap();
        assert_eq!(told, "2 new incidents, 1 of them critical.");
    }

    #[test]
    fn silence_when_nothing_opened() {
        assert_eq!(announcement(pick(["en"]), &[]), None);
    }
}
