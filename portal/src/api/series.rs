//! The question for what was measured of a machine over time.

use cineportal_schema::documents;
use miniserde::{Deserialize, Serialize};

use super::http::ask;
use super::{Server, wire};
use crate::model::{Metric, Range, Series, Trouble};

impl Server {
    /// What was measured of the machine; nothing where there is no such machine.
    pub(crate) async fn read_series(
        self,
        machine: &str,
        metric: Metric,
        range: Range,
    ) -> Result<Option<Series>, Trouble> {
        let variables = Variables { id: machine.to_owned(), metric: metric.word(), range: range.word() };
        let answer: Answer = ask(self, documents::MACHINE_SERIES, &variables).await?;
        Ok(answer.machine.and_then(|machine| machine.series.series()))
    }
}

#[derive(Serialize)]
struct Variables {
    id: String,
    metric: &'static str,
    range: &'static str,
}

#[derive(Deserialize)]
struct Answer {
    machine: Option<Machine>,
}

#[derive(Deserialize)]
struct Machine {
    series: wire::Series,
}
