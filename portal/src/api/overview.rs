//! The question for all regions.

use cineportal_schema::documents;
use miniserde::Deserialize;

use super::http::{NoVariables, ask};
use super::{Server, wire};
use crate::model::{Region, Trouble};

impl Server {
    /// All regions, as the server lists them.
    pub(crate) async fn read_regions(self) -> Result<Vec<Region>, Trouble> {
        let answer: Overview = ask(self, documents::OVERVIEW, &NoVariables {}).await?;
        answer.regions.into_iter().map(TryInto::try_into).collect()
    }
}

#[derive(Deserialize)]
struct Overview {
    regions: Vec<wire::Region>,
}
