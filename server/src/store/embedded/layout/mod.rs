//! The layout of the database: which version it has, and the steps that bring an older one to the newest.
//! Each step is one transaction: whoever is interrupted finds the database as it was before that step.

mod first;
mod second;
mod third;

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::connection::lock_folder;
use super::{closed, heartbeats, newest, page, retention, rows, sessions, silences, tokens};
use crate::store::StoreError;

/// Changes the database from one layout to a newer one.
struct Step {
    from: u32,
    to: u32,
    leave: fn(&Transaction<'_>) -> Result<(), StoreError>,
}

/// The layout that this program reads and writes.
const NEWEST: u32 = 4;
/// The first layout that says its version; at first it did not.
const FIRST_STAMPED: u32 = 2;
const STEPS: [Step; 3] = [
    Step { from: 1, to: NEWEST, leave: first::leave },
    Step { from: 2, to: 3, leave: second::leave },
    Step { from: 3, to: 4, leave: third::leave },
];

/// Tables and indexes of the newest layout; each is made where it is missing.
const SCHEMAS: [&str; 10] = [
    rows::SCHEMA,
    rows::FOUND,
    newest::SCHEMA,
    closed::SCHEMA,
    page::SCHEMA,
    silences::SCHEMA,
    sessions::SCHEMA,
    retention::SCHEMA,
    heartbeats::SCHEMA,
    tokens::SCHEMA,
];

/// Brings the database to the newest layout, step by step; makes it where there is none yet.
///
/// # Errors
/// [`StoreError::NewerLayout`] if a newer program has written it, [`StoreError::Corrupt`] if something in it cannot be
/// brought along. It is then as it was before the step.
pub(super) fn bring_up_to_date(connection: &mut Connection) -> Result<(), StoreError> {
    while step(connection)? {}
    Ok(())
}

/// The same beside a server that may be running on the folder: one of an older layout would write on as before.
///
/// # Errors
/// [`StoreError::Unavailable`] if such a server is running.
pub(super) fn bring_up_to_date_beside(connection: &mut Connection, folder: &Path) -> Result<(), StoreError> {
    let found = found(&connection.transaction()?)?;
    let is_older = found < NEWEST;
    let _lock = is_older.then(|| lock_folder(folder)).transpose().map_err(|in_use| {
        StoreError::Unavailable(format!(
            "its layout is {found}, and a server of that layout is running: stop it first, or use its own program ({in_use})"
        ))
    })?;
    bring_up_to_date(connection)
}

/// Makes the tables and indexes of the newest layout where they are missing.
pub(super) fn make_tables(connection: &Connection) -> Result<(), StoreError> {
    Ok(SCHEMAS.iter().try_for_each(|schema| connection.execute_batch(schema))?)
}

/// Takes the next step; answers whether there may be one more.
fn step(connection: &mut Connection) -> Result<bool, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = found(&transaction)?;
    if found > NEWEST {
        return Err(StoreError::NewerLayout { found, known: NEWEST });
    }
    let step = STEPS.iter().find(|step| step.from == found);
    if let Some(step) = step {
        tracing::info!(from = found, to = step.to, "the store is brought to a newer layout");
        (step.leave)(&transaction)?;
        transaction.pragma_update(None, "user_version", step.to)?;
    } else {
        make_tables(&transaction)?;
        transaction.pragma_update(None, "user_version", NEWEST)?;
    }
    transaction.commit()?;
    Ok(step.is_some())
}

/// The layout of a database. One without a version is new, or older than versions are.
fn found(transaction: &Transaction<'_>) -> Result<u32, StoreError> {
    let stamped: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if stamped > 0 {
        return Ok(stamped);
    }
    let mut statement = transaction.prepare("SELECT name FROM pragma_table_info('incidents')")?;
    let columns: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(match columns.as_slice() {
        [] => NEWEST,
        columns if columns.iter().any(|column| column == "revision") => FIRST_STAMPED,
        _ => 1,
    })
}
