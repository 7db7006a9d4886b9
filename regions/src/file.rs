//! One region file: its shape in TOML, and what makes it valid.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::SignedDuration;
use serde::Deserialize;
use toml::Spanned;

use crate::notify::{self, Route, RouteToml};
use crate::panels::{self, PanelsToml};
use crate::upstreams::{self, UpstreamsToml};
use crate::{ClosePolicy, Region, RegionId, UNASSIGNED, UNASSIGNED_PREFIX};

/// Longest `quiet_without_show_hours`: a week.
const MAX_QUIET_HOURS: u32 = 7 * 24;

/// What is wrong in one file: where (bytes from its start), which key, and why.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault {
    pub(crate) span: Range<usize>,
    pub(crate) key: String,
    pub(crate) reason: String,
}

/// A file that was read, with the places of what must be unique among all files.
#[derive(Debug)]
pub(crate) struct ParsedFile {
    pub(crate) region: Region,
    pub(crate) id_span: Range<usize>,
    pub(crate) number_prefix_span: Range<usize>,
    pub(crate) claims_span: Range<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegionToml {
    id: Spanned<String>,
    name: Spanned<String>,
    number_prefix: Spanned<String>,
    languages: Spanned<Vec<String>>,
    time_zone: Spanned<String>,
    accent_colour: Spanned<String>,
    #[serde(default)]
    close: CloseToml,
    panels: Option<PanelsToml>,
    quiet_without_show_hours: Option<Spanned<u32>>,
    #[serde(default)]
    notify: Vec<Spanned<RouteToml>>,
    #[serde(default)]
    upstreams: UpstreamsToml,
    r#match: Spanned<BTreeMap<String, Vec<String>>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "lowercase")]
enum CloseToml {
    #[default]
    Auto,
    Manual,
}

/// Reads one file, and says what is wrong with it: all faults of a well-formed file at once. What it holds is answered
/// if it is well-formed, however wrong that is.
pub(crate) fn parse(text: &str) -> (Option<ParsedFile>, Vec<Fault>) {
    let raw: RegionToml = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => return (None, vec![syntax_fault(text, &error)]),
    };
    let faults = check(&raw);
    (Some(accept(raw)), faults)
}

fn syntax_fault(text: &str, error: &toml::de::Error) -> Fault {
    let span = error.span().unwrap_or(0..0);
    let key = missing_key(error.message()).unwrap_or_else(|| key_at(text, span.start));
    Fault { span, key: key.to_owned(), reason: error.message().to_owned() }
}

/// A missing key has no place of its own in the file; the parser's message names it.
fn missing_key(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.strip_suffix('`')
}

fn key_at(text: &str, offset: usize) -> &str {
    let line = text[..offset.min(text.len())].matches('\n').count();
    text.lines().nth(line).and_then(|line| line.split('=').next()).unwrap_or("").trim()
}

fn check(raw: &RegionToml) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut require = |ok: bool, span: Range<usize>, key: &str, reason: String| {
        if !ok {
            faults.push(Fault { span, key: key.to_owned(), reason });
        }
    };
    let id = raw.id.get_ref();
    require(is_id(id), raw.id.span(), "id", format!("{id:?} must be lower-case letters, digits and '-'"));
    require(id != UNASSIGNED, raw.id.span(), "id", format!("{id:?} is the built-in region"));
    require(!raw.name.get_ref().trim().is_empty(), raw.name.span(), "name", "must not be empty".to_owned());
    let prefix = raw.number_prefix.get_ref();
    let reason = format!("{prefix:?} must be 2 to 5 capital letters");
    require(is_prefix(prefix), raw.number_prefix.span(), "number_prefix", reason);
    let reason = format!("{prefix:?} is the prefix of the built-in region");
    require(prefix != UNASSIGNED_PREFIX, raw.number_prefix.span(), "number_prefix", reason);
    let languages = raw.languages.get_ref();
    require(!languages.is_empty(), raw.languages.span(), "languages", "needs at least one".to_owned());
    let zone = raw.time_zone.get_ref();
    let reason = format!("unknown time zone {zone:?}; write an IANA name, as \"Europe/Copenhagen\"");
    require(jiff::tz::TimeZone::get(zone).is_ok(), raw.time_zone.span(), "time_zone", reason);
    let colour = raw.accent_colour.get_ref();
    let reason = format!("{colour:?} must be \"#rrggbb\"");
    require(is_colour(colour), raw.accent_colour.span(), "accent_colour", reason);
    let claims = raw.r#match.get_ref();
    let reason = "needs at least one label with one value, or no alert ever reaches this region".to_owned();
    require(claims.values().any(|values| !values.is_empty()), raw.r#match.span(), "match", reason);
    if let Some(hours) = &raw.quiet_without_show_hours {
        let reason = format!("must be 1 to {MAX_QUIET_HOURS}");
        let in_range = (1..=MAX_QUIET_HOURS).contains(hours.get_ref());
        require(in_range, hours.span(), "quiet_without_show_hours", reason);
    }
    faults.extend(panels::check(raw.panels.as_ref()));
    faults.extend(notify::check(&raw.notify));
    faults.extend(upstreams::check(&raw.upstreams));
    faults
}

fn accept(raw: RegionToml) -> ParsedFile {
    let (id_span, number_prefix_span, claims_span) =
        (raw.id.span(), raw.number_prefix.span(), raw.r#match.span());
    let close = match raw.close {
        CloseToml::Auto => ClosePolicy::Auto,
        CloseToml::Manual => ClosePolicy::Manual,
    };
    let region = Region {
        id: RegionId::new(raw.id.into_inner()),
        name: raw.name.into_inner(),
        number_prefix: raw.number_prefix.into_inner(),
        languages: raw.languages.into_inner(),
        time_zone: raw.time_zone.into_inner(),
        accent_colour: raw.accent_colour.into_inner(),
        panels: panels::accept(raw.panels),
        close,
        quiet_without_show: raw
            .quiet_without_show_hours
            .map(|hours| SignedDuration::from_hours(i64::from(hours.into_inner()))),
        notify: raw.notify.into_iter().map(|route| Route::from(route.into_inner())).collect(),
        upstreams: raw.upstreams.into(),
        claims: raw.r#match.into_inner(),
    };
    ParsedFile { region, id_span, number_prefix_span, claims_span }
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_prefix(text: &str) -> bool {
    (2..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase())
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}
