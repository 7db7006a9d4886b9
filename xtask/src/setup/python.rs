//! Python environments of our own, each with the packages that a file of requirements names, each with its hash.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::command::run;
use crate::context::Context;

/// A copy of the requirements that were installed, written last.
const INSTALLED: &str = "installed-requirements.txt";

/// One environment.
pub(super) struct Environment {
    /// Its folder in the cache.
    pub(super) folder: &'static str,
    /// The file that names its packages, in the checkout.
    pub(super) requirements: &'static str,
}

impl Environment {
    /// The Python that has these packages.
    pub(super) fn python(&self, context: &Context) -> PathBuf {
        context.dirs.in_cache(self.folder).join("bin/python")
    }

    /// Whether it has what is named now.
    pub(super) fn is_there(&self, context: &Context) -> Result<bool> {
        let wanted = fs::read(context.dirs.in_checkout(self.requirements))
            .with_context(|| format!("cannot read {}", self.requirements))?;
        let is_wanted = fs::read(self.installed(context)).is_ok_and(|installed| installed == wanted);
        Ok(is_wanted && self.python(context).is_file())
    }

    /// Makes it anew.
    pub(super) fn install(&self, context: &Context) -> Result<()> {
        let folder = context.dirs.in_cache(self.folder);
        let _ = fs::remove_dir_all(&folder);
        run(context, context.command("python3").args(["-m", "venv"]).arg(folder))?;
        self.install_packages(context)?;
        fs::copy(context.dirs.in_checkout(self.requirements), self.installed(context))
            .context("cannot note what was installed")?;
        Ok(())
    }

    /// What a person does to make it.
    pub(super) fn by_hand(&self, context: &Context) -> String {
        let folder = context.dirs.in_cache(self.folder).display().to_string();
        let (requirements, installed) = (self.requirements, self.installed(context));
        format!(
            "python3 -m venv {folder} && {folder}/bin/python -m pip install --require-hashes -r {requirements} \
             && cp {requirements} {}",
            installed.display()
        )
    }

    fn installed(&self, context: &Context) -> PathBuf {
        context.dirs.in_cache(self.folder).join(INSTALLED)
    }

    /// Only what was built by others, and is what its hash says: nothing of it runs while it is installed.
    fn install_packages(&self, context: &Context) -> Result<()> {
        let mut pip = context.command(self.python(context));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]);
        run(context, pip.args(["--only-binary", ":all:", "--requirement", self.requirements]))
    }
}
