//! An incident in a list, beside the text that it is found by.

use super::{Incident, small};

/// An incident and its words, made once for each version: a list is searched far more often than it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) incident: Incident,
    /// All that words are looked for in, in small letters.
    text: String,
}

impl Listed {
    /// Whether this word, in small letters, stands in its number, title, place, machine, assignee or error.
    pub(crate) fn says(&self, word: &str) -> bool {
        self.text.contains(word)
    }
}

impl From<Incident> for Listed {
    fn from(incident: Incident) -> Self {
        let cinema = incident.cinema.as_ref().map(|cinema| [cinema.name.as_str(), &cinema.id]);
        let known =
            [Some(incident.error_id.as_str()), incident.screen.as_deref(), incident.machine.as_deref()];
        let mut words = vec![incident.number.as_str(), &incident.title];
        words.extend(known.into_iter().chain([incident.assignee.as_deref()]).flatten());
        words.extend(cinema.into_iter().flatten());
        let text = small(&words.join("\n"));
        Self { incident, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::samples::incident;

    #[test]
    fn an_incident_is_found_by_all_that_its_row_shows() {
        let listed = Listed::from(Incident { assignee: Some("Åse".to_owned()), ..incident("1042") });
        for word in ["dk-1042", "offline", "screen 3", "scala", "dk-aar-001-3", "åse", "machine_offline"] {
            assert!(listed.says(word), "{word}");
        }
        assert!(!listed.says("oslo"));
    }
}
