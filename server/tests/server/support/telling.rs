//! A server of one region, Denmark, that tells people.

use std::path::Path;
use std::time::Duration;

use cineportal::config::{ServeConfig, StoreAddress};
use cineportal::store;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{FreshStore, PATIENCE, StoreKind, TestServer, settings};

/// Region and channels files in a folder of their own.
pub(crate) struct Telling(TempDir);

impl Telling {
    /// With these `[[notify]]` tables and this channels file.
    pub(crate) fn new(routes: &str, channels: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let telling = Self(folder);
        telling.write("channels.toml", channels);
        std::fs::create_dir(telling.path("regions")).unwrap();
        telling.set_routes(routes);
        telling
    }

    /// One route, `duty`, by mail to this server without any wait.
    pub(crate) fn by_mail(port: u64) -> Self {
        Self::new(
            r#"
            [[notify]]
            name = "duty"
            channel = "mail"
            to = ["duty@example.dk"]
            wait_seconds = 0
            "#,
            &format!(
                r#"
                [channels.mail]
                kind = "smtp"
                host = "127.0.0.1"
                port = {port}
                tls = "none"
                from = "CinePortal <cineportal@example.dk>"
                "#
            ),
        )
    }

    /// One route, `events`, without any wait, over this channel.
    pub(crate) fn by(channel: &str) -> Self {
        let route = "[[notify]]\nname = \"events\"\nchannel = \"out\"\nwait_seconds = 0\n";
        Self::new(route, &format!("[channels.out]\n{channel}"))
    }

    /// Adds another mail server to the channels file.
    pub(crate) fn add_mail_channel(&self, name: &str, port: u64) {
        let channels = std::fs::read_to_string(self.path("channels.toml")).unwrap();
        let channel = format!(
            "\n[channels.{name}]\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n\
             from = \"CinePortal <cineportal@example.dk>\"\n"
        );
        self.write("channels.toml", &(channels + &channel));
    }

    pub(crate) fn set_routes(&self, routes: &str) {
        let region = r##"
            id = "denmark"
            name = "Danmark"
            number_prefix = "DK"
            languages = ["da", "en"]
            time_zone = "Europe/Copenhagen"
            accent_colour = "#b3122b"
            "##;
        self.write("regions/denmark.toml", &format!("{region}{routes}\n[match]\nregion = [\"denmark\"]"));
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        Path::new(self.0.path()).join(name)
    }

    pub(crate) fn settings(&self, store: &StoreAddress) -> ServeConfig {
        ServeConfig {
            regions: self.path("regions"),
            channels: Some(self.path("channels.toml")),
            public_url: Some("https://portal.example.dk".to_owned()),
            ..settings(store)
        }
    }

    /// A server on a store of its own.
    pub(crate) async fn start(&self) -> TestServer {
        self.start_on(StoreKind::Embedded.fresh()).await
    }

    pub(crate) async fn start_on(&self, fresh: FreshStore) -> TestServer {
        let store = store::open(&fresh.address).await.unwrap();
        let settings = self.settings(&fresh.address);
        let server = TestServer::start_as_told(store, fresh, &settings).await;
        server.wait_until_ready().await;
        server
    }
}

impl TestServer {
    /// The deliveries of all incidents, as soon as they look as expected.
    pub(crate) async fn deliveries_once(&self, expected: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let query =
            "{ incidents(filter: { status: [OPEN, IN_PROGRESS, CLOSED] }, first: 100) { edges { node {
            deliveries { id route occasion state droppedBecause attempts lastError at message } } } } }";
        let mut last = Vec::new();
        let found = async {
            loop {
                let data = self.ask(query, &json!({})).await;
                let edges = data["incidents"]["edges"].as_array().unwrap().clone();
                let of = |edge: &Value| edge["node"]["deliveries"].as_array().unwrap().clone();
                last = edges.iter().flat_map(of).collect();
                if expected(&last) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, found).await;
        assert!(found.is_ok(), "the deliveries are not as expected: {last:#?}");
        last
    }

    /// All deliveries, as soon as there are so many and all of them are sent.
    pub(crate) async fn all_sent(&self, count: usize) -> Vec<Value> {
        let sent = |delivery: &Value| delivery["state"] == "SENT";
        self.deliveries_once(|all| all.len() == count && all.iter().all(sent)).await
    }
}
