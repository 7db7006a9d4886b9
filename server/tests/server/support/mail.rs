//! A real mail server (`e2e/support/smtp-server.mjs`), and what it received.

use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::PATIENCE;
use super::process::free_port;

/// One mail server; it ends when this is dropped.
pub(crate) struct MailServer {
    process: Child,
    orders: ChildStdin,
    told: Lines<BufReader<ChildStdout>>,
    settings: Value,
    pub(crate) port: u64,
}

impl MailServer {
    /// One that takes all mail.
    pub(crate) async fn start() -> Self {
        Self::start_with(json!({})).await
    }

    /// One with these settings; the script says which there are.
    pub(crate) async fn start_with(mut settings: Value) -> Self {
        if settings["port"].is_null() {
            settings["port"] = json!(free_port());
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../e2e/support/smtp-server.mjs");
        let mut process = Command::new("node")
            .arg(script)
            .arg(settings.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node runs the mail server of the tests");
        let orders = process.stdin.take().unwrap();
        let told = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut server = Self { process, orders, told, settings: Value::Null, port: 0 };
        server.port = server.next("port").await.as_u64().unwrap();
        settings["port"] = json!(server.port);
        server.settings = settings;
        server
    }

    /// The next mail that it received.
    pub(crate) async fn mail(&mut self) -> Value {
        self.next("mail").await
    }

    /// The mail that it had read when it died.
    pub(crate) async fn lost(&mut self) -> Value {
        self.next("lost").await
    }

    /// Changes how it behaves from now on; answers what it received before.
    pub(crate) async fn behave(&mut self, behaviour: &str) -> Vec<Value> {
        self.orders.write_all(format!("{behaviour}\n").as_bytes()).await.unwrap();
        let mut received = Vec::new();
        loop {
            let mut said = self.line().await;
            if said["behaviour"] == behaviour {
                return received;
            }
            received.push(said["mail"].take());
        }
    }

    /// Kills it.
    pub(crate) async fn stop(&mut self) {
        self.process.kill().await.unwrap();
    }

    /// Another one, on the same port.
    pub(crate) async fn restart(mut self) -> Self {
        self.stop().await;
        Self::start_with(self.settings.take()).await
    }

    async fn next(&mut self, key: &str) -> Value {
        loop {
            let mut said = self.line().await;
            if !said[key].is_null() {
                return said[key].take();
            }
        }
    }

    async fn line(&mut self) -> Value {
        let line = tokio::time::timeout(PATIENCE, self.told.next_line()).await;
        let line = line.expect("the mail server received nothing").unwrap().expect("the mail server ended");
        serde_json::from_str(&line).unwrap()
    }
}
