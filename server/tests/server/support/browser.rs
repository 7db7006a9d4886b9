//! A browser that signs in: it keeps cookies, follows nothing by itself, and says where its pages come from.

use std::collections::BTreeMap;

use reqwest::{Client, Method, RequestBuilder, Response, redirect};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::guarded::rows;
use super::provider::{Asked, Provider};
use super::{FreshStore, StoreKind, TestServer};

/// A server at which people sign in, and their provider.
pub(crate) struct SignInServer {
    pub(crate) server: TestServer,
    pub(crate) provider: Provider,
    folder: TempDir,
}

impl SignInServer {
    pub(crate) async fn start() -> Self {
        Self::start_with(StoreKind::Embedded.fresh(), "").await
    }

    /// Starts with more lines in the section of the provider.
    pub(crate) async fn start_with(fresh: FreshStore, more: &str) -> Self {
        Self::start_flagged(fresh, more, &[]).await
    }

    /// The same, with more flags.
    pub(crate) async fn start_flagged(fresh: FreshStore, more: &str, flags: &[&str]) -> Self {
        let (provider, folder) = (Provider::start().await, tempfile::tempdir().unwrap());
        let (section, secret) = provider.section(more);
        std::fs::write(folder.path().join("oidc"), secret).unwrap();
        std::fs::write(folder.path().join("access.toml"), format!("{}{section}", rows())).unwrap();
        let server = Self::server_on(fresh, &folder, flags).await;
        Self { server, provider, folder }
    }

    /// A second server with the same settings.
    pub(crate) async fn second(&self) -> TestServer {
        Self::server_on(self.server.shared_store(), &self.folder, &[]).await
    }

    async fn server_on(fresh: FreshStore, folder: &TempDir, flags: &[&str]) -> TestServer {
        let file = folder.path().join("access.toml");
        let access = ["--access", file.to_str().unwrap()];
        TestServer::start_with_flags(fresh, &[&access, flags].concat()).await
    }

    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser { of: self, url: self.server.url(""), cookies: BTreeMap::new(), http: client() }
    }
}

fn client() -> Client {
    Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap()
}

/// A browser.
#[derive(Clone)]
pub(crate) struct Browser<'a> {
    of: &'a SignInServer,
    url: String,
    pub(crate) cookies: BTreeMap<String, String>,
    http: Client,
}

impl Browser<'_> {
    /// The same browser, at another server.
    pub(crate) fn at(&self, server: &TestServer) -> Self {
        Self { url: server.url(""), ..self.clone() }
    }

    /// All cookies, as it sends them.
    pub(crate) fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url)).header("cookie", self.cookie())
    }

    /// Goes there, and keeps the cookies that it gets.
    pub(crate) async fn go(&mut self, path: &str) -> Response {
        let response = self.request(Method::GET, path).send().await.unwrap();
        self.keep(&response);
        response
    }

    pub(crate) fn keep(&mut self, response: &Response) {
        for line in response.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Begins to sign in; answers what the provider is asked.
    pub(crate) async fn begin(&mut self, to: &str) -> Asked {
        let response = self.go(&format!("/auth/login?to={to}")).await;
        assert_eq!(response.status(), 303);
        assert!(location(&response).starts_with(&format!("{}/authorize?", self.of.provider.url)));
        let url = reqwest::Url::parse(location(&response)).unwrap();
        url.query_pairs().into_owned().collect()
    }

    /// Comes back from the provider.
    pub(crate) async fn come_back(&mut self, code: &str, asked: &Asked) -> Response {
        self.go(&format!("/auth/callback?code={code}&state={}", asked["state"])).await
    }

    /// Signs in as somebody in these groups, without a refresh token.
    pub(crate) async fn sign_in(&mut self, name: &str, groups: &[&str]) -> Asked {
        self.sign_in_with(name, groups, None).await
    }

    pub(crate) async fn sign_in_with(
        &mut self,
        name: &str,
        groups: &[&str],
        refresh_token: Option<&str>,
    ) -> Asked {
        let provider = &self.of.provider;
        let asked = self.begin("/").await;
        let id_token = provider.issuer.sign(&provider.claims(&asked, name, groups));
        let code = provider.code_for(&asked, &id_token, refresh_token);
        let response = self.come_back(&code, &asked).await;
        assert_eq!((response.status().as_u16(), location(&response)), (303, "/"));
        asked
    }

    /// The status and the answer of a question that a page of the portal asks.
    pub(crate) async fn graphql(&self, query: &str) -> (u16, Value) {
        let request = self.request(Method::POST, "/graphql").header("origin", &self.url);
        let response = request.json(&json!({ "query": query })).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// Who the server says it is; `None`, if it does not know.
    pub(crate) async fn me(&self) -> Option<Value> {
        let (status, mut answer) = self.graphql("{ me { name canSignOut roles { region role } } }").await;
        match status {
            401 => None,
            _ => Some(answer["data"]["me"].take()),
        }
    }
}

pub(crate) fn location(response: &Response) -> &str {
    response.headers()["location"].to_str().unwrap()
}
