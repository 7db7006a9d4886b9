//! The browser tests, on a stack of their own beside the one of `up`.

use anyhow::Result;

use super::test_folder;
use crate::command;
use crate::context::Context;
use crate::stack::{Keep, Plan, Record, shifted_free_ports, start};

/// Enough for every test to have machines of its own, and as quick as a demo.
const MACHINES: u32 = 700;

/// What a test closes while it fires stays closed, also if a show begins soon at the time of the test.
const SERVER_FLAGS: [&str; 2] = ["--reopen-before-show-minutes", "0"];

/// Which store the stack runs on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Store {
    Embedded,
    Mongodb,
}

impl Store {
    fn name(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Mongodb => "mongodb",
        }
    }
}

/// Starts a stack, runs Playwright against it, and stops it.
pub(super) fn run(context: &Context, store: Store) -> Result<()> {
    let folder = test_folder(context, &format!("e2e-{}", store.name()));
    let plan = Plan {
        folder: folder.clone(),
        keep: Keep::Nothing,
        ports: shifted_free_ports()?,
        machines: MACHINES,
        mongodb: store == Store::Mongodb,
        server_flags: &SERVER_FLAGS,
    };
    let _stack = start(context, &plan)?;
    let mut playwright = context.command(context.dirs.in_checkout("e2e/node_modules/.bin/playwright"));
    playwright
        .current_dir(context.dirs.in_checkout("e2e"))
        .arg("test")
        .env("CINEPORTAL_STACK", Record::file(&folder))
        .env("CINEPORTAL_STORE", store.name())
        .env("CINEPORTAL_XTASK", context.dirs.this_program());
    if let Some(chromium) = context.dirs.find_program("chromium") {
        playwright.env("CINEPORTAL_CHROMIUM", chromium);
    }
    command::run(context, &mut playwright)
}
