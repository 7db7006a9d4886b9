//! How many incidents a list has, and of which kinds they are.

use bson::doc;
use cineportal::config::StoreAddress;
use futures::TryStreamExt;
use serde_json::{Value, json};

use crate::support::{StoreKind, TestServer, offline, resolved};

/// Three open incidents in two cinemas, and two closed ones.
async fn start(kind: StoreKind) -> TestServer {
    let server = TestServer::start(kind).await;
    let told = [
        ("m-1", "grand", "critical", "machine_offline"),
        ("m-2", "grand", "info", "disk_full"),
        ("m-3", "palads", "info", "disk_full"),
    ];
    for (machine, cinema, severity, error) in told {
        let mut alert = offline(machine, "denmark", "2026-11-20T10:00:00Z");
        for (label, value) in [("cinema_id", cinema), ("severity", severity), ("error_id", error)] {
            alert["labels"][label] = json!(value);
        }
        server.alert(&[alert]).await;
    }
    for machine in ["m-4", "m-5"] {
        let over = resolved(offline(machine, "denmark", "2026-11-20T10:00:00Z"), "2026-11-20T10:30:00Z");
        server.alert(&[over]).await;
    }
    server.incidents_once(&["OPEN"], |all| all.len() == 3).await;
    server
}

#[tokio::test]
async fn a_list_of_open_incidents_tells_how_many_are_of_which_kind() {
    let server = start(StoreKind::Embedded).await;
    let query = "fragment Kinds on IncidentConnection { tally { byStatus { status count } bySeverity { severity count }
            byError { errorId count } byCinema { cinema { id } count } } }
        query ($filter: IncidentFilter) { list: incidents(first: 1, filter: $filter) { totalCount ...Kinds } }";
    let all = server.graphql(query, json!({})).await;
    let expected = json!({
        "byStatus": [{ "status": "OPEN", "count": 3 }],
        "bySeverity": [{ "severity": "CRITICAL", "count": 1 }, { "severity": "INFO", "count": 2 }],
        "byError": [{ "errorId": "disk_full", "count": 2 }, { "errorId": "machine_offline", "count": 1 }],
        "byCinema": [{ "cinema": { "id": "grand" }, "count": 2 }, { "cinema": { "id": "palads" }, "count": 1 }],
    });
    assert_eq!(
        all["list"],
        json!({ "totalCount": 3, "tally": expected }),
        "all pages count, not only the first"
    );
    let some = server.graphql(query, json!({ "filter": { "severity": ["CRITICAL"] } })).await;
    assert_eq!(some["list"]["tally"]["byCinema"], json!([{ "cinema": { "id": "grand" }, "count": 1 }]));
    assert_eq!(some["list"]["totalCount"], 1);
}

#[tokio::test]
async fn a_list_with_closed_incidents_is_counted_by_the_store_on_both_stores() {
    for kind in [StoreKind::Embedded, StoreKind::Mongo] {
        let server = start(kind).await;
        let query = "{ incidents(first: 1, filter: { status: [OPEN, CLOSED] }) {
            totalCount totalCountIsExact tally { byStatus { count } } } }";
        let list: Value = server.graphql(query, json!({})).await;
        let expected = json!({ "totalCount": 5, "totalCountIsExact": true, "tally": null });
        assert_eq!(list["incidents"], expected);
    }
}

/// Each incident is read for the second thing, so it is counted less far.
#[tokio::test]
async fn what_meets_several_conditions_is_counted_up_to_a_thousand_on_both_stores() {
    for kind in [StoreKind::Embedded, StoreKind::Mongo] {
        let server = TestServer::start(kind).await;
        let over = |number: usize| {
            let mut alert = offline(&format!("m-{number}"), "denmark", "2026-11-20T10:00:00Z");
            alert["labels"]["cinema_id"] = json!("grand");
            resolved(alert, "2026-11-20T10:30:00Z")
        };
        let over: Vec<Value> = (0..1_001).map(over).collect();
        for some in over.chunks(200) {
            server.alert(some).await;
        }
        let query = "query ($error: [String!]) { incidents(filter: { status: [CLOSED], cinema: [\"grand\"], error: $error }) {
            totalCount totalCountIsExact } }";
        let all = server.graphql(query, json!({})).await;
        assert_eq!(all["incidents"], json!({ "totalCount": 1_001, "totalCountIsExact": true }));
        let several = server.graphql(query, json!({ "error": ["machine_offline"] })).await;
        assert_eq!(several["incidents"], json!({ "totalCount": 1_000, "totalCountIsExact": false }));
    }
}

/// What MongoDB was asked is told by its profiler.
#[tokio::test]
async fn a_history_is_counted_only_if_somebody_asks() {
    let server = start(StoreKind::Mongo).await;
    let StoreAddress::Mongo(uri) = server.store() else { panic!("not MongoDB") };
    let database = mongodb::Client::with_uri_str(uri).await.unwrap().default_database().unwrap();
    database.run_command(doc! { "profile": 2 }).await.unwrap();
    let history = |fields: &str| format!("{{ incidents(filter: {{ status: [CLOSED] }}) {{ {fields} }} }}");
    let counts = async || {
        let profile = database.collection::<bson::Document>("system.profile");
        let asked = profile.find(doc! { "command.aggregate": "incidents" }).await.unwrap();
        let asked: Vec<bson::Document> = asked.try_collect().await.unwrap();
        let counts = asked.iter().filter(|question| question.to_string().contains("10001"));
        let ends = |count: &&bson::Document| count.get_document("command").unwrap().contains_key("maxTimeMS");
        assert!(counts.clone().all(|count| ends(&count)), "MongoDB would count on for nobody");
        counts.count()
    };
    server.graphql(&history("edges { node { id } } pageInfo { hasNextPage }"), json!({})).await;
    assert_eq!(counts().await, 0);
    server.graphql(&history("totalCount totalCountIsExact"), json!({})).await;
    assert_eq!(counts().await, 1, "both fields share one count");
}
