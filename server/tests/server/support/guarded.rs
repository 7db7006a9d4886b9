//! A server that asks everybody who they are, and its clients.

use std::path::PathBuf;

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::issuer::Issuer;
use super::region_files::RegionFiles;
use super::{FreshStore, StoreKind, TestServer};

/// A server with an access file, and an issuer of tokens.
pub(crate) struct Guarded {
    pub(crate) server: TestServer,
    pub(crate) issuer: Issuer,
    folder: TempDir,
}

/// Each group is a role in Denmark; `everything` is an admin everywhere.
pub(crate) const ROLES: [&str; 4] = ["viewer", "responder", "manager", "admin"];

/// The rows of the access file.
pub(crate) fn rows() -> String {
    let row = |group: &str, role: &str, region: &str| {
        format!("[[grant]]\ngroup = '{group}'\nrole = '{role}'\nregions = ['{region}']\n")
    };
    let denmark: String = ROLES.iter().map(|role| row(role, role, "denmark")).collect();
    denmark + &row("everything", "admin", "*")
}

impl Guarded {
    pub(crate) async fn start() -> Self {
        Self::start_with("", &[]).await
    }

    /// Starts with more sections of the access file, and more flags.
    pub(crate) async fn start_with(sections: &str, flags: &[&str]) -> Self {
        Self::start_on(StoreKind::Embedded.fresh(), sections, flags).await
    }

    /// The same on this store.
    pub(crate) async fn start_on(store: FreshStore, sections: &str, flags: &[&str]) -> Self {
        let (issuer, folder) = (Issuer::start().await, tempfile::tempdir().unwrap());
        let file = write_files(&folder, &issuer, sections);
        let file = ["--access", file.to_str().unwrap()];
        let server = TestServer::start_with_flags(store, &[&file, flags].concat()).await;
        Self { server, issuer, folder }
    }

    /// Starts with regions of its own.
    pub(crate) async fn start_in(regions: &RegionFiles) -> Self {
        let (issuer, folder) = (Issuer::start().await, tempfile::tempdir().unwrap());
        let file = write_files(&folder, &issuer, "");
        let server =
            regions.start_configured(StoreKind::Embedded, |settings| settings.access = Some(file)).await;
        Self { server, issuer, folder }
    }

    /// Adds sections to the access file; the server does not read it by itself.
    pub(crate) fn add(&self, sections: &str) {
        let file = self.folder.path().join("access.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(file, text + sections).unwrap();
    }

    /// Somebody with a right token, who is in this group.
    pub(crate) fn of_group(&self, group: &str) -> Client<'_> {
        self.with_token(&self.issuer.token(&format!("{group}@example.com"), &[group]))
    }

    /// Somebody with this token.
    pub(crate) fn with_token(&self, token: &str) -> Client<'_> {
        Client { server: &self.server, authorization: Some(format!("Bearer {token}")) }
    }

    /// Somebody who shows nothing.
    pub(crate) fn nobody(&self) -> Client<'_> {
        Client { server: &self.server, authorization: None }
    }
}

/// Writes the access file, and the secret beside it.
fn write_files(folder: &TempDir, issuer: &Issuer, sections: &str) -> PathBuf {
    let file = folder.path().join("access.toml");
    std::fs::write(folder.path().join("secret"), SECRET).unwrap();
    std::fs::write(&file, format!("{}{}{sections}", rows(), issuer.section())).unwrap();
    file
}

/// What is in the file `secret` beside the access file.
pub(crate) const SECRET: &str = "a secret of the proxy's own";

/// Whoever asks.
#[derive(Clone)]
pub(crate) struct Client<'a> {
    pub(crate) server: &'a TestServer,
    pub(crate) authorization: Option<String>,
}

impl Client<'_> {
    /// Any request.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.server.request(method, path);
        match &self.authorization {
            Some(authorization) => request.header("authorization", authorization),
            None => request,
        }
    }

    /// The status and the answer of an operation.
    pub(crate) async fn graphql(&self, query: &str, variables: Value) -> (u16, Value) {
        let body = json!({ "query": query, "variables": variables });
        let response = self.request(Method::POST, "/graphql").json(&body).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// What an operation answers; there must be no error.
    pub(crate) async fn data(&self, query: &str, variables: Value) -> Value {
        let (status, mut answer) = self.graphql(query, variables).await;
        assert_eq!((status, answer.get("errors")), (200, None), "{answer}");
        answer["data"].take()
    }
}
