//! Renders the folders of `deploy/` that the stack runs with.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::ports::Ports;
use super::render::render;
use crate::context::Context;

const FOLDERS: &[&str] = &["prometheus", "alertmanager"];

/// Writes `deploy/prometheus` and `deploy/alertmanager`, as a demo has them, into a folder.
///
/// # Errors
/// If a file cannot be read or written.
pub(crate) fn render_deploy(context: &Context, ports: &Ports, into: &Path) -> Result<()> {
    let moves = ports.moves();
    FOLDERS.iter().try_for_each(|folder| {
        render_folder(&context.dirs.in_checkout("deploy").join(folder), &into.join(folder), &moves)
    })
}

fn render_folder(from: &Path, to: &Path, moves: &[(u16, u16)]) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make the folder {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            render_folder(&entry.path(), &target, moves)?;
        } else {
            let text = fs::read_to_string(entry.path())
                .with_context(|| format!("cannot read {:?}", entry.path()))?;
            fs::write(target, render(&text, moves))?;
        }
    }
    Ok(())
}
