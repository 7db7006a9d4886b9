//! Tokens in their own collection, and the key of embed tokens in another.

use async_trait::async_trait;
use bson::spec::BinarySubtype;
use bson::{Binary, DateTime, Document, RawDocumentBuf, doc};
use futures::TryStreamExt;
use jiff::Timestamp;
use mongodb::error::ErrorKind;
use mongodb::options::{CollectionOptions, ReadConcern, ReturnDocument};
use mongodb::{Collection, Database};

use super::silences::is_duplicate;
use super::writes::{DUPLICATE_KEY, durable_writes};
use crate::access::ServiceToken;
use crate::store::documents::{TokenDocument, readable_token};
use crate::store::{Outcome, StoreError, TokenStore};

const TOKENS: &str = "service_tokens";
const SECRETS: &str = "secrets";
const EMBED_KEY: &str = "embed_key";

/// The tokens of a database.
pub(super) struct Tokens {
    tokens: Collection<TokenDocument>,
    secrets: Collection<Document>,
}

impl Tokens {
    /// Read and written as durably as incidents: what is answered must not be rolled back.
    pub(super) fn of(database: &Database) -> Self {
        let durable = CollectionOptions::builder()
            .read_concern(ReadConcern::majority())
            .write_concern(durable_writes())
            .build();
        let tokens = database.collection_with_options(TOKENS, durable.clone());
        Self { tokens, secrets: database.collection_with_options(SECRETS, durable) }
    }

    async fn key(&self, fresh: &[u8]) -> Result<Option<Document>, mongodb::error::Error> {
        let fresh = Binary { subtype: BinarySubtype::Generic, bytes: fresh.to_owned() };
        let only_once = doc! { "$setOnInsert": { "value": fresh } };
        let found = self.secrets.find_one_and_update(doc! { "_id": EMBED_KEY }, only_once);
        found.upsert(true).return_document(ReturnDocument::After).await
    }
}

#[async_trait]
impl TokenStore for Tokens {
    async fn service_tokens(&self) -> Result<Vec<ServiceToken>, StoreError> {
        let documents = self.tokens.clone_with_type::<RawDocumentBuf>().find(doc! {}).await?;
        let tokens = documents.try_filter_map(|document| async move { Ok(readable_token(read(&document))) });
        Ok(tokens.try_collect().await?)
    }

    async fn add_service_token(&self, token: &ServiceToken) -> Result<Outcome, StoreError> {
        match self.tokens.insert_one(TokenDocument::from(token)).await {
            Ok(_) => Ok(Outcome::Written),
            Err(error) if is_duplicate(&error) => Ok(Outcome::Conflict),
            Err(error) => Err(error.into()),
        }
    }

    async fn revoke_service_token(&self, id: &str, at: Timestamp) -> Result<bool, StoreError> {
        let at = DateTime::from_jiff(at);
        let earliest = vec![doc! { "$set": { "revoked_at": { "$ifNull": ["$revoked_at", at] } } }];
        Ok(self.tokens.update_one(doc! { "_id": id }, earliest).await?.matched_count > 0)
    }

    async fn note_token_use(&self, id: &str, at: Timestamp) -> Result<(), StoreError> {
        let later = doc! { "$max": { "last_used_at": DateTime::from_jiff(at) } };
        self.tokens.update_one(doc! { "_id": id }, later).await?;
        Ok(())
    }

    async fn forget_service_token(&self, id: &str) -> Result<(), StoreError> {
        self.tokens.delete_one(doc! { "_id": id }).await?;
        Ok(())
    }

    async fn embed_key(&self, fresh: &[u8]) -> Result<Vec<u8>, StoreError> {
        // Two servers that start together may collide; the second time there is one to be found.
        let found = match self.key(fresh).await {
            Err(error) if collided(&error) => self.key(fresh).await,
            first => first,
        };
        let key = found?.and_then(|found| found.get_binary_generic("value").ok().cloned());
        key.ok_or_else(|| StoreError::Corrupt("the key of embed tokens is no key".to_owned()))
    }
}

fn collided(error: &mongodb::error::Error) -> bool {
    matches!(&*error.kind, ErrorKind::Command(error) if error.code == DUPLICATE_KEY)
}

fn read(document: &RawDocumentBuf) -> Result<TokenDocument, StoreError> {
    bson::deserialize_from_slice(document.as_bytes()).map_err(|error| StoreError::Corrupt(error.to_string()))
}
