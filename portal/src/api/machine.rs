//! The question for one machine: what was read of it, what is open, and what was closed.

use cineportal_schema::documents;
use miniserde::{Deserialize, Serialize};

use super::http::ask_partly;
use super::{Server, wire};
use crate::model::{MachineFile, Trouble};

impl Server {
    /// The machine with this id, if there is one, and why a part of it is missing.
    pub(crate) async fn read_machine(self, id: &str) -> Result<MachineRead, Trouble> {
        let variables = Variables { id: id.to_owned() };
        let (answer, trouble): (Answer, _) = ask_partly(self, documents::MACHINE, &variables).await?;
        match (answer.machine, trouble) {
            (Some(machine), trouble) => {
                let missing = trouble.clone().unwrap_or(Trouble::Unreadable);
                Ok((Some(machine.file().ok_or(missing)?), trouble))
            }
            (None, Some(trouble)) => Err(trouble),
            (None, None) => Ok((None, None)),
        }
    }
}

type MachineRead = (Option<MachineFile>, Option<Trouble>);

#[derive(Serialize)]
struct Variables {
    id: String,
}

#[derive(Deserialize)]
struct Answer {
    machine: Option<wire::Machine>,
}

#[cfg(test)]
mod tests {
    use miniserde::json;

    use super::*;

    #[test]
    fn whole_numbers_are_read_where_fractions_may_stand() {
        let text = r#"{"machine": {"id": "m", "cinema": null, "screen": {"name": "Sal 1"}, "online": true,
            "region": {"id": "denmark", "name": "Denmark", "timeZone": "Europe/Copenhagen", "blindSince": null},
            "reading": {"asOf": "1970-01-01T00:00:01Z", "error": null, "temperatureCelsius": 41,
                "displayWidthPixels": 4096, "displayHeightPixels": 2160, "diskFreeBytes": 5000000000},
            "nextShow": {"at": null, "asOf": null, "error": "nobody tells"},
            "unresolved": {"edges": []}, "closed": null}}"#;
        let answer: Answer = json::from_str(text).unwrap();
        let file = answer.machine.unwrap().file().unwrap();
        assert_eq!(file.reading.temperature_celsius, Some(41.0));
        assert_eq!(file.reading.free_disk_bytes, Some(5e9));
        assert_eq!((file.reading.picture, file.reading.picture_expected), (Some((4096, 2160)), None));
        assert_eq!(
            (file.machine.as_of_ms, file.next_show.error.as_deref()),
            (Some(1_000), Some("nobody tells"))
        );
    }
}
