//! The wish to stop: Ctrl-C, SIGTERM or SIGHUP.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

/// Set once by a signal, looked at by everything that waits.
#[derive(Clone)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Installs the signal handler.
    ///
    /// # Errors
    /// If this process has one already.
    pub(crate) fn on_signals() -> Result<Self> {
        let stop = Self(Arc::new(AtomicBool::new(false)));
        let flag = stop.clone();
        ctrlc::set_handler(move || flag.0.store(true, Ordering::SeqCst))
            .context("cannot listen for Ctrl-C")?;
        Ok(stop)
    }

    /// Whether somebody asked us to stop.
    pub(crate) fn requested(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Sleeps for a moment.
    ///
    /// # Errors
    /// If somebody asked us to stop.
    pub(crate) fn pause(&self, time: Duration) -> Result<()> {
        if !self.requested() {
            thread::sleep(time);
        }
        if self.requested() {
            bail!("stopped on request");
        }
        Ok(())
    }
}
