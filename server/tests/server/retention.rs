//! What is old is forgotten, if the operator wants it, and nothing else.

use std::sync::Arc;

use cineportal::clock;
use cineportal::domain::delivery::{Delivery, DeliveryState};
use cineportal::domain::incident::{Incident, Status};
use cineportal::store::{self, Outcome, Store};
use cineportal_regions::Occasion;
use jiff::ToSpan;

use crate::store_contract::{at, closed, incident, on_each_store, open};
use crate::support::{StoreKind, TestServer, settings};

/// An incident that opened and last changed in this minute.
fn changed(fingerprint: &str, minute: i64) -> Incident {
    Incident { updated_at: at(minute), ..incident(fingerprint, minute) }
}

fn with_message_to_send(incident: Incident) -> Incident {
    let delivery = Delivery {
        id: "d".to_owned(),
        route: "staff".to_owned(),
        occasion: Occasion::Opened,
        planned_at: at(0),
        due_at: at(0),
        attempts: 0,
        last_error: None,
        trace_id: None,
        state: DeliveryState::Waiting,
    };
    Incident { deliveries: vec![delivery], ..incident }
}

async fn left(store: &dyn Store, all: &[Incident]) -> Vec<String> {
    let mut left = Vec::new();
    for incident in all {
        let stored = store.incident(&incident.id).await.unwrap();
        assert!(stored.as_ref().is_none_or(|stored| stored == incident), "{stored:?} changed");
        left.extend(stored.map(|stored| stored.key.fingerprint));
    }
    left
}

on_each_store! {
    async fn only_what_is_in_that_status_and_old_is_forgotten(store: Arc<dyn Store>) {
        let all = [changed("old", 0), changed("exact", 10), changed("new", 20), changed("closed", 0)];
        store.commit(&all).await.unwrap();
        let over = Incident { updated_at: at(0), ..closed(&all[3], 0) };
        store.commit(std::slice::from_ref(&over)).await.unwrap();
        let all = [all[0].clone(), all[1].clone(), all[2].clone(), over];
        assert_eq!(store.forget(Status::Open, at(10), 100).await.unwrap(), 1);
        assert_eq!(left(store.as_ref(), &all).await, ["exact", "new", "closed"]);
        assert_eq!(store.forget(Status::Closed, at(10), 100).await.unwrap(), 1);
        assert_eq!(left(store.as_ref(), &all).await, ["exact", "new"]);
    }

    async fn what_somebody_works_on_is_forgotten_by_its_own_status(store: Arc<dyn Store>) {
        let all = [changed("taken", 0), changed("open", 0)];
        store.commit(&all).await.unwrap();
        let taken = Incident { status: Status::InProgress, revision: 2, ..all[0].clone() };
        store.commit(std::slice::from_ref(&taken)).await.unwrap();
        assert_eq!(store.forget(Status::InProgress, at(10), 100).await.unwrap(), 1);
        assert_eq!(left(store.as_ref(), &[taken, all[1].clone()]).await, ["open"]);
    }

    async fn no_more_is_forgotten_at_once_than_was_asked(store: Arc<dyn Store>) {
        let all: Vec<_> = (0..5).map(|n| changed(&n.to_string(), n)).collect();
        store.commit(&all).await.unwrap();
        let mut forgotten = Vec::new();
        for _ in 0..4 {
            forgotten.push(store.forget(Status::Open, at(10), 2).await.unwrap());
        }
        assert_eq!(forgotten, [2, 2, 1, 0]);
    }

    async fn what_is_still_to_be_told_is_not_forgotten(store: Arc<dyn Store>) {
        let all = [with_message_to_send(changed("a", 0))];
        store.commit(&all).await.unwrap();
        assert_eq!(store.forget(Status::Open, at(10), 2).await.unwrap(), 0);
        assert_eq!(left(store.as_ref(), &all).await, ["a"]);
    }

    async fn the_key_of_a_forgotten_incident_may_open_again(store: Arc<dyn Store>) {
        store.commit(&[changed("a", 0)]).await.unwrap();
        store.forget(Status::Open, at(10), 1).await.unwrap();
        assert_eq!(store.commit(&[changed("a", 0)]).await.unwrap(), [Outcome::Written]);
    }
}

#[tokio::test]
async fn a_server_forgets_what_its_operator_does_not_want_to_keep() {
    for kind in [StoreKind::Embedded, StoreKind::Mongo] {
        let fresh = kind.fresh();
        let store = store::open(&fresh.address).await.unwrap();
        let days_ago = |days: i64| clock::now() - (days * 24).hours();
        let old = Incident { updated_at: days_ago(8), ..incident("old", 0) };
        let recent = Incident { updated_at: days_ago(6), ..incident("recent", 0) };
        store.commit(&[old.clone(), recent.clone()]).await.unwrap();
        let mut settings = settings(&fresh.address);
        settings.rules.keep_open_days = Some(7);
        let server = TestServer::start_as_told(store, fresh, &settings).await;
        server.wait_until_ready().await;
        let left = server.incidents_once(&["OPEN"], |open| open.len() == 1).await;
        assert_eq!(left[0]["id"], recent.id.to_string());
    }
}
