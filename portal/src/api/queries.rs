//! Questions: the regions, and the incidents of one.

use cynic::QueryBuilder;

use super::client;
use super::schema;
use super::wire;
use crate::model;
use crate::model::Trouble;

/// The server gives at most 100 incidents at once; after so many pages the list stops.
const PAGES_READ: usize = 10;

/// All regions, as the server lists them.
pub(crate) async fn read_regions() -> Result<Vec<model::Region>, Trouble> {
    let answer = client::ask(Overview::build(())).await?;
    answer.regions.into_iter().map(TryInto::try_into).collect()
}

/// A region with its incidents.
pub(crate) struct RegionRead {
    pub(crate) region: model::Region,
    /// Everything open and in progress, and the last closed ones.
    pub(crate) incidents: Vec<model::Incident>,
    /// How many open ones are too many to be listed.
    pub(crate) unlisted: usize,
    /// Why the last closed ones could not be read.
    pub(crate) trouble: Option<Trouble>,
}

/// The region with this id, if there is one. What is open is told also while history cannot be read.
pub(crate) async fn read_region(id: &str) -> Result<Option<RegionRead>, Trouble> {
    let board = RegionBoard::build(RegionBoardVariables { id: id.into() });
    let (answer, trouble) = client::ask_partly(board).await?;
    let Some(wire) = answer.region else { return trouble.map_or(Ok(None), Err) };
    let missing =
        || trouble.clone().unwrap_or_else(|| Trouble::Unreadable("a region without incidents".to_owned()));
    let unresolved = wire.unresolved.ok_or_else(missing)?;
    let total = unresolved.total_count.and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
    let mut incidents = read_pages(id, unresolved).await?;
    let unlisted = total.saturating_sub(incidents.len());
    let closed = wire.closed.into_iter().flat_map(|closed| closed.edges);
    incidents.extend(closed.map(|edge| edge.node.into()));
    Ok(Some(RegionRead { region: wire.summary.try_into()?, incidents, unlisted, trouble }))
}

async fn read_pages(region: &str, first: IncidentConnection) -> Result<Vec<model::Incident>, Trouble> {
    let mut next = first.next_page();
    let mut incidents: Vec<model::Incident> = first.incidents().collect();
    for _ in 1..PAGES_READ {
        let Some(after) = next else { break };
        let variables = MoreIncidentsVariables { id: region.into(), after: Some(after) };
        let Some(wire) = client::ask(MoreIncidents::build(variables)).await?.region else { break };
        let Some(page) = wire.unresolved else { break };
        next = page.next_page();
        incidents.extend(page.incidents());
    }
    Ok(incidents)
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query")]
pub(super) struct Overview {
    regions: Vec<wire::RegionSummary>,
}

#[derive(cynic::QueryVariables)]
pub(super) struct RegionBoardVariables {
    pub(super) id: cynic::Id,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "RegionBoardVariables")]
pub(super) struct RegionBoard {
    #[arguments(id: $id)]
    region: Option<RegionWithIncidents>,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Region")]
struct RegionWithIncidents {
    #[cynic(spread)]
    summary: wire::RegionSummary,
    #[cynic(alias, rename = "incidents")]
    #[arguments(filter: { status: [OPEN, IN_PROGRESS] }, first: 100)]
    unresolved: Option<IncidentConnection>,
    #[cynic(alias, rename = "incidents")]
    #[arguments(filter: { status: [CLOSED] }, first: 10)]
    closed: Option<ClosedIncidents>,
}

#[derive(cynic::QueryVariables)]
pub(super) struct MoreIncidentsVariables {
    pub(super) id: cynic::Id,
    pub(super) after: Option<String>,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Query", variables = "MoreIncidentsVariables")]
pub(super) struct MoreIncidents {
    #[arguments(id: $id)]
    region: Option<RegionMoreIncidents>,
}

#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "Region", variables = "MoreIncidentsVariables")]
struct RegionMoreIncidents {
    #[cynic(alias, rename = "incidents")]
    #[arguments(filter: { status: [OPEN, IN_PROGRESS] }, first: 100, after: $after)]
    unresolved: Option<IncidentConnection>,
}

#[derive(cynic::QueryFragment)]
struct IncidentConnection {
    edges: Vec<IncidentEdge>,
    page_info: PageInfo,
    total_count: Option<i32>,
}

/// Not counted: nobody is shown how many there are, and the store would have to count them.
#[derive(cynic::QueryFragment)]
#[cynic(graphql_type = "IncidentConnection")]
struct ClosedIncidents {
    edges: Vec<IncidentEdge>,
}

#[derive(cynic::QueryFragment)]
struct IncidentEdge {
    node: wire::Incident,
}

#[derive(cynic::QueryFragment)]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

impl IncidentConnection {
    fn next_page(&self) -> Option<String> {
        self.page_info.end_cursor.clone().filter(|_| self.page_info.has_next_page)
    }

    fn incidents(self) -> impl Iterator<Item = model::Incident> {
        self.edges.into_iter().map(|edge| edge.node.into())
    }
}
