//! What every store does with tokens. Each test runs on SQLite and on MongoDB.

use std::sync::Arc;

use cineportal::access::{Reach, Role, Scope, ServiceToken, TokenHash};
use cineportal::store::{self, Outcome, Store, TokenStore};
use cineportal_regions::RegionId;
use jiff::Timestamp;

use crate::store_contract::{on_each_store, open};
use crate::support::StoreKind;

fn at(hour: i64) -> Timestamp {
    Timestamp::from_millisecond(1_763_700_000_123 + hour * 3_600_000).unwrap()
}

pub(crate) fn token(id: &str) -> ServiceToken {
    ServiceToken {
        id: id.to_owned(),
        name: "Service på sal 3 🔧 $where".to_owned(),
        hash: TokenHash([7; 32]),
        roles: vec![
            (Reach::AllRegions, Role::Viewer),
            (Reach::Region(RegionId::new("denmark")), Role::Admin),
        ],
        scopes: [Scope::Read, Scope::Embed].into(),
        created_at: at(0),
        expires_at: Some(at(8)),
        last_used_at: None,
        revoked_at: None,
    }
}

async fn tokens(store: &dyn TokenStore) -> Vec<ServiceToken> {
    let mut tokens = store.service_tokens().await.unwrap();
    tokens.sort_by(|a, b| a.id.cmp(&b.id));
    tokens
}

on_each_store! {
    async fn a_token_is_read_back_as_it_was_written(store: Arc<dyn Store>) {
        let store = store.tokens();
        let old = ServiceToken { last_used_at: Some(at(1)), revoked_at: Some(at(2)), expires_at: None, ..token("b") };
        for token in [token("a"), old.clone()] {
            assert_eq!(store.add_service_token(&token).await.unwrap(), Outcome::Written);
        }
        assert_eq!(tokens(store.as_ref()).await, [token("a"), old]);
    }

    async fn a_token_is_not_written_over(store: Arc<dyn Store>) {
        let store = store.tokens();
        store.add_service_token(&token("a")).await.unwrap();
        let other = ServiceToken { name: "other".to_owned(), ..token("a") };
        assert_eq!(store.add_service_token(&other).await.unwrap(), Outcome::Conflict);
        assert_eq!(tokens(store.as_ref()).await, [token("a")]);
    }

    async fn a_token_is_revoked_once_and_for_all(store: Arc<dyn Store>) {
        let store = store.tokens();
        store.add_service_token(&token("a")).await.unwrap();
        assert!(store.revoke_service_token("a", at(3)).await.unwrap());
        assert!(store.revoke_service_token("a", at(4)).await.unwrap());
        assert!(!store.revoke_service_token("b", at(4)).await.unwrap());
        assert_eq!(tokens(store.as_ref()).await, [ServiceToken { revoked_at: Some(at(3)), ..token("a") }]);
    }

    async fn the_later_use_of_a_token_is_kept(store: Arc<dyn Store>) {
        let store = store.tokens();
        store.add_service_token(&token("a")).await.unwrap();
        for hour in [2, 1] {
            store.note_token_use("a", at(hour)).await.unwrap();
        }
        store.note_token_use("nobody", at(1)).await.unwrap();
        assert_eq!(tokens(store.as_ref()).await, [ServiceToken { last_used_at: Some(at(2)), ..token("a") }]);
    }

    async fn a_token_that_is_forgotten_is_gone_and_no_other(store: Arc<dyn Store>) {
        let store = store.tokens();
        for id in ["a", "b"] {
            store.add_service_token(&token(id)).await.unwrap();
        }
        for id in ["a", "nobody"] {
            store.forget_service_token(id).await.unwrap();
        }
        assert_eq!(tokens(store.as_ref()).await, [token("b")]);
    }

    async fn all_servers_of_a_store_sign_with_the_same_key(store: Arc<dyn Store>) {
        let (store, other) = (store.tokens(), store.tokens());
        let (one, two) = tokio::join!(store.embed_key(b"one"), other.embed_key(b"two"));
        let key = one.unwrap();
        assert_eq!(two.unwrap(), key);
        assert!(key == b"one" || key == b"two", "{key:?}");
        assert_eq!(store.embed_key(b"three").await.unwrap(), key);
    }
}

#[tokio::test]
async fn tokens_are_reached_beside_a_server_that_holds_the_embedded_store() {
    let fresh = StoreKind::Embedded.fresh();
    let server = open(&fresh.address).await;
    let beside = store::open_tokens(&fresh.address).await.unwrap();
    beside.add_service_token(&token("a")).await.unwrap();
    assert_eq!(tokens(server.tokens().as_ref()).await, [token("a")]);
    server.tokens().note_token_use("a", at(1)).await.unwrap();
    assert_eq!(tokens(beside.as_ref()).await[0].last_used_at, Some(at(1)));
}
