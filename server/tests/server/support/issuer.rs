//! An issuer of tokens with keys of its own, and whoever forges them.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Whom its tokens are made for.
pub(crate) const AUDIENCE: &str = "cineportal";

/// An issuer that shows its keys on a port of its own.
pub(crate) struct Issuer {
    /// Its address, which is its name, too.
    pub(crate) url: String,
    key: Mutex<SigningKey>,
    shown: Arc<Mutex<Value>>,
}

struct SigningKey {
    name: String,
    pair: EcdsaKeyPair,
}

/// What a token may be instead of right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forgery {
    Garbage,
    Expired,
    NotYetValid,
    WrongAudience,
    WrongIssuer,
    NoSubject,
    NoExpiry,
    AlgorithmNone,
    HmacWithPublicKey,
    ForeignKey,
    UnknownKeyName,
    ChangedClaims,
}

impl Forgery {
    pub(crate) const ALL: [Self; 12] = [
        Self::Garbage,
        Self::Expired,
        Self::NotYetValid,
        Self::WrongAudience,
        Self::WrongIssuer,
        Self::NoSubject,
        Self::NoExpiry,
        Self::AlgorithmNone,
        Self::HmacWithPublicKey,
        Self::ForeignKey,
        Self::UnknownKeyName,
        Self::ChangedClaims,
    ];
}

impl Issuer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let key = SigningKey::new("first");
        let shown = Arc::new(Mutex::new(json!({ "keys": [key.public()] })));
        let router = Router::new().route("/keys", get(keys)).with_state(Arc::clone(&shown));
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { url, key: Mutex::new(key), shown }
    }

    /// Its section of the access file.
    pub(crate) fn section(&self) -> String {
        let url = &self.url;
        format!(
            "[[jwt]]\nissuer = '{url}'\naudience = ['{AUDIENCE}']\njwks = '{url}/keys'\nalgorithms = ['ES256', 'RS256']\n"
        )
    }

    /// Signs with a new key from now on, and shows no other.
    pub(crate) fn rotate(&self, name: &str) {
        let key = SigningKey::new(name);
        *self.shown.lock().unwrap() = json!({ "keys": [key.public()] });
        *self.key.lock().unwrap() = key;
    }

    /// What it says of somebody in these groups, for an hour.
    pub(crate) fn claims(&self, name: &str, groups: &[&str]) -> Value {
        let now = Timestamp::now().as_second();
        json!({
            "iss": self.url, "aud": AUDIENCE, "sub": format!("id-of-{name}"), "exp": now + 3_600, "iat": now,
            "email": name, "email_verified": true, "groups": groups,
        })
    }

    /// A right token of somebody in these groups.
    pub(crate) fn token(&self, name: &str, groups: &[&str]) -> String {
        self.sign(&self.claims(name, groups))
    }

    /// A token that says this.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let key = self.key.lock().unwrap();
        key.sign(&json!({ "alg": "ES256", "typ": "JWT", "kid": key.name }), claims)
    }

    /// A token that looks like a right one.
    pub(crate) fn forge(&self, forgery: Forgery, name: &str, groups: &[&str]) -> String {
        self.forge_of(forgery, &self.claims(name, groups))
    }

    /// A token that looks as if it said this.
    pub(crate) fn forge_of(&self, forgery: Forgery, claims: &Value) -> String {
        let now = Timestamp::now().as_second();
        let mut claims = claims.clone();
        let key = self.key.lock().unwrap();
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": key.name });
        match forgery {
            Forgery::Garbage => return "garbage".to_owned(),
            Forgery::Expired => claims["exp"] = json!(now - 120),
            Forgery::NotYetValid => claims["nbf"] = json!(now + 120),
            Forgery::WrongAudience => claims["aud"] = json!("somebody-else"),
            Forgery::WrongIssuer => claims["iss"] = json!("https://issuer.example"),
            Forgery::NoSubject => drop(claims.as_object_mut().unwrap().remove("sub")),
            Forgery::NoExpiry => drop(claims.as_object_mut().unwrap().remove("exp")),
            Forgery::AlgorithmNone => {
                return format!("{}.", unsigned(&json!({ "alg": "none", "typ": "JWT" }), &claims));
            }
            Forgery::HmacWithPublicKey => {
                let message = unsigned(&json!({ "alg": "HS256", "kid": key.name }), &claims);
                let secret = hmac::Key::new(hmac::HMAC_SHA256, key.pair.public_key().as_ref());
                return format!("{message}.{}", encoded(hmac::sign(&secret, message.as_bytes()).as_ref()));
            }
            Forgery::ForeignKey => return SigningKey::new("first").sign(&header, &claims),
            Forgery::UnknownKeyName => {
                return key.sign(&json!({ "alg": "ES256", "kid": "unknown" }), &claims);
            }
            Forgery::ChangedClaims => {
                let token = key.sign(&header, &json!({ "iss": self.url }));
                let signature = token.rsplit_once('.').unwrap().1;
                return format!("{}.{signature}", unsigned(&header, &claims));
            }
        }
        key.sign(&header, &claims)
    }
}

impl SigningKey {
    fn new(name: &str) -> Self {
        let pkcs8 = rcgen::KeyPair::generate().unwrap().serialize_der();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8, &SystemRandom::new());
        Self { name: name.to_owned(), pair: pair.unwrap() }
    }

    /// As a JSON web key.
    fn public(&self) -> Value {
        let (x, y) = self.pair.public_key().as_ref()[1..].split_at(32);
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": self.name, "x": encoded(x), "y": encoded(y) })
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = unsigned(header, claims);
        let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", encoded(signature.as_ref()))
    }
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", encoded(header.to_string().as_bytes()), encoded(claims.to_string().as_bytes()))
}

fn encoded(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

async fn keys(State(shown): State<Arc<Mutex<Value>>>) -> Json<Value> {
    Json(shown.lock().unwrap().clone())
}
