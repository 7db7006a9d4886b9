//! Requests of other services that come twice: a sender that got no answer sends again, and must not do
//! the same thing again. Source: `Idempotency-Key`, draft-ietf-httpapi-idempotency-key-header.

use uuid::Uuid;

use super::command::Refusal;
use super::incident::{Incident, Request};

/// Longest idempotency key, in characters.
pub const MAX_KEY_CHARACTERS: usize = 200;
/// How many requests an incident remembers.
const MAX_REMEMBERED: usize = 50;
/// Names the space of digests.
const DIGEST_NAMESPACE: Uuid = Uuid::from_u128(0x77b1_e6d0_2c0d_4b8e_9d55_08f1_3a64_c920);

impl Request {
    /// A request with this key that asks for this.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when the key is empty or too long.
    pub fn new(key: &str, content: &str) -> Result<Self, Refusal> {
        let key = super::command::words("an idempotency key", key, MAX_KEY_CHARACTERS)?;
        let digest = Uuid::new_v5(&DIGEST_NAMESPACE, content.as_bytes()).to_string();
        Ok(Self { key, digest })
    }
}

/// Whether this request was carried out on this incident already.
///
/// # Errors
/// [`Refusal::KeyReused`] when its key was used for something else.
pub fn is_done(incident: &Incident, request: &Request) -> Result<bool, Refusal> {
    match incident.requests.iter().find(|done| done.key == request.key) {
        Some(done) if done.digest != request.digest => Err(Refusal::KeyReused),
        done => Ok(done.is_some()),
    }
}

/// Remembers that it was carried out.
pub fn remember(incident: &mut Incident, request: Request) {
    incident.requests.push(request);
    let excess = incident.requests.len().saturating_sub(MAX_REMEMBERED);
    incident.requests.drain(..excess);
}
