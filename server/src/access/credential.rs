//! What one program shows, that is no person: Alertmanager at the webhook, Prometheus at the metrics.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use toml::Spanned;

use super::file::Faults;
use super::secret::Secret;

/// A bearer token, or a name with a password.
#[derive(Debug)]
pub(super) struct Credential {
    secret: Secret,
    /// With a password; `None`: the secret is a bearer token.
    username: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CredentialToml {
    bearer_file: Option<Spanned<PathBuf>>,
    bearer_env: Option<Spanned<String>>,
    username: Option<Spanned<String>>,
    password_file: Option<Spanned<PathBuf>>,
    password_env: Option<Spanned<String>>,
}

impl Credential {
    /// Reads the section; `None` if something is wrong with it, which is noted.
    pub(super) fn read(
        section: &str,
        toml: CredentialToml,
        folder: &Path,
        faults: &mut Faults,
    ) -> Option<Self> {
        let CredentialToml { bearer_file, bearer_env, username, password_file, password_env } = toml;
        let (file, variable, key) = match &username {
            None => (bearer_file, bearer_env, "bearer_file"),
            Some(name) if bearer_file.is_some() || bearer_env.is_some() => {
                faults.add(name.span(), section, "shows a bearer token or a name with a password, not both");
                return None;
            }
            Some(_) => (password_file, password_env, "password_file"),
        };
        let at = file.as_ref().map(Spanned::span).or(variable.as_ref().map(Spanned::span)).unwrap_or(0..0);
        let (file, variable) = (file.map(Spanned::into_inner), variable.map(Spanned::into_inner));
        let secret = Secret::read(file.as_ref(), variable.as_ref(), folder);
        let secret = faults.note(at, &format!("{section}.{key}"), secret)?;
        Some(Self { secret, username: username.map(Spanned::into_inner) })
    }

    /// Whether this `Authorization` shows it.
    pub(super) fn is_shown_by(&self, authorization: &str) -> bool {
        let Some((scheme, shown)) = authorization.split_once(' ') else { return false };
        match &self.username {
            None => scheme.eq_ignore_ascii_case("bearer") && self.secret.is(shown.trim()),
            Some(name) => scheme.eq_ignore_ascii_case("basic") && self.is_password_of(name, shown.trim()),
        }
    }

    fn is_password_of(&self, name: &str, shown: &str) -> bool {
        let Ok(shown) = BASE64_STANDARD.decode(shown) else { return false };
        let Ok(shown) = String::from_utf8(shown) else { return false };
        shown.split_once(':').is_some_and(|(user, password)| user == name && self.secret.is(password))
    }
}
