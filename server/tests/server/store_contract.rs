//! The contract of a store, as every store keeps it. Each test runs on SQLite and on MongoDB.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::support::{PATIENCE, StoreKind};
use cineportal::clock;
use cineportal::config::StoreAddress;
use cineportal::domain::alert::{self, Alert, Rules};
use cineportal::domain::delivery::{Delivery, DeliveryState, DropReason};
use cineportal::domain::history::Past;
use cineportal::domain::incident::{
    CloseReason, Edited, Incident, IncidentKey, IncidentNumber, Link, Member, Named, Origin, Place, Request,
    Severity, Status,
};
use cineportal::domain::paging::Paging;
use cineportal::domain::search::Search;
use cineportal::domain::timeline::{Entry, What};
use cineportal::domain::watch::Heartbeat;
use cineportal::store::{self, Outcome, PageQuery, Period, Selection, Store};
use cineportal_regions::{ClosePolicy, Occasion, RegionId};
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

pub(crate) use contract as on_each_store;

pub(crate) async fn open(address: &StoreAddress) -> Arc<dyn Store> {
    store::open(address).await.unwrap()
}

pub(crate) fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_763_700_000 + minute * 60).unwrap()
}

pub(crate) fn key(fingerprint: &str) -> IncidentKey {
    IncidentKey { region: RegionId::new("denmark"), fingerprint: fingerprint.to_owned() }
}

/// An incident that opened in this minute, with something in every field.
pub(crate) fn incident(fingerprint: &str, minute: i64) -> Incident {
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
    Incident { version: 1, revision: 1, ..opened }
}

/// The same incident with something in every list, and every kind of past and delivery.
pub(crate) fn rich(incident: Incident) -> Incident {
    let member = Member {
        incident: incident.id.clone(),
        machine_id: "dk-aarhus-01-03".to_owned(),
        joined_at: at(1),
        recovered_at: Some(at(2)),
    };
    let was = vec![
        Past::Status(Status::InProgress),
        Past::Severity(Severity::Info),
        Past::Title("before".to_owned()),
        Past::Description(String::new()),
        Past::Assignee(None),
        Past::Assignee(Some("Ida".to_owned())),
        Past::AcknowledgedAt(Some(at(3))),
        Past::ClosedAt(None),
        Past::CloseReason(Some(CloseReason::ResolvedAtSource)),
        Past::OccurrenceStartedAt(at(4)),
        Past::OccurrenceEndedAt(Some(at(5))),
        Past::Occurrences(7),
        Past::Members(vec![member.clone()]),
        Past::UpdatedAt(at(6)),
        Past::Version(8),
    ];
    let states = [
        DeliveryState::Waiting,
        DeliveryState::Leased { until: at(7), batch: "b".to_owned() },
        DeliveryState::Sent { at: at(8), batch: "b".to_owned() },
        DeliveryState::Failed { at: at(9) },
        DeliveryState::Dropped { at: at(10), reason: DropReason::ToldByOutage },
    ];
    let delivery = |state| Delivery {
        id: "d".to_owned(),
        route: "duty".to_owned(),
        occasion: Occasion::Unattended,
        planned_at: at(11),
        due_at: at(12),
        attempts: 2,
        last_error: Some("no answer".to_owned()),
        trace_id: Some("0af7651916cd43dd8448eb211c80319c".parse().unwrap()),
        state,
    };
    let mut rich = Incident {
        origin: Origin::Report { by: "tickets".to_owned(), reference: Some("T-17".to_owned()) },
        members: vec![member],
        requests: vec![Request::new("k", "content").unwrap()],
        occurrence_ended_at: Some(at(14)),
        end_is_inferred: true,
        edited: Edited { severity: true, title: false, description: true },
        deliveries: states.into_iter().map(delivery).collect(),
        ..incident
    };
    rich.timeline.push(Entry { was, ..Entry::new(at(13), "Ida", What::Commented) });
    rich
}

pub(crate) fn closed(incident: &Incident, minute: i64) -> Incident {
    let closed_at = Some(at(minute));
    Incident { status: Status::Closed, closed_at, revision: incident.revision + 1, ..incident.clone() }
}

fn wanted() -> Selection {
    let statuses = vec![Status::Open, Status::Closed];
    Selection { regions: vec![RegionId::new("denmark")], statuses, ..Selection::default() }
}

/// How many incidents this word finds, and that each is on the page.
async fn count_of(store: &dyn Store, word: &str) -> usize {
    let search = Search { text: Some(word.to_owned()), ..Search::default() };
    let selection = Selection { clauses: search.clauses(), ..wanted() };
    let found = store.page(&page_of(selection.clone())).await.unwrap().items.len();
    assert_eq!(store.count(&selection, 10).await.unwrap(), found as u64, "{word}");
    found
}

fn page_of(selection: Selection) -> PageQuery {
    PageQuery { selection, paging: Paging::first(10) }
}

contract! {
    async fn an_incident_is_read_back_as_it_was_written(store: Arc<dyn Store>) {
        let written = rich(incident("a", 0));
        assert_eq!(store.commit(std::slice::from_ref(&written)).await.unwrap(), [Outcome::Written]);
        assert_eq!(store.incident(&written.id).await.unwrap(), Some(written));
    }

    async fn history_is_found_by_words_ids_and_period(store: Arc<dyn Store>) {
        let mut said = rich(incident("said", 0));
        said.title = "No sound in Sal 4".to_owned();
        said.place.machine_id = Some("dk-vejle-02-04".to_owned());
        said.timeline.push(Entry::new(at(1), "Ida", What::Commented).with_note("Førstærker udskiftet".to_owned()));
        store.commit(&[incident("dark", 60), closed(&incident("dark", 60), 61), said]).await.unwrap();
        let found = async |search: Search, opened: Period| {
            let selection = Selection { clauses: search.clauses(), opened, ..wanted() };
            let page = store.page(&page_of(selection.clone())).await.unwrap();
            assert_eq!(store.count(&selection, 100).await.unwrap(), page.items.len() as u64);
            page.items.into_iter().map(|incident| incident.key.fingerprint).collect::<Vec<_>>()
        };
        let text = |text: &str| Search { text: Some(text.to_owned()), ..Search::default() };
        let always = Period::default();
        assert_eq!(found(text("sound SAL"), always).await, ["said"]);
        assert_eq!(found(text("førstær"), always).await, ["said"]);
        assert_eq!(found(text("dk-vejle-02"), always).await, ["said"]);
        assert_eq!(found(text("sal \"nothing\" OR *"), always).await, Vec::<String>::new());
        assert_eq!(found(text("\u{0} $where .* ("), always).await, Vec::<String>::new());
        assert_eq!(found(text(" - "), always).await, ["dark", "said"]);
        let machine = Search { machine_ids: Some(vec!["dk-aarhus-01-03".to_owned()]), ..Search::default() };
        assert_eq!(found(machine, always).await, ["dark"]);
        let cinema = Search { cinema_ids: Some(vec!["dk-aarhus".to_owned()]), ..Search::default() };
        assert_eq!(found(cinema, always).await, ["dark", "said"]);
        let hour = Period { from: Some(at(60)), until: Some(at(61)) };
        assert_eq!(found(text(""), hour).await, ["dark"]);
        let before = Period { from: None, until: Some(at(60)) };
        assert_eq!(found(text("dark"), before).await, Vec::<String>::new());
    }

    async fn history_is_found_by_words_of_any_script(store: Arc<dyn Store>) {
        let title = "İstanbul² Größe ΣΊΣΥΦΟΣ 映画館 Ⅷ naïve";
        let named = Incident { title: title.to_owned(), ..incident("named", 0) };
        store.commit(&[named.clone(), incident("other", 1)]).await.unwrap();
        for word in title.split(' ') {
            assert_eq!(count_of(store.as_ref(), word).await, 1, "{word}, open");
        }
        store.commit(&[closed(&named, 2)]).await.unwrap();
        for word in title.split(' ') {
            assert_eq!(count_of(store.as_ref(), word).await, 1, "{word}, closed");
        }
    }

    async fn a_changed_incident_is_found_by_its_new_words_only(store: Arc<dyn Store>) {
        let first = incident("a", 0);
        store.commit(std::slice::from_ref(&first)).await.unwrap();
        let titled = |title: &str, incident: Incident| Incident { title: title.to_owned(), ..incident };
        let open = titled("Lamp worn out", Incident { revision: 2, ..first });
        let ended = titled("Fan broken", closed(&open, 1));
        let renamed = titled("Fuse blown", closed(&ended, 1));
        let again = Incident { status: Status::Open, closed_at: None, revision: 5, ..renamed.clone() };
        let mut gone = vec!["screen"];
        for (word, incident) in [("lamp", open), ("fan", ended), ("fuse", renamed), ("fuse", again)] {
            store.commit(&[incident]).await.unwrap();
            assert_eq!(count_of(store.as_ref(), word).await, 1, "{word}");
            for word in gone.iter().filter(|gone| **gone != word) {
                assert_eq!(count_of(store.as_ref(), word).await, 0, "{word}");
            }
            gone.push(word);
        }
    }

    async fn what_is_due_is_found_in_its_order(store: Arc<dyn Store>) {
        let waiting = |fingerprint, minute, wakes| {
            let mut incident = rich(incident(fingerprint, minute));
            incident.deliveries.truncate(1);
            incident.deliveries[0].due_at = at(wakes);
            incident
        };
        store.commit(&[incident("quiet", 0), waiting("late", 1, 20), waiting("early", 2, 10)]).await.unwrap();
        assert_eq!(store.next_due().await.unwrap(), Some(at(10)));
        let due = async |minute| {
            let due = store.due(at(minute), 10).await.unwrap();
            due.into_iter().map(|incident| incident.key.fingerprint).collect::<Vec<_>>()
        };
        assert_eq!(due(9).await, Vec::<String>::new());
        assert_eq!(due(10).await, ["early"]);
        assert_eq!(due(30).await, ["early", "late"]);
    }

    async fn a_revision_is_replaced_only_by_the_next_one(store: Arc<dyn Store>) {
        let first = incident("a", 0);
        store.commit(std::slice::from_ref(&first)).await.unwrap();
        let second = closed(&first, 1);
        let late = Incident { assignee: Some("slow".to_owned()), revision: 2, ..first.clone() };
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
        let reopened = Incident { revision: 3, ..first };
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

    async fn an_earlier_incident_that_was_opened_again_comes_before_a_closed_one_that_began_last(store: Arc<dyn Store>) {
        let first = incident("a", 0);
        store.commit(std::slice::from_ref(&first)).await.unwrap();
        let over = closed(&first, 1);
        store.commit(std::slice::from_ref(&over)).await.unwrap();
        let second = incident("a", 60);
        store.commit(std::slice::from_ref(&second)).await.unwrap();
        let second = closed(&second, 61);
        store.commit(std::slice::from_ref(&second)).await.unwrap();
        let reopened = Incident { status: Status::Open, closed_at: None, revision: 3, ..over };
        assert_eq!(store.newest(&[key("a")]).await.unwrap(), [second]);
        assert_eq!(store.commit(std::slice::from_ref(&reopened)).await.unwrap(), [Outcome::Written]);
        assert_eq!(store.newest(&[key("a"), key("unknown")]).await.unwrap(), [reopened]);
    }

    async fn a_ticket_number_is_given_once(store: Arc<dyn Store>) {
        let region = RegionId::new("denmark");
        let takes = (0..20).map(|_| store.take_numbers(&region, 5));
        let firsts: BTreeSet<u64> =
            futures::future::join_all(takes).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(firsts, (0..20).map(|take| take * 5 + 1).collect());
        assert_eq!(store.take_numbers(&RegionId::new("finland"), 1).await.unwrap(), 1);
    }

    async fn what_closed_last_is_read_back_newest_first(store: Arc<dyn Store>) {
        let incidents = ["a", "b", "c", "d"].map(|fingerprint| incident(fingerprint, 0));
        store.commit(&incidents).await.unwrap();
        let [a, b, c, _open] = &incidents;
        let (a, b, c) = (closed(a, 2), closed(b, 3), closed(c, 1));
        store.commit(&[a.clone(), b.clone(), c.clone()]).await.unwrap();
        assert_eq!(store.last_closed(2).await.unwrap(), [b.clone(), a.clone()]);
        assert_eq!(store.last_closed(9).await.unwrap(), [b, a, c]);
    }

    async fn what_is_closed_while_it_fires_is_found(store: Arc<dyn Store>) {
        let incidents = ["a", "b", "c", "d"].map(|fingerprint| incident(fingerprint, 0));
        store.commit(&incidents).await.unwrap();
        let [a, b, c, _open] = &incidents;
        let (a, b) = (closed(a, 1), closed(b, 2));
        let over = Incident { occurrence_ended_at: Some(at(1)), ..closed(c, 3) };
        store.commit(&[a.clone(), b.clone(), over]).await.unwrap();
        assert_eq!(store.closed_while_firing(1).await.unwrap(), std::slice::from_ref(&b));
        assert_eq!(store.closed_while_firing(9).await.unwrap(), [b, a]);
    }

    async fn when_it_was_reopened_for_a_show_is_kept(store: Arc<dyn Store>) {
        let written = Incident { reopened_for_show: Some(at(30)), ..incident("a", 0) };
        store.commit(std::slice::from_ref(&written)).await.unwrap();
        assert_eq!(store.incident(&written.id).await.unwrap(), Some(written));
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

    async fn a_commit_larger_than_one_command_is_written_whole(store: Arc<dyn Store>) {
        let many: Vec<_> = (0..12_000).map(|n| incident(&n.to_string(), n)).collect();
        let outcomes = store.commit(&many).await.unwrap();
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Outcome::Written).count(), 12_000);
        assert_eq!(store.current(at(0)).await.unwrap().len(), 12_000);
    }

    async fn of_a_heartbeat_the_latest_times_are_kept(store: Arc<dyn Store>) {
        let heard = |minute| Heartbeat { heard_at: Some(at(minute)), lost_at: None };
        let lost = |minute| Heartbeat { heard_at: None, lost_at: Some(at(minute)) };
        for heartbeat in [heard(1), heard(5), lost(4), heard(3), lost(2)] {
            store.note_heartbeat("denmark", heartbeat).await.unwrap();
        }
        store.note_heartbeat("prometheus 127.0.0.1:9090", lost(7)).await.unwrap();
        let expected = [
            ("denmark".to_owned(), Heartbeat { heard_at: Some(at(5)), lost_at: Some(at(4)) }),
            ("prometheus 127.0.0.1:9090".to_owned(), lost(7)),
        ];
        assert_eq!(store.heartbeats().await.unwrap(), expected.into());
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
