//! A small OpenID provider: it hands out the codes and tokens that a test tells it to. It checks what a good provider
//! checks: one use of each code, PKCE, where browsers come back to, and the client's secret.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::issuer::Issuer;

pub(crate) const CLIENT: &str = "cine portal";
const ACCESS_TOKEN: &str = "opens the user info";
const SECRET: &str = "a secret: with % and +";

/// What the provider is asked to do at a sign-in, as the browser carries it.
pub(crate) type Asked = BTreeMap<String, String>;

/// The provider.
pub(crate) struct Provider {
    /// Its address, which is its name, too.
    pub(crate) url: String,
    /// Who signs for it.
    pub(crate) issuer: Issuer,
    desk: Arc<Mutex<Desk>>,
}

#[derive(Default)]
struct Desk {
    metadata: Value,
    /// What was asked for, and what is given, by code.
    codes: BTreeMap<String, (Asked, Value)>,
    /// What is given for the one refresh token that counts; `None`: it is refused.
    renewal: Option<(String, Value)>,
    /// What is said of whoever signed in last, beside the ID token; `None`: the address refuses.
    user_info: Option<Value>,
    is_away: bool,
}

impl Provider {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let issuer = Issuer::start().await;
        let metadata = json!({
            "issuer": url,
            "authorization_endpoint": format!("{url}/authorize"),
            "token_endpoint": format!("{url}/token"),
            "jwks_uri": format!("{}/keys", issuer.url),
            "userinfo_endpoint": format!("{url}/userinfo"),
            "end_session_endpoint": format!("{url}/end"),
        });
        let desk = Arc::new(Mutex::new(Desk { metadata, ..Desk::default() }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata_of))
            .route("/token", post(token))
            .route("/userinfo", get(user_info))
            .with_state(Arc::clone(&desk));
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { url, issuer, desk }
    }

    /// Its section of the access file, and the secret that it names.
    pub(crate) fn section(&self, more: &str) -> (String, &'static str) {
        let url = &self.url;
        let section = format!(
            "[oidc]\nissuer = '{url}'\nclient_id = '{CLIENT}'\nclient_secret_file = 'oidc'\nalgorithms = ['ES256', 'RS256']\n"
        );
        let public_url =
            if more.contains("public_url") { "" } else { "public_url = 'http://localhost:8080'\n" };
        (format!("{section}{public_url}{more}"), SECRET)
    }

    /// Says this of itself, too.
    pub(crate) fn announce(&self, key: &str, value: Value) {
        self.desk.lock().unwrap().metadata[key] = value;
    }

    /// Says this of whoever signed in, beside the ID token; `None`: nothing.
    pub(crate) fn tell_user_info(&self, claims: Option<Value>) {
        self.desk.lock().unwrap().user_info = claims;
    }

    /// Answers nothing but 503 from now on.
    pub(crate) fn go_away(&self) {
        self.desk.lock().unwrap().is_away = true;
    }

    /// What it says of somebody in these groups, who signs in as it was asked.
    pub(crate) fn claims(&self, asked: &Asked, name: &str, groups: &[&str]) -> Value {
        let mut claims = self.issuer.claims(name, groups);
        claims["iss"] = json!(self.url);
        claims["aud"] = json!(CLIENT);
        claims["nonce"] = json!(asked["nonce"]);
        claims["sid"] = json!(format!("sid-{}", asked["state"]));
        claims
    }

    /// A code for tokens of this kind.
    pub(crate) fn code_for(&self, asked: &Asked, id_token: &str, refresh_token: Option<&str>) -> String {
        let mut desk = self.desk.lock().unwrap();
        let code = format!("code-{}", desk.codes.len());
        let tokens = json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": id_token, "refresh_token": refresh_token });
        desk.codes.insert(code.clone(), (asked.clone(), tokens));
        code
    }

    /// Renews with an ID token of these claims: for this refresh token first, and then for the one handed out last.
    pub(crate) fn renew_with(&self, refresh_token: &str, claims: &Value) {
        let tokens = json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": self.issuer.sign(claims) });
        let mut desk = self.desk.lock().unwrap();
        let expected = desk.renewal.take().map_or_else(|| refresh_token.to_owned(), |(expected, _)| expected);
        desk.renewal = Some((expected, tokens));
    }

    /// A token that says that this sign-in is over.
    pub(crate) fn logout_token(&self, session: &str) -> String {
        let now = Timestamp::now().as_second();
        let event = "http://schemas.openid.net/event/backchannel-logout";
        self.issuer.sign(&json!({
            "iss": self.url, "aud": CLIENT, "sub": "x", "iat": now, "exp": now + 60, "jti": "1", "sid": session,
            "events": { event: {} },
        }))
    }
}

async fn metadata_of(State(desk): State<Arc<Mutex<Desk>>>) -> Json<Value> {
    Json(desk.lock().unwrap().metadata.clone())
}

async fn user_info(
    State(desk): State<Arc<Mutex<Desk>>>,
    headers: HeaderMap,
) -> Result<Json<Value>, StatusCode> {
    let is_right =
        headers.get("authorization").is_some_and(|shown| shown == &format!("Bearer {ACCESS_TOKEN}"));
    let told = desk.lock().unwrap().user_info.clone().filter(|_| is_right);
    told.map(Json).ok_or(StatusCode::UNAUTHORIZED)
}

async fn token(
    State(desk): State<Arc<Mutex<Desk>>>,
    headers: HeaderMap,
    form: Bytes,
) -> (StatusCode, Json<Value>) {
    let form: Asked = form_urlencoded::parse(&form).into_owned().collect();
    let mut desk = desk.lock().unwrap();
    if desk.is_away {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({})));
    }
    if !is_client(&headers) {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_client" })));
    }
    let given = match form["grant_type"].as_str() {
        "refresh_token" => desk.renewed(&form["refresh_token"]),
        _ => desk.redeemed(&form),
    };
    given.map_or_else(
        || (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))),
        |tokens| (StatusCode::OK, Json(tokens)),
    )
}

impl Desk {
    fn redeemed(&mut self, form: &Asked) -> Option<Value> {
        let (asked, tokens) = self.codes.remove(&form["code"])?;
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, form["code_verifier"].as_bytes()));
        let is_right = challenge == asked["code_challenge"] && asked["redirect_uri"] == form["redirect_uri"];
        is_right.then_some(tokens)
    }

    /// A refresh token that is used again is refused, as where they rotate.
    fn renewed(&mut self, refresh_token: &str) -> Option<Value> {
        let (expected, mut tokens) = self.renewal.clone()?;
        if expected != refresh_token {
            return None;
        }
        let next = format!("{refresh_token}+");
        tokens["refresh_token"] = json!(next);
        self.renewal.as_mut().unwrap().0 = next;
        Some(tokens)
    }
}

/// Both are written as in forms (RFC 6749, section 2.3.1).
fn is_client(headers: &HeaderMap) -> bool {
    let expected = BASE64_STANDARD.encode("cine+portal:a+secret%3A+with+%25+and+%2B");
    headers
        .get("authorization")
        .is_some_and(|shown| shown.as_bytes() == format!("Basic {expected}").as_bytes())
}
