//! The parts of the portal that are fetched when they are first drawn: every split point, in one list.
//!
//! What only a part uses lies in that part's own WebAssembly file; what several parts but not the rest use lies in
//! a file that they share.

use std::pin::Pin;

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use thiserror::Error;

use crate::api::{Command, Server};
use crate::components;
use crate::model::{Outcome, Trouble};
use crate::pages::{IncidentPage, LogsPage, MachinePage, MachinesPage, OverviewPage, ReportsPage};
use crate::state::{Keys, RegionBoard, Triage};
use crate::texts::{self, Texts};

/// The file of a part could not be fetched: the network is gone, or a newer portal has replaced it.
#[derive(Debug, Error)]
#[error("its file could not be fetched")]
pub(crate) struct PartMissing;

impl From<SplitLoaderError> for PartMissing {
    fn from(_logged_by_the_loader: SplitLoaderError) -> Self {
        Self
    }
}

/// A part on its way. One type for all parts, so that what draws them exists once.
pub(crate) type Part = Pin<Box<dyn Future<Output = Result<AnyView, PartMissing>> + Send>>;

/// The texts of a language on their way.
pub(crate) type Words = Pin<Box<dyn Future<Output = Result<&'static Texts, PartMissing>>>>;

/// What the portal says in the language with this tag.
pub(crate) fn words(tag: &str) -> Words {
    match tag {
        "da" => Box::pin(say_danish()),
        "de" => Box::pin(say_german()),
        "fi" => Box::pin(say_finnish()),
        "nb" => Box::pin(say_norwegian()),
        "sv" => Box::pin(say_swedish()),
        _ => Box::pin(say_english()),
    }
}

/// What becomes of a command.
type Sent = Pin<Box<dyn Future<Output = Result<Outcome, Trouble>>>>;

/// Carries a command out. Most people only look, so that what sends is fetched with the first command.
pub(crate) async fn send(
    server: Server,
    id: String,
    version: i32,
    command: Command,
) -> Result<Outcome, Trouble> {
    match begin_to_send(server, id, version, command).await {
        Ok(sent) => sent.await,
        Err(missing) => Err(Trouble::Unreachable(missing.to_string())),
    }
}

/// The page of all regions.
pub(crate) fn overview() -> Part {
    Box::pin(draw_overview())
}

/// The wall of a region's machines.
pub(crate) fn machines(region: String) -> Part {
    Box::pin(draw_machines(region))
}

/// The page of a machine.
pub(crate) fn machine(id: String) -> Part {
    Box::pin(draw_machine(id))
}

/// The page of an incident.
pub(crate) fn incident(id: String) -> Part {
    Box::pin(draw_incident(id))
}

/// An incident beside the list of its region.
pub(crate) fn drawer(board: RegionBoard, id: String) -> Part {
    Box::pin(draw_drawer(board, id))
}

/// The commands of a page, to choose from.
pub(crate) fn palette(keys: Keys) -> Part {
    Box::pin(draw_palette(keys))
}

/// The keys of a page.
pub(crate) fn help(keys: Keys) -> Part {
    Box::pin(draw_help(keys))
}

/// The regions that one can go to.
pub(crate) fn regions(times_opened: RwSignal<u32>) -> Part {
    Box::pin(draw_regions(times_opened))
}

/// What a person may choose.
pub(crate) fn settings() -> Part {
    Box::pin(draw_settings())
}

/// The filters that somebody keeps.
pub(crate) fn views(triage: Triage) -> Part {
    Box::pin(draw_views(triage))
}

/// What was closed last.
pub(crate) fn closed(board: RegionBoard) -> Part {
    Box::pin(draw_closed(board))
}

/// How it went, in a region or everywhere.
pub(crate) fn reports(region: Option<String>) -> Part {
    Box::pin(draw_reports(region))
}

/// An hour of the server's log.
pub(crate) fn logs(hour: Option<String>) -> Part {
    Box::pin(draw_logs(hour))
}

#[wasm_split(commands, fallible, wasm_split_path = leptos::wasm_split)]
fn begin_to_send(server: Server, id: String, version: i32, command: Command) -> Result<Sent, PartMissing> {
    Ok(Box::pin(async move { server.command(&id, version, &command).await }))
}

#[wasm_split(overview, fallible, wasm_split_path = leptos::wasm_split)]
fn draw_overview() -> Result<AnyView, PartMissing> {
    Ok(view! { <OverviewPage /> }.into_any())
}

#[wasm_split(machines, fallible, wasm_split_path = leptos::wasm_split)]
fn draw_machines(id: String) -> Result<AnyView, PartMissing> {
    Ok(view! { <MachinesPage id /> }.into_any())
}

#[wasm_split(machine, fallible, wasm_split_path = leptos::wasm_split)]
fn draw_machine(id: String) -> Result<AnyView, PartMissing> {
    Ok(view! { <MachinePage id /> }.into_any())
}

#[wasm_split(incident, fallible, wasm_split_path = leptos::wasm_split)]
fn draw_incident(id: String) -> Result<AnyView, PartMissing> {
    Ok(view! { <IncidentPage id /> }.into_any())
}

#[wasm_split(incident, fallible, wasm_split_path = leptos::wasm_split)]
fn draw_drawer(board: RegionBoard, id: String) -> Result<AnyView, PartMissing> {
    Ok(components::opened_drawer(board, id))
}

#[wasm_split(help, fallible, wasm_split_path = leptos::wasm_split)]
fn draw_palette(keys: Keys) -> Result<AnyView, PartMissing> {
    Ok(components::palette(keys))
}

#[wasm_split(help, fallible, wasm_split_path = leptos::wasm_split)]
fn draw_help(keys: Keys) -> Result<AnyView, PartMissing> {
    Ok(components::help(keys))
}

#[wasm_split(menus, fallible, wasm_split_path = leptos::wasm_split)]
fn draw_regions(times_opened: RwSignal<u32>) -> Result<AnyView, PartMissing> {
    Ok(components::regions(times_opened))
}

#[wasm_split(menus, fallible, wasm_split_path = leptos::wasm_split)]
fn draw_settings() -> Result<AnyView, PartMissing> {
    Ok(components::settings())
}

#[wasm_split(menus, fallible, wasm_split_path = leptos::wasm_split)]
fn draw_views(triage: Triage) -> Result<AnyView, PartMissing> {
    Ok(components::views(triage))
}

#[wasm_split(menus, fallible, wasm_split_path = leptos::wasm_split)]
fn draw_closed(board: RegionBoard) -> Result<AnyView, PartMissing> {
    Ok(components::closed_rows(board))
}

#[wasm_split(reports, fallible, wasm_split_path = leptos::wasm_split)]
fn draw_reports(region: Option<String>) -> Result<AnyView, PartMissing> {
    Ok(view! { <ReportsPage region /> }.into_any())
}

#[wasm_split(logs, fallible, wasm_split_path = leptos::wasm_split)]
fn draw_logs(hour: Option<String>) -> Result<AnyView, PartMissing> {
    Ok(view! { <LogsPage hour /> }.into_any())
}

#[wasm_split(da, fallible, wasm_split_path = leptos::wasm_split)]
fn say_danish() -> Result<&'static Texts, PartMissing> {
    Ok(&texts::DA)
}

#[wasm_split(de, fallible, wasm_split_path = leptos::wasm_split)]
fn say_german() -> Result<&'static Texts, PartMissing> {
    Ok(&texts::DE)
}

#[wasm_split(en, fallible, wasm_split_path = leptos::wasm_split)]
fn say_english() -> Result<&'static Texts, PartMissing> {
    Ok(&texts::EN)
}

#[wasm_split(fi, fallible, wasm_split_path = leptos::wasm_split)]
fn say_finnish() -> Result<&'static Texts, PartMissing> {
    Ok(&texts::FI)
}

#[wasm_split(nb, fallible, wasm_split_path = leptos::wasm_split)]
fn say_norwegian() -> Result<&'static Texts, PartMissing> {
    Ok(&texts::NB)
}

#[wasm_split(sv, fallible, wasm_split_path = leptos::wasm_split)]
fn say_swedish() -> Result<&'static Texts, PartMissing> {
    Ok(&texts::SV)
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;
    use crate::texts::LANGUAGES;

    #[test]
    fn every_language_brings_its_own_words() {
        for language in LANGUAGES {
            let words = words(language.tag).now_or_never().and_then(Result::ok);
            assert_eq!(words.map(|texts| texts.language.tag), Some(language.tag));
        }
    }
}
