//! What reports are made of, as every store reads it.

use std::sync::Arc;

use cineportal::config::StoreAddress;
use cineportal::domain::incident::{Incident, Member, Severity, Status};
use cineportal::domain::period_report::Facts;
use cineportal::domain::show::ShowAtOpening;
use cineportal::store::Store;
use cineportal_regions::RegionId;

use crate::store_contract::{at, closed, incident, on_each_store, open};
use crate::support::StoreKind;

fn denmark() -> Vec<RegionId> {
    vec![RegionId::new("denmark")]
}

/// The ids of the incidents that opened in these minutes, in order.
async fn ids(store: &dyn Store, regions: &[RegionId], from: i64, to: i64) -> Vec<String> {
    let facts = store.facts(regions, at(from), at(to), 100).await.unwrap();
    let mut ids: Vec<String> = facts.into_iter().map(|facts| facts.id.0).collect();
    ids.sort();
    ids
}

fn ids_of(incidents: &[&Incident]) -> Vec<String> {
    let mut ids: Vec<String> = incidents.iter().map(|incident| incident.id.0.clone()).collect();
    ids.sort();
    ids
}

on_each_store! {
    async fn the_facts_of_an_incident_are_as_they_were_written(store: Arc<dyn Store>) {
        let member = incident("member", 0).id;
        let joined = Member {
            incident: member.clone(),
            machine_id: "dk-aarhus-01-03".to_owned(),
            joined_at: at(0),
            recovered_at: None,
        };
        let mut written = incident("a", 0);
        written.members = vec![joined];
        written.acknowledged_at = Some(at(1));
        written.show_at_opening = ShowAtOpening::At(at(90));
        store.commit(std::slice::from_ref(&written)).await.unwrap();
        store.commit(&[closed(&written, 2)]).await.unwrap();
        let expected = Facts {
            id: written.id,
            severity: Severity::Critical,
            error_id: "machine_offline".to_owned(),
            machine_id: Some("dk-aarhus-01-03".to_owned()),
            cinema: Some("Aarhus Bio".to_owned()),
            screen: None,
            opened_at: at(0),
            acknowledged_at: Some(at(1)),
            closed_at: Some(at(2)),
            show: ShowAtOpening::At(at(90)),
            members: vec![member],
        };
        assert_eq!(store.facts(&denmark(), at(0), at(1), 100).await.unwrap(), [expected]);
    }

    async fn all_that_opened_then_is_read_in_whatever_state(store: Arc<dyn Store>) {
        let [before, first, taken, last, behind] =
            [("before", -1), ("first", 0), ("taken", 5), ("last", 9), ("behind", 10)]
                .map(|(name, minute)| incident(name, minute));
        let taken = Incident { status: Status::InProgress, ..taken };
        store.commit(&[before, first.clone(), taken.clone(), last.clone(), behind]).await.unwrap();
        store.commit(&[closed(&last, 11)]).await.unwrap();
        assert_eq!(ids(store.as_ref(), &denmark(), 0, 10).await, ids_of(&[&first, &taken, &last]));
    }

    async fn only_the_regions_that_are_asked_for_are_read(store: Arc<dyn Store>) {
        let (here, mut abroad) = (incident("here", 0), incident("abroad", 0));
        abroad.key.region = RegionId::new("finland");
        store.commit(&[here.clone(), abroad.clone()]).await.unwrap();
        let both = [denmark(), vec![RegionId::new("finland")]].concat();
        assert_eq!(ids(store.as_ref(), &denmark(), 0, 1).await, ids_of(&[&here]));
        assert_eq!(ids(store.as_ref(), &both, 0, 1).await, ids_of(&[&here, &abroad]));
        assert_eq!(ids(store.as_ref(), &[], 0, 1).await, ids_of(&[]));
    }

    async fn no_more_facts_are_read_than_asked_for(store: Arc<dyn Store>) {
        let mut incidents: Vec<Incident> = (0..6).map(|n| incident(&n.to_string(), n)).collect();
        for incident in &mut incidents[3..] {
            incident.key.region = RegionId::new("finland");
        }
        store.commit(&incidents).await.unwrap();
        let both = [denmark(), vec![RegionId::new("finland")]].concat();
        for at_most in [2, 3, 4] {
            let facts = store.facts(&both, at(0), at(9), at_most).await.unwrap();
            assert_eq!(facts.len(), at_most as usize);
        }
    }

    async fn the_show_that_was_known_at_the_opening_is_kept(store: Arc<dyn Store>) {
        for (name, show) in [
            ("unknown", ShowAtOpening::Unknown),
            ("none", ShowAtOpening::NonePlanned),
            ("show", ShowAtOpening::At(at(30))),
        ] {
            let written = Incident { show_at_opening: show, ..incident(name, 0) };
            store.commit(std::slice::from_ref(&written)).await.unwrap();
            assert_eq!(store.incident(&written.id).await.unwrap(), Some(written));
        }
    }
}

/// An incident from before shows were kept has no such field. It reads as one of which nothing was known.
#[tokio::test]
async fn a_document_from_before_shows_were_kept_is_read() {
    let fresh = StoreKind::Mongo.fresh();
    let StoreAddress::Mongo(uri) = &fresh.address else { panic!("not MongoDB") };
    let store = open(&fresh.address).await;
    let written = Incident { show_at_opening: ShowAtOpening::At(at(30)), ..incident("a", 0) };
    store.commit(std::slice::from_ref(&written)).await.unwrap();
    let database = ::mongodb::Client::with_uri_str(uri).await.unwrap().default_database().unwrap();
    let documents = database.collection::<bson::Document>("incidents");
    let unset = bson::doc! { "$unset": { "show_at_opening": "", "members": "" } };
    documents.update_one(bson::doc! {}, unset).await.unwrap();
    let read = store.incident(&written.id).await.unwrap().unwrap();
    assert_eq!(read, Incident { show_at_opening: ShowAtOpening::Unknown, ..written });
    let facts = store.facts(&denmark(), at(0), at(1), 9).await.unwrap();
    assert_eq!(facts[0].show, ShowAtOpening::Unknown);
}
