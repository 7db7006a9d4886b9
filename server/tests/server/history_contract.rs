//! History as every store keeps it: pages fit together both ways, whatever narrows the list.

use std::sync::Arc;

use cineportal::domain::incident::{Incident, Severity, Status};
use cineportal::domain::paging::Direction::{self, Backwards, Forwards};
use cineportal::domain::paging::Paging;
use cineportal::domain::search::{Assigned, Search};
use cineportal::store::{IncidentPage, PagePosition, PageQuery, Period, Selection, Store};
use cineportal_regions::RegionId;

use crate::store_contract::{at, closed, incident, on_each_store, open};
use crate::support::StoreKind;

fn regions(ids: &[&str]) -> Vec<RegionId> {
    ids.iter().copied().map(RegionId::new).collect()
}

fn everything() -> Selection {
    let statuses = vec![Status::Open, Status::InProgress, Status::Closed];
    Selection { regions: regions(&["denmark", "finland"]), statuses, ..Selection::default() }
}

fn names(page: &IncidentPage) -> Vec<&str> {
    page.items.iter().map(|incident| incident.key.fingerprint.as_str()).collect()
}

async fn page(
    store: &dyn Store,
    selection: &Selection,
    direction: Direction,
    beyond: Option<PagePosition>,
    limit: u32,
) -> IncidentPage {
    let paging = Paging { direction, beyond, limit };
    store.page(&PageQuery { selection: selection.clone(), paging }).await.unwrap()
}

/// The names of what is found, newest first.
async fn found(store: &dyn Store, selection: &Selection) -> String {
    let page = page(store, selection, Forwards, None, 100).await;
    assert_eq!(store.count(selection, 1_000).await.unwrap(), page.items.len() as u64);
    names(&page).join(" ")
}

/// The names on all pages, read in this direction; checks that each page says what is beside it.
async fn walk(store: &dyn Store, selection: &Selection, direction: Direction, limit: u32) -> Vec<String> {
    let (mut pages, mut beyond): (Vec<Vec<String>>, _) = (Vec::new(), None);
    loop {
        let is_first_read = beyond.is_none();
        let page = page(store, selection, direction, beyond, limit).await;
        let names = names(&page).into_iter().map(str::to_owned).collect();
        let (passed, more, last) = match direction {
            Forwards => (page.has_previous, page.has_next, page.items.last()),
            Backwards => (page.has_next, page.has_previous, page.items.first()),
        };
        assert_eq!(passed, !is_first_read, "{names:?}");
        match direction {
            Forwards => pages.push(names),
            Backwards => pages.insert(0, names),
        }
        if !more {
            return pages.concat();
        }
        beyond = last.map(PagePosition::of);
    }
}

/// Twelve incidents of two regions, three in each minute; every second one is closed.
fn twelve() -> Vec<Incident> {
    let one = |n: i64| {
        let mut one = incident(&format!("{n:02}"), n / 3);
        if n % 4 > 1 {
            one.key.region = RegionId::new("finland");
        }
        one
    };
    (0..12).map(one).collect()
}

async fn fill(store: &dyn Store) {
    let all = twelve();
    store.commit(&all).await.unwrap();
    let closed: Vec<_> = all.iter().step_by(2).map(|incident| closed(incident, 60)).collect();
    store.commit(&closed).await.unwrap();
}

/// Four incidents that differ in what filters ask for.
async fn four(store: &dyn Store) {
    let [mut a, mut b, mut c, d] =
        [("a", 3), ("b", 2), ("c", 1), ("d", 0)].map(|(name, at)| incident(name, at));
    (a.assignee, b.assignee) = (Some("Ida Holm".to_owned()), Some("Ida".to_owned()));
    (b.severity, c.severity) = (Severity::Warning, Severity::Info);
    a.place.machine_id = Some("dk-1".to_owned());
    b.place.machine_id = Some("dk-2".to_owned());
    c.place.cinema = None;
    store.commit(&[a, b, c.clone(), d.clone()]).await.unwrap();
    store.commit(&[closed(&c, 10), closed(&d, 20)]).await.unwrap();
}

on_each_store! {
    async fn pages_fit_together_in_both_directions(store: Arc<dyn Store>) {
        fill(store.as_ref()).await;
        let all = walk(store.as_ref(), &everything(), Forwards, 100).await;
        assert_eq!(all.len(), 12);
        for limit in [1, 2, 3, 5, 12] {
            for direction in [Forwards, Backwards] {
                let read = walk(store.as_ref(), &everything(), direction, limit).await;
                assert_eq!(read, all, "{direction:?} by {limit}");
            }
        }
    }

    async fn history_is_newest_first_whichever_way_it_is_read(store: Arc<dyn Store>) {
        let all: Vec<_> = (0..5).map(|minute| incident(&minute.to_string(), minute)).collect();
        store.commit(&all).await.unwrap();
        let first = page(store.as_ref(), &everything(), Forwards, None, 3).await;
        assert_eq!((names(&first), first.has_previous, first.has_next), (vec!["4", "3", "2"], false, true));
        let last = page(store.as_ref(), &everything(), Backwards, None, 2).await;
        assert_eq!((names(&last), last.has_previous, last.has_next), (vec!["1", "0"], true, false));
        let before = last.items.first().map(PagePosition::of);
        let middle = page(store.as_ref(), &everything(), Backwards, before, 2).await;
        assert_eq!((names(&middle), middle.has_previous, middle.has_next), (vec!["3", "2"], true, true));
        assert_eq!(first.items[0], all[4], "an incident is read whole");
    }

    async fn a_page_says_what_is_beside_it_although_its_cursor_is_gone(store: Arc<dyn Store>) {
        store.commit(&[incident("old", 0), incident("new", 9)]).await.unwrap();
        let beyond = |minute| Some(PagePosition { opened_at: at(minute), id: incident("gone", 0).id });
        let between = page(store.as_ref(), &everything(), Forwards, beyond(5), 1).await;
        assert_eq!((names(&between), between.has_previous, between.has_next), (vec!["old"], true, false));
        let above = page(store.as_ref(), &everything(), Forwards, beyond(20), 1).await;
        assert_eq!((names(&above), above.has_previous, above.has_next), (vec!["new"], false, true));
        let below = page(store.as_ref(), &everything(), Backwards, beyond(-1), 1).await;
        assert_eq!((names(&below), below.has_previous, below.has_next), (vec!["old"], true, false));
    }

    async fn pages_of_what_is_found_fit_together_too(store: Arc<dyn Store>) {
        fill(store.as_ref()).await;
        let search = Search { text: Some("dark".to_owned()), ..Search::default() };
        let narrowed = [
            Selection { clauses: search.clauses(), ..everything() },
            Selection { regions: regions(&["finland"]), statuses: vec![Status::Closed], ..everything() },
            Selection { opened: Period { from: Some(at(1)), until: Some(at(3)) }, ..everything() },
            Selection { closed: Period { from: Some(at(59)), until: None }, ..everything() },
            Selection { assigned: Some(Assigned::ToNobody), ..everything() },
        ];
        for selection in narrowed {
            let all = walk(store.as_ref(), &selection, Forwards, 100).await;
            assert!(all.len() >= 3, "{selection:?}");
            for direction in [Forwards, Backwards] {
                assert_eq!(walk(store.as_ref(), &selection, direction, 2).await, all, "{selection:?}");
            }
        }
    }

    async fn of_a_list_one_value_will_do_and_all_kinds_must_be_met(store: Arc<dyn Store>) {
        four(store.as_ref()).await;
        let with = async |search: Search| {
            found(store.as_ref(), &Selection { clauses: search.clauses(), ..everything() }).await
        };
        let machines = |ids: &[&str]| Some(ids.iter().map(|id| (*id).to_owned()).collect());
        let of = |severities: &[Severity]| Search { severities: Some(severities.to_vec()), ..Search::default() };
        assert_eq!(with(Search { machine_ids: machines(&["dk-1", "dk-2", "none"]), ..Search::default() }).await, "a b");
        assert_eq!(with(of(&[Severity::Warning, Severity::Info])).await, "b c");
        let both = Search { machine_ids: machines(&["dk-1", "dk-2"]), ..of(&[Severity::Critical, Severity::Info]) };
        assert_eq!(with(both).await, "a");
        let words = Search { text: Some("screen".to_owned()), ..of(&[Severity::Info]) };
        assert_eq!(with(words).await, "c");
        assert_eq!(with(of(&[])).await, "", "an empty list is met by nothing");
        let nowhere = Selection { regions: vec![], ..everything() };
        assert_eq!(found(store.as_ref(), &nowhere).await, "");
    }

    async fn words_are_found_in_every_script(store: Arc<dyn Store>) {
        let titled = |(fingerprint, title): (&str, &str)| {
            Incident { title: title.to_owned(), ..incident(fingerprint, 0) }
        };
        let all = [("da", "Lærredet er sort"), ("hi", "हिन्दी"), ("th", "กำลังซ่อม"), ("zh", "放映机故障"), ("vi", "hỏng")].map(titled);
        store.commit(&all).await.unwrap();
        store.commit(&all.each_ref().map(|incident| closed(incident, 9))).await.unwrap();
        for (text, name) in [("LÆR", "da"), ("हिन", "hi"), ("กำลัง", "th"), ("放映", "zh"), ("hỏ", "vi")] {
            let search = Search { text: Some(text.to_owned()), ..Search::default() };
            let wanted = Selection { clauses: search.clauses(), ..everything() };
            assert_eq!(found(store.as_ref(), &wanted).await, name, "{text}");
        }
    }

    async fn an_assignee_is_found_by_the_whole_name(store: Arc<dyn Store>) {
        four(store.as_ref()).await;
        let with = async |assigned| {
            found(store.as_ref(), &Selection { assigned: Some(assigned), ..everything() }).await
        };
        assert_eq!(with(Assigned::To("Ida".to_owned())).await, "b");
        assert_eq!(with(Assigned::To("ida".to_owned())).await, "");
        assert_eq!(with(Assigned::To("' OR 1 --".to_owned())).await, "");
        assert_eq!(with(Assigned::ToSomebody).await, "a b");
        assert_eq!(with(Assigned::ToNobody).await, "c d");
    }

    async fn when_it_closed_is_asked_apart_from_when_it_opened(store: Arc<dyn Store>) {
        four(store.as_ref()).await;
        let within = async |from, until| {
            let closed = Period { from, until };
            found(store.as_ref(), &Selection { closed, ..everything() }).await
        };
        assert_eq!(within(Some(at(10)), Some(at(20))).await, "c");
        assert_eq!(within(Some(at(11)), None).await, "d");
        assert_eq!(within(None, Some(at(21))).await, "c d", "what is open did not close");
    }

    async fn counting_stops_where_it_is_told_to(store: Arc<dyn Store>) {
        fill(store.as_ref()).await;
        assert_eq!(store.count(&everything(), 12).await.unwrap(), 12);
        assert_eq!(store.count(&everything(), 5).await.unwrap(), 5);
    }
}

/// What MongoDB had to look at is told by its profiler.
#[tokio::test]
async fn mongodb_reads_a_deep_page_without_reading_what_is_before_it() {
    let fresh = StoreKind::Mongo.fresh();
    let store = open(&fresh.address).await;
    let incidents: Vec<Incident> = (0..600).map(|n| incident(&n.to_string(), n)).collect();
    store.commit(&incidents).await.unwrap();
    let half: Vec<Incident> = incidents.iter().step_by(2).map(|incident| closed(incident, 700)).collect();
    store.commit(&half).await.unwrap();
    let frequent = Search { severities: Some(vec![Severity::Critical]), ..Search::default() };
    let frequent = Selection { clauses: frequent.clauses(), ..everything() };
    let cineportal::config::StoreAddress::Mongo(uri) = &fresh.address else { panic!("not MongoDB") };
    let database = ::mongodb::Client::with_uri_str(uri).await.unwrap().default_database().unwrap();
    let wanted = [everything(), frequent];
    let ways = [(Forwards, 100), (Backwards, 500)];
    for (selection, (direction, minute)) in wanted.iter().flat_map(|one| ways.map(|way| (one, way))) {
        database.run_command(bson::doc! { "profile": 2 }).await.unwrap();
        let beyond =
            Some(PagePosition { opened_at: at(minute), id: incident(&minute.to_string(), minute).id });
        let page = page(store.as_ref(), selection, direction, beyond, 10).await;
        assert_eq!((page.items.len(), page.has_previous, page.has_next), (10, true, true));
        database.run_command(bson::doc! { "profile": 0 }).await.unwrap();
        let profile = database.collection::<bson::Document>("system.profile");
        let filter = bson::doc! { "op": "query", "ns": format!("{}.incidents", database.name()) };
        let read = profile.find_one(filter).sort(bson::doc! { "docsExamined": -1 }).await.unwrap().unwrap();
        let examined = read.get_i32("docsExamined").unwrap();
        assert!(examined <= 12, "{direction:?} of {selection:?}: {read}");
        profile.drop().await.unwrap();
    }
}
