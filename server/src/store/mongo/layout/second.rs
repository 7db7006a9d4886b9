//! Layout 2: what is open is in the index of words, too. The new index is made with all others, under another name.

use bson::Document;
use mongodb::Database;
use mongodb::error::ErrorKind;

use crate::store::StoreError;
use crate::store::mongo::INCIDENTS;
use crate::store::mongo::switch::NAMESPACE_NOT_FOUND;

const INDEX_NOT_FOUND: i32 = 27;
/// Either the index is not there, or the collection itself.
const NOT_FOUND: [i32; 2] = [INDEX_NOT_FOUND, NAMESPACE_NOT_FOUND];

/// Drops the index that held open incidents, too.
pub(super) async fn leave(database: &Database) -> Result<(), StoreError> {
    match database.collection::<Document>(INCIDENTS).drop_index("found").await {
        Err(error) if matches!(&*error.kind, ErrorKind::Command(why) if NOT_FOUND.contains(&why.code)) => {
            Ok(())
        }
        dropped => Ok(dropped?),
    }
}
