//! What reports are made of.

use bson::{DateTime, Document, RawDocumentBuf, doc};
use cineportal_regions::RegionId;
use futures::TryStreamExt;
use jiff::Timestamp;
use mongodb::Collection;
use mongodb::options::Hint;

use crate::domain::incident::Status;
use crate::domain::period_report::Facts;
use crate::store::StoreError;
use crate::store::documents::{FactsDocument, IncidentDocument, status_text};

/// The index that is entered at region, status and time, and read only as far as the period goes.
const INDEX: &str = "history";
/// How many come at once; what is left of an incident is small.
const BATCH: u32 = 10_000;

/// Of these regions, what opened from `from` on and before `to`.
pub(super) async fn read(
    incidents: &Collection<IncidentDocument>,
    regions: &[RegionId],
    from: Timestamp,
    to: Timestamp,
    at_most: u32,
) -> Result<Vec<Facts>, StoreError> {
    let regions: Vec<&str> = regions.iter().map(RegionId::as_str).collect();
    let statuses = [Status::Open, Status::InProgress, Status::Closed].map(status_text);
    let wanted = doc! {
        "region": { "$in": regions },
        "status": { "$in": statuses.to_vec() },
        "opened_at": { "$gte": DateTime::from_jiff(from), "$lt": DateTime::from_jiff(to) },
    };
    let fields: Document =
        FactsDocument::FIELDS.into_iter().map(|field| (field.to_owned(), 1.into())).collect();
    let raw = incidents.clone_with_type::<RawDocumentBuf>();
    let found = raw.find(wanted).projection(fields).hint(Hint::Name(INDEX.to_owned()));
    let documents = found.limit(i64::from(at_most)).batch_size(BATCH).await?;
    Ok(documents.try_filter_map(|document| async move { Ok(readable(&document)) }).try_collect().await?)
}

fn readable(document: &RawDocumentBuf) -> Option<Facts> {
    bson::deserialize_from_slice::<FactsDocument>(document.as_bytes())
        .inspect_err(|error| tracing::error!(%error, "an incident cannot be read, and is not reported"))
        .map(Facts::from)
        .ok()
}
