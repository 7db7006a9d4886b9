//! Measured values over time in GraphQL.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};

use super::error::bad_input;
use super::incident::DateTime;
use crate::desk::{Desk, MachineView};
use crate::domain::series::{Metric, Question, Range, Unit};
use crate::series::{Answer, Warning};

/// What a question to a source costs, beside its points.
const LOOK_COST: usize = 5;
/// So many points cost as much as a field.
const POINTS_PER_COST: usize = 10;

/// What a series costs: by its points, so that a page of machines may show one small chart each.
pub(super) fn series_cost(range: SeriesRange, step_seconds: Option<i32>, child_complexity: usize) -> usize {
    // The metric does not matter; a step that makes no sense is refused later.
    let points = question(SeriesMetric::Up, range, step_seconds).map_or(0, Question::points);
    LOOK_COST + points / POINTS_PER_COST + child_complexity
}

/// The series of one machine.
pub(super) async fn series(
    context: &Context<'_>,
    machine: &MachineView,
    metric: SeriesMetric,
    range: SeriesRange,
    step_seconds: Option<i32>,
) -> Result<SeriesObject> {
    let question = question(metric, range, step_seconds)?;
    let answer = context.data::<Desk>()?.series(machine, question).await;
    Ok(SeriesObject { unit: question.metric().unit().into(), answer })
}

fn question(metric: SeriesMetric, range: SeriesRange, step_seconds: Option<i32>) -> Result<Question> {
    let question = Question::new(metric.into(), range.into(), step_seconds.map(i64::from));
    question.map_err(|error| bad_input(error.to_string()))
}

pub(super) struct SeriesObject {
    unit: SeriesUnit,
    answer: Answer,
}

/// Measured values on a regular grid of times. Each stands for the time since the one before it, and is the
/// worst of it: the lowest free space, the highest temperature.
#[Object(name = "Series")]
impl SeriesObject {
    /// The unit of the values.
    async fn unit(&self) -> SeriesUnit {
        self.unit
    }

    /// The time of the first value.
    async fn starts_at(&self) -> DateTime {
        DateTime(self.answer.series.starts_at())
    }

    /// From one value to the next, in seconds.
    async fn step_seconds(&self) -> u32 {
        self.answer.series.grid.step_seconds
    }

    /// The values, at most 250: that with index i is of `startsAt` + i * `stepSeconds`. Null where nothing was
    /// measured.
    async fn values(&self) -> &[Option<f64>] {
        &self.answer.series.values
    }

    /// The same values with their times, without the gaps; longer than `values`.
    #[graphql(complexity = "10 + 10 * child_complexity")]
    async fn points(&self) -> Vec<SeriesPoint> {
        let starts_at = self.answer.series.starts_at().as_second();
        let step_seconds = i64::from(self.answer.series.grid.step_seconds);
        let times = (0..).map(|index| starts_at + index * step_seconds);
        let values = times.zip(&self.answer.series.values);
        values.filter_map(|(at, value)| Some(SeriesPoint { at, value: (*value)? })).collect()
    }

    /// When the values were read; null: never.
    async fn as_of(&self) -> Option<DateTime> {
        self.answer.as_of.map(DateTime)
    }

    /// Why there are no values, or none newer than `asOf`, in a sentence; null: nothing is wrong.
    async fn error(&self) -> Option<&str> {
        self.answer.error.as_deref()
    }

    /// Why some of the values may lack.
    async fn warnings(&self) -> Vec<SeriesWarning> {
        self.answer.warnings.iter().map(SeriesWarning::from).collect()
    }
}

/// One value.
#[derive(SimpleObject)]
struct SeriesPoint {
    /// Its time, in seconds since 1970.
    at: i64,
    /// The value, in the unit of its series.
    value: f64,
}

/// Why some values of a series may lack.
#[derive(SimpleObject)]
struct SeriesWarning {
    /// For programs.
    code: SeriesWarningCode,
    /// For people: who says what, in a sentence.
    message: String,
}

/// Why some values of a series may lack.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum SeriesWarningCode {
    /// A source says itself that its answer may not be all.
    UpstreamPartial,
    /// One of several sources did not answer.
    UpstreamUnavailable,
}

impl From<&Warning> for SeriesWarning {
    fn from(warning: &Warning) -> Self {
        let (code, message) = match warning {
            Warning::Partial(message) => (SeriesWarningCode::UpstreamPartial, message),
            Warning::Unavailable(message) => (SeriesWarningCode::UpstreamUnavailable, message),
        };
        Self { code, message: message.clone() }
    }
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Metric")]
pub(super) enum SeriesMetric {
    /// 1 while the cloud sees the machine online, else 0; the lowest.
    Up,
    /// Temperature inside the machine, in degrees Celsius; the highest.
    Temperature,
    /// Free space on the machine's disk, in bytes; the lowest.
    FreeDisk,
    /// Width of the picture that the machine shows, in pixels; the lowest.
    DisplayWidth,
    /// Height of the picture that the machine shows, in pixels; the lowest.
    DisplayHeight,
    /// How much of the game is downloaded, in percent; the lowest.
    DownloadProgress,
    /// How busy the processors of a host are, in percent; the mean. Only for hosts with node_exporter.
    Cpu,
    /// How much of the memory of a host is used, in percent; the highest. Only for hosts with node_exporter.
    Memory,
    /// How full the fullest file system of a host is, in percent; the highest. Only for hosts with node_exporter.
    Disk,
}

/// How far back a series goes.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Range")]
pub(super) enum SeriesRange {
    /// The last hour; a step is at least 15 seconds.
    Hour,
    /// The last six hours; a step is at least 90 seconds.
    SixHours,
    /// The last 24 hours; a step is at least 360 seconds.
    Day,
    /// The last seven days; a step is at least 2,520 seconds.
    Week,
}

/// The unit of a series.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Unit")]
enum SeriesUnit {
    /// 1 or 0.
    State,
    /// Degrees Celsius.
    Celsius,
    /// Bytes.
    Bytes,
    /// Pixels.
    Pixels,
    /// 0 to 100.
    Percent,
}
