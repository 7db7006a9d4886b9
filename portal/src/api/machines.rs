//! The question for all machines of a region.

use cineportal_schema::documents;
use miniserde::{Deserialize, Serialize};

use super::http::ask;
use super::{Server, wire};
use crate::model::{Machine, Trouble};

/// The server gives at most 1,000 machines at once; after so many pages the wall stops.
const PAGES_READ: usize = 10;

impl Server {
    /// The machines of a region by cinema and screen, at most 10,000; none where there is no such region.
    pub(crate) async fn read_machines(self, region: &str) -> Result<Vec<Machine>, Trouble> {
        let (mut machines, mut after) = (Vec::new(), None);
        for _ in 0..PAGES_READ {
            let variables = Variables { region: region.to_owned(), after };
            let answer: Answer = ask(self, documents::MACHINES, &variables).await?;
            let Some(region) = answer.region else { break };
            after = region.machines.next_page();
            machines.extend(region.machines.machines());
            if after.is_none() {
                break;
            }
        }
        Ok(machines)
    }
}

#[derive(Serialize)]
struct Variables {
    region: String,
    after: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    region: Option<Region>,
}

#[derive(Deserialize)]
struct Region {
    machines: wire::MachinePage,
}
