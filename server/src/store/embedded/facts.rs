//! What reports are made of.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::domain::period_report::Facts;
use crate::store::StoreError;
use crate::store::documents::FactsDocument;

/// Names its index: without statistics SQLite may take another one, and read the whole history.
const SQL: &str = "SELECT document FROM incidents INDEXED BY history
    WHERE region = ?1 AND status IN ('OPEN', 'IN_PROGRESS', 'CLOSED') AND opened_at >= ?2 AND opened_at < ?3
    LIMIT ?4";

/// Of these regions, what opened from `from` on and before `to`.
pub(super) fn read(
    connection: &Connection,
    regions: &[String],
    from: Timestamp,
    to: Timestamp,
    at_most: u32,
) -> Result<Vec<Facts>, StoreError> {
    let mut statement = connection.prepare_cached(SQL)?;
    let mut facts = Vec::new();
    for region in regions {
        let left = (at_most as usize).saturating_sub(facts.len());
        let mut rows =
            statement.query(params![region, from.as_millisecond(), to.as_millisecond(), left as i64])?;
        while let Some(row) = rows.next()? {
            let document = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            facts.extend(readable(document));
        }
    }
    Ok(facts)
}

fn readable(document: &str) -> Option<Facts> {
    serde_json::from_str::<FactsDocument>(document)
        .inspect_err(|error| tracing::error!(%error, "an incident cannot be read, and is not reported"))
        .map(Facts::from)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::embedded::rows::SCHEMA;

    #[test]
    fn only_what_opened_then_is_read() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(SCHEMA).unwrap();
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {SQL}")).unwrap();
        let lines = statement.query_map(params!["denmark", 0, 1, 2], |row| row.get(3)).unwrap();
        let plan: Vec<String> = lines.collect::<Result<_, _>>().unwrap();
        let expected =
            "SEARCH incidents USING INDEX history (region=? AND status=? AND opened_at>? AND opened_at<?)";
        assert_eq!(plan, [expected]);
    }
}
