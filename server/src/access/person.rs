//! Somebody, as whoever vouches for them tells.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// Somebody, as whoever vouches for them tells. What they may follows from the access file.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Who vouches: `proxy`, or the address of an issuer of tokens.
    pub issuer: String,
    /// What the issuer knows them by; never somebody else's.
    pub subject: String,
    /// Name in timelines, and in rows of the access file that say `user`.
    pub name: String,
    /// Groups that they are in.
    pub groups: Vec<String>,
    /// What else is said of them, each with its values.
    pub claims: BTreeMap<String, Vec<String>>,
    /// How long all this is vouched for; `None`: for ever.
    pub until: Option<Timestamp>,
}
