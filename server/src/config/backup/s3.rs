//! Which S3, and who we are there.

use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

pub(in crate::config) const ENDPOINT_FORM: &str =
    "write https://HOST, perhaps with a port; no user, no password";

/// Which S3, and who we are there.
#[derive(Args, Clone, Debug)]
pub struct S3Config {
    /// Address of a server that speaks S3, as `https://minio.example:9000`; Amazon's own if left out.
    #[arg(long, env = "CINEPORTAL_BACKUP_S3_ENDPOINT", value_name = "URL", value_parser = endpoint)]
    pub s3_endpoint: Option<String>,
    /// Region of the bucket.
    #[arg(long, env = "CINEPORTAL_BACKUP_S3_REGION", default_value = "us-east-1", value_name = "NAME")]
    pub s3_region: String,
    /// Id of the access key.
    #[arg(long, env = "CINEPORTAL_BACKUP_S3_ACCESS_KEY_ID", value_name = "ID")]
    pub s3_access_key_id: Option<String>,
    /// File with the secret of the access key.
    #[arg(long, env = "CINEPORTAL_BACKUP_S3_SECRET_ACCESS_KEY_FILE", value_name = "FILE")]
    pub s3_secret_access_key_file: Option<PathBuf>,
    /// The secret itself. Better a file, or a variable: other users of the machine see flags.
    #[arg(
        long,
        env = "CINEPORTAL_BACKUP_S3_SECRET_ACCESS_KEY",
        value_name = "SECRET",
        hide_env_values = true,
        conflicts_with = "s3_secret_access_key_file"
    )]
    pub s3_secret_access_key: Option<S3Secret>,
}

/// The secret of an access key.
#[derive(Clone, PartialEq, Eq)]
pub struct S3Secret(String);

impl S3Secret {
    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for S3Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.trim().to_owned()))
    }
}

/// Never prints the secret.
impl fmt::Debug for S3Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// An address with a password in it would come into errors.
fn endpoint(text: &str) -> Result<String, &'static str> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_host = |rest: &&str| rest.starts_with(char::is_alphanumeric) && !rest.contains(['@', '?', '#']);
    rest.filter(is_host).map(|_| text.trim_end_matches('/').to_owned()).ok_or(ENDPOINT_FORM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_told() {
        let Ok(secret) = "hush\n".parse::<S3Secret>();
        assert_eq!((secret.reveal(), format!("{secret:?}")), ("hush", "…".to_owned()));
    }

    #[test]
    fn an_endpoint_is_a_web_address_without_a_password() {
        assert_eq!(endpoint("http://127.0.0.1:9000/"), Ok("http://127.0.0.1:9000".to_owned()));
        for wrong in ["", "minio:9000", "https://", "https://kim:secret@minio", "https:///a", "ftp://minio"] {
            assert_eq!(endpoint(wrong), Err(ENDPOINT_FORM), "{wrong}");
        }
    }
}
