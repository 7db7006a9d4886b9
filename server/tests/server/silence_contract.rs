//! What every store does with silences. Each test runs on SQLite and on MongoDB.

use std::sync::Arc;

use cineportal::domain::local_time::Zone;
use cineportal::domain::silence::{Matcher, Silence, SilenceId, Span, Weekly, Window};
use cineportal::store::{Outcome, Store};
use cineportal_regions::RegionId;
use jiff::civil::{Weekday, date, time};
use jiff::{Timestamp, ToSpan};

use crate::store_contract::{on_each_store, open};
use crate::support::StoreKind;

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_763_700_000 + hour * 3_600).unwrap()
}

pub(crate) fn silence(id: &str, window: Window) -> Silence {
    Silence {
        id: SilenceId(id.to_owned()),
        region: RegionId::new("denmark"),
        matcher: Matcher {
            machine_id: Some("dk-1".to_owned()),
            cinema_id: None,
            error_id: Some("x".to_owned()),
        },
        window,
        comment: "Service på sal 3 🔧\n$where".to_owned(),
        created_by: "local user".to_owned(),
        created_at: at(0),
        ended_at: None,
        version: 1,
    }
}

pub(crate) fn once(id: &str, from_hour: i64, until_hour: i64) -> Silence {
    silence(id, Window::Once(Span { from: at(from_hour), until: at(until_hour) }))
}

pub(crate) fn weekly(id: &str) -> Silence {
    let weekly = Weekly {
        weekdays: vec![Weekday::Monday, Weekday::Sunday],
        start: time(22, 0, 0, 0),
        end: time(6, 30, 0, 0),
        zone: Zone::named("Europe/Helsinki").unwrap(),
        first_day: date(2025, 11, 1),
        last_day: Some(date(2026, 3, 31)),
    };
    silence(id, Window::Weekly(weekly))
}

async fn silences(store: &dyn Store, over_since: Timestamp) -> Vec<Silence> {
    let mut silences = store.silences(over_since).await.unwrap();
    silences.sort_by(|a, b| a.id.cmp(&b.id));
    silences
}

on_each_store! {
    async fn a_silence_is_read_back_as_it_was_written(store: Arc<dyn Store>) {
        for silence in [once("a", 0, 8), weekly("b")] {
            assert_eq!(store.commit_silence(&silence).await.unwrap(), Outcome::Written);
        }
        assert_eq!(silences(store.as_ref(), at(0)).await, [once("a", 0, 8), weekly("b")]);
    }

    async fn a_silence_is_replaced_only_by_its_next_version(store: Arc<dyn Store>) {
        store.commit_silence(&once("a", 0, 8)).await.unwrap();
        let second = Silence { version: 2, comment: "longer".to_owned(), ..once("a", 0, 9) };
        let late = Silence { version: 2, comment: "slow".to_owned(), ..once("a", 0, 7) };
        assert_eq!(store.commit_silence(&second).await.unwrap(), Outcome::Written);
        assert_eq!(store.commit_silence(&late).await.unwrap(), Outcome::Conflict);
        assert_eq!(silences(store.as_ref(), at(0)).await, [second]);
    }

    async fn the_same_silence_is_not_inserted_twice(store: Arc<dyn Store>) {
        store.commit_silence(&once("a", 0, 8)).await.unwrap();
        assert_eq!(store.commit_silence(&once("a", 0, 9)).await.unwrap(), Outcome::Conflict);
        assert_eq!(silences(store.as_ref(), at(0)).await, [once("a", 0, 8)]);
    }

    async fn a_version_of_a_silence_that_is_not_stored_is_a_conflict(store: Arc<dyn Store>) {
        let second = Silence { version: 2, ..once("a", 0, 8) };
        assert_eq!(store.commit_silence(&second).await.unwrap(), Outcome::Conflict);
        assert_eq!(silences(store.as_ref(), at(0)).await, []);
    }

    async fn silences_that_were_over_before_are_left_out(store: Arc<dyn Store>) {
        let ended = Silence { ended_at: Some(at(1)), ..weekly("ended") };
        let endless = Silence { ended_at: None, ..weekly("endless") };
        for silence in [once("old", 0, 2), once("recent", 0, 3), ended, endless.clone()] {
            store.commit_silence(&silence).await.unwrap();
        }
        assert_eq!(silences(store.as_ref(), at(3)).await, [endless, once("recent", 0, 3)]);
        assert_eq!(silences(store.as_ref(), at(3) + 1.second()).await.len(), 1);
    }
}
