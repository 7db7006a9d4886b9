//! Bearer tokens of an issuer: signed JWTs. Source: RFC 7519; RFC 8725, "JSON Web Token Best Current Practices".

use std::collections::BTreeMap;

use jiff::Timestamp;
use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{Jwk, KeyAlgorithm};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};
use toml::Spanned;

use super::Person;
use super::door::Unauthenticated;
use super::file::Faults;
use super::jwks::Keys;
use super::signatures::{self, ALGORITHMS};

/// Longer ones are not even looked at, in bytes.
const MAX_BYTES: usize = 16 * 1024;
/// How far clocks may be apart, in seconds.
const LEEWAY_SECONDS: u64 = 30;

/// Somebody whose tokens are believed.
#[derive(Debug)]
pub(super) struct Issuer {
    issuer: String,
    validation: Validation,
    keys: Keys,
    name_claim: String,
    groups_claim: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JwtToml {
    issuer: Spanned<String>,
    audience: Spanned<Vec<String>>,
    jwks: Spanned<String>,
    #[serde(default = "algorithms")]
    algorithms: Spanned<Vec<String>>,
    #[serde(default = "name_claim")]
    name_claim: String,
    #[serde(default = "groups_claim")]
    groups_claim: String,
}

fn algorithms() -> Spanned<Vec<String>> {
    Spanned::new(0..0, vec!["RS256".to_owned()])
}

fn name_claim() -> String {
    "email".to_owned()
}

fn groups_claim() -> String {
    "groups".to_owned()
}

impl Issuer {
    /// Reads a section; `None` if something is wrong with it, which is noted.
    pub(super) fn read(toml: JwtToml, faults: &mut Faults) -> Option<Self> {
        signatures::install();
        if toml.issuer.get_ref().is_empty() {
            faults.add(toml.issuer.span(), "jwt.issuer", "must not be empty");
        }
        if toml.audience.get_ref().is_empty() {
            faults.add(toml.audience.span(), "jwt.audience", "needs at least one: whom tokens are made for");
        }
        let named = algorithms_named(toml.algorithms.get_ref());
        let algorithms = faults.note(toml.algorithms.span(), "jwt.algorithms", named);
        let keys = faults.note(toml.jwks.span(), "jwt.jwks", Keys::at(toml.jwks.get_ref()));
        let issuer = toml.issuer.into_inner();
        let validation = validation(algorithms?, &issuer, toml.audience.get_ref());
        let (name_claim, groups_claim) = (toml.name_claim, toml.groups_claim);
        Some(Self { issuer, validation, keys: keys?, name_claim, groups_claim })
    }

    /// A provider of sign-ins, whose tokens for this client are about people.
    pub(super) fn of_sign_ins(
        issuer: &str,
        client_id: &str,
        algorithms: &[Algorithm],
        keys: Keys,
        [name_claim, groups_claim]: [&str; 2],
    ) -> Self {
        signatures::install();
        Self {
            issuer: issuer.to_owned(),
            validation: validation(algorithms.to_vec(), issuer, &[client_id.to_owned()]),
            keys,
            name_claim: name_claim.to_owned(),
            groups_claim: groups_claim.to_owned(),
        }
    }

    /// Whether this is who issued a token.
    pub(super) fn is(&self, issuer: &str) -> bool {
        self.issuer == issuer
    }

    /// Whoever a token is about.
    ///
    /// # Errors
    /// [`Unauthenticated`].
    pub(super) async fn person(&self, token: &str) -> Result<Person, Unauthenticated> {
        self.read_claims(&self.claims(token).await?)
    }

    /// What a token says, once it is proved.
    ///
    /// # Errors
    /// [`Unauthenticated`].
    pub(super) async fn claims(&self, token: &str) -> Result<Map<String, Value>, Unauthenticated> {
        let header = decode_header(token).map_err(|error| rejected(error.kind()))?;
        if !self.validation.algorithms.contains(&header.alg) {
            return Err(Unauthenticated::Rejected("a token of an algorithm that is not taken"));
        }
        let key = self.keys.find(header.kid.as_deref()).await?;
        if !is_for(&key, header.alg) {
            return Err(Unauthenticated::Rejected("a token of a key that is for another algorithm"));
        }
        let key = DecodingKey::from_jwk(&key).map_err(|error| rejected(error.kind()))?;
        let validation = Validation { algorithms: vec![header.alg], ..self.validation.clone() };
        let token = decode::<Map<String, Value>>(token, &key, &validation);
        Ok(token.map_err(|error| rejected(error.kind()))?.claims)
    }

    /// Whoever these claims are about.
    ///
    /// # Errors
    /// [`Unauthenticated::Rejected`], if they do not say.
    pub(super) fn read_claims(&self, claims: &Map<String, Value>) -> Result<Person, Unauthenticated> {
        let subject = claims.get("sub").and_then(Value::as_str).filter(|subject| !subject.is_empty());
        let subject = subject.ok_or(Unauthenticated::Rejected("a token without a subject"))?.to_owned();
        let name = self.name(claims).unwrap_or(&subject).to_owned();
        let until = claims.get("exp").and_then(Value::as_f64).map(|seconds| seconds as i64);
        let until = until.and_then(|seconds| Timestamp::from_second(seconds).ok());
        let groups = claims.get(&self.groups_claim).map(texts).unwrap_or_default();
        let claims: BTreeMap<_, _> =
            claims.iter().map(|(claim, value)| (claim.clone(), texts(value))).collect();
        Ok(Person { issuer: self.issuer.clone(), subject, name, groups, claims, until })
    }

    /// A mail address that its issuer never checked may be anybody's.
    fn name<'a>(&self, claims: &'a Map<String, Value>) -> Option<&'a str> {
        let is_doubtful = self.name_claim == "email" && claims.get("email_verified").is_some_and(is_untrue);
        let name = claims.get(&self.name_claim).and_then(Value::as_str).map(str::trim);
        name.filter(|name| !is_doubtful && !name.is_empty())
    }
}

/// Who says to have issued a token. Nothing of this is proved yet: it only tells whose keys prove it.
///
/// # Errors
/// [`Unauthenticated::Rejected`], if it is no token at all.
pub(super) fn issuer_of(token: &str) -> Result<String, Unauthenticated> {
    #[derive(Deserialize)]
    struct Issued {
        iss: String,
    }
    if token.len() > MAX_BYTES {
        return Err(Unauthenticated::Rejected("a token that is too long"));
    }
    let issued = insecure_decode_claims::<Issued>(token);
    Ok(issued.map_err(|_| Unauthenticated::Rejected("a token that is no JWT, or names no issuer"))?.iss)
}

/// The algorithms of these names, at least one.
///
/// # Errors
/// Which name is unknown.
pub(super) fn algorithms_named(names: &[String]) -> Result<Vec<Algorithm>, String> {
    let named = names.iter().map(|name| algorithm(name)).collect::<Result<Vec<_>, _>>()?;
    if named.is_empty() { Err("needs at least one".to_owned()) } else { Ok(named) }
}

fn algorithm(name: &str) -> Result<Algorithm, String> {
    let known = ALGORITHMS.iter().find(|(known, _)| *known == name);
    let names = ALGORITHMS.map(|(name, _)| name).join(", ");
    known.map(|(_, algorithm)| *algorithm).ok_or_else(|| format!("{name:?} is none of {names}"))
}

fn validation(algorithms: Vec<Algorithm>, issuer: &str, audience: &[String]) -> Validation {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.algorithms = algorithms;
    validation.leeway = LEEWAY_SECONDS;
    validation.validate_nbf = true;
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[issuer]);
    validation.set_audience(audience);
    validation
}

/// Whether a key says nothing of its algorithm, or names this one.
fn is_for(key: &Jwk, algorithm: Algorithm) -> bool {
    let named: Option<KeyAlgorithm> = key.common.key_algorithm;
    named.is_none_or(|named| named.to_string() == name_of(algorithm))
}

fn name_of(algorithm: Algorithm) -> &'static str {
    ALGORITHMS.iter().find(|(_, known)| *known == algorithm).map_or("", |(name, _)| name)
}

/// A text is one, a list is those in it; a switch is `true` or `false`.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Bool(flag) => vec![flag.to_string()],
        Value::Array(values) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn is_untrue(value: &Value) -> bool {
    !matches!(value, Value::Bool(true)) && value.as_str() != Some("true")
}

/// What is wrong with a token, in words of ours: nothing of the token gets into a log.
fn rejected(error: &ErrorKind) -> Unauthenticated {
    Unauthenticated::Rejected(match error {
        ErrorKind::ExpiredSignature => "a token that has expired",
        ErrorKind::ImmatureSignature => "a token that is not valid yet",
        ErrorKind::InvalidAudience => "a token that is for somebody else",
        ErrorKind::InvalidIssuer => "a token of another issuer",
        ErrorKind::MissingRequiredClaim(_) => "a token that lacks exp, iss, aud or sub",
        ErrorKind::InvalidAlgorithm => "a token of an algorithm that is not taken",
        ErrorKind::InvalidSignature => "a token whose signature is wrong",
        _ => "a token that cannot be read",
    })
}
