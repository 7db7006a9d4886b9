//! The access file: who is what and where, and who may vouch for somebody. Everything that is wrong with it is
//! said at once, each with file, line and key. What each key means: `docs/access.md`.

mod faults;
mod grant;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use cineportal_regions::Regions;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use toml::Spanned;

pub(super) use self::faults::Faults;
use self::grant::GrantToml;
use super::credential::{Credential, CredentialToml};
use super::door::{Door, Guard};
use super::embed::key_of;
use super::jwt::{Issuer, JwtToml};
use super::provider::{OidcToml, Provider};
use super::proxy::{Proxy, ProxyToml};
use super::secret::Secret;
use super::table::Table;

/// Everything that is wrong with the access file, a line each: `file:line: key: reason`.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct AccessError(Vec<String>);

impl AccessError {
    /// A line for each fault.
    pub fn lines(&self) -> &[String] {
        &self.0
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccessToml {
    #[serde(default)]
    grant: Vec<GrantToml>,
    proxy: Option<ProxyToml>,
    oidc: Option<OidcToml>,
    #[serde(default)]
    jwt: Vec<JwtToml>,
    webhook: Option<CredentialToml>,
    metrics: Option<CredentialToml>,
    embed: Option<EmbedToml>,
}

/// `[embed]`: the key of embed tokens, where it is not left to the store.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EmbedToml {
    key_file: Option<Spanned<PathBuf>>,
    key_env: Option<Spanned<String>>,
}

/// The door as this file describes it; without a file everybody is let in, and nobody asked.
///
/// # Errors
/// All faults of the file at once.
pub fn load(file: Option<&Path>, regions: &Regions) -> Result<Door, AccessError> {
    let Some(path) = file else { return Ok(Door::open()) };
    let read = fs::read_to_string(path);
    let text = read.map_err(|error| AccessError(vec![format!("{}: {error}", path.display())]))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    parse(&text, folder, regions).map_err(|faults| AccessError(faults.lines(path, &text)))
}

fn parse(text: &str, folder: &Path, regions: &Regions) -> Result<Door, Faults> {
    let file: AccessToml = toml::from_str(text).map_err(|error| Faults::of_syntax(text, &error))?;
    let mut faults = Faults::default();
    let rows = file.grant.into_iter().filter_map(|row| row.read(regions, &mut faults)).collect();
    let guard = Guard {
        table: ArcSwap::from_pointee(Table::new(rows)),
        others: without_grants(text),
        proxy: file.proxy.and_then(|proxy| Proxy::read(proxy, folder, &mut faults)),
        provider: file.oidc.and_then(|toml| Provider::read(toml, folder, &mut faults)).map(Arc::new),
        issuers: file.jwt.into_iter().filter_map(|jwt| Issuer::read(jwt, &mut faults)).collect(),
        webhook: file.webhook.and_then(|toml| Credential::read("webhook", toml, folder, &mut faults)),
        metrics: file.metrics.and_then(|toml| Credential::read("metrics", toml, folder, &mut faults)),
    };
    let embed_key = file.embed.and_then(|toml| embed_key(toml, folder, &mut faults));
    let embed_key = embed_key.and_then(|key| key_of(key.bytes()));
    if faults.is_empty() { Ok(Door::guarded(guard, embed_key)) } else { Err(faults) }
}

/// Stands for all that a file says but for its grants, however it is laid out.
fn without_grants(text: &str) -> [u8; 32] {
    let mut sections: toml::Table = toml::from_str(text).unwrap_or_default();
    sections.remove("grant");
    Sha256::digest(format!("{sections:?}")).into()
}

fn embed_key(
    EmbedToml { key_file, key_env }: EmbedToml,
    folder: &Path,
    faults: &mut Faults,
) -> Option<Secret> {
    let at = key_file.as_ref().map(Spanned::span).or(key_env.as_ref().map(Spanned::span)).unwrap_or(0..0);
    let (file, variable) = (key_file.map(Spanned::into_inner), key_env.map(Spanned::into_inner));
    faults.note(at, "embed.key_file", Secret::read(file.as_ref(), variable.as_ref(), folder))
}

#[cfg(test)]
mod tests;
