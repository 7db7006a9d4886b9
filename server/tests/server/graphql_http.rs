//! GraphQL over HTTP: the contract, statuses and media types, and what is refused at the door.

use serde_json::{Value, json};

use crate::support::{StoreKind, TestServer, offline};

const QUERY: &str = "{ regions { id } }";

async fn server() -> TestServer {
    TestServer::start(StoreKind::Embedded).await
}

/// Status, media type and body of a request that asks for `accept`.
async fn ask(server: &TestServer, accept: &str, query: &str) -> (u16, String, Value) {
    let request = server.graphql_request().header("accept", accept).json(&json!({ "query": query }));
    let response = request.send().await.unwrap();
    let media_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    (response.status().as_u16(), media_type, response.json().await.unwrap_or_default())
}

/// Regenerate with: `cargo run -p cineportal -- schema > schema/schema.graphql`
#[test]
fn the_committed_schema_is_the_one_that_the_server_speaks() {
    assert_eq!(cineportal::graphql::sdl(), cineportal_schema::SDL);
}

#[tokio::test]
async fn the_answer_has_the_media_type_that_was_asked_for() {
    let server = server().await;
    let (status, media_type, body) = ask(&server, "application/graphql-response+json", QUERY).await;
    assert_eq!((status, media_type.as_str()), (200, "application/graphql-response+json"));
    assert_eq!(body["data"]["regions"][0]["id"], "denmark");
    let (status, media_type, _) = ask(&server, "application/json", QUERY).await;
    assert_eq!((status, media_type.as_str()), (200, "application/json"));
    assert_eq!(ask(&server, "text/html", QUERY).await.0, 406);
}

#[tokio::test]
async fn what_cannot_be_executed_is_400_without_data() {
    let server = server().await;
    for query in ["{", "{ nothing }"] {
        let (status, _, body) = ask(&server, "application/graphql-response+json", query).await;
        assert_eq!((status, body.get("data")), (400, None), "{body}");
    }
}

#[tokio::test]
async fn a_query_may_come_in_the_address_but_a_mutation_may_not() {
    let server = server().await;
    let answer: Value = server.get("/graphql?query=%7Bregions%7Bid%7D%7D").await.json().await.unwrap();
    assert_eq!(answer["data"]["regions"][0]["id"], "denmark");
    let mutation = "/graphql?query=mutation%7BstartProgress(id:%22x%22,expectedVersion:1)%7B__typename%7D%7D";
    let refused = server.get(mutation).await;
    assert_eq!((refused.status().as_u16(), &refused.headers()["allow"]), (405, &"POST".parse().unwrap()));
}

#[tokio::test]
async fn only_json_of_our_own_pages_is_taken() {
    let server = server().await;
    let body = json!({ "query": QUERY }).to_string();
    let text = server.graphql_request().header("content-type", "text/plain").body(body.clone());
    assert_eq!(text.send().await.unwrap().status(), 415);
    let foreign =
        server.graphql_request().header("origin", "https://evil.example").json(&json!({ "query": QUERY }));
    assert_eq!(foreign.send().await.unwrap().status(), 403);
    let batch = server.graphql_request().json(&json!([{ "query": QUERY }]));
    assert_eq!(batch.send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_parsed() {
    let server = server().await;
    let request = server.graphql_request().json(&json!({ "query": format!("#{}", "x".repeat(300_000)) }));
    assert_eq!(request.send().await.unwrap().status(), 413);
}

#[tokio::test]
async fn a_list_comes_page_by_page() {
    let server = server().await;
    let alerts: Vec<Value> =
        (0..5).map(|n| offline(&format!("dk-{n}"), "denmark", &format!("2026-11-20T10:0{n}:00Z"))).collect();
    server.alert(&alerts).await;
    let query = "query ($after: String) { region(id: \"denmark\") { incidents(first: 2, after: $after) {
        totalCount edges { node { machine { id } } } pageInfo { hasNextPage endCursor } } } }";
    server.incidents_once(&["OPEN"], |open| open.len() == 5).await;
    let (mut machines, mut after) = (Vec::new(), Value::Null);
    for page_number in 0..3 {
        let page = server.graphql(query, json!({ "after": after })).await["region"]["incidents"].take();
        assert_eq!(
            (&page["totalCount"], &page["pageInfo"]["hasNextPage"]),
            (&json!(5), &json!(page_number < 2))
        );
        let edges = page["edges"].as_array().unwrap();
        machines.extend(edges.iter().map(|edge| edge["node"]["machine"]["id"].as_str().unwrap().to_owned()));
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(machines, ["dk-0", "dk-1", "dk-2", "dk-3", "dk-4"], "nobody knows a show: open longest first");
}

#[tokio::test]
async fn a_page_of_an_impossible_size_or_place_is_refused() {
    let server = server().await;
    for arguments in ["first: 0", "first: -1", "first: 101", "after: \"nonsense\""] {
        let (status, _, body) =
            ask(&server, "application/json", &format!("{{ incidents({arguments}) {{ totalCount }} }}")).await;
        assert_eq!(
            (status, &body["errors"][0]["extensions"]["code"]),
            (200, &json!("BAD_USER_INPUT")),
            "{body}"
        );
    }
}
