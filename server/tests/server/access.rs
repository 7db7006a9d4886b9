//! Who is let in by what, for how long, and what of it others get to see.

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::event_stream::EventStream;
use crate::support::exporter::{FakeExporter, FakeMachine};
use crate::support::guarded::{Client, Guarded};
use crate::support::live::{LiveClient, Said};
use crate::support::{PATIENCE, StoreKind, TestServer, offline, webhook};

const ME: &str = "{ me { name roles { region role } } }";
const OPEN: &str = "mutation ($input: OpenIncidentInput!, $key: String) {
    openIncident(input: $input, idempotencyKey: $key) { __typename
        ... on CommandAccepted { incident { id minutesToNextShow machine { online series(metric: TEMPERATURE, range: HOUR) { error } } } }
        ... on CommandRefused { code incident { title } } } }";
const FOLLOW: &str =
    "subscription { incidentChanged { __typename ... on IncidentChange { incident { title } } } }";

async fn open(client: &Client<'_>, region: &str, title: &str) -> Value {
    let input = json!({ "region": region, "title": title, "severity": "INFO" });
    client.data(OPEN, json!({ "input": input })).await["openIncident"].take()
}

/// A token of an admin that ends in so many seconds.
fn ending_in(guarded: &Guarded, seconds: i64) -> String {
    let mut claims = guarded.issuer.claims("ida@example.com", &["admin"]);
    claims["exp"] = json!(Timestamp::now().as_second() + seconds);
    guarded.issuer.sign(&claims)
}

#[tokio::test]
async fn a_token_says_who_somebody_is_and_groups_say_what_they_may() {
    let guarded = Guarded::start().await;
    let token = guarded.issuer.token("ida@example.com", &["responder", "other"]);
    let me = guarded.with_token(&token).data(ME, json!({})).await;
    let roles = json!([{ "region": "denmark", "role": "RESPONDER" }]);
    assert_eq!(me["me"], json!({ "name": "ida@example.com", "roles": roles }));
}

#[tokio::test]
async fn a_mail_address_that_nobody_checked_is_not_a_name() {
    let guarded =
        Guarded::start_with("[[grant]]\nuser = 'ida@example.com'\nrole = 'admin'\nregions = ['*']\n", &[])
            .await;
    let mut claims = guarded.issuer.claims("ida@example.com", &[]);
    claims["email_verified"] = json!(false);
    let me = guarded.with_token(&guarded.issuer.sign(&claims)).data(ME, json!({})).await;
    assert_eq!(me["me"], json!({ "name": "id-of-ida@example.com", "roles": [] }));
}

#[tokio::test]
async fn kept_answers_are_shared_by_equal_grants_but_names_are_not() {
    let guarded = Guarded::start().await;
    let tokens = ["ida@example.com", "kim@example.com"].map(|name| guarded.issuer.token(name, &["viewer"]));
    for token in [&tokens[0], &tokens[1], &tokens[0]] {
        let me = guarded.with_token(token).data("{ me { name } regions { id } }", json!({})).await;
        let name = if token == &tokens[0] { "ida@example.com" } else { "kim@example.com" };
        assert_eq!(me["me"]["name"], name);
    }
    let regions = "{ regions { id } }";
    guarded.of_group("everything").data(regions, json!({})).await;
    let seen = guarded.of_group("viewer").data(regions, json!({})).await;
    assert_eq!(seen["regions"], json!([{ "id": "denmark" }]));
}

#[tokio::test]
async fn followers_hear_only_of_their_regions() {
    let guarded = Guarded::start().await;
    let (admin, viewer) = (guarded.of_group("everything"), guarded.of_group("viewer"));
    let follow = viewer.request(Method::POST, "/graphql").header("accept", "text/event-stream");
    let follow = follow.json(&json!({ "query": FOLLOW })).send().await.unwrap();
    let mut events = EventStream::of(follow);
    assert_eq!(events.answer().await["data"]["incidentChanged"]["__typename"], "Resync");
    open(&admin, "sweden", "Hemligt").await;
    open(&admin, "denmark", "Dark").await;
    assert_eq!(events.answer().await["data"]["incidentChanged"]["incident"]["title"], "Dark");
}

#[tokio::test]
async fn an_incident_that_names_a_machine_of_another_region_tells_nothing_of_it() {
    let exporter = FakeExporter::start().await;
    exporter.tell_machines(&[FakeMachine { region: "sweden", ..FakeMachine::new("se-1", "Stockholm", "1") }]);
    let url = format!("http://{}", exporter.address);
    let guarded = Guarded::start_with("", &["--exporter", &url, "--prometheus", "http://127.0.0.1:9"]).await;
    let all = guarded.of_group("everything");
    let read =
        async { while all.data("{ machine(id: \"se-1\") { id } }", json!({})).await["machine"].is_null() {} };
    tokio::time::timeout(PATIENCE, read).await.expect("the exporter was not read");
    let input = json!({ "region": "denmark", "title": "Odd", "severity": "INFO", "machine": "se-1" });
    let opened = guarded.of_group("responder").data(OPEN, json!({ "input": input })).await;
    let incident = &opened["openIncident"]["incident"];
    assert_eq!(
        (&incident["minutesToNextShow"], &incident["machine"]["online"]),
        (&Value::Null, &Value::Null)
    );
    let unknown = "no exporter lists this machine, and no Prometheus knows it";
    assert_eq!(incident["machine"]["series"]["error"], unknown, "the shared Prometheus is not even asked");
    let id = &incident["id"];
    let seen = "query ($id: ID!) { incident(id: $id) { minutesToNextShow machine { online } } }";
    let seen = all.data(seen, json!({ "id": id })).await;
    assert!(seen["incident"]["minutesToNextShow"].is_u64(), "who may see both regions is told: {seen}");
}

#[tokio::test]
async fn a_key_that_was_used_in_another_region_does_not_show_what_for() {
    let guarded =
        Guarded::start_with("[[grant]]\ngroup = 'swede'\nrole = 'responder'\nregions = ['sweden']\n", &[])
            .await;
    let before = guarded.with_token(&guarded.issuer.token("ida@example.com", &["swede"]));
    let after = guarded.with_token(&guarded.issuer.token("ida@example.com", &["responder"]));
    let input = |region: &str| json!({ "region": region, "title": "Hemligt", "severity": "INFO" });
    before.data(OPEN, json!({ "input": input("sweden"), "key": "1" })).await;
    let refused = after.data(OPEN, json!({ "input": input("denmark"), "key": "1" })).await;
    let expected = json!({ "__typename": "CommandRefused", "code": "CONFLICT", "incident": null });
    assert_eq!(refused["openIncident"], expected);
}

#[tokio::test]
async fn a_file_of_all_regions_holds_those_that_may_be_taken_out() {
    let rows = "[[grant]]\ngroup = 'manager'\nrole = 'viewer'\nregions = ['norway']\n";
    let guarded = Guarded::start_with(rows, &[]).await;
    let all = guarded.of_group("everything");
    for region in ["denmark", "norway", "sweden"] {
        open(&all, region, &format!("of {region}")).await;
    }
    let path = "/api/v1/incidents.csv";
    let file = guarded.of_group("manager").request(Method::GET, path).send().await.unwrap();
    let text = file.text().await.unwrap();
    assert!(text.contains("of denmark") && !text.contains("norway") && !text.contains("sweden"), "{text}");
    let refused = guarded.of_group("viewer").request(Method::GET, path).send().await.unwrap();
    assert_eq!(refused.status(), 403);
    assert_eq!(refused.text().await.unwrap(), "this needs the role manager in the region denmark.\n");
}

async fn said_after(guarded: &Guarded, init: Value) -> (LiveClient, Said) {
    let mut client = LiveClient::open(guarded.server.address).await;
    client.say(&init).await;
    let said = client.hear().await;
    (client, said)
}

#[tokio::test]
async fn a_browser_shows_its_token_in_the_first_message_of_a_socket() {
    let guarded = Guarded::start().await;
    let token = guarded.issuer.token("ida@example.com", &["viewer"]);
    let init =
        json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {token}") } });
    let (mut client, said) = said_after(&guarded, init).await;
    assert_eq!(said, Said::Message(json!({ "type": "connection_ack" })));
    client.follow("1", "denmark", None).await;
    assert_eq!(client.event().await["__typename"], "Resync");
}

#[tokio::test]
async fn a_socket_of_nobody_who_is_known_is_closed() {
    let guarded = Guarded::start().await;
    for init in [
        json!({ "type": "connection_init" }),
        json!({ "type": "connection_init", "payload": {} }),
        json!({ "type": "connection_init", "payload": { "authorization": "Bearer garbage" } }),
        json!({ "type": "connection_init", "payload": { "authorization": ending_in(&guarded, -60) } }),
    ] {
        assert_eq!(said_after(&guarded, init).await.1, Said::Closed(4403));
    }
    let subscribe = json!({ "type": "subscribe", "id": "1", "payload": { "query": FOLLOW } });
    assert_eq!(said_after(&guarded, subscribe).await.1, Said::Closed(4401));
}

#[tokio::test]
async fn a_socket_ends_with_the_token_that_opened_it() {
    let guarded = Guarded::start().await;
    let authorization = format!("Bearer {}", ending_in(&guarded, 2));
    let init = json!({ "type": "connection_init", "payload": { "authorization": authorization } });
    let (mut client, _) = said_after(&guarded, init).await;
    client.follow("1", "denmark", None).await;
    loop {
        match client.hear().await {
            Said::Closed(code) => break assert_eq!(code, 4403),
            Said::Message(message) => assert_ne!(message["type"], "connection_ack"),
        }
    }
}

#[tokio::test]
async fn a_stream_of_events_ends_with_the_token_that_opened_it() {
    let guarded = Guarded::start().await;
    let client = guarded.with_token(&ending_in(&guarded, 15));
    let follow = client.request(Method::POST, "/graphql").header("accept", "text/event-stream");
    let mut events = EventStream::of(follow.json(&json!({ "query": FOLLOW })).send().await.unwrap());
    assert_eq!(events.answer().await["data"]["incidentChanged"]["__typename"], "Resync");
    assert_eq!(events.answer().await["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!(events.next().await.unwrap().name, "complete");
}

#[tokio::test]
async fn a_new_key_of_the_issuer_is_fetched_when_a_token_names_it() {
    let guarded = Guarded::start().await;
    let old = guarded.issuer.token("ida@example.com", &["viewer"]);
    assert_eq!(guarded.with_token(&old).graphql(ME, json!({})).await.0, 200);
    guarded.issuer.rotate("second");
    let new = guarded.issuer.token("ida@example.com", &["viewer"]);
    let taken = async {
        while guarded.with_token(&new).graphql(ME, json!({})).await.0 != 200 {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(PATIENCE, taken).await.expect("the new key was not fetched");
    assert_eq!(guarded.with_token(&old).graphql(ME, json!({})).await.0, 401, "the old key is gone");
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_is_our_trouble_and_not_the_asker() {
    let section = "[[jwt]]\nissuer = 'dead'\naudience = ['cineportal']\njwks = 'http://127.0.0.1:9/'\nalgorithms = ['ES256']\n";
    let guarded = Guarded::start_with(section, &[]).await;
    let mut claims = guarded.issuer.claims("ida@example.com", &["admin"]);
    claims["iss"] = json!("dead");
    let (status, answer) = guarded.with_token(&guarded.issuer.sign(&claims)).graphql(ME, json!({})).await;
    assert_eq!((status, &answer["errors"][0]["extensions"]["code"]), (503, &json!("UPSTREAM_UNAVAILABLE")));
}

#[tokio::test]
async fn every_refusal_is_counted() {
    let guarded = Guarded::start().await;
    guarded.nobody().graphql(ME, json!({})).await;
    let viewer = guarded.of_group("viewer");
    viewer.data("{ region(id: \"sweden\") { id } }", json!({})).await;
    open(&viewer, "denmark", "Dark").await;
    for why in ["unauthenticated", "hidden", "forbidden"] {
        let counted =
            guarded.server.metric(&format!("cineportal_access_refusals_total{{why=\"{why}\"}}")).await;
        assert!((counted - 1.0).abs() < f64::EPSILON, "{why}: {counted}");
    }
}

#[tokio::test]
async fn without_an_access_file_everybody_on_this_machine_is_an_admin() {
    let server = TestServer::start(StoreKind::Embedded).await;
    let me = server.graphql(ME, json!({})).await["me"].take();
    assert_eq!(me["name"], "local user");
    assert!(me["roles"].as_array().unwrap().iter().all(|role| role["role"] == "ADMIN"), "{me}");
    server.alert(&[offline("dk-1", "denmark", "2026-11-20T10:00:00Z")]).await;
}

#[tokio::test]
async fn a_page_knows_nobody_and_shows_no_data() {
    let guarded = Guarded::start().await;
    for path in ["/", "/regions/sweden", "/healthz", "/readyz"] {
        let page = guarded.server.get(path).await;
        assert_ne!(page.status(), 401, "{path}");
        assert!(!page.text().await.unwrap().contains("Sweden"), "{path}");
    }
}

async fn webhook_status(guarded: &Guarded, path: &str, header: Option<(&str, &str)>) -> u16 {
    let body = match path {
        "/api/v2/alerts" => "[]".to_owned(),
        _ => webhook(&[]),
    };
    let request = guarded.server.request(Method::POST, path).header("content-type", "application/json");
    let request = match header {
        Some((name, value)) => request.header(name, value),
        None => request,
    };
    request.body(body).send().await.unwrap().status().as_u16()
}

const WEBHOOKS: [&str; 2] = ["/webhooks/alertmanager", "/api/v2/alerts"];

#[tokio::test]
async fn alerts_are_taken_from_this_machine_only_but_not_what_a_proxy_passes_on() {
    let guarded = Guarded::start().await;
    for path in WEBHOOKS {
        assert_eq!(webhook_status(&guarded, path, None).await, 200, "{path}");
        for header in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
            assert_eq!(
                webhook_status(&guarded, path, Some((header, "203.0.113.7"))).await,
                401,
                "{path} {header}"
            );
        }
    }
}

#[tokio::test]
async fn alerts_are_taken_with_the_token_of_the_webhook() {
    let guarded = Guarded::start_with("[webhook]\nbearer_file = 'secret'\n", &[]).await;
    let person = format!("Bearer {}", guarded.issuer.token("ida@example.com", &["everything"]));
    for path in WEBHOOKS {
        let right = "Bearer a secret of the proxy's own";
        assert_eq!(webhook_status(&guarded, path, Some(("authorization", right))).await, 200, "{path}");
        for wrong in ["Bearer a secret of the proxy's ow", "Bearer ", "a secret of the proxy's own", &person]
        {
            assert_eq!(
                webhook_status(&guarded, path, Some(("authorization", wrong))).await,
                401,
                "{path} {wrong}"
            );
        }
        assert_eq!(webhook_status(&guarded, path, None).await, 401, "{path}");
    }
    let (status, _) = guarded.with_token("a secret of the proxy's own").graphql(ME, json!({})).await;
    assert_eq!(status, 401, "the webhook's token opens nothing else");
}

#[tokio::test]
async fn alerts_are_taken_with_the_password_of_the_webhook() {
    let section = "[webhook]\nusername = 'alertmanager'\npassword_file = 'secret'\n";
    let guarded = Guarded::start_with(section, &[]).await;
    let basic = |user: &str, password: &str| {
        guarded
            .server
            .request(Method::POST, WEBHOOKS[0])
            .header("content-type", "application/json")
            .basic_auth(user, Some(password))
            .body(webhook(&[]))
            .send()
    };
    let right = basic("alertmanager", "a secret of the proxy's own").await.unwrap();
    assert_eq!(right.status(), 200);
    for (user, password) in
        [("alertmanager", "wrong"), ("other", "a secret of the proxy's own"), ("alertmanager", "")]
    {
        assert_eq!(basic(user, password).await.unwrap().status(), 401, "{user} {password}");
    }
}

#[tokio::test]
async fn metrics_may_have_a_token_of_their_own() {
    let guarded = Guarded::start_with("[metrics]\nbearer_file = 'secret'\n", &[]).await;
    let ask = |token: &str| guarded.with_token(token).request(Method::GET, "/metrics").send();
    assert_eq!(guarded.server.get("/metrics").await.status(), 401);
    assert_eq!(ask("wrong").await.unwrap().status(), 401);
    assert_eq!(ask("a secret of the proxy's own").await.unwrap().status(), 200);
}
