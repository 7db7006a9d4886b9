//! The questions for a report: by whose clocks its days begin, then its figures.

use cineportal_schema::documents;
use miniserde::{Deserialize, Serialize};

use super::http::ask;
use super::{Server, wire};
use crate::model::{Report, Trouble, instant_text};

const CSV_PATH: &str = "/api/v1/report.csv";

/// What a report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportScope {
    /// All regions where none is given.
    pub(crate) region: Option<String>,
    /// The first instant, since 1970.
    pub(crate) from_ms: i64,
    /// The first instant behind it.
    pub(crate) to_ms: i64,
}

/// Where days begin.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct RegionPlace {
    pub(crate) name: String,
    #[serde(rename = "timeZone")]
    pub(crate) time_zone: String,
}

impl Server {
    /// Name and time zone of a region, if there is such a region.
    pub(crate) async fn read_region_place(self, id: &str) -> Result<Option<RegionPlace>, Trouble> {
        let variables = PlaceVariables { id: id.to_owned() };
        let answer: PlaceAnswer = ask(self, documents::REGION_PLACE, &variables).await?;
        Ok(answer.region)
    }

    /// The figures.
    pub(crate) async fn read_report(self, scope: &ReportScope) -> Result<Report, Trouble> {
        let (from, to) = (instant_text(scope.from_ms), instant_text(scope.to_ms));
        let variables = Variables { region: scope.region.clone(), from, to };
        let answer: Answer = ask(self, documents::REPORT, &variables).await?;
        Ok(answer.report.ok_or(Trouble::Unreadable)?.into())
    }

    /// Where the same figures are given for spreadsheets.
    pub(crate) fn report_csv(self, scope: &ReportScope) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(scope.region.as_deref().map(|region| ("region", region)));
        query.extend_pairs([("from", instant_text(scope.from_ms)), ("to", instant_text(scope.to_ms))]);
        self.address(&[CSV_PATH, "?", &query.finish()].concat())
    }
}

#[derive(Serialize)]
struct PlaceVariables {
    id: String,
}

#[derive(Deserialize)]
struct PlaceAnswer {
    region: Option<RegionPlace>,
}

#[derive(Serialize)]
struct Variables {
    region: Option<String>,
    from: String,
    to: String,
}

#[derive(Deserialize)]
struct Answer {
    report: Option<wire::Report>,
}
