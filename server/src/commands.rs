//! A person's command, carried out: read the incident, let the domain decide, commit.

use crate::clock;
use crate::domain::command::{self, Command, Refusal};
use crate::domain::incident::{Incident, IncidentId};
use crate::store::{Outcome, Store, StoreError};

/// Why a command changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// There is no such incident.
    #[error("there is no such incident")]
    NotFound,
    /// The domain refused it; the incident is as it stands now.
    #[error("{refusal}")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// The incident as it stands.
        incident: Box<Incident>,
    },
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Carries out a command on an incident, and returns the incident after it, durable.
///
/// # Errors
/// [`CommandError`]; the incident is then as it was, but for [`CommandError::Store`]: then it is not known.
pub async fn execute(
    store: &dyn Store,
    id: &IncidentId,
    command: &Command,
) -> Result<Incident, CommandError> {
    let incident = store.incident(id).await?.ok_or(CommandError::NotFound)?;
    let mut next = command::apply(&incident, command, clock::now())
        .map_err(|refusal| CommandError::Refused { refusal, incident: Box::new(incident.clone()) })?;
    next.version = incident.version + 1;
    if store.commit(std::slice::from_ref(&next)).await?.contains(&Outcome::Conflict) {
        let incident = store.incident(id).await?.ok_or(CommandError::NotFound)?;
        let refusal = Refusal::Conflict { number: incident.number.0.clone() };
        return Err(CommandError::Refused { refusal, incident: Box::new(incident) });
    }
    Ok(next)
}
