//! The access file: who is what and where, and who may vouch for somebody. Everything that is wrong with it is
//! said at once, each with file, line and key. What each key means: `docs/access.md`.

mod faults;
mod grant;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use cineportal_regions::Regions;
use serde::Deserialize;

pub(super) use self::faults::Faults;
use self::grant::GrantToml;
use super::credential::{Credential, CredentialToml};
use super::door::{Door, Guard};
use super::jwt::{Issuer, JwtToml};
use super::provider::{OidcToml, Provider};
use super::proxy::{Proxy, ProxyToml};
use super::table::Table;

/// Everything that is wrong with the access file, a line each: `file:line: key: reason`.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct AccessError(Vec<String>);

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
        table: Table(rows),
        proxy: file.proxy.and_then(|proxy| Proxy::read(proxy, folder, &mut faults)),
        provider: file.oidc.and_then(|toml| Provider::read(toml, folder, &mut faults)).map(Arc::new),
        issuers: file.jwt.into_iter().filter_map(|jwt| Issuer::read(jwt, &mut faults)).collect(),
        webhook: file.webhook.and_then(|toml| Credential::read("webhook", toml, folder, &mut faults)),
        metrics: file.metrics.and_then(|toml| Credential::read("metrics", toml, folder, &mut faults)),
    };
    if faults.is_empty() { Ok(Door::guarded(guard)) } else { Err(faults) }
}

#[cfg(test)]
mod tests;
