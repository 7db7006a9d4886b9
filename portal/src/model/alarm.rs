//! What calls a person who looks elsewhere.

use super::{Incident, Severity, announcement};
use crate::texts::Texts;

/// What a notification says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alarm {
    pub(crate) title: String,
    pub(crate) text: String,
}

/// The alarm for what just opened. Nothing when none of it is critical; what people are left in peace about is silent.
pub(crate) fn alarm(texts: &Texts, opened: &[Incident]) -> Option<Alarm> {
    let is_loud =
        |incident: &&Incident| incident.severity == Severity::Critical && incident.muted_until_ms.is_none();
    let loud: Vec<Incident> = opened.iter().filter(is_loud).cloned().collect();
    match loud.as_slice() {
        [] => None,
        [one] => Some(Alarm { title: one.title.clone(), text: format!("{} · {}", one.number, one.place()) }),
        many => announcement(texts, many).map(|title| Alarm { title, text: String::new() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::samples::incident;
    use crate::texts::pick;

    fn critical(id: &str) -> Incident {
        Incident { severity: Severity::Critical, ..incident(id) }
    }

    #[test]
    fn only_what_is_critical_makes_a_noise() {
        let warning = Incident { severity: Severity::Warning, ..incident("1") };
        assert_eq!(alarm(pick([]), std::slice::from_ref(&warning)), None);
        let rung = alarm(pick([]), &[warning, critical("2")]).map(|alarm| alarm.title);
        assert_eq!(rung, Some(critical("2").title));
    }

    #[test]
    fn what_people_are_left_in_peace_about_is_silent() {
        let muted = Incident { muted_until_ms: Some(1), ..critical("1") };
        assert_eq!(alarm(pick([]), &[muted]), None);
    }

    #[test]
    fn many_at_once_are_one_alarm() {
        let rung = alarm(pick(["en"]), &[critical("1"), critical("2")]).map(|alarm| alarm.title);
        assert_eq!(rung.as_deref(), Some("2 new incidents, 2 of them critical."));
    }
}
