//! History, page by page, and how many incidents there are of a kind.

mod selection;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use self::selection::{Sql, legs};
use super::rows::{decode, text};
use crate::domain::incident::Incident;
use crate::domain::paging::{Direction, Page};
use crate::store::documents::unsigned;
use crate::store::{IncidentPage, PagePosition, PageQuery, Selection, StoreError};

/// Small: few incidents have an assignee.
pub(super) const SCHEMA: &str = "
CREATE INDEX IF NOT EXISTS assigned
ON incidents (assignee, region, status, opened_at DESC, id DESC) WHERE assignee IS NOT NULL;
";

pub(super) fn read(connection: &Connection, query: &PageQuery) -> Result<IncidentPage, StoreError> {
    let paging = &query.paging;
    let side =
        paging.beyond.as_ref().map(|place| Side { place, direction: paging.direction, inclusive: false });
    let (sql, arguments) = page_sql(&query.selection, side.as_ref(), paging.direction, paging.limit);
    let mut statement = connection.prepare_cached(&sql)?;
    let documents = statement.query_map(params_from_iter(&arguments), text)?;
    let mut items =
        documents.map(|document| decode(&document?)).collect::<Result<Vec<Incident>, StoreError>>()?;
    let more = items.len() > paging.limit as usize;
    items.truncate(paging.limit as usize);
    if paging.direction == Direction::Backwards {
        items.reverse();
    }
    let passed = has_passed(connection, query)?;
    Ok(Page::read(items, paging.direction, more, passed))
}

/// How many there are, counted up to so many.
pub(super) fn count(connection: &Connection, selection: &Selection, at_most: u32) -> Result<u64, StoreError> {
    let mut sql = Sql::default();
    let leg = |condition: String| format!("SELECT 1 FROM incidents WHERE {condition}");
    let legs: Vec<String> = legs(&mut sql, selection).into_iter().map(leg).collect();
    let at_most = sql.put(i64::from(at_most));
    let text = format!("SELECT count(*) FROM ({} LIMIT {at_most})", legs.join(" UNION ALL "));
    let count: i64 =
        connection.prepare_cached(&text)?.query_row(params_from_iter(&sql.arguments), |row| row.get(0))?;
    Ok(unsigned(count))
}

/// Whether anything stands on the near side of the place from which the page was read; usually what stands at
/// that very place.
fn has_passed(connection: &Connection, query: &PageQuery) -> Result<bool, StoreError> {
    let Some(place) = &query.paging.beyond else { return Ok(false) };
    let back = match query.paging.direction {
        Direction::Forwards => Direction::Backwards,
        Direction::Backwards => Direction::Forwards,
    };
    let side = Side { place, direction: back, inclusive: true };
    let (sql, arguments) = page_sql(&query.selection, Some(&side), back, 0);
    Ok(connection.prepare_cached(&sql)?.exists(params_from_iter(&arguments))?)
}

/// What stands on one side of a place.
struct Side<'a> {
    place: &'a PagePosition,
    direction: Direction,
    inclusive: bool,
}

impl Side<'_> {
    fn condition(&self, sql: &mut Sql) -> String {
        let sign = match (self.direction, self.inclusive) {
            (Direction::Forwards, false) => "<",
            (Direction::Forwards, true) => "<=",
            (Direction::Backwards, false) => ">",
            (Direction::Backwards, true) => ">=",
        };
        let opened_at = sql.put(self.place.opened_at.as_millisecond());
        format!(" AND (opened_at, id) {sign} ({opened_at}, {})", sql.put(self.place.id.0.clone()))
    }
}

/// Reads one more than the page holds. Each leg is read in order from its index, and only as far as the page
/// may need it; what they found is then put in one order.
fn page_sql(
    selection: &Selection,
    side: Option<&Side<'_>>,
    direction: Direction,
    limit: u32,
) -> (String, Vec<Value>) {
    let step = match direction {
        Direction::Forwards => "DESC",
        Direction::Backwards => "ASC",
    };
    let mut sql = Sql::default();
    let side = side.map_or_else(String::new, |side| side.condition(&mut sql));
    let limit = sql.put(i64::from(limit) + 1);
    let leg = |condition: String| {
        format!(
            "SELECT * FROM (SELECT row AS r, opened_at AS o, id AS i FROM incidents WHERE {condition}{side} \
             ORDER BY opened_at {step}, id {step} LIMIT {limit})"
        )
    };
    let legs: Vec<String> = legs(&mut sql, selection).into_iter().map(leg).collect();
    let text = format!(
        "SELECT document FROM ({}) CROSS JOIN incidents ON row = r ORDER BY o {step}, i {step} LIMIT {limit}",
        legs.join(" UNION ALL ")
    );
    (text, sql.arguments)
}

#[cfg(test)]
mod tests;
