//! The portal's components, each by itself, in a browser.

use anyhow::Result;

use crate::context::Context;
use crate::portal::test_components;

const RUNNER: &str = "e2e/components/run.mjs";

/// Builds the tests as WebAssembly and runs them in Chromium.
pub(super) fn test(context: &Context) -> Result<()> {
    test_components(context, &format!("node {}", context.dirs.in_checkout(RUNNER).display()))
}
