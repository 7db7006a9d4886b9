//! Where things are that the server talks to. Addresses may hold passwords, and are never printed.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

pub(super) const STORE_FORMS: &str = "write embedded:DIR or mongodb://HOST/DATABASE?replicaSet=NAME";
pub(super) const SOURCE_FORM: &str = "write http://HOST:PORT or https://HOST/PATH";

/// Which store, and where.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreAddress {
    /// SQLite in this folder.
    Embedded(PathBuf),
    /// A MongoDB connection string; it may hold a password.
    Mongo(String),
}

impl FromStr for StoreAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("embedded:") {
            Some(folder) if !folder.is_empty() => Ok(Self::Embedded(PathBuf::from(folder))),
            None if text.starts_with("mongodb://") || text.starts_with("mongodb+srv://") => {
                Ok(Self::Mongo(text.to_owned()))
            }
            _ => Err(STORE_FORMS.to_owned()),
        }
    }
}

/// Never prints the connection string: it may hold a password.
impl fmt::Debug for StoreAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded(folder) => write!(f, "embedded:{}", folder.display()),
            Self::Mongo(_) => f.write_str("mongodb://…"),
        }
    }
}

/// Where an Alertmanager, a Prometheus, an exporter or a collector is; it may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct SourceAddress(String);

impl SourceAddress {
    /// The whole address, with its password.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SourceAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_web = text.starts_with("http://") || text.starts_with("https://");
        if is_web { Ok(Self(text.to_owned())) } else { Err(SOURCE_FORM.to_owned()) }
    }
}

/// Never prints the address: it may hold a password.
impl fmt::Debug for SourceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("http://…")
    }
}
