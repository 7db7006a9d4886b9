//! `cineportal seed`: a history that looks real, and is the same for the same seed.

use std::collections::BTreeSet;
use std::path::Path;

use cineportal::domain::incident::{Incident, Status};
use cineportal::domain::show::ShowAtOpening;
use cineportal::seed::{self, Plan, Progress};
use cineportal::store::{self, Store};
use cineportal_regions::Regions;

use crate::support::{StoreKind, everything};

const ALL: [Status; 3] = [Status::Open, Status::InProgress, Status::Closed];

fn regions() -> Regions {
    cineportal_regions::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions")).unwrap()
}

fn plan(seed: u64) -> Plan {
    Plan { incidents: 1_200, days: 10, seed, until: "2026-11-20T18:00:00Z".parse().unwrap() }
}

async fn fill(store: &dyn Store, seed: u64) -> Progress {
    seed::run(store, &regions(), plan(seed), |_| {}).await.unwrap()
}

/// All incidents of a store, by number.
async fn all(store: &dyn Store) -> Vec<Incident> {
    let regions = regions().iter().map(|region| region.id.clone()).collect();
    let query = everything(regions, ALL.to_vec(), 10_000);
    let mut incidents = store.page(&query).await.unwrap().items;
    incidents.sort_by(|a, b| a.number.0.cmp(&b.number.0));
    incidents
}

#[tokio::test]
async fn the_same_seed_gives_the_same_incidents_on_both_stores() {
    let (embedded, mongodb) = (StoreKind::Embedded.fresh(), StoreKind::Mongo.fresh());
    let embedded = store::open(&embedded.address).await.unwrap();
    let mongodb = store::open(&mongodb.address).await.unwrap();
    assert_eq!(fill(embedded.as_ref(), 7).await, Progress { written: 1_200, skipped: 0 });
    assert_eq!(fill(mongodb.as_ref(), 7).await, Progress { written: 1_200, skipped: 0 });
    assert!(all(embedded.as_ref()).await == all(mongodb.as_ref()).await, "the histories differ");
}

#[tokio::test]
async fn what_is_written_aside_is_the_same_and_numbers_go_on_behind_it() {
    for kind in [StoreKind::Embedded, StoreKind::Mongo] {
        let (one_by_one, aside) = (kind.fresh(), kind.fresh());
        let store = store::open(&one_by_one.address).await.unwrap();
        fill(store.as_ref(), 7).await;
        let mut restoring = store::restoring(&aside.address, false).await.unwrap();
        let progress = seed::run_aside(restoring.as_mut(), &regions(), plan(7), |_| {}).await.unwrap();
        assert_eq!(progress, Progress { written: 1_200, skipped: 0 });
        restoring.finish().await.unwrap();
        let aside = store::open(&aside.address).await.unwrap();
        assert!(all(aside.as_ref()).await == all(store.as_ref()).await, "the histories differ");
        for region in regions().iter() {
            let next = aside.take_number(region).await.unwrap();
            assert_eq!(next, store.take_number(region).await.unwrap());
        }
    }
}

#[tokio::test]
async fn the_same_seed_again_adds_nothing() {
    let fresh = StoreKind::Embedded.fresh();
    let store = store::open(&fresh.address).await.unwrap();
    fill(store.as_ref(), 7).await;
    assert_eq!(fill(store.as_ref(), 7).await, Progress { written: 0, skipped: 1_200 });
}

#[tokio::test]
async fn another_seed_gives_another_history() {
    let (one, two) = (StoreKind::Embedded.fresh(), StoreKind::Embedded.fresh());
    let (one, two) = (store::open(&one.address).await.unwrap(), store::open(&two.address).await.unwrap());
    fill(one.as_ref(), 1).await;
    fill(two.as_ref(), 2).await;
    assert!(all(one.as_ref()).await != all(two.as_ref()).await, "the histories are the same");
}

#[tokio::test]
async fn a_history_has_everything_that_happens_to_incidents() {
    let fresh = StoreKind::Embedded.fresh();
    let store = store::open(&fresh.address).await.unwrap();
    fill(store.as_ref(), 7).await;
    let incidents = all(store.as_ref()).await;
    let open = incidents.iter().filter(|incident| incident.status != Status::Closed).count();
    assert!((5..200).contains(&open), "{open} open");
    let some = |what: &str, is: fn(&Incident) -> bool| assert!(incidents.iter().any(is), "none {what}");
    some("opened before a show", |incident| matches!(incident.show_at_opening, ShowAtOpening::At(_)));
    some("was taken", |incident| incident.acknowledged_at.is_some());
    some("came back", |incident| incident.occurrences > 1);
    some("names the one before", |incident| incident.earlier.is_some());
    some("has something said", |incident| incident.timeline.entries.iter().any(|entry| entry.note.is_some()));
    assert!(incidents.iter().all(|incident| incident.deliveries.is_empty()), "somebody would be told");
    let kinds: BTreeSet<_> = incidents.iter().map(|incident| &incident.error_id).collect();
    let regions: BTreeSet<_> = incidents.iter().map(|incident| &incident.key.region).collect();
    assert_eq!((kinds.len(), regions.len()), (5, 5));
}
