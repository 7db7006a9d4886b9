//! What people and other services do, carried out: read the incident, let the domain decide, commit.

use std::time::Duration;

use cineportal_regions::Regions;
use uuid::Uuid;

use crate::access::Forbidden;
use crate::clock;
use crate::domain::change;
use crate::domain::command::{self, Command, Refusal};
use crate::domain::incident::{Incident, IncidentId, Request, Status};
use crate::domain::report::{self, Report};
use crate::domain::request;
use crate::domain::show::ShowAtOpening;
use crate::store::{Outcome, Store, StoreError};

/// How often something is decided again because another write came between.
const MAX_ROUNDS: u32 = 20;
/// How long to wait before deciding again; the other write has to reach the majority first.
const ROUND_DELAY: Duration = Duration::from_millis(10);

/// Why a command changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// There is no such incident.
    #[error("there is no such incident")]
    NotFound,
    /// The domain refused it; the incident, if there is one, is as it stands now.
    #[error("{refusal}")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// The incident as it stands.
        incident: Option<Box<Incident>>,
    },
    /// Whoever asks may see the incident, but not do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What became of a report.
#[derive(Debug)]
pub enum Opened {
    /// It opened this incident.
    New(Incident),
    /// The same request had opened this incident before.
    Known(Incident),
}

/// Carries out a command on an incident, and returns the incident after it, durable.
///
/// # Errors
/// [`CommandError`]; the incident is then as it was, but for [`CommandError::Store`]: then it is not known.
pub async fn execute(
    store: &dyn Store,
    regions: &Regions,
    id: &IncidentId,
    command: &Command,
) -> Result<Incident, CommandError> {
    // A write that people do not see, of a message, may come between; whoever looked is still right then.
    for _ in 0..MAX_ROUNDS {
        let incident = store.incident(id).await?.ok_or(CommandError::NotFound)?;
        let Some(next) = decide(&incident, command).map_err(|refusal| refused(refusal, &incident))? else {
            return Ok(incident);
        };
        let next = change::seal(Some(&incident), next, regions.home(&incident.key.region), clock::now());
        if !store.commit(std::slice::from_ref(&next)).await?.contains(&Outcome::Conflict) {
            return Ok(next);
        }
        if let Some(number) = open_beside(store, &next).await? {
            return Err(refused(Refusal::OpenBeside { number }, &incident));
        }
        tokio::time::sleep(ROUND_DELAY).await;
    }
    let incident = store.incident(id).await?.ok_or(CommandError::NotFound)?;
    Err(refused(command::conflict(&incident), &incident))
}

/// The number of another incident of the same key that is open: this one cannot open beside it.
async fn open_beside(store: &dyn Store, incident: &Incident) -> Result<Option<String>, StoreError> {
    if incident.status == Status::Closed {
        return Ok(None);
    }
    let open = store.newest(std::slice::from_ref(&incident.key)).await?.pop();
    let open = open.filter(|open| open.status != Status::Closed && open.id != incident.id);
    Ok(open.map(|open| open.number.0))
}

/// Opens an incident, durable; or finds the one that the same request opened before. `show` is what is known
/// of the next show there.
///
/// # Errors
/// [`CommandError`].
pub async fn open(
    store: &dyn Store,
    regions: &Regions,
    report: &Report,
    show: ShowAtOpening,
    request: Option<Request>,
) -> Result<Opened, CommandError> {
    let id = match &request {
        Some(request) => IncidentId::of_request(&report.who, request),
        None => IncidentId(Uuid::new_v4().to_string()),
    };
    let region = regions.home(&report.region);
    for _ in 0..MAX_ROUNDS {
        if let Some(known) = known(store, &id, request.as_ref()).await? {
            return Ok(Opened::Known(known));
        }
        let earlier = store.newest(&[report.key(&id)]).await?.pop();
        // The same request on another server may have opened it since we looked.
        let is_open = |earlier: &&Incident| earlier.status != Status::Closed && earlier.id != id;
        if let Some(open) = earlier.as_ref().filter(is_open) {
            let number = open.number.0.clone();
            return Err(refused(Refusal::ReferenceTaken { number }, open));
        }
        let number = store.take_number(region).await?;
        let earlier = earlier.map(|earlier| earlier.id);
        let now = clock::now();
        let opened = report::open(report, id.clone(), earlier, request.clone(), number, now);
        let opened = change::open(opened, show, region, now);
        if !store.commit(std::slice::from_ref(&opened)).await?.contains(&Outcome::Conflict) {
            return Ok(Opened::New(opened));
        }
        tokio::time::sleep(ROUND_DELAY).await;
    }
    Err(StoreError::Unavailable("the report kept colliding with others".to_owned()).into())
}

/// The incident after the command; `None` if it changes nothing, or if the same request was carried out before.
fn decide(incident: &Incident, command: &Command) -> Result<Option<Incident>, Refusal> {
    if let Some(request) = &command.request
        && request::is_done(incident, request)?
    {
        return Ok(None);
    }
    let next = command::apply(incident, command, clock::now())?;
    let is_same = Incident { updated_at: incident.updated_at, ..next.clone() } == *incident;
    Ok((!is_same).then_some(next))
}

async fn known(
    store: &dyn Store,
    id: &IncidentId,
    request: Option<&Request>,
) -> Result<Option<Incident>, CommandError> {
    let Some(request) = request else { return Ok(None) };
    let Some(incident) = store.incident(id).await? else { return Ok(None) };
    request::is_done(&incident, request).map_err(|refusal| refused(refusal, &incident))?;
    Ok(Some(incident))
}

fn refused(refusal: Refusal, incident: &Incident) -> CommandError {
    CommandError::Refused { refusal, incident: Some(Box::new(incident.clone())) }
}
