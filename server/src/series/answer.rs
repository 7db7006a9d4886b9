//! What several Prometheuses told of one machine, as one answer.

use jiff::Timestamp;

use crate::domain::series::Series;

/// A series, and how far it can be trusted.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The values; none of them, if nothing is known.
    pub series: Series,
    /// When that was true; `None`: it was never known.
    pub as_of: Option<Timestamp>,
    /// Why there is nothing, or nothing newer, in a sentence.
    pub error: Option<String>,
    /// Why something of it may lack.
    pub warnings: Vec<Warning>,
}

/// Why something of a series may lack, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A source says itself that its answer is not all.
    Partial(String),
    /// One of several sources did not answer.
    Unavailable(String),
}

/// What one Prometheus told of one machine.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Told {
    /// The values, perhaps old ones; `None`: it has never told any.
    pub(super) series: Option<Series>,
    pub(super) as_of: Option<Timestamp>,
    /// Why it did not answer now.
    pub(super) error: Option<String>,
    /// What it says about its answer.
    pub(super) warnings: Vec<String>,
}

impl Answer {
    /// One answer of what all told; `empty`, if nobody told anything.
    pub(super) fn of(mut told: Vec<Told>, empty: Series) -> Self {
        if told.is_empty() {
            let error = "no Prometheus is configured for its region".to_owned();
            return Self { series: empty, as_of: None, error: Some(error), warnings: Vec::new() };
        }
        // Values first, and of those the new ones; the sort keeps the order in which the sources are named.
        told.sort_by_key(|told| (told.is_empty(), told.error.is_some()));
        let knows = told.first().is_some_and(|first| !first.is_empty() && first.error.is_none());
        let errors: Vec<String> = told.iter().filter_map(|told| told.error.clone()).collect();
        let warnings = told.iter().flat_map(|told| told.warnings.iter().cloned().map(Warning::Partial));
        let mut warnings: Vec<Warning> = warnings.collect();
        let mut error = None;
        if knows {
            warnings.extend(errors.into_iter().map(Warning::Unavailable));
        } else if !errors.is_empty() {
            error = Some(errors.join("; "));
        }
        let as_of = told.first().and_then(|first| first.as_of);
        let mut known = told.into_iter().filter_map(|told| told.series);
        let mut series = known.next().unwrap_or(empty);
        known.for_each(|other| series.fill_gaps(&other));
        Self { series, as_of, error, warnings }
    }
}

impl Told {
    fn is_empty(&self) -> bool {
        self.series.as_ref().is_none_or(Series::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::series::{Grid, Metric, Question, Range};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_763_700_000 + second).unwrap()
    }

    fn grid() -> Grid {
        Question::new(Metric::Temperature, Range::Hour, None).unwrap().grid(at(0))
    }

    fn empty() -> Series {
        Series::empty(grid())
    }

    /// One value at this place of the grid.
    fn series(place: usize, value: f64) -> Series {
        let mut series = empty();
        series.values[place] = Some(value);
        series
    }

    fn fresh(series: Series) -> Told {
        Told { series: Some(series), as_of: Some(at(0)), error: None, warnings: Vec::new() }
    }

    fn failing(series: Option<Series>) -> Told {
        let as_of = series.as_ref().map(|_| at(-60));
        Told { series, as_of, error: Some("b: it is away".to_owned()), warnings: Vec::new() }
    }

    #[test]
    fn two_sources_complete_each_other() {
        let answer = Answer::of(vec![fresh(series(0, 1.0)), fresh(series(1, 2.0))], empty());
        assert_eq!(answer.series.values[..2], [Some(1.0), Some(2.0)]);
        assert_eq!((answer.as_of, answer.error), (Some(at(0)), None));
    }

    #[test]
    fn a_source_that_is_away_is_a_warning_where_another_one_knows() {
        for told in [vec![fresh(series(0, 1.0)), failing(None)], vec![failing(None), fresh(series(0, 1.0))]] {
            let answer = Answer::of(told, empty());
            assert_eq!((answer.series.values[0], answer.error), (Some(1.0), None));
            assert_eq!(answer.warnings, [Warning::Unavailable("b: it is away".to_owned())]);
        }
    }

    #[test]
    fn a_source_that_is_away_is_an_error_where_no_other_one_knows() {
        let answer = Answer::of(vec![fresh(empty()), failing(None)], empty());
        assert_eq!((answer.as_of, answer.error.as_deref()), (Some(at(0)), Some("b: it is away")));
        assert!(answer.series.is_empty());
    }

    #[test]
    fn old_values_are_better_than_none_and_say_so() {
        let answer = Answer::of(vec![fresh(empty()), failing(Some(series(0, 1.0)))], empty());
        assert_eq!(answer.series.values[0], Some(1.0));
        assert_eq!((answer.as_of, answer.error.as_deref()), (Some(at(-60)), Some("b: it is away")));
    }

    #[test]
    fn a_source_that_doubts_its_answer_is_heard() {
        let doubtful = Told { warnings: vec!["a store was away".to_owned()], ..fresh(series(0, 1.0)) };
        let answer = Answer::of(vec![doubtful], empty());
        assert_eq!(answer.warnings, [Warning::Partial("a store was away".to_owned())]);
    }

    #[test]
    fn a_region_without_a_prometheus_is_told_so() {
        let error = Answer::of(Vec::new(), empty()).error.unwrap();
        assert_eq!(error, "no Prometheus is configured for its region");
    }
}
