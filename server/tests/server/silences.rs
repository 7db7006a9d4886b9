//! Silences, as people make and end them: incidents open and stay, muted and marked.

use serde_json::{Value, json};

use crate::support::live::LiveClient;
use crate::support::{StoreKind, TestServer, offline, on_both_stores};

const RESULT: &str = "fragment R on SilenceResult {
    ... on SilenceAccepted { silence { id state version comment createdBy endedAt
        machineId cinemaId errorId region { id } current { from until } next { from until } window {
        ... on OnceWindow { from until }
        ... on WeeklyWindow { weekdays start end timeZone firstDay lastDay } } } }
    ... on SilenceRefused { code message current: silence { id version } } }";

async fn create(server: &TestServer, input: Value) -> Value {
    create_in(server, "denmark", input).await
}

async fn create_in(server: &TestServer, region: &str, input: Value) -> Value {
    let mutation = "mutation ($region: ID!, $input: SilenceInput!) { done: createSilence(region: $region, input: $input) { ...R } }";
    run(server, mutation, json!({ "region": region, "input": input })).await
}

async fn update(server: &TestServer, id: &Value, version: u64, input: Value) -> Value {
    let mutation = "mutation ($id: ID!, $version: Int!, $input: SilenceInput!) {
        done: updateSilence(id: $id, expectedVersion: $version, input: $input) { ...R } }";
    run(server, mutation, json!({ "id": id, "version": version, "input": input })).await
}

async fn end(server: &TestServer, id: &Value, version: u64) -> Value {
    let mutation = "mutation ($id: ID!, $version: Int!) { done: endSilence(id: $id, expectedVersion: $version) { ...R } }";
    run(server, mutation, json!({ "id": id, "version": version })).await
}

async fn run(server: &TestServer, mutation: &str, variables: Value) -> Value {
    server.graphql(&format!("{mutation} {RESULT}"), variables).await["done"].take()
}

/// From now on, for as long as no test takes.
fn once() -> Value {
    let tomorrow = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).datetime().date();
    let day_after = tomorrow.saturating_add(jiff::ToSpan::days(2));
    json!({ "once": { "until": format!("{day_after}T12:00"), "timeZone": "UTC" } })
}

/// Every day, all day.
fn always() -> Value {
    let weekdays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
    json!({ "weekly": { "weekdays": weekdays, "start": "00:00", "end": "00:00" } })
}

fn of_machine(machine: &str, window: &Value) -> Value {
    json!({ "machineId": machine, "window": window, "comment": "lamp is being changed" })
}

fn dark_screen(machine: &str) -> Value {
    offline(machine, "denmark", "2026-11-20T10:00:00Z")
}

/// Status and mute of each open incident, by machine.
async fn mutes(server: &TestServer) -> Vec<(Value, Value, Value)> {
    let query = "{ incidents { edges { node { status machine { id } muted { reason until silence { comment createdBy } } } } } }";
    let mut data = server.graphql(query, json!({})).await;
    let Value::Array(edges) = data["incidents"]["edges"].take() else { panic!("{data}") };
    let node = |mut edge: Value| edge["node"].take();
    let mut mutes: Vec<_> = edges
        .into_iter()
        .map(node)
        .map(|mut n| (n["machine"]["id"].take(), n["status"].take(), n["muted"].take()))
        .collect();
    mutes.sort_by_key(|(machine, ..)| machine.to_string());
    mutes
}

/// Sends these alerts, and waits until all of them stand on the board.
async fn alert(server: &TestServer, machines: &[&str]) {
    let alerts: Vec<Value> = machines.iter().map(|machine| dark_screen(machine)).collect();
    server.alert(&alerts).await;
    server.incidents_once(&["OPEN"], |open| open.len() == alerts.len()).await;
}

on_both_stores! {
    async fn a_silenced_incident_opens_and_is_listed_and_muted_and_says_why(server: TestServer) {
        let silence = create(&server, of_machine("dk-1", &once())).await;
        assert_eq!(silence["silence"]["state"], "ACTIVE", "{silence}");
        alert(&server, &["dk-1", "dk-2"]).await;
        let [(_, status, mute), (_, _, other)] = &mutes(&server).await[..] else { panic!("two incidents") };
        assert_eq!((status, other), (&json!("OPEN"), &Value::Null));
        assert_eq!(mute, &json!({
            "reason": "SILENCE", "until": silence["silence"]["window"]["until"],
            "silence": { "comment": "lamp is being changed", "createdBy": "local user" },
        }));
    }

    async fn an_incident_is_no_longer_muted_once_its_silence_is_ended(server: TestServer) {
        alert(&server, &["dk-1"]).await;
        let silence = create(&server, of_machine("dk-1", &always())).await;
        assert_ne!(mutes(&server).await[0].2, Value::Null);
        let ended = end(&server, &silence["silence"]["id"], 1).await;
        assert_eq!((&ended["silence"]["state"], &ended["silence"]["version"]), (&json!("PAST"), &json!(2)));
        assert_eq!(mutes(&server).await[0].2, Value::Null);
    }

    async fn lists_and_counts_tell_muted_incidents_from_others(server: TestServer) {
        server.alert(&["dk-1", "dk-2", "dk-3"].map(|machine| offline(machine, "denmark", "2026-11-20T10:00:00Z"))).await;
        server.incidents_once(&["OPEN"], |open| open.len() == 3).await;
        create(&server, of_machine("dk-2", &once())).await;
        let query = "{ region(id: \"denmark\") { counts { open muted }
            muted: incidents(filter: { muted: true }) { totalCount edges { node { machine { id } } } }
            others: incidents(filter: { muted: false }) { totalCount } } }";
        let data = server.graphql(query, json!({})).await;
        assert_eq!(data["region"], json!({
            "counts": { "open": 3, "muted": 1 },
            "muted": { "totalCount": 1, "edges": [{ "node": { "machine": { "id": "dk-2" } } }] },
            "others": { "totalCount": 2 },
        }));
    }

    async fn a_silence_mutes_by_cinema_by_error_or_the_whole_region_and_nothing_else(server: TestServer) {
        alert(&server, &["dk-1"]).await;
        let matchers = [
            (json!({ "cinemaId": "cinema-of-dk-1" }), true),
            (json!({ "cinemaId": "dk-odense" }), false),
            (json!({ "errorId": "machine_offline" }), true),
            (json!({ "errorId": "machine_offline", "cinemaId": "dk-odense" }), false),
            (json!({}), true),
        ];
        for (mut input, expected) in matchers {
            input["window"] = once();
            input["comment"] = json!("why");
            let silence = create(&server, input.clone()).await;
            assert_eq!(mutes(&server).await[0].2 != Value::Null, expected, "{input}");
            end(&server, &silence["silence"]["id"], 1).await;
        }
        create_in(&server, "finland", json!({ "window": once(), "comment": "another region" })).await;
        assert_eq!(mutes(&server).await[0].2, Value::Null);
    }

    async fn a_weekly_silence_shows_its_window_and_when_it_comes_next(server: TestServer) {
        let weekly = json!({ "weekdays": ["SUNDAY", "FRIDAY", "SUNDAY"], "start": "22:00", "end": "06:00", "firstDay": "2099-10-19" });
        let silence = create(&server, json!({ "window": { "weekly": weekly }, "comment": "cleaning" })).await;
        assert_eq!(silence["silence"]["window"], json!({
            "weekdays": ["FRIDAY", "SUNDAY"], "start": "22:00", "end": "06:00", "timeZone": "Europe/Copenhagen",
            "firstDay": "2099-10-19", "lastDay": null,
        }));
        assert_eq!(silence["silence"]["state"], "UPCOMING");
        assert_eq!(silence["silence"]["current"], Value::Null);
        let next = json!({ "from": "2099-10-23T20:00:00Z", "until": "2099-10-24T04:00:00Z" });
        assert_eq!(silence["silence"]["next"], next);
    }

    async fn a_one_off_silence_means_the_clocks_of_its_region(server: TestServer) {
        let window = json!({ "once": { "from": "2099-01-05T22:00", "until": "2099-01-06T06:00" } });
        for (region, from, until) in [
            ("finland", "2099-01-05T20:00:00Z", "2099-01-06T04:00:00Z"),
            ("germany", "2099-01-05T21:00:00Z", "2099-01-06T05:00:00Z"),
        ] {
            let silence = create_in(&server, region, json!({ "window": window, "comment": "why" })).await;
            assert_eq!(silence["silence"]["window"], json!({ "from": from, "until": until }), "{region}");
        }
    }

    async fn a_silence_can_be_made_anew_and_keeps_who_made_it(server: TestServer) {
        let silence = create(&server, of_machine("dk-1", &once())).await;
        let input = json!({ "errorId": "machine_offline", "window": always(), "comment": " all day " });
        let updated = update(&server, &silence["silence"]["id"], 1, input).await;
        let updated = &updated["silence"];
        assert_eq!((&updated["machineId"], &updated["errorId"]), (&Value::Null, &json!("machine_offline")));
        assert_eq!((&updated["comment"], &updated["version"]), (&json!("all day"), &json!(2)));
        assert_eq!((&updated["createdBy"], &updated["region"]["id"]), (&json!("local user"), &json!("denmark")));
    }

    async fn whoever_changes_a_silence_second_is_told_so(server: TestServer) {
        let silence = create(&server, of_machine("dk-1", &once())).await;
        let id = &silence["silence"]["id"];
        update(&server, id, 1, of_machine("dk-2", &once())).await;
        let answer = end(&server, id, 1).await;
        assert_eq!(answer["code"], "CONFLICT");
        assert_eq!(answer["message"], "somebody else changed this silence in the meantime");
        assert_eq!(answer["current"], json!({ "id": id, "version": 2 }));
    }

    async fn of_ten_people_at_once_one_ends_a_silence(server: TestServer) {
        let silence = create(&server, of_machine("dk-1", &once())).await;
        let id = &silence["silence"]["id"];
        let answers = futures::future::join_all((0..10).map(|_| end(&server, id, 1))).await;
        let refused = answers.iter().filter(|answer| answer["code"] == "CONFLICT").count();
        assert_eq!(refused, 9, "{answers:#?}");
    }

    async fn what_is_over_stays_as_it_was(server: TestServer) {
        let silence = create(&server, of_machine("dk-1", &once())).await;
        let id = &silence["silence"]["id"];
        end(&server, id, 1).await;
        for answer in [end(&server, id, 2).await, update(&server, id, 2, of_machine("dk-1", &once())).await] {
            assert_eq!((&answer["code"], &answer["message"]), (&json!("NOT_ALLOWED"), &json!("this silence is over")));
        }
    }

    async fn a_silence_or_a_region_that_does_not_exist_is_not_found(server: TestServer) {
        let answer = end(&server, &json!("nothing"), 1).await;
        assert_eq!((&answer["code"], &answer["message"]), (&json!("NOT_FOUND"), &json!("there is no such silence")));
        let answer = create_in(&server, "atlantis", of_machine("x", &once())).await;
        assert_eq!((&answer["code"], &answer["message"]), (&json!("NOT_FOUND"), &json!("there is no such region")));
        let data = server.graphql("{ silence(id: \"nothing\") { id } }", json!({})).await;
        assert_eq!(data["silence"], Value::Null);
    }

    async fn a_wish_that_makes_no_sense_is_refused_with_one_plain_sentence(server: TestServer) {
        let once = |from: &str, until: &str| json!({ "once": { "from": from, "until": until } });
        let weekly = |changed: Value| {
            let mut weekly = json!({ "weekdays": ["MONDAY"], "start": "22:00", "end": "06:00" });
            weekly.as_object_mut().unwrap().extend(changed.as_object().unwrap().clone());
            json!({ "weekly": weekly })
        };
        let wish = |window: Value| json!({ "window": window, "comment": "why" });
        let with = |key: &str, value: &str| {
            let mut wish = wish(always());
            wish[key] = json!(value);
            wish
        };
        let long = "x".repeat(4_001);
        let rows = [
            (wish(once("2099-01-02T10:00", "2099-01-02T10:00")), "a silence must end after it begins"),
            (wish(once("2099-01-02T10:00", "2099-01-01T10:00")), "a silence must end after it begins"),
            (wish(once("2099-01-01T10:00", "2100-01-03T10:00")), "a silence lasts at most a year"),
            (wish(once("2020-01-01T10:00", "2020-01-02T10:00")), "no part of this silence lies ahead"),
            (wish(weekly(json!({ "firstDay": "2020-01-01", "lastDay": "2020-02-01" }))), "no part of this silence lies ahead"),
            (wish(weekly(json!({ "firstDay": "2099-01-02", "lastDay": "2099-01-01" }))), "the last day of a weekly silence must not be before its first"),
            (wish(weekly(json!({ "weekdays": [] }))), "a weekly silence needs at least one day of the week"),
            (wish(weekly(json!({ "timeZone": "Europe/Atlantis" }))), "there is no time zone \"Europe/Atlantis\"; write an IANA name, as Europe/Copenhagen"),
            (with("comment", "  "), "a silence needs a comment that says why"),
            (with("comment", &long), "a comment has at most 4000 characters"),
            (with("machineId", " "), "the machine must not be empty; leave it out to mean all"),
            (with("cinemaId", &long), "the cinema has at most 200 characters"),
            (with("errorId", ""), "the error must not be empty; leave it out to mean all"),
        ];
        for (input, sentence) in rows {
            let answer = create(&server, input).await;
            assert_eq!((&answer["code"], &answer["message"]), (&json!("INVALID"), &json!(sentence)));
        }
    }

    async fn a_time_that_no_clock_shows_is_refused_with_how_to_write_it(server: TestServer) {
        let wish = |start: &str| json!({ "comment": "why", "window": { "weekly": { "weekdays": ["MONDAY"], "start": start, "end": "06:00" } } });
        let mutation = "mutation ($input: SilenceInput!) { createSilence(region: \"denmark\", input: $input) { __typename } }";
        for start in ["25:00", "22:00Z", "ten", "22:00:30"] {
            let request = json!({ "query": mutation, "variables": { "input": wish(start) } });
            let answer: Value = server.graphql_request().json(&request).send().await.unwrap().json().await.unwrap();
            let message = answer["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains("write a time of day as 22:00"), "{message}");
        }
    }

    async fn a_region_lists_its_silences_by_state(server: TestServer) {
        let ended = create(&server, of_machine("dk-ended", &once())).await;
        end(&server, &ended["silence"]["id"], 1).await;
        create(&server, of_machine("dk-later", &json!({ "once": { "from": "2099-01-05T22:00", "until": "2099-01-06T06:00" } }))).await;
        create(&server, of_machine("dk-now", &once())).await;
        create_in(&server, "finland", of_machine("fi-1", &once())).await;
        let query = "{ region(id: \"denmark\") { silencesAsOf silences { machineId } past: silences(state: PAST) { machineId } } }";
        let region = server.graphql(query, json!({})).await["region"].take();
        assert_eq!(region["silences"], json!([{ "machineId": "dk-now" }, { "machineId": "dk-later" }]));
        assert_eq!(region["past"], json!([{ "machineId": "dk-ended" }]));
        assert!(region["silencesAsOf"].is_string(), "{region}");
    }

    async fn followers_of_a_region_read_again_when_its_silences_change(server: TestServer) {
        let mut follower = LiveClient::connect(server.address).await;
        follower.follow("1", "denmark", None).await;
        assert_eq!(follower.event().await["__typename"], "Resync");
        create_in(&server, "finland", of_machine("fi-1", &once())).await;
        alert(&server, &["dk-1"]).await;
        assert_eq!(follower.event().await["incident"]["number"], "DK-1001");
        create(&server, of_machine("dk-1", &once())).await;
        assert_eq!(follower.event().await["__typename"], "Resync");
    }
}

#[tokio::test]
async fn a_silence_made_on_one_server_mutes_on_the_other_one() {
    let first = TestServer::start(StoreKind::Mongo).await;
    let second = TestServer::start_on(first.shared_store()).await;
    alert(&first, &["dk-1"]).await;
    second.incidents_once(&["OPEN"], |open| open.len() == 1).await;
    let mut follower = LiveClient::connect(second.address).await;
    follower.follow("1", "denmark", None).await;
    assert_eq!(follower.event().await["__typename"], "Resync");
    create(&first, of_machine("dk-1", &once())).await;
    assert_eq!(follower.event().await["__typename"], "Resync");
    assert_ne!(mutes(&second).await[0].2, Value::Null);
}
