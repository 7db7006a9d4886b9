//! Starts the log: lines to standard output and, where a folder is named, to one file an hour.

use anyhow::Context;
use tracing_subscriber::fmt::format::JsonFields;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

use super::json_line::JsonLine;
use crate::config::{LogFormat, LogLinesConfig, LogsConfig};
use crate::logs::{LogFolder, LogQueue, Losses, Written};

type AnyLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// Starts logging. Lines are in their file, at the latest, when the answer is dropped; `losses` counts those that
/// are not.
///
/// # Errors
/// When the filter is malformed, the folder cannot be used, or logging was started before.
pub fn start_logging(config: &LogsConfig, losses: &Losses) -> anyhow::Result<Option<Written>> {
    let mut layers = vec![to_stdout(config.lines.log_format)];
    let written = match &config.log_folder {
        Some(path) => {
            let cannot = || format!("cannot keep the log in {}: see --log-folder", path.display());
            let folder = LogFolder::open(path).with_context(cannot)?;
            let (queue, written) =
                LogQueue::start(folder, config.keep_log_days, losses.clone()).with_context(cannot)?;
            layers.push(to_files(queue));
            Some(written)
        }
        None => None,
    };
    begin(layers, &config.lines)?;
    Ok(written)
}

/// Starts logging to standard output alone.
///
/// # Errors
/// When the filter is malformed, or logging was started before.
pub fn start_logging_to_stdout(lines: &LogLinesConfig) -> anyhow::Result<()> {
    begin(vec![to_stdout(lines.log_format)], lines)
}

fn begin(layers: Vec<AnyLayer>, lines: &LogLinesConfig) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&lines.log)?;
    Ok(tracing_subscriber::registry().with(layers).with(filter).try_init()?)
}

fn to_stdout(format: LogFormat) -> AnyLayer {
    match format {
        LogFormat::Text => fmt::layer().with_ansi(false).boxed(),
        LogFormat::Json => fmt::layer().fmt_fields(JsonFields::new()).event_format(JsonLine).boxed(),
    }
}

fn to_files(queue: LogQueue) -> AnyLayer {
    fmt::layer().fmt_fields(JsonFields::new()).event_format(JsonLine).with_writer(queue).boxed()
}
