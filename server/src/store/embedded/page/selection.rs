//! A selection of incidents in SQL.

use rusqlite::types::Value;

use crate::domain::search::{Assigned, Clause};
use crate::store::documents::status_text;
use crate::store::{Period, Selection};

/// SQLite joins at most 500 selects.
const MAX_LEGS: usize = 400;

/// The values that stand for the question marks of a statement.
#[derive(Default)]
pub(super) struct Sql {
    pub(super) arguments: Vec<Value>,
}

impl Sql {
    /// Adds a value, and answers what stands for it.
    pub(super) fn put(&mut self, value: impl Into<Value>) -> String {
        self.arguments.push(value.into());
        format!("?{}", self.arguments.len())
    }

    fn put_all(&mut self, values: impl IntoIterator<Item = String>) -> String {
        values.into_iter().map(|value| self.put(value)).collect::<Vec<_>>().join(", ")
    }
}

/// The selection in parts, each in order in an index: one for each region and status. What the index of terms finds
/// is one part, because it is found all at once, and put in order then.
pub(super) fn legs(sql: &mut Sql, selection: &Selection) -> Vec<String> {
    selection.parts().iter().flat_map(|part| legs_of(sql, part)).collect()
}

fn legs_of(sql: &mut Sql, selection: &Selection) -> Vec<String> {
    let count = selection.regions.len() * selection.statuses.len();
    if selection.is_found_by_index() || !(1..=MAX_LEGS).contains(&count) {
        return vec![condition(sql, selection)];
    }
    let others = others(sql, selection);
    let regions: Vec<String> = selection.regions.iter().map(|region| sql.put(region.to_string())).collect();
    let statuses: Vec<String> =
        selection.statuses.iter().map(|status| sql.put(status_text(*status).to_owned())).collect();
    let each = |region: &String| {
        let leg = |status: &String| format!("region = {region} AND status = {status}{others}");
        statuses.iter().map(leg).collect::<Vec<_>>()
    };
    regions.iter().flat_map(each).collect()
}

/// The selection as one condition.
fn condition(sql: &mut Sql, selection: &Selection) -> String {
    let regions = sql.put_all(selection.regions.iter().map(ToString::to_string));
    let statuses = sql.put_all(selection.statuses.iter().map(|status| status_text(*status).to_owned()));
    let others = others(sql, selection);
    format!("region IN ({regions}) AND status IN ({statuses}){others}")
}

/// All but regions and statuses.
fn others(sql: &mut Sql, selection: &Selection) -> String {
    let found = if selection.is_found_by_index() {
        found_by(sql, &selection.clauses)
    } else {
        selection.clauses.iter().map(|clause| meets(sql, clause)).collect()
    };
    let assigned = match &selection.assigned {
        None => String::new(),
        Some(Assigned::To(name)) => format!(" AND assignee = {}", sql.put(name.clone())),
        Some(Assigned::ToSomebody) => " AND assignee IS NOT NULL".to_owned(),
        Some(Assigned::ToNobody) => " AND assignee IS NULL".to_owned(),
    };
    let opened = within(sql, "opened_at", selection.opened);
    let closed = within(sql, "closed_at", selection.closed);
    [found, assigned, opened, closed].concat()
}

fn within(sql: &mut Sql, column: &str, period: Period) -> String {
    let mut bound = |sign: &str, bound: Option<jiff::Timestamp>| {
        let bound = bound.map(|bound| sql.put(bound.as_millisecond()));
        bound.map_or_else(String::new, |bound| format!(" AND {column} {sign} {bound}"))
    };
    [bound(">=", period.from), bound("<", period.until)].concat()
}

fn found_by(sql: &mut Sql, clauses: &[Clause]) -> String {
    if clauses.is_empty() {
        return String::new();
    }
    if clauses.iter().any(|clause| matches!(clause, Clause::OneOf(terms) if terms.is_empty())) {
        return " AND FALSE".to_owned();
    }
    let found = sql.put(clauses.iter().map(match_text).collect::<Vec<_>>().join(" AND "));
    format!(" AND row IN (SELECT rowid FROM found WHERE found MATCH {found})")
}

/// A clause in SQL, for one incident after the other. Between terms are spaces; no term holds one, or a quote.
fn meets(sql: &mut Sql, clause: &Clause) -> String {
    match clause {
        Clause::OneOf(wanted) => {
            let wanted = sql.put_all(wanted.iter().cloned());
            let terms = r#"json_each('["' || replace(terms, ' ', '","') || '"]')"#;
            format!(" AND EXISTS (SELECT 1 FROM {terms} AS term WHERE term.value IN ({wanted}))")
        }
        Clause::Prefix(text) => format!(" AND instr(' ' || terms, {})", sql.put(format!(" {text}"))),
    }
}

/// A clause in the language of FTS5; no term holds a quote.
fn match_text(clause: &Clause) -> String {
    match clause {
        Clause::OneOf(terms) => {
            let terms: Vec<String> = terms.iter().map(|term| format!("\"{term}\"")).collect();
            format!("({})", terms.join(" OR "))
        }
        Clause::Prefix(text) => format!("\"{text}\"*"),
    }
}
