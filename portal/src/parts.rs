//! The parts of the portal that are fetched when they are first drawn: every split point, in one list.
//!
//! What only a part uses lies in that part's own WebAssembly file; what several parts but not the rest use lies in
//! a file that they share.

use std::pin::Pin;

use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use thiserror::Error;

use crate::pages::OverviewPage;

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

#[wasm_split(overview, fallible, wasm_split_path = leptos::wasm_split)]
fn draw_overview() -> Result<AnyView, PartMissing> {
    Ok(OverviewPage().into_any())
}
