//! Silences: to make one, and to end one.

use cineportal_schema::documents;
use miniserde::{Deserialize, Serialize};

use super::Server;
use super::http::ask;
use crate::model::{Silence, SilencePeriod, SilenceWish, Trouble};

impl Server {
    /// Makes a silence; answers with the server's words where it refuses.
    pub(crate) async fn create_silence(self, wish: SilenceWish) -> Result<Option<String>, Trouble> {
        let scope = Scope {
            region: wish.region,
            machine: wish.machine,
            cinema: wish.cinema,
            error: wish.error,
            comment: wish.comment,
        };
        let answer: Answer = match wish.period {
            SilencePeriod::Until { local, utc } => {
                let variables = scope.until(local, utc);
                ask(self, documents::CREATE_SILENCE, &variables).await?
            }
            SilencePeriod::Weekly { weekdays, start, end } => {
                let variables = scope.weekly(weekdays, start, end);
                ask(self, documents::CREATE_WEEKLY_SILENCE, &variables).await?
            }
        };
        Ok(answer.result.message)
    }

    /// Ends a silence, if nobody changed it meanwhile; answers with the server's words where it refuses.
    pub(crate) async fn end_silence(self, silence: &Silence) -> Result<Option<String>, Trouble> {
        let variables = End { id: silence.id.clone(), expected_version: silence.version };
        let answer: Answer = ask(self, documents::END_SILENCE, &variables).await?;
        Ok(answer.result.message)
    }
}

/// About what.
struct Scope {
    region: String,
    machine: Option<String>,
    cinema: Option<String>,
    error: Option<String>,
    comment: String,
}

impl Scope {
    fn until(self, until: String, utc: bool) -> Once {
        let Self { region, machine, cinema, error, comment } = self;
        Once { region, machine, cinema, error, comment, until, time_zone: utc.then_some("UTC") }
    }

    fn weekly(self, weekdays: Vec<&'static str>, start: String, end: String) -> Weekly {
        let Self { region, machine, cinema, error, comment } = self;
        Weekly { region, machine, cinema, error, comment, weekdays, start, end }
    }
}

#[derive(Serialize)]
struct Once {
    region: String,
    machine: Option<String>,
    cinema: Option<String>,
    error: Option<String>,
    comment: String,
    until: String,
    #[serde(rename = "timeZone")]
    time_zone: Option<&'static str>,
}

#[derive(Serialize)]
struct Weekly {
    region: String,
    machine: Option<String>,
    cinema: Option<String>,
    error: Option<String>,
    comment: String,
    weekdays: Vec<&'static str>,
    start: String,
    end: String,
}

#[derive(Serialize)]
struct End {
    id: String,
    #[serde(rename = "expectedVersion")]
    expected_version: i32,
}

#[derive(Deserialize)]
struct Answer {
    result: SilenceResult,
}

/// Only a refusal has a message.
#[derive(Deserialize)]
struct SilenceResult {
    message: Option<String>,
}
