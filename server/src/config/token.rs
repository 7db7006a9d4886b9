//! What `token` is asked to do.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};

use super::StoreAddress;

/// Names of roles, as in the access file.
const ROLES: [&str; 4] = ["viewer", "responder", "manager", "admin"];
const SCOPES: [&str; 3] = ["read", "operate", "embed"];
const MAX_DAYS: i64 = 3_650;

/// What can be done with service tokens. A server may be running on the same store meanwhile.
#[derive(Clone, Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token for a program, and show it once.
    Create(CreateToken),
    /// List all tokens: whose they are, what they may, when they were used last; not the tokens themselves.
    List(ListTokens),
    /// Take a token back. What is followed with it ends within 10 seconds.
    Revoke(RevokeToken),
}

/// Settings of `token create`.
#[derive(Args, Clone, Debug)]
pub struct CreateToken {
    /// Name of the program, in timelines and lists.
    #[arg(long)]
    pub name: String,
    /// What it is in these regions.
    #[arg(long, value_parser = PossibleValuesParser::new(ROLES))]
    pub role: String,
    /// Id of a region, or `*` for all, also those that come later. May be given again.
    #[arg(long, required = true, value_delimiter = ',', value_name = "ID")]
    pub region: Vec<String>,
    /// What it may be used for: `read` to look only, `operate` for all that the role may do, `embed` to make embed
    /// tokens. May be given again.
    #[arg(long, default_value = "operate", value_delimiter = ',', value_parser = PossibleValuesParser::new(SCOPES))]
    pub scope: Vec<String>,
    /// After how long it ends, as `12h`, `90d`, or `never`.
    #[arg(long, default_value = "90d", value_parser = expiry)]
    pub expires: Expiry,
    /// Folder of region files.
    #[arg(long, env = "CINEPORTAL_REGIONS", default_value = "regions", value_name = "DIR")]
    pub regions: PathBuf,
    /// Where it is kept.
    #[command(flatten)]
    pub at: TokensAt,
}

/// Settings of `token list`.
#[derive(Args, Clone, Debug)]
pub struct ListTokens {
    /// Where they are kept.
    #[command(flatten)]
    pub at: TokensAt,
}

/// Settings of `token revoke`.
#[derive(Args, Clone, Debug)]
pub struct RevokeToken {
    /// The id of the token, as `token list` shows it.
    pub id: String,
    /// Where it is kept.
    #[command(flatten)]
    pub at: TokensAt,
}

/// Where tokens are kept.
#[derive(Args, Clone, Debug)]
pub struct TokensAt {
    /// `embedded:DIR`, or a MongoDB address: `mongodb://HOST/DATABASE?replicaSet=NAME`.
    #[arg(long, env = "CINEPORTAL_STORE", default_value = "embedded:./data", hide_env_values = true)]
    pub store: StoreAddress,
}

/// After how long a token ends; `None`: never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry(Option<SignedDuration>);

impl TokenCommand {
    /// Where tokens are kept.
    pub fn store(&self) -> &StoreAddress {
        match self {
            Self::Create(CreateToken { at, .. })
            | Self::List(ListTokens { at })
            | Self::Revoke(RevokeToken { at, .. }) => &at.store,
        }
    }
}

impl Expiry {
    /// When a token ends that is made now.
    ///
    /// # Errors
    /// If that is beyond all time.
    pub fn until(self, now: Timestamp) -> Result<Option<Timestamp>, jiff::Error> {
        self.0.map(|after| now.checked_add(after)).transpose()
    }
}

fn expiry(text: &str) -> Result<Expiry, String> {
    if text == "never" {
        return Ok(Expiry(None));
    }
    let wrong = || format!("write a number and d, h or m, as 90d, of at most {MAX_DAYS} days; or never");
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
    let minutes = match unit {
        "d" => 24 * 60,
        "h" => 60,
        "m" => 1,
        _ => return Err(wrong()),
    };
    let minutes = number.parse::<u32>().map_err(|_| wrong()).map(|number| i64::from(number) * minutes)?;
    let is_possible = (1..=MAX_DAYS * 24 * 60).contains(&minutes);
    is_possible.then(|| Expiry(Some(SignedDuration::from_mins(minutes)))).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_ends_after_days_hours_minutes_or_never() {
        let minutes = |text| expiry(text).unwrap().0.map(|after| after.as_mins());
        assert_eq!(minutes("90d"), Some(129_600));
        assert_eq!((minutes("12h"), minutes("5m"), minutes("never")), (Some(720), Some(5), None));
    }

    #[test]
    fn no_other_end_is_guessed_at() {
        for text in ["", "90", "d", "0d", "-1d", "1.5h", "3651d", "9999999999d", "5 m", "12ø", "forever"] {
            assert!(expiry(text).is_err(), "{text}");
        }
    }
}
