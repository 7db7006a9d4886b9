//! The door to what exporters tell; see [`crate::fuzzing`].

use super::{Coverage, ExporterReading, Page, read};
use crate::sources::exposition::{Sample, samples};

/// A sample, for whoever stands outside.
#[derive(Clone, Debug)]
pub struct Line {
    /// Name of the metric.
    pub name: String,
    /// Labels, in the order in which they came.
    pub labels: Vec<(String, String)>,
    /// The number.
    pub value: f64,
}

/// All samples of a text; `None` where one is malformed.
pub fn read_lines(text: &str) -> Option<Vec<Line>> {
    samples(text).map(|sample| sample.ok().map(Line::from)).collect()
}

/// What a page tells of machines; `None` where it is not believed.
pub fn read_machines(page: &[u8], media_type: &str, coverage: &Coverage) -> Option<ExporterReading> {
    let page = Page { media_type: media_type.to_owned(), body: page.to_vec() };
    read(&page, coverage).ok()
}

impl From<Sample<'_>> for Line {
    fn from(Sample { name, labels, value }: Sample<'_>) -> Self {
        let labels = labels.into_iter().map(|(name, value)| (name.to_owned(), value.into_owned()));
        Self { name: name.to_owned(), labels: labels.collect(), value }
    }
}
