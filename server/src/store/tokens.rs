//! What stores keep of tokens. A trait of its own, because the command line reaches a store for nothing else.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Outcome, StoreError};
use crate::access::ServiceToken;

/// The tokens of a store. The same contract tests (`tests/server/token_contract.rs`) run against each.
#[async_trait]
pub trait TokenStore: Send + Sync + 'static {
    /// All service tokens that can be read, also those that are over; in any order.
    async fn service_tokens(&self) -> Result<Vec<ServiceToken>, StoreError>;

    /// Writes a new token; [`Outcome::Conflict`], if there is one of this id. It is durable on return.
    async fn add_service_token(&self, token: &ServiceToken) -> Result<Outcome, StoreError>;

    /// Takes a token back; one that was taken back before stays so since then. Answers whether there is one of
    /// this id. It is durable on return.
    async fn revoke_service_token(&self, id: &str, at: Timestamp) -> Result<bool, StoreError>;

    /// Keeps the later of this use and the one that is stored already.
    async fn note_token_use(&self, id: &str, at: Timestamp) -> Result<(), StoreError>;

    /// Deletes a token; one that is not there is none already.
    async fn forget_service_token(&self, id: &str) -> Result<(), StoreError>;

    /// The key of embed tokens: this one, if there was none before. All servers of a store get the same.
    async fn embed_key(&self, fresh: &[u8]) -> Result<Vec<u8>, StoreError>;
}
