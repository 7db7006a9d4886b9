//! The parts of the portal that are fetched when they are first drawn: every split point, in one list.
//!
//! What only a part uses lies in that part's own WebAssembly file; what several parts but not the rest use lies in
//! a file that they share.

use std::pin::Pin;

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use thiserror::Error;

use crate::components;
use crate::pages::{IncidentPage, MachinePage, MachinesPage, OverviewPage, ReportsPage};
use crate::state::{RegionBoard, Triage};

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

/// The commands of a region's page, to choose from.
pub(crate) fn palette(triage: Triage) -> Part {
    Box::pin(draw_palette(triage))
}

/// The keys of a region's page.
pub(crate) fn help(triage: Triage) -> Part {
    Box::pin(draw_help(triage))
}

/// How it went, in a region or everywhere.
pub(crate) fn reports(region: Option<String>) -> Part {
    Box::pin(draw_reports(region))
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
fn draw_palette(triage: Triage) -> Result<AnyView, PartMissing> {
    Ok(components::palette(triage))
}

#[wasm_split(help, fallible, wasm_split_path = leptos::wasm_split)]
fn draw_help(triage: Triage) -> Result<AnyView, PartMissing> {
    Ok(components::help(triage))
}

#[wasm_split(reports, fallible, wasm_split_path = leptos::wasm_split)]
fn draw_reports(region: Option<String>) -> Result<AnyView, PartMissing> {
    Ok(view! { <ReportsPage region /> }.into_any())
}
