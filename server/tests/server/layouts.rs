//! Stores that an older server has made are brought along, whoever is interrupted; those of a newer one are refused.

use std::path::{Path, PathBuf};

use bson::{Bson, DateTime, Document, doc};
use cineportal::config::StoreAddress;
use cineportal::store;
use futures::TryStreamExt;
use jiff::Timestamp;
use mongodb::options::IndexOptions;
use mongodb::{Client, Collection, IndexModel};
use rusqlite::Connection;
use rusqlite::types::Value as SqlValue;
use serde_json::{Value, json};

use crate::support::{FreshStore, StoreKind, TestServer};

const NEWEST_EMBEDDED: i32 = 4;
const NEWEST_MONGODB: i32 = 3;
const FIRST_TABLES: &str = include_str!("../layouts/1.sql");
const SECOND_TABLES: &str = include_str!("../layouts/2.sql");
const THIRD_TABLES: &str = include_str!("../layouts/3.sql");
/// Of layouts 2 and 3.
const SECOND_COLUMNS: &str =
    "id, key, region, status, opened_at, closed_at, occurrence_started_at, revision, document, terms";
/// One open incident and one closed one, as the first servers wrote them.
const FIRST_DOCUMENTS: &str = include_str!("../layouts/1.json");

fn first_documents() -> Vec<Value> {
    serde_json::from_str(FIRST_DOCUMENTS).unwrap()
}

/// The same as servers of layout 2 wrote them.
fn second_documents() -> Vec<Value> {
    let complete = |mut document: Value| {
        let title = document["title"].as_str().unwrap().to_lowercase();
        document["terms"] = title.split(' ').collect();
        document["recent_starts"] = json!([]);
        document["origin"] = json!({ "kind": "MONITORING" });
        document["revision"] = document["version"].clone();
        document
    };
    first_documents().into_iter().map(complete).collect()
}

fn file(fresh: &FreshStore) -> PathBuf {
    let StoreAddress::Embedded(folder) = &fresh.address else { panic!("not embedded") };
    Path::new(folder).join("cineportal.sqlite")
}

/// A folder as a server of layout 1 left it.
fn first_embedded(documents: &[Value]) -> FreshStore {
    let columns = "id, key, region, status, opened_at, closed_at, occurrence_started_at, version, document";
    embedded(FIRST_TABLES, columns, documents)
}

/// A folder as a server of layout 2 left it.
fn second_embedded() -> FreshStore {
    embedded(SECOND_TABLES, SECOND_COLUMNS, &second_documents())
}

/// A folder as a server of layout 3 left it: the closed incident was Ida's.
fn third_embedded() -> FreshStore {
    let mut documents = second_documents();
    documents[1]["assignee"] = json!("Ida");
    embedded(THIRD_TABLES, SECOND_COLUMNS, &documents)
}

fn embedded(tables: &str, columns: &str, documents: &[Value]) -> FreshStore {
    let fresh = StoreKind::Embedded.fresh();
    let connection = Connection::open(file(&fresh)).unwrap();
    connection.execute_batch(tables).unwrap();
    for document in documents {
        let value = |column: &str| match column {
            "id" => text(&document["_id"]),
            "document" => document.to_string().into(),
            "terms" => Vec::from_iter(document["terms"].as_array().unwrap().iter().flat_map(Value::as_str))
                .join(" ")
                .into(),
            column if column.ends_with("_at") => moment(&document[column]),
            column => text(&document[column]),
        };
        let row: Vec<SqlValue> = columns.split(", ").map(value).collect();
        let places = vec!["?"; row.len()].join(", ");
        let sql = format!("INSERT INTO incidents ({columns}) VALUES ({places})");
        connection.execute(&sql, rusqlite::params_from_iter(row)).unwrap();
    }
    fresh
}

fn text(value: &Value) -> SqlValue {
    value.as_i64().map_or_else(|| value.as_str().unwrap().to_owned().into(), SqlValue::from)
}

fn moment(value: &Value) -> SqlValue {
    let moment = value.as_str().map(|text| text.parse::<Timestamp>().unwrap());
    moment.map(Timestamp::as_millisecond).into()
}

fn stamped(fresh: &FreshStore) -> i32 {
    let connection = Connection::open(file(fresh)).unwrap();
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// As MongoDB holds it: moments are dates.
fn as_bson(document: &Value) -> Bson {
    match document {
        Value::Object(fields) => {
            Bson::Document(fields.iter().map(|(name, value)| (name.clone(), as_bson(value))).collect())
        }
        Value::Array(values) => Bson::Array(values.iter().map(as_bson).collect()),
        Value::String(text) => match text.parse::<Timestamp>() {
            Ok(moment) => Bson::DateTime(DateTime::from_jiff(moment)),
            Err(_) => Bson::String(text.clone()),
        },
        Value::Number(number) => Bson::Int64(number.as_i64().unwrap()),
        Value::Bool(value) => Bson::Boolean(*value),
        Value::Null => Bson::Null,
    }
}

async fn collection(fresh: &FreshStore, name: &str) -> Collection<Document> {
    let StoreAddress::Mongo(uri) = &fresh.address else { panic!("not MongoDB") };
    Client::with_uri_str(uri).await.unwrap().default_database().unwrap().collection(name)
}

/// A database as a server of layout 1 left it.
async fn first_mongodb() -> FreshStore {
    mongodb(&first_documents()).await
}

/// A database as a server of layout 2 left it.
async fn second_mongodb() -> FreshStore {
    let fresh = mongodb(&second_documents()).await;
    let options = IndexOptions::builder().name("found".to_owned()).build();
    let words = IndexModel::builder().keys(doc! { "terms": 1, "opened_at": -1 }).options(options).build();
    collection(&fresh, "incidents").await.create_index(words).await.unwrap();
    let layout = doc! { "_id": "incidents", "version": 2 };
    collection(&fresh, "layouts").await.insert_one(layout).await.unwrap();
    fresh
}

async fn mongodb(documents: &[Value]) -> FreshStore {
    let fresh = StoreKind::Mongo.fresh();
    let documents: Vec<Document> =
        documents.iter().map(|document| as_bson(document).as_document().unwrap().clone()).collect();
    collection(&fresh, "incidents").await.insert_many(documents).await.unwrap();
    let numbers = doc! { "_id": "denmark", "last": 2_i64 };
    collection(&fresh, "numbers").await.insert_one(numbers).await.unwrap();
    fresh
}

/// Both incidents are shown, are found, and can be worked on; the next number is a new one.
async fn is_brought_along(server: &TestServer) {
    let all = server.incidents_once(&["OPEN", "CLOSED"], |all| all.len() == 2).await;
    let open = all.iter().find(|incident| incident["status"] == "OPEN").unwrap();
    assert_eq!((&open["number"], &open["version"]), (&json!("DK-1001"), &json!(2)));
    let found =
        "{ incidents(filter: { status: [OPEN, CLOSED], text: \"disk\" }) { edges { node { number } } } }";
    let found = server.graphql(found, json!({})).await;
    assert_eq!(found["incidents"]["edges"], json!([{ "node": { "number": "DK-1002" } }]));
    let take = "mutation ($id: ID!) { startProgress(id: $id, expectedVersion: 2) { __typename } }";
    server.graphql(take, json!({ "id": open["id"] })).await;
    server.incidents_once(&["IN_PROGRESS"], |taken| matches!(taken, [one] if one["version"] == 3)).await;
    server.alert(&[crate::support::offline("dk-3", "denmark", "2026-11-20T12:00:00Z")]).await;
    server.incidents_once(&["OPEN"], |open| matches!(open, [one] if one["number"] == "DK-1003")).await;
}

#[tokio::test]
async fn a_folder_of_the_first_servers_is_brought_along() {
    let fresh = first_embedded(&first_documents());
    let server = TestServer::start_on(fresh.clone()).await;
    is_brought_along(&server).await;
    server.stop().await;
    assert_eq!(stamped(&fresh), NEWEST_EMBEDDED);
}

#[tokio::test]
async fn a_folder_of_layout_2_forgets_the_words_of_what_is_open() {
    let fresh = second_embedded();
    let in_index = |word: &str| {
        let connection = Connection::open(file(&fresh)).unwrap();
        let sql = "SELECT count(*) FROM found WHERE found MATCH ?1";
        connection.query_row(sql, [word], |row| row.get::<_, u32>(0)).unwrap()
    };
    assert_eq!((in_index("dark"), in_index("disk")), (1, 1));
    let server = TestServer::start_on(fresh.clone()).await;
    is_brought_along(&server).await;
    server.stop().await;
    assert_eq!((in_index("dark"), in_index("disk"), stamped(&fresh)), (0, 1, NEWEST_EMBEDDED));
}

#[tokio::test]
async fn a_folder_of_layout_3_still_knows_who_works_on_what() {
    let fresh = third_embedded();
    let server = TestServer::start_on(fresh.clone()).await;
    let hers =
        "{ incidents(filter: { status: [OPEN, CLOSED], assignee: \"Ida\" }) { edges { node { number } } } }";
    let hers = server.graphql(hers, json!({})).await;
    assert_eq!(hers["incidents"]["edges"], json!([{ "node": { "number": "DK-1002" } }]));
    is_brought_along(&server).await;
    server.stop().await;
    assert_eq!(stamped(&fresh), NEWEST_EMBEDDED);
}

#[tokio::test]
async fn a_folder_that_was_brought_along_has_the_indexes_and_triggers_of_a_new_one() {
    let made = |fresh: FreshStore| async move {
        drop(store::open(&fresh.address).await.unwrap());
        let connection = Connection::open(file(&fresh)).unwrap();
        let sql = "SELECT sql FROM sqlite_master WHERE type IN ('index', 'trigger') ORDER BY name";
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, Option<String>>(0)).unwrap();
        rows.collect::<Result<Vec<_>, _>>().unwrap()
    };
    let new = made(StoreKind::Embedded.fresh()).await;
    for old in [first_embedded(&first_documents()), second_embedded(), third_embedded()] {
        assert_eq!(made(old).await, new);
    }
}

#[tokio::test]
async fn a_folder_on_which_an_older_server_is_running_is_left_alone() {
    let fresh = third_embedded();
    let older_server = std::fs::File::create(file(&fresh).with_file_name("cineportal.lock")).unwrap();
    older_server.lock().unwrap();
    for refused in
        [store::open_tokens(&fresh.address).await.err(), store::snapshot(&fresh.address).await.err()]
    {
        let error = refused.unwrap().to_string();
        assert!(error.contains("its layout is 3, and a server of that layout is running"), "{error}");
    }
    assert_eq!(stamped(&fresh), 3);
    drop(older_server);
    store::open_tokens(&fresh.address).await.unwrap();
    assert_eq!(stamped(&fresh), NEWEST_EMBEDDED);
}

#[tokio::test]
async fn a_folder_that_cannot_be_brought_along_stays_as_it_is() {
    let mut documents = first_documents();
    documents[1]["status"] = json!("LOST");
    let fresh = first_embedded(&documents);
    let error = store::open(&fresh.address).await.err().unwrap().to_string();
    let id = documents[1]["_id"].as_str().unwrap();
    assert!(error.contains(&format!("the incident {id} of layout 1 cannot be brought along")), "{error}");
    assert_eq!(stamped(&fresh), 0);
    let connection = Connection::open(file(&fresh)).unwrap();
    let old: i64 =
        connection.query_row("SELECT sum(version > 0) FROM incidents", [], |row| row.get(0)).unwrap();
    assert_eq!(old, 2, "the first incident was moved already");
    let mended = first_documents()[1].to_string();
    connection.execute("UPDATE incidents SET document = ?1 WHERE id = ?2", [&mended, id]).unwrap();
    drop(connection);
    is_brought_along(&TestServer::start_on(fresh).await).await;
}

#[tokio::test]
async fn a_folder_of_a_newer_server_is_refused_and_left_alone() {
    let fresh = StoreKind::Embedded.fresh();
    drop(store::open(&fresh.address).await.unwrap());
    assert_eq!(stamped(&fresh), NEWEST_EMBEDDED);
    Connection::open(file(&fresh)).unwrap().pragma_update(None, "user_version", NEWEST_EMBEDDED + 1).unwrap();
    let error = store::open(&fresh.address).await.err().unwrap().to_string();
    assert!(error.contains("its layout is 5, and this version knows layouts up to 4"), "{error}");
    let error = store::open_tokens(&fresh.address).await.err().unwrap().to_string();
    assert!(error.contains("a newer version of CinePortal"), "{error}");
    assert_eq!(stamped(&fresh), NEWEST_EMBEDDED + 1);
}

#[tokio::test]
async fn a_database_of_the_first_servers_is_brought_along_by_one_of_two_that_start_at_once() {
    let fresh = first_mongodb().await;
    let (one, two) = tokio::join!(TestServer::start_on(fresh.clone()), TestServer::start_on(fresh.clone()));
    is_brought_along(&one).await;
    two.incidents_once(&["OPEN", "IN_PROGRESS", "CLOSED"], |all| all.len() == 3).await;
    let layout = collection(&fresh, "layouts").await.find_one(doc! {}).await.unwrap().unwrap();
    assert_eq!(layout, doc! { "_id": "incidents", "version": NEWEST_MONGODB });
}

#[tokio::test]
async fn a_database_of_layout_2_has_the_words_of_what_is_closed_in_its_index_only() {
    let fresh = second_mongodb().await;
    is_brought_along(&TestServer::start_on(fresh.clone()).await).await;
    let indexes = collection(&fresh, "incidents").await.list_indexes().await.unwrap();
    let indexes: Vec<IndexOptions> = indexes
        .try_collect::<Vec<_>>()
        .await
        .unwrap()
        .into_iter()
        .filter_map(|index| index.options)
        .collect();
    let named = |name: &str| indexes.iter().find(|index| index.name.as_deref() == Some(name));
    let filter = named("found_closed").and_then(|found| found.partial_filter_expression.clone());
    assert_eq!(filter, Some(doc! { "open": false }));
    assert!(named("found").is_none(), "it would still hold what is open");
}

#[tokio::test]
async fn a_database_whose_server_died_in_the_middle_is_brought_along_once_its_lease_is_over() {
    let fresh = first_mongodb().await;
    let incidents = collection(&fresh, "incidents").await;
    let half = doc! { "$set": { "revision": 2, "recent_starts": [], "origin": { "kind": "MONITORING" } } };
    incidents.update_one(doc! { "number": "DK-1001" }, half).await.unwrap();
    let lease_ends = Timestamp::now() + jiff::SignedDuration::from_secs(3);
    let lease =
        doc! { "_id": "incidents", "version": 1, "owner": "dead", "until": DateTime::from_jiff(lease_ends) };
    collection(&fresh, "layouts").await.insert_one(lease).await.unwrap();
    let server = TestServer::start_on(fresh).await;
    assert!(Timestamp::now() >= lease_ends, "the lease was not waited for");
    is_brought_along(&server).await;
}

#[tokio::test]
async fn a_database_of_a_newer_server_is_refused_and_left_alone() {
    let fresh = StoreKind::Mongo.fresh();
    drop(store::open(&fresh.address).await.unwrap());
    let newer = doc! { "$set": { "version": NEWEST_MONGODB + 1 } };
    let layouts = collection(&fresh, "layouts").await;
    layouts.update_one(doc! { "version": NEWEST_MONGODB }, newer).await.unwrap();
    let error = store::open(&fresh.address).await.err().unwrap().to_string();
    assert!(error.contains("its layout is 4, and this version knows layouts up to 3"), "{error}");
}
