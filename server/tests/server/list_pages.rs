//! Lists as Relay reads them: forwards and backwards, over the board and over history.

use serde_json::{Value, json};

use crate::support::{StoreKind, TestServer, offline, resolved};

/// The lists that are read: every order of open incidents, and history.
const LISTS: [(&str, &str); 5] = [
    ("[OPEN]", "orderBy: DEADLINE"),
    ("[OPEN]", "orderBy: AGE"),
    ("[OPEN]", "orderBy: SEVERITY"),
    ("[OPEN]", "orderBy: UPDATED"),
    ("[OPEN, CLOSED]", ""),
];
const COUNT: usize = 7;

/// Seven open incidents and seven closed ones, two in each minute.
async fn start() -> TestServer {
    let server = TestServer::start(StoreKind::Embedded).await;
    for n in 0..COUNT {
        let mut alert = offline(&format!("m-{n}"), "denmark", &format!("2026-11-20T10:{:02}:00Z", n / 2));
        alert["labels"]["severity"] = json!(["info", "critical", "warning"][n % 3]);
        let mut over = resolved(alert.clone(), "2026-11-20T11:00:00Z");
        over["labels"]["instance"] = json!("over");
        server.alert(&[alert, over]).await;
    }
    server.incidents_once(&["OPEN"], |all| all.len() == COUNT).await;
    server
}

async fn answer(server: &TestServer, (status, order): (&str, &str), page: &str) -> Value {
    let query = format!(
        "{{ region(id: \"denmark\") {{ incidents(filter: {{ status: {status} }}, {order} {page}) {{
            edges {{ cursor node {{ id }} }}
            pageInfo {{ hasPreviousPage hasNextPage startCursor endCursor }} }} }} }}"
    );
    let request = server.graphql_request().json(&json!({ "query": query }));
    request.send().await.unwrap().json().await.unwrap()
}

async fn read(server: &TestServer, list: (&str, &str), page: &str) -> Value {
    let mut answer = answer(server, list, page).await;
    assert_eq!(answer.get("errors"), None, "{list:?} {page}: {answer}");
    answer["data"]["region"]["incidents"].take()
}

fn ids(page: &Value) -> Vec<String> {
    let edges = page["edges"].as_array().unwrap();
    edges.iter().map(|edge| edge["node"]["id"].as_str().unwrap().to_owned()).collect()
}

/// The ids on all pages, from the last one to the first.
async fn walk_backwards(server: &TestServer, list: (&str, &str), last: usize) -> Vec<String> {
    let (mut all, mut before) = (Vec::new(), String::new());
    loop {
        let page = read(server, list, &format!("last: {last} {before}")).await;
        let info = &page["pageInfo"];
        assert_eq!(info["hasNextPage"], !before.is_empty(), "{list:?}: {info}");
        all.splice(0..0, ids(&page));
        if info["hasPreviousPage"] == false {
            return all;
        }
        before = format!("before: {}", info["startCursor"]);
    }
}

#[tokio::test]
async fn every_list_is_the_same_backwards() {
    let server = start().await;
    for list in LISTS {
        let all = ids(&read(&server, list, "first: 100").await);
        assert_eq!(all.len(), if list.1.is_empty() { 2 * COUNT } else { COUNT });
        for last in [1, 2, 3, 100] {
            assert_eq!(walk_backwards(&server, list, last).await, all, "{list:?} by {last}");
        }
    }
}

#[tokio::test]
async fn from_any_page_there_is_a_way_back_to_the_one_before() {
    let server = start().await;
    for list in LISTS {
        let first = read(&server, list, "first: 3").await;
        assert_eq!(first["pageInfo"]["hasPreviousPage"], false, "{list:?}");
        let second =
            read(&server, list, &format!("first: 3, after: {}", first["pageInfo"]["endCursor"])).await;
        assert_eq!(second["pageInfo"]["hasPreviousPage"], true, "{list:?}");
        assert_eq!(second["pageInfo"]["hasNextPage"], true, "{list:?}");
        let back =
            read(&server, list, &format!("last: 3, before: {}", second["pageInfo"]["startCursor"])).await;
        assert_eq!(ids(&back), ids(&first), "{list:?}");
        assert_eq!(back["edges"][0]["cursor"], back["pageInfo"]["startCursor"]);
    }
}

#[tokio::test]
async fn what_changed_last_comes_first_by_update() {
    let server = start().await;
    let list = LISTS[3];
    let oldest = ids(&read(&server, list, "last: 1").await).remove(0);
    let comment = "mutation ($id: ID!) { comment(id: $id, text: \"on my way\") { __typename } }";
    server.graphql(comment, json!({ "id": oldest })).await;
    let moved = async {
        while ids(&read(&server, list, "first: 1").await) != [oldest.clone()] {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(crate::support::PATIENCE, moved).await.expect("it did not move to the front");
}

#[tokio::test]
async fn pages_that_make_no_sense_are_refused_with_a_reason() {
    let server = start().await;
    let both = "Give `first` and `after`, or `last` and `before`, not both.";
    let cases = [
        ("first: 1, last: 1", both),
        ("first: 1, before: \"x\"", both),
        ("last: 1, after: \"x\"", both),
        ("after: \"x\", before: \"x\"", both),
        ("first: 0", "`first` must be 1 to 100, not 0."),
        ("first: -1", "`first` must be 1 to 100, not -1."),
        ("last: 101", "`last` must be 1 to 100, not 101."),
        ("after: \"nonsense\"", "`after` is not a cursor of this list."),
        ("before: \"\"", "`before` is not a cursor of this list."),
        ("last: 5, before: \"age.1.1.-.-.-.9999999999999999.x\"", "`before` is not a cursor of this list."),
    ];
    for list in LISTS {
        for (page, reason) in cases {
            let answer = answer(&server, list, page).await;
            let error = &answer["errors"][0];
            assert_eq!(error["message"], reason, "{list:?} {page}");
            assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT");
            assert_eq!(
                answer["data"]["region"],
                json!({ "incidents": null }),
                "the list is null, the region is not"
            );
        }
    }
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let server = start().await;
    for list in LISTS {
        let cursor = read(&server, list, "first: 1").await["pageInfo"]["endCursor"].take();
        for other in LISTS.into_iter().filter(|other| *other != list) {
            for way in ["after", "before"] {
                let answer = answer(&server, other, &format!("{way}: {cursor}")).await;
                let expected = format!("`{way}` is not a cursor of this list.");
                assert_eq!(answer["errors"][0]["message"], expected, "{cursor} in {other:?}");
            }
        }
    }
}
