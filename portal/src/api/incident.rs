//! The question for everything that is known of one incident.

use cineportal_schema::documents;
use miniserde::Serialize;

use super::http::ask_partly;
use super::{Server, wire};
use crate::model::{IncidentFile, Trouble};

impl Server {
    /// The incident with this id, if there is one, and why a part of it is missing.
    pub(crate) async fn read_incident(
        self,
        id: &str,
    ) -> Result<(Option<IncidentFile>, Option<Trouble>), Trouble> {
        let variables = Variables { id: id.to_owned() };
        let (answer, trouble): (wire::IncidentAnswer, _) =
            ask_partly(self, documents::INCIDENT, &variables).await?;
        match (answer.file(), trouble) {
            (None, Some(trouble)) => Err(trouble),
            (file, trouble) => Ok((file, trouble)),
        }
    }
}

#[derive(Serialize)]
struct Variables {
    id: String,
}

#[cfg(test)]
mod tests {
    use super::wire;
    use miniserde::json;

    const ANSWER: &str = include_str!("fixtures/incident.json");

    #[test]
    fn an_answer_of_the_server_becomes_a_file() {
        let answer: wire::IncidentAnswer = json::from_str(ANSWER).unwrap();
        let file = answer.file().unwrap();
        assert_eq!(
            (file.incident.number.as_str(), file.region.time_zone.as_str()),
            ("FI-1001", "Europe/Helsinki")
        );
        assert_eq!((file.timeline.len(), file.links.len(), file.own_silences().len()), (1, 1, 2));
        assert_eq!(file.machine.and_then(|machine| machine.temperature_celsius), Some(47.7));
    }

    #[test]
    fn no_incident_is_no_file() {
        let answer: wire::IncidentAnswer = json::from_str(r#"{"row": null, "file": null}"#).unwrap();
        assert_eq!(answer.file(), None);
    }
}
