//! Makes a message ours by committing a lease on each of its deliveries, so that of several servers one sends it.

use jiff::{SignedDuration, Timestamp};

use super::round::Batch;
use crate::clock;
use crate::domain::delivery::DeliveryState;
use crate::domain::incident::{Incident, IncidentId};
use crate::domain::outbox;
use crate::store::{Outcome, Store, StoreError};

/// How long a message is ours; somebody else sends it again afterwards.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How often those are claimed that somebody changed meanwhile.
const CLAIM_ROUNDS: u32 = 10;

/// The incidents of the batch, leased; none if another server may have it. The first one decides that.
/// `incidents` are kept up to date. Once the first one is ours the message goes out: with what could be claimed.
///
/// # Errors
/// What the store says of the first one.
pub(super) async fn claim(
    store: &dyn Store,
    batch: &Batch,
    incidents: &mut [Incident],
) -> Result<Vec<Incident>, StoreError> {
    let until = clock::now() + LEASE;
    let mut wanted = leased(incidents, batch, until);
    wanted.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    let others = wanted.split_off(wanted.len().min(1));
    let mut claimed = commit(store, wanted, incidents).await?;
    if !claimed.is_empty() {
        let rest = claim_others(store, batch, others, until, &mut claimed, incidents).await;
        if let Err(error) = rest {
            tracing::warn!(batch = batch.id, %error, "a message goes out without what could not be claimed");
        }
    }
    Ok(claimed)
}

async fn claim_others(
    store: &dyn Store,
    batch: &Batch,
    others: Vec<Incident>,
    until: Timestamp,
    claimed: &mut Vec<Incident>,
    incidents: &mut [Incident],
) -> Result<(), StoreError> {
    claimed.extend(commit(store, others, incidents).await?);
    claim_rest(store, batch, until, claimed, incidents).await
}

/// Commits, keeps `incidents` up to date, and answers what was written.
///
/// # Errors
/// What the store says.
pub(super) async fn commit(
    store: &dyn Store,
    changed: Vec<Incident>,
    incidents: &mut [Incident],
) -> Result<Vec<Incident>, StoreError> {
    if changed.is_empty() {
        return Ok(changed);
    }
    let outcomes = store.commit(&changed).await?;
    let written = changed.into_iter().zip(outcomes);
    let written: Vec<Incident> =
        written.filter(|(_, outcome)| *outcome == Outcome::Written).map(|(incident, _)| incident).collect();
    for stored in incidents {
        if let Some(newer) = written.iter().find(|newer| newer.id == stored.id) {
            stored.clone_from(newer);
        }
    }
    Ok(written)
}

/// Claims what could not be claimed because its incident changed: a message on another route was noted as sent, or
/// somebody wrote a comment. Else a storm's digest would be a message about one incident.
async fn claim_rest(
    store: &dyn Store,
    batch: &Batch,
    until: Timestamp,
    claimed: &mut Vec<Incident>,
    incidents: &mut [Incident],
) -> Result<(), StoreError> {
    for _ in 0..CLAIM_ROUNDS {
        let has = |id: &IncidentId| claimed.iter().any(|incident| incident.id == *id);
        let missed = incidents.iter_mut().filter(|seen| batch.picks.contains_key(&seen.id) && !has(&seen.id));
        let mut again = Vec::new();
        for seen in missed {
            let Some(stored) = store.incident(&seen.id).await? else { continue };
            if is_still_there(&stored, seen, batch) {
                again.push(stored.clone());
            }
            *seen = stored;
        }
        if again.is_empty() {
            break;
        }
        claimed.extend(commit(store, leased(&again, batch, until), incidents).await?);
    }
    Ok(())
}

fn leased(incidents: &[Incident], batch: &Batch, until: Timestamp) -> Vec<Incident> {
    let leased = |stored: &Incident| outbox::claim(stored, batch.picks.get(&stored.id)?, &batch.id, until);
    incidents.iter().filter_map(leased).collect()
}

/// Nobody took the deliveries of the batch since the incident was seen.
fn is_still_there(stored: &Incident, seen: &Incident, batch: &Batch) -> bool {
    let states = |incident: &Incident| -> Vec<DeliveryState> {
        let picked = |id: &String| batch.picks.get(&seen.id).is_some_and(|picks| picks.contains(id));
        let of_batch = incident.deliveries.iter().filter(|delivery| picked(&delivery.id));
        of_batch.map(|delivery| delivery.state.clone()).collect()
    };
    states(stored) == states(seen)
}
