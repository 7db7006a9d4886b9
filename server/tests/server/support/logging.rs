//! The real server as a process that keeps its log in files.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use cineportal::config::StoreAddress;
use serde_json::Value;
use tempfile::TempDir;

use super::process::{free_address, wait_until_it_answers};
use super::{PATIENCE, http_client, store_argument};

/// A running server, its folder of log files, and what it writes to standard output.
pub(crate) struct LoggingServer {
    address: SocketAddr,
    process: Child,
    folder: TempDir,
}

impl LoggingServer {
    /// Starts it with more flags, and waits until it is ready.
    pub(crate) async fn start(store: &StoreAddress, flags: &[&str]) -> Self {
        let (address, folder) = (free_address(), tempfile::tempdir().unwrap());
        let output = std::fs::File::create(folder.path().join("stdout")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_cineportal"));
        command.args(["serve", "--listen", &address.to_string(), "--store", &store_argument(store)]);
        command.args(["--log-format", "json", "--server-name", "hall-1"]);
        command.arg("--log-folder").arg(folder.path().join("log")).args(flags);
        let process = command.stdin(Stdio::null()).stdout(output).stderr(Stdio::null()).spawn().unwrap();
        let server = Self { address, process, folder };
        wait_until_it_answers(&server.url("/readyz")).await;
        server
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A page of its log, as the API tells it.
    pub(crate) async fn page(&self, query: &[(&str, &str)]) -> Value {
        let response = http_client().get(self.url("/api/v1/logs")).query(query).send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }

    /// The lines with this text, newest first, as soon as there are so many, in whatever hour of this test.
    pub(crate) async fn lines_with(&self, text: &str, count: usize) -> Vec<Value> {
        let mut found = Vec::new();
        let all = async {
            while found.len() < count {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                found.clear();
                let mut page = self.page(&[("text", text)]).await;
                found.extend(page["lines"].as_array().unwrap().clone());
                if let Some(earlier) = page["earlier"].take().as_str() {
                    let page = self.page(&[("text", text), ("hour", earlier)]).await;
                    found.extend(page["lines"].as_array().unwrap().clone());
                }
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, all).await;
        assert!(in_time.is_ok(), "not {count} lines with {text}: {found:#?}");
        found
    }

    /// SIGHUP.
    pub(crate) fn hang_up(&self) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-HUP", &id]).status().unwrap().success());
    }

    /// What it wrote to standard output, as soon as so many lines of it hold this text: for servers whose log cannot
    /// be asked for.
    pub(crate) async fn logged(&self, text: &str, count: usize) -> String {
        let mut told = String::new();
        let all = async {
            while told.lines().filter(|line| line.contains(text)).count() < count {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                told = read(&self.folder.path().join("stdout"));
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, all).await;
        assert!(in_time.is_ok(), "not {count} lines with {text}: {told}");
        told
    }

    /// Asks it to stop, waits until it has, and hands back all that it wrote: to files, and to standard output.
    pub(crate) fn stop(mut self) -> (String, String) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.process.wait().unwrap().success());
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.folder.path().join("log"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        let kept = files.iter().map(|file| read(file)).collect();
        (kept, read(&self.folder.path().join("stdout")))
    }
}

impl Drop for LoggingServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap()
}
