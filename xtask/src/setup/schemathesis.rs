//! Schemathesis, which makes up requests from published schemas: a Python environment of its own, with the
//! packages that `e2e/api/requirements.txt` names, each with its hash.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::Step;
use crate::command::run;
use crate::context::Context;

const REQUIREMENTS: &str = "e2e/api/requirements.txt";
const FOLDER: &str = "schemathesis";
/// A copy of the requirements that were installed, written last.
const INSTALLED: &str = "schemathesis/installed-requirements.txt";

/// The Python that has it.
pub(crate) fn python(context: &Context) -> PathBuf {
    context.dirs.in_cache(FOLDER).join("bin/python")
}

pub(super) fn step(context: &Context) -> Step {
    let folder = context.dirs.in_cache(FOLDER).display().to_string();
    Step {
        title: "Schemathesis".to_owned(),
        is_there: |context| {
            let wanted = fs::read(context.dirs.in_checkout(REQUIREMENTS))
                .context("cannot read e2e/api/requirements.txt")?;
            let is_wanted =
                fs::read(context.dirs.in_cache(INSTALLED)).is_ok_and(|installed| installed == wanted);
            Ok(is_wanted && python(context).is_file())
        },
        work: "downloading 20 MB from PyPI, about 1 minute",
        install: |context| {
            let _ = fs::remove_dir_all(context.dirs.in_cache(FOLDER));
            let environment = context.dirs.in_cache(FOLDER);
            run(context, context.command("python3").args(["-m", "venv"]).arg(environment))?;
            install(context)?;
            fs::copy(context.dirs.in_checkout(REQUIREMENTS), context.dirs.in_cache(INSTALLED))
                .context("cannot note what was installed")?;
            Ok(())
        },
        by_hand: format!(
            "python3 -m venv {folder} && {folder}/bin/python -m pip install --require-hashes -r {REQUIREMENTS} \
             && cp {REQUIREMENTS} {}",
            context.dirs.in_cache(INSTALLED).display()
        ),
    }
}

/// Only what was built by others, and is what its hash says: nothing of it runs while it is installed.
fn install(context: &Context) -> Result<()> {
    let mut pip = context.command(python(context));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]);
    run(context, pip.args(["--only-binary", ":all:", "--requirement", REQUIREMENTS]))
}
