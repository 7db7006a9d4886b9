//! The contract of a store, as every store keeps it. Each test runs on SQLite and on MongoDB.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::support::{PATIENCE, StoreKind};
use cineportal::clock;
use cineportal::config::StoreAddress;
use cineportal::domain::alert::{self, Alert, Rules};
use cineportal::domain::incident::{
    Incident, IncidentKey, IncidentNumber, Link, Named, Place, Severity, Status,
};
use cineportal::store::{self, Outcome, PagePosition, PageQuery, Store};
use cineportal_regions::{ClosePolicy, RegionId};
use futures::StreamExt;
use jiff::{SignedDuration, Timestamp};

/// Makes one test of each of these, on each store.
macro_rules! contract {
    ($($(#[$meta:meta])* async fn $name:ident($store:ident: Arc<dyn Store>) $body:block)*) => {
        mod embedded { $(#[tokio::test] async fn $name() {
            let fresh = super::StoreKind::Embedded.fresh();
            super::contract::$name(super::open(&fresh.address).await).await;
        })* }
        mod mongodb { $(#[tokio::test] async fn $name() {
            let fresh = super::StoreKind::Mongo.fresh();
            super::contract::$name(super::open(&fresh.address).await).await;
        })* }
        mod contract { use super::*; $($(#[$meta])* pub(super) async fn $name($store: Arc<dyn Store>) $body)* }
    };
}

async fn open(address: &StoreAddress) -> Arc<dyn Store> {
    store::open(address).await.unwrap()
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_763_700_000 + minute * 60).unwrap()
}

fn key(fingerprint: &str) -> IncidentKey {
    IncidentKey { region: RegionId::new("denmark"), fingerprint: fingerprint.to_owned() }
}

/// An incident that opened in this minute, with something in every field.
fn incident(fingerprint: &str, minute: i64) -> Incident {
    let alert = Alert {
        key: key(fingerprint),
        starts_at: at(minute),
        ended_at: None,
        severity: Severity::Critical,
        error_id: "machine_offline".to_owned(),
        title: "Screen 3 is dark".to_owned(),
        description: "Sal 3: \"mørk\" 🎬\nnothing".to_owned(),
        place: Place {
            machine_id: Some("dk-aarhus-01-03".to_owned()),
            cinema: Some(Named { id: "dk-aarhus".to_owned(), name: "Aarhus Bio".to_owned() }),
            screen: None,
        },
        labels: [("a.b".to_owned(), "$c".to_owned()), ("$where".to_owned(), "x".to_owned())].into(),
        links: vec![Link { title: "Prometheus".to_owned(), url: "http://127.0.0.1:9090/".to_owned() }],
    };
    let rules = Rules { close: ClosePolicy::Auto, flap_window: SignedDuration::from_mins(10) };
    let number = IncidentNumber(format!("DK-{fingerprint}-{minute}"));
    let opened = alert::apply(None, &alert, rules, &number, clock::now()).unwrap();
    Incident { version: 1, ..opened }
}

fn closed(incident: &Incident, minute: i64) -> Incident {
    let closed_at = Some(at(minute));
    Incident { status: Status::Closed, closed_at, version: incident.version + 1, ..incident.clone() }
}

fn page(limit: u32, after: Option<PagePosition>) -> PageQuery {
    let regions = vec![RegionId::new("denmark")];
    PageQuery { regions, statuses: vec![Status::Open, Status::Closed], after, limit }
}

contract! {
    async fn an_incident_is_read_back_as_it_was_written(store: Arc<dyn Store>) {
        let written = incident("a", 0);
        assert_eq!(store.commit(std::slice::from_ref(&written)).await.unwrap(), [Outcome::Written]);
        assert_eq!(store.incident(&written.id).await.unwrap(), Some(written));
    }

    async fn a_version_is_replaced_only_by_the_next_one(store: Arc<dyn Store>) {
        let first = incident("a", 0);
        store.commit(std::slice::from_ref(&first)).await.unwrap();
        let second = closed(&first, 1);
        let late = Incident { assignee: Some("slow".to_owned()), version: 2, ..first.clone() };
        assert_eq!(store.commit(std::slice::from_ref(&second)).await.unwrap(), [Outcome::Written]);
        assert_eq!(store.commit(&[late]).await.unwrap(), [Outcome::Conflict]);
        assert_eq!(store.incident(&first.id).await.unwrap(), Some(second));
    }

    async fn the_same_incident_is_not_inserted_twice(store: Arc<dyn Store>) {
        let first = incident("a", 0);
        store.commit(std::slice::from_ref(&first)).await.unwrap();
        assert_eq!(store.commit(&[first]).await.unwrap(), [Outcome::Conflict]);
    }

    async fn a_key_has_only_one_open_incident(store: Arc<dyn Store>) {
        store.commit(&[incident("a", 0)]).await.unwrap();
        assert_eq!(store.commit(&[incident("a", 60)]).await.unwrap(), [Outcome::Conflict]);
    }

    async fn a_key_may_open_again_once_it_is_closed(store: Arc<dyn Store>) {
        let first = incident("a", 0);
        store.commit(std::slice::from_ref(&first)).await.unwrap();
        store.commit(&[closed(&first, 1)]).await.unwrap();
        assert_eq!(store.commit(&[incident("a", 60)]).await.unwrap(), [Outcome::Written]);
    }

    async fn a_closed_incident_does_not_reopen_beside_an_open_one(store: Arc<dyn Store>) {
        let first = incident("a", 0);
        store.commit(std::slice::from_ref(&first)).await.unwrap();
        store.commit(&[closed(&first, 1)]).await.unwrap();
        store.commit(&[incident("a", 60)]).await.unwrap();
        let reopened = Incident { version: 3, ..first };
        assert_eq!(store.commit(&[reopened]).await.unwrap(), [Outcome::Conflict]);
    }

    async fn a_conflict_does_not_cost_the_writes_beside_it(store: Arc<dyn Store>) {
        let taken = incident("a", 0);
        store.commit(std::slice::from_ref(&taken)).await.unwrap();
        let outcomes = store.commit(&[incident("b", 0), taken, incident("c", 0)]).await.unwrap();
        assert_eq!(outcomes, [Outcome::Written, Outcome::Conflict, Outcome::Written]);
    }

    async fn the_newest_incident_of_a_key_is_the_one_that_began_last(store: Arc<dyn Store>) {
        let first = incident("a", 0);
        let second = incident("a", 60);
        store.commit(std::slice::from_ref(&first)).await.unwrap();
        store.commit(&[closed(&first, 1)]).await.unwrap();
        store.commit(&[second.clone(), incident("b", 90)]).await.unwrap();
        assert_eq!(store.newest(&[key("a"), key("unknown")]).await.unwrap(), [second]);
    }

    async fn a_ticket_number_is_given_once(store: Arc<dyn Store>) {
        let region = RegionId::new("denmark");
        let takes = (0..20).map(|_| store.take_numbers(&region, 5));
        let firsts: BTreeSet<u64> =
            futures::future::join_all(takes).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(firsts, (0..20).map(|take| take * 5 + 1).collect());
        assert_eq!(store.take_numbers(&RegionId::new("finland"), 1).await.unwrap(), 1);
    }

    async fn a_board_starts_from_what_is_open_or_closed_only_just_now(store: Arc<dyn Store>) {
        let (open, recent, old) = (incident("a", 0), incident("b", 0), incident("c", 0));
        store.commit(&[open.clone(), recent.clone(), old.clone()]).await.unwrap();
        let recent = closed(&recent, 100);
        store.commit(&[recent.clone(), closed(&old, 10)]).await.unwrap();
        let mut current = store.current(at(50)).await.unwrap();
        current.sort_by(|a, b| a.key.cmp(&b.key));
        assert_eq!(current, [open, recent]);
    }

    async fn history_comes_page_by_page_newest_first(store: Arc<dyn Store>) {
        let all: Vec<_> = (0..5).map(|minute| incident(&minute.to_string(), minute)).collect();
        store.commit(&all).await.unwrap();
        let first = store.page(&page(3, None)).await.unwrap();
        assert_eq!(first.incidents, [all[4].clone(), all[3].clone(), all[2].clone()]);
        assert_eq!((first.has_next, first.total), (true, 5));
        let last = &first.incidents[2];
        let after = PagePosition { opened_at: last.opened_at, id: last.id.clone() };
        let second = store.page(&page(3, Some(after))).await.unwrap();
        assert_eq!(second.incidents, [all[1].clone(), all[0].clone()]);
        assert_eq!((second.has_next, second.total), (false, 5));
    }

    async fn incidents_that_opened_at_once_are_neither_skipped_nor_doubled(store: Arc<dyn Store>) {
        let all: Vec<_> = (0..7).map(|n| incident(&n.to_string(), 0)).collect();
        store.commit(&all).await.unwrap();
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = store.page(&page(2, after)).await.unwrap();
            seen.extend(page.incidents.iter().map(|incident| incident.id.clone()));
            let Some(last) = page.incidents.last().filter(|_| page.has_next) else { break };
            after = Some(PagePosition { opened_at: last.opened_at, id: last.id.clone() });
        }
        let distinct: BTreeSet<_> = seen.iter().collect();
        assert_eq!((seen.len(), distinct.len()), (7, 7));
    }

    async fn a_commit_larger_than_one_command_is_written_whole(store: Arc<dyn Store>) {
        let many: Vec<_> = (0..12_000).map(|n| incident(&n.to_string(), n)).collect();
        let outcomes = store.commit(&many).await.unwrap();
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Outcome::Written).count(), 12_000);
        assert_eq!(store.current(at(0)).await.unwrap().len(), 12_000);
    }

    async fn every_commit_comes_through_the_feed_in_order(store: Arc<dyn Store>) {
        store.commit(&[incident("before", 0)]).await.unwrap();
        let mut feed = store.watch().await.unwrap();
        let first = incident("a", 0);
        store.commit(std::slice::from_ref(&first)).await.unwrap();
        let opened = tokio::time::timeout(PATIENCE, feed.next()).await.unwrap().unwrap().unwrap();
        store.commit(&[closed(&first, 1), incident("b", 1)]).await.unwrap();
        let two = async { (feed.next().await.unwrap().unwrap(), feed.next().await.unwrap().unwrap()) };
        let (second, third) = tokio::time::timeout(PATIENCE, two).await.unwrap();
        assert_eq!(opened.incident, first);
        assert_eq!(second.incident, closed(&first, 1));
        assert_eq!(third.incident, incident_like(&third.incident, "b", 1));
        assert_ne!(second.cursor, third.cursor);
    }
}

/// Operators query and expire by time, so times are dates in MongoDB, not text.
#[tokio::test]
async fn mongodb_holds_times_as_dates() {
    let fresh = StoreKind::Mongo.fresh();
    let StoreAddress::Mongo(uri) = &fresh.address else { panic!("not MongoDB") };
    let written = incident("a", 0);
    open(&fresh.address).await.commit(std::slice::from_ref(&written)).await.unwrap();
    let database = ::mongodb::Client::with_uri_str(uri).await.unwrap().default_database().unwrap();
    let documents = database.collection::<bson::Document>("incidents");
    let document = documents.find_one(bson::doc! {}).await.unwrap().unwrap();
    assert_eq!(document.get_datetime("opened_at").unwrap().to_jiff(), written.opened_at);
}

/// `incident` stamps the time of its making; everything else must be equal.
fn incident_like(other: &Incident, fingerprint: &str, minute: i64) -> Incident {
    Incident {
        updated_at: other.updated_at,
        timeline: other.timeline.clone(),
        ..incident(fingerprint, minute)
    }
}
