//! History, page by page, and how many incidents there are of a kind.

use std::time::Duration;

use bson::{Bson, DateTime, Document, doc};
use cineportal_regions::RegionId;
use futures::TryStreamExt;
use mongodb::options::IndexOptions;
use mongodb::{Collection, IndexModel};

use crate::domain::incident::Incident;
use crate::domain::paging::{Direction, Page, Paging};
use crate::domain::search::{Assigned, Clause};
use crate::store::documents::{IncidentDocument, status_text};
use crate::store::{IncidentPage, PagePosition, PageQuery, Period, Selection, StoreError};

/// Whoever asked for a count has gone by then (`desk/deadline.rs`); MongoDB must not count on for nobody.
const LONGEST_COUNT: Duration = Duration::from_secs(4);

/// All indexes that only pages are read from.
pub(super) fn indexes() -> [IndexModel; 2] {
    [terms_index(), assignee_index()]
}

/// Of closed incidents only. Its name differs from that of layout 2, which servers of before may make again.
fn terms_index() -> IndexModel {
    let options = IndexOptions::builder()
        .name("found_closed".to_owned())
        .partial_filter_expression(in_index_of_terms())
        .build();
    IndexModel::builder().keys(doc! { "terms": 1, "opened_at": -1 }).options(options).build()
}

/// The index is used only where this is said.
fn in_index_of_terms() -> Document {
    doc! { "open": false }
}

/// Small: few incidents have an assignee.
fn assignee_index() -> IndexModel {
    let options = IndexOptions::builder()
        .name("assigned".to_owned())
        .partial_filter_expression(doc! { "assignee": { "$type": "string" } })
        .build();
    IndexModel::builder().keys(doc! { "assignee": 1, "opened_at": -1, "_id": -1 }).options(options).build()
}

pub(super) async fn read(
    incidents: &Collection<IncidentDocument>,
    query: &PageQuery,
) -> Result<IncidentPage, StoreError> {
    let paging = &query.paging;
    let parts = query.selection.parts();
    let mut items = Vec::new();
    for part in &parts {
        items.extend(beyond(incidents, part, paging).await?);
    }
    if parts.len() > 1 {
        put_in_order(&mut items, paging.direction);
    }
    let more = items.len() > paging.limit as usize;
    items.truncate(paging.limit as usize);
    if paging.direction == Direction::Backwards {
        items.reverse();
    }
    let passed = has_passed(incidents, query).await?;
    Ok(Page::read(items, paging.direction, more, passed))
}

/// What stands beyond a place, one more than the page holds. Each part is a question of its own: MongoDB plans parts
/// that are put together once for all values, so that a frequent term would be looked for as a rare one was.
async fn beyond(
    incidents: &Collection<IncidentDocument>,
    part: &Selection,
    paging: &Paging<PagePosition>,
) -> Result<Vec<Incident>, StoreError> {
    let side = paging.beyond.as_ref().map(|place| side(place, paging.direction, false));
    let found = incidents.find(filter(part, side)).sort(order(paging.direction));
    let found = found.limit(i64::from(paging.limit) + 1).await?;
    Ok(found.map_ok(Incident::from).try_collect().await?)
}

/// What closed after the open ones were read is there twice; it counts as it was read first.
fn put_in_order(items: &mut Vec<Incident>, direction: Direction) {
    items.sort_by_cached_key(PagePosition::of);
    items.dedup_by(|next, first| next.id == first.id);
    if direction == Direction::Forwards {
        items.reverse();
    }
}

/// How many there are, counted up to so many.
pub(super) async fn count(
    incidents: &Collection<IncidentDocument>,
    selection: &Selection,
    at_most: u32,
) -> Result<u64, StoreError> {
    let most = u64::from(at_most);
    let mut count = 0;
    for part in selection.parts() {
        count += incidents.count_documents(filter(&part, None)).limit(most).max_time(LONGEST_COUNT).await?;
    }
    Ok(count.min(most))
}

/// Whether anything stands on the near side of the place from which the page was read; usually what stands at
/// that very place, so this looks at one incident.
async fn has_passed(incidents: &Collection<IncidentDocument>, query: &PageQuery) -> Result<bool, StoreError> {
    let Some(place) = &query.paging.beyond else { return Ok(false) };
    let back = match query.paging.direction {
        Direction::Forwards => Direction::Backwards,
        Direction::Backwards => Direction::Forwards,
    };
    let ids = incidents.clone_with_type::<Document>();
    for part in query.selection.parts() {
        let wanted = filter(&part, Some(side(place, back, true)));
        if ids.find_one(wanted).sort(order(back)).projection(doc! { "_id": 1 }).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn order(direction: Direction) -> Document {
    let step = match direction {
        Direction::Forwards => -1,
        Direction::Backwards => 1,
    };
    doc! { "opened_at": step, "_id": step }
}

/// What stands on this side of a place. The first condition says nothing new, but it is what the index is
/// entered by: without it all that was passed would be read again for every page.
fn side(place: &PagePosition, direction: Direction, inclusive: bool) -> Document {
    let (strict, loose) = match direction {
        Direction::Forwards => ("$lt", "$lte"),
        Direction::Backwards => ("$gt", "$gte"),
    };
    let opened_at = DateTime::from_jiff(place.opened_at);
    let by_id = if inclusive { loose } else { strict };
    doc! {
        "opened_at": { loose: opened_at },
        "$or": [
            { "opened_at": { strict: opened_at } },
            { "opened_at": opened_at, "_id": { by_id: &place.id.0 } },
        ],
    }
}

fn filter(part: &Selection, side: Option<Document>) -> Document {
    doc! { "$and": conditions(part).chain(side).collect::<Vec<_>>() }
}

fn conditions(selection: &Selection) -> impl Iterator<Item = Document> {
    let regions: Vec<&str> = selection.regions.iter().map(RegionId::as_str).collect();
    let statuses: Vec<&str> = selection.statuses.iter().map(|status| status_text(*status)).collect();
    let fixed = doc! { "region": { "$in": regions }, "status": { "$in": statuses } };
    let indexed = selection.is_found_by_index().then(in_index_of_terms);
    let clauses = selection.clauses.iter().map(found_by);
    let assigned = selection.assigned.iter().map(assigned);
    let periods = [within("opened_at", selection.opened), within("closed_at", selection.closed)];
    [fixed].into_iter().chain(indexed).chain(clauses).chain(assigned).chain(periods.into_iter().flatten())
}

fn found_by(clause: &Clause) -> Document {
    match clause {
        Clause::OneOf(terms) => doc! { "terms": { "$in": terms } },
        Clause::Prefix(text) => {
            doc! { "terms": { "$elemMatch": { "$gte": text, "$lt": format!("{text}{}", char::MAX) } } }
        }
    }
}

/// The index is used only where the condition is as narrow as its own.
fn assigned(assigned: &Assigned) -> Document {
    match assigned {
        Assigned::To(name) => doc! { "assignee": { "$type": "string", "$eq": name } },
        Assigned::ToSomebody => doc! { "assignee": { "$type": "string" } },
        Assigned::ToNobody => doc! { "assignee": null },
    }
}

fn within(field: &str, period: Period) -> Option<Document> {
    let from = period.from.map(|from| ("$gte".to_owned(), Bson::from(DateTime::from_jiff(from))));
    let until = period.until.map(|until| ("$lt".to_owned(), Bson::from(DateTime::from_jiff(until))));
    let bounds: Document = from.into_iter().chain(until).collect();
    (!bounds.is_empty()).then(|| doc! { field: bounds })
}
