//! What every store does with sessions. Each test runs on SQLite and on MongoDB.

use std::sync::Arc;

use cineportal::access::{Person, Session, SessionId, SessionsOf};
use cineportal::store::{Outcome, Store};
use jiff::Timestamp;

use crate::store_contract::{on_each_store, open};
use crate::support::StoreKind;

const ISSUER: &str = "https://login.example/realms/cinema";

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_763_700_000 + hour * 3_600).unwrap()
}

/// A session of somebody, with something in every field.
pub(crate) fn session(id: &str, subject: &str) -> Session {
    Session {
        id: SessionId(id.to_owned()),
        person: Person {
            issuer: ISSUER.to_owned(),
            subject: subject.to_owned(),
            name: "ida@example.com".to_owned(),
            groups: vec!["dk".to_owned(), "$where".to_owned()],
            claims: [("https://example.com/a.b".to_owned(), vec!["IT".to_owned()])].into(),
            until: None,
        },
        provider_session: Some(format!("sid-{id}")),
        sealed: "c2VhbGVk".to_owned(),
        began_at: at(0),
        seen_at: at(1),
        confirmed_at: at(0),
        renewing_until: Some(at(2)),
        ends_at: at(3),
        version: 1,
    }
}

async fn stored(store: &dyn Store, id: &str) -> Option<Session> {
    store.session(&SessionId(id.to_owned())).await.unwrap()
}

on_each_store! {
    async fn a_session_is_read_back_as_it_was_written(store: Arc<dyn Store>) {
        assert_eq!(store.commit_session(&session("a", "ida")).await.unwrap(), Outcome::Written);
        assert_eq!(stored(store.as_ref(), "a").await, Some(session("a", "ida")));
        assert_eq!(stored(store.as_ref(), "b").await, None);
    }

    async fn a_session_is_replaced_only_by_its_next_version(store: Arc<dyn Store>) {
        store.commit_session(&session("a", "ida")).await.unwrap();
        let second = Session { version: 2, renewing_until: None, ..session("a", "ida") };
        assert_eq!(store.commit_session(&second).await.unwrap(), Outcome::Written);
        assert_eq!(store.commit_session(&second).await.unwrap(), Outcome::Conflict);
        assert_eq!(stored(store.as_ref(), "a").await, Some(second));
    }

    async fn nobody_takes_over_a_session_that_there_is(store: Arc<dyn Store>) {
        store.commit_session(&session("a", "ida")).await.unwrap();
        assert_eq!(store.commit_session(&session("a", "bo")).await.unwrap(), Outcome::Conflict);
        assert_eq!(stored(store.as_ref(), "a").await.unwrap().person.subject, "ida");
    }

    async fn a_session_that_was_ended_does_not_come_back(store: Arc<dyn Store>) {
        store.commit_session(&session("a", "ida")).await.unwrap();
        let ended = store.end_sessions(&SessionsOf::Session(SessionId("a".to_owned()))).await.unwrap();
        let late = Session { version: 2, ..session("a", "ida") };
        assert_eq!((ended, store.commit_session(&late).await.unwrap()), (1, Outcome::Conflict));
        assert_eq!(stored(store.as_ref(), "a").await, None);
    }

    async fn the_sessions_of_one_sign_in_or_person_are_ended(store: Arc<dyn Store>) {
        for (id, subject) in [("a", "ida"), ("b", "ida"), ("c", "ida"), ("d", "bo")] {
            store.commit_session(&session(id, subject)).await.unwrap();
        }
        let issuer = || ISSUER.to_owned();
        let one = SessionsOf::ProviderSession { issuer: issuer(), session: "sid-a".to_owned() };
        assert_eq!(store.end_sessions(&one).await.unwrap(), 1);
        let foreign = SessionsOf::Person { issuer: "https://other.example".to_owned(), subject: "ida".to_owned() };
        assert_eq!(store.end_sessions(&foreign).await.unwrap(), 0);
        let all = SessionsOf::Person { issuer: issuer(), subject: "ida".to_owned() };
        assert_eq!(store.end_sessions(&all).await.unwrap(), 2);
        assert!(stored(store.as_ref(), "d").await.is_some());
    }

    async fn only_sessions_that_are_over_are_forgotten_and_so_many_at_once(store: Arc<dyn Store>) {
        for id in ["a", "b", "c"] {
            store.commit_session(&session(id, "ida")).await.unwrap();
        }
        store.commit_session(&Session { ends_at: at(4), ..session("d", "ida") }).await.unwrap();
        assert_eq!(store.forget_sessions(at(3), 10).await.unwrap(), 0);
        assert_eq!(store.forget_sessions(at(4), 2).await.unwrap(), 2);
        assert_eq!(store.forget_sessions(at(4), 10).await.unwrap(), 1);
        assert!(stored(store.as_ref(), "d").await.is_some());
    }
}
