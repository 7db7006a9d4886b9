//! What a screen reader says when incidents open.

use super::{Incident, Severity};

/// One sentence for all that opened since the last one; nothing when nothing did.
pub(crate) fn announcement(opened: &[Incident]) -> Option<String> {
    match opened {
        [] => None,
        [one] => Some(format!("New incident, {}: {}. {}.", one.severity.text(), one.title, one.place())),
        many => {
            let critical = many.iter().filter(|incident| incident.severity == Severity::Critical).count();
            Some(format!("{} new incidents, {critical} of them critical.", many.len()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::samples::incident;

    #[test]
    fn one_incident_is_told_in_full() {
        let told = announcement(&[incident("1")]).unwrap();
        assert_eq!(told, "New incident, Warning: Machine is offline. Screen 3, Scala Aarhus.");
    }

    #[test]
    fn many_incidents_are_only_counted() {
        let critical = Incident { severity: Severity::Critical, ..incident("2") };
        let told = announcement(&[incident("1"), critical]).unwrap();
        assert_eq!(told, "2 new incidents, 1 of them critical.");
    }

    #[test]
    fn silence_when_nothing_opened() {
        assert_eq!(announcement(&[]), None);
    }
}
