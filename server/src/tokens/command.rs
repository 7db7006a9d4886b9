//! `cineportal token …`: makes, lists and takes back service tokens. A server that is running takes part within
//! seconds; nobody has to start it again.

use std::collections::BTreeSet;
use std::fmt::Write;

use anyhow::{Context, bail};
use cineportal_regions::{RegionId, Regions};
use jiff::{Timestamp, Unit};
use uuid::Uuid;

use crate::access::{Reach, Role, Scope, ServiceToken, fresh_token};
use crate::clock;
use crate::config::{CreateToken, TokenCommand};
use crate::store::{self, Outcome, TokenStore};

/// Every region, as in the access file.
const ALL_REGIONS: &str = "*";
/// Servers keep all tokens in memory.
const MAX_TOKENS: usize = 10_000;
const MAX_NAME_CHARACTERS: usize = 100;

/// Does what was asked; answers what is to be shown.
///
/// # Errors
/// What is wrong with what was asked, or with the store.
pub async fn run(command: &TokenCommand) -> anyhow::Result<String> {
    let store = store::open_tokens(command.store()).await?;
    match command {
        TokenCommand::Create(wish) => create(store.as_ref(), wish).await,
        TokenCommand::List(_) => Ok(table(store.service_tokens().await?, clock::now())),
        TokenCommand::Revoke(wish) => revoke(store.as_ref(), &wish.id).await,
    }
}

async fn create(store: &dyn TokenStore, wish: &CreateToken) -> anyhow::Result<String> {
    let regions = cineportal_regions::load(&wish.regions).context("the regions are not valid")?;
    let (text, hash) = fresh_token()?;
    let now = clock::now();
    let token = ServiceToken {
        id: Uuid::new_v4().to_string(),
        name: name(&wish.name)?,
        hash,
        roles: roles(wish, &regions)?,
        scopes: scopes(&wish.scope)?,
        created_at: now,
        expires_at: wish.expires.until(now)?,
        last_used_at: None,
        revoked_at: None,
    };
    if store.service_tokens().await?.len() >= MAX_TOKENS {
        bail!("there are {MAX_TOKENS} tokens already, which is the most");
    }
    if store.add_service_token(&token).await? == Outcome::Conflict {
        bail!("there is a token {} already: try again", token.id);
    }
    let end = token.expires_at.map_or_else(|| "never".to_owned(), |at| time(Some(at)));
    let (id, name) = (&token.id, &token.name);
    Ok(format!("{text}\n\nThis is shown once. Id: {id}. Name: {name}. Expires: {end}.\n"))
}

async fn revoke(store: &dyn TokenStore, id: &str) -> anyhow::Result<String> {
    if !store.revoke_service_token(id, clock::now()).await? {
        bail!("there is no token {id:?}: `cineportal token list` shows all");
    }
    Ok(format!("The token {id} is revoked. Servers take it no more in 10 seconds.\n"))
}

fn name(text: &str) -> anyhow::Result<String> {
    let name = text.trim();
    let is_short = name.chars().count() <= MAX_NAME_CHARACTERS;
    if name.is_empty() || !is_short || name.chars().any(char::is_control) {
        bail!("a name has 1 to {MAX_NAME_CHARACTERS} characters in one line");
    }
    Ok(name.to_owned())
}

fn roles(wish: &CreateToken, regions: &Regions) -> anyhow::Result<Vec<(Reach, Role)>> {
    let role = Role::named(&wish.role).with_context(|| format!("there is no role {:?}", wish.role))?;
    let reach = |id: &String| match RegionId::new(id.as_str()) {
        _ if id == ALL_REGIONS => Ok((Reach::AllRegions, role)),
        region if regions.get(&region).is_some() => Ok((Reach::Region(region), role)),
        _ => bail!("there is no region {id:?}; '*' is all"),
    };
    wish.region.iter().map(reach).collect()
}

fn scopes(names: &[String]) -> anyhow::Result<BTreeSet<Scope>> {
    let scope = |name: &String| Scope::named(name).with_context(|| format!("there is no scope {name:?}"));
    names.iter().map(scope).collect()
}

/// One line each, the newest first.
fn table(mut tokens: Vec<ServiceToken>, now: Timestamp) -> String {
    tokens.sort_by_key(|token| std::cmp::Reverse(token.created_at));
    let mut text = "ID\tSTATE\tNAME\tROLES\tSCOPES\tCREATED\tEXPIRES\tLAST USED\n".to_owned();
    for token in &tokens {
        let roles = token.roles.iter().map(|(reach, role)| match reach {
            Reach::AllRegions => format!("{}@{ALL_REGIONS}", role.name()),
            Reach::Region(region) => format!("{}@{region}", role.name()),
        });
        let roles = roles.collect::<Vec<_>>().join(",");
        let scopes = token.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(",");
        let times = [Some(token.created_at), token.expires_at, token.last_used_at].map(time).join("\t");
        let line = [&token.id, state(token, now), &token.name, &roles, &scopes, &times].join("\t");
        let _ = writeln!(text, "{line}");
    }
    text
}

fn state(token: &ServiceToken, now: Timestamp) -> &'static str {
    if token.revoked_at.is_some() {
        "revoked"
    } else if token.expires_at.is_some_and(|end| end <= now) {
        "expired"
    } else {
        "valid"
    }
}

/// To the second; a dash where there is none.
fn time(at: Option<Timestamp>) -> String {
    let at = at.map(|at| at.round(Unit::Second).unwrap_or(at).to_string());
    at.unwrap_or_else(|| "-".to_owned())
}
