//! The question for all regions.

use cineportal_schema::documents;
use miniserde::Deserialize;

use super::http::{NoVariables, ask};
use super::{Server, wire};
use crate::model::{RegionSummary, Trouble};

impl Server {
    /// All regions, as the server lists them.
    pub(crate) async fn read_regions(self) -> Result<Vec<RegionSummary>, Trouble> {
        let answer: Overview = ask(self, documents::OVERVIEW, &NoVariables {}).await?;
        answer.regions.into_iter().map(summary).collect()
    }
}

#[derive(Deserialize)]
struct Overview {
    regions: Vec<wire::Region>,
}

fn summary(mut wire: wire::Region) -> Result<RegionSummary, Trouble> {
    let health = wire.take_health();
    let urgent = wire.unresolved.take().and_then(|page| page.incidents().next());
    Ok(RegionSummary { region: wire.try_into()?, health, urgent })
}
