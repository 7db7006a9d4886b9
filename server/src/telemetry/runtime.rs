//! Metrics of the runtime that executes all tasks: how busy it is, and how late it gets to them.

use std::fmt;
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use tokio::runtime::{Handle, RuntimeMetrics};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::durations::seconds;

/// How often it is measured how late a task is.
const PROBE_INTERVAL: Duration = Duration::from_millis(100);

/// How late tasks are.
#[derive(Clone)]
pub struct TaskDelay(Histogram);

impl TaskDelay {
    pub(super) fn register(registry: &mut Registry) -> Self {
        registry.register_collector(Box::new(RuntimeCollector));
        let delay = seconds();
        let help =
            "How late a task goes on that is due, measured ten times a second; about a millisecond at best";
        registry.register_with_unit("runtime_poll_delay", help, Unit::Seconds, delay.clone());
        Self(delay)
    }

    /// Measures until told to stop.
    pub async fn measure(self, stop: CancellationToken) {
        loop {
            let due = Instant::now() + PROBE_INTERVAL;
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep_until(due) => self.0.observe(due.elapsed().as_secs_f64()),
            }
        }
    }
}

/// Reads what the runtime counts, in whose task the metrics are written.
#[derive(Debug)]
struct RuntimeCollector;

impl Collector for RuntimeCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Ok(runtime) = Handle::try_current() else { return Ok(()) };
        let runtime = runtime.metrics();
        for (name, help, value) in gauges(&runtime) {
            let value = ConstGauge::new(value as u64);
            value.encode(encoder.encode_descriptor(name, help, None, value.metric_type())?)?;
        }
        let busy = ConstCounter::new(busy_seconds(&runtime));
        let help = "Time that all threads together spent on tasks.";
        busy.encode(encoder.encode_descriptor(
            "runtime_busy",
            help,
            Some(&Unit::Seconds),
            busy.metric_type(),
        )?)
    }
}

fn gauges(runtime: &RuntimeMetrics) -> [(&'static str, &'static str, usize); 3] {
    [
        ("runtime_workers", "Threads that execute tasks.", runtime.num_workers()),
        ("runtime_tasks", "Tasks that have not ended.", runtime.num_alive_tasks()),
        ("runtime_queue_length", "Tasks that wait for any thread.", runtime.global_queue_depth()),
    ]
}

fn busy_seconds(runtime: &RuntimeMetrics) -> f64 {
    (0..runtime.num_workers()).map(|worker| runtime.worker_total_busy_duration(worker).as_secs_f64()).sum()
}
