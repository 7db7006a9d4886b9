//! What GraphQL takes, and what it remembers.

use clap::{Args, ValueEnum};

/// Settings of GraphQL.
#[derive(Args, Clone, Copy, Debug)]
pub struct GraphqlConfig {
    /// Which documents are executed: `open`, any; `trusted`, only those that were published with this server.
    #[arg(long, env = "CINEPORTAL_DOCUMENTS", default_value = "open")]
    pub documents: DocumentRule,
    /// Whether tools may read the schema from the server: `on` or `off`. It is in schema/schema.graphql, too.
    #[arg(long, env = "CINEPORTAL_INTROSPECTION", default_value = "off")]
    pub introspection: Switch,
    /// Most memory for answers that are kept until something changes; 0: each request is executed anew.
    #[arg(long, env = "CINEPORTAL_ANSWER_CACHE_MEGABYTES", default_value_t = 64, value_parser = clap::value_parser!(u32).range(..=65_536))]
    pub answer_cache_megabytes: u32,
}

/// Which documents are executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DocumentRule {
    /// Any, within limits.
    Open,
    /// Only those that were published with this server.
    Trusted,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

impl GraphqlConfig {
    /// [`Self::answer_cache_megabytes`] in bytes.
    pub fn answer_cache_bytes(&self) -> u64 {
        u64::from(self.answer_cache_megabytes) * 1024 * 1024
    }

    /// Whether the schema may be read: never where only trusted documents are executed.
    pub fn may_read_schema(&self) -> bool {
        self.introspection == Switch::On && self.documents == DocumentRule::Open
    }
}
