//! Coming back with a cursor: what was missed is told, or that it is not known any more.

use serde_json::{Value, json};

use crate::support::live::LiveClient;
use crate::support::{TestServer, offline, on_both_stores};

/// One more than the server can tell again.
const MORE_THAN_KNOWN: usize = 4_097;
const ALERTS_OF_ONE_WEBHOOK: usize = 500;

async fn follow(server: &TestServer, after: Option<&str>) -> LiveClient {
    let mut client = LiveClient::connect(server.address).await;
    client.follow("1", "denmark", after).await;
    client
}

fn dark(number: usize) -> Value {
    offline(&format!("dk-{number}"), "denmark", "2026-11-20T10:00:00Z")
}

/// The cursor of a first change.
async fn a_cursor(server: &TestServer) -> String {
    let mut client = follow(server, None).await;
    client.event().await;
    server.alert(&[dark(0)]).await;
    client.event().await["cursor"].as_str().unwrap().to_owned()
}

/// Waits until the feed has told of so many open incidents.
async fn once_told(server: &TestServer, count: usize) {
    let query = "{ region(id: \"denmark\") { counts { open } } }";
    while server.graphql(query, json!({})).await["region"]["counts"]["open"] != count {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

on_both_stores! {
    async fn what_was_missed_is_told_in_order(server: TestServer) {
        let cursor = a_cursor(&server).await;
        for number in 1..=3 {
            server.alert(&[dark(number)]).await;
        }
        let mut again = follow(&server, Some(&cursor)).await;
        for number in 1..=3 {
            assert_eq!(again.event().await["incident"]["machine"]["id"], format!("dk-{number}"));
        }
    }

    async fn a_cursor_that_nobody_gave_out_means_to_read_again(server: TestServer) {
        for cursor in ["", "long ago", "-1", "18446744073709551616", "{\"$gt\": \"\"}"] {
            assert_eq!(follow(&server, Some(cursor)).await.event().await["__typename"], "Resync", "{cursor}");
        }
    }

    async fn a_cursor_that_is_too_old_means_to_read_again(server: TestServer) {
        let cursor = a_cursor(&server).await;
        let alerts: Vec<Value> = (1..=MORE_THAN_KNOWN).map(dark).collect();
        for part in alerts.chunks(ALERTS_OF_ONE_WEBHOOK) {
            server.alert(part).await;
        }
        let all_told = once_told(&server, MORE_THAN_KNOWN + 1);
        tokio::time::timeout(crate::support::PATIENCE, all_told).await.unwrap();
        assert_eq!(follow(&server, Some(&cursor)).await.event().await["__typename"], "Resync");
    }

    async fn a_cursor_from_before_a_restart_means_to_read_again(server: TestServer) {
        let cursor = a_cursor(&server).await;
        // The follower is gone, but its end of the store may not be yet.
        while server.metric("cineportal_subscribers{transport=\"websocket\"}").await > 0.0 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let restarted = TestServer::start_on(server.stop().await).await;
        restarted.alert(&[dark(1)]).await;
        assert_eq!(follow(&restarted, Some(&cursor)).await.event().await["__typename"], "Resync");
    }
}
