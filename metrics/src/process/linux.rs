//! The process as `/proc` tells of it.

use procfs::process::{LimitValue, Process};
use procfs::{ProcResult, boot_time_secs, page_size, ticks_per_second};

use super::Reading;

/// Reads what the system knows now.
///
/// # Errors
/// If `/proc` is not there, or reads otherwise than Linux writes it.
#[expect(clippy::cast_precision_loss, reason = "Prometheus knows no other numbers")]
pub(super) fn read() -> ProcResult<Reading> {
    let process = Process::myself()?;
    let stat = process.stat()?;
    let seconds = |ticks: u64| ticks as f64 / ticks_per_second() as f64;
    let max_files = match process.limits()?.max_open_files.soft_limit {
        LimitValue::Unlimited => None,
        LimitValue::Value(most) => Some(most),
    };
    Ok(Reading {
        cpu_seconds: seconds(stat.utime + stat.stime),
        open_files: process.fd_count()? as u64,
        max_files,
        virtual_bytes: stat.vsize,
        resident_bytes: stat.rss * page_size(),
        start_seconds: boot_time_secs()? as f64 + seconds(stat.starttime),
        threads: u64::try_from(stat.num_threads).unwrap_or_default(),
    })
}
