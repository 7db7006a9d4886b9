//! Starts the log: lines to standard output and, where a folder is named, to one file an hour; and the export of spans,
//! where a collector is named.

use anyhow::Context;
use tracing_subscriber::fmt::format::JsonFields;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

use super::json_line::JsonLine;
use crate::config::{LogFormat, LogLinesConfig, LogsConfig, SourceAddress, SpansConfig};
use crate::logs::{LogFolder, LogQueue, Losses, Written};
use crate::spans::{self, Exported, SpanLayer};

type AnyLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// What is still to be written and exported. Both are done, at the latest, when this is dropped: spans first, because
/// that may have something to say.
#[must_use]
pub struct Logging {
    _exported: Option<Exported>,
    _written: Option<Written>,
}

/// Starts logging, and the export of spans. `losses` counts the lines that are not written.
///
/// # Errors
/// When the filter is malformed, the folder or the collector's address cannot be used, or logging was started before.
pub fn start_logging(config: &LogsConfig, spans: &SpansConfig, losses: &Losses) -> anyhow::Result<Logging> {
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
    let (span_layer, exported) = export(spans, config)?.unzip();
    begin(layers, &config.lines, span_layer)?;
    Ok(Logging { _exported: exported, _written: written })
}

/// Starts logging to standard output alone.
///
/// # Errors
/// When the filter is malformed, or logging was started before.
pub fn start_logging_to_stdout(lines: &LogLinesConfig) -> anyhow::Result<()> {
    begin(vec![to_stdout(lines.log_format)], lines, None)
}

/// With spans, the log has a filter of its own, so that neither sees what is the other's. Without, there is one filter
/// before everything, which costs less.
fn begin(layers: Vec<AnyLayer>, lines: &LogLinesConfig, spans: Option<SpanLayer>) -> anyhow::Result<()> {
    let Some(spans) = spans else {
        return Ok(tracing_subscriber::registry().with(layers).with(filter(lines)?).try_init()?);
    };
    let log = layers.with_filter(filter(lines)?);
    Ok(tracing_subscriber::registry().with(vec![log.boxed(), spans]).try_init()?)
}

fn filter(lines: &LogLinesConfig) -> anyhow::Result<EnvFilter> {
    Ok(EnvFilter::try_new(&lines.log)?.add_directive(spans::NOT_IN_THE_LOG.parse()?))
}

fn export(spans: &SpansConfig, logs: &LogsConfig) -> anyhow::Result<Option<(SpanLayer, Exported)>> {
    let start = |endpoint: &SourceAddress| {
        spans::start(endpoint.as_str(), spans.otlp_service_name.as_deref(), &logs.server_name())
    };
    let started = spans.otlp_endpoint.as_ref().map(start).transpose();
    started.context("spans cannot be exported: see --otlp-endpoint")
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
