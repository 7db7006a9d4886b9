//! The questions for one region: its summary, all that is open, what closed last.

use cineportal_schema::documents;
use miniserde::{Deserialize, Serialize};

use super::http::{ask, ask_partly};
use super::{Server, wire};
use crate::model::{Incident, Region, RegionHealth, Trouble};

/// The server gives at most 100 incidents at once; after so many pages the list stops.
const PAGES_READ: usize = 100;

/// A region with the first of its incidents.
pub(crate) struct RegionRead {
    pub(crate) region: Region,
    pub(crate) health: RegionHealth,
    /// The first page of what is open and in progress, and the last closed ones.
    pub(crate) incidents: Vec<Incident>,
    /// How many are open in all.
    pub(crate) open_total: usize,
    /// Where the next page begins; nothing when this was all.
    pub(crate) next_page: Option<String>,
    /// Why a part is missing.
    pub(crate) trouble: Option<Trouble>,
}

impl Server {
    /// The region with this id, if there is one. What is open is told also while history cannot be read.
    pub(crate) async fn read_region(self, id: &str) -> Result<Option<RegionRead>, Trouble> {
        let variables = Variables { id: id.to_owned(), after: None };
        let (answer, trouble): (Answer, _) = ask_partly(self, documents::REGION_BOARD, &variables).await?;
        let Some(wire) = answer.region else { return trouble.map_or(Ok(None), Err) };
        wire.read(trouble).map(Some)
    }

    /// All further pages of what is open in a region, from a cursor on; at most 10,000 incidents.
    pub(crate) async fn read_more_incidents(self, id: &str, after: String) -> Result<Vec<Incident>, Trouble> {
        let (mut incidents, mut next) = (Vec::new(), Some(after));
        for _ in 1..PAGES_READ {
            let Some(after) = next.take() else { break };
            let variables = Variables { id: id.to_owned(), after: Some(after) };
            let answer: MoreAnswer = ask(self, documents::MORE_INCIDENTS, &variables).await?;
            let Some(page) = answer.region.and_then(|region| region.unresolved) else { break };
            next = page.next_page();
            incidents.extend(page.incidents());
        }
        Ok(incidents)
    }
}

#[derive(Serialize)]
struct Variables {
    id: String,
    after: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    region: Option<wire::Region>,
}

#[derive(Deserialize)]
struct MoreAnswer {
    region: Option<MoreIncidents>,
}

#[derive(Deserialize)]
struct MoreIncidents {
    unresolved: Option<wire::IncidentPage>,
}

impl wire::Region {
    fn read(mut self, trouble: Option<Trouble>) -> Result<RegionRead, Trouble> {
        let missing = trouble.clone().unwrap_or(Trouble::Unreadable);
        let unresolved = self.unresolved.take().ok_or(missing)?;
        let (open_total, next_page) = (unresolved.total(), unresolved.next_page());
        let closed = self.closed.take().into_iter().flat_map(wire::IncidentPage::incidents);
        let incidents = unresolved.incidents().chain(closed).collect();
        let health = self.take_health();
        Ok(RegionRead { region: self.try_into()?, health, incidents, open_total, next_page, trouble })
    }
}
