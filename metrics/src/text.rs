//! The two text formats. Programs ask for OpenMetrics; people, and `promtool check metrics`, read the plain one.
//! Sources: OpenMetrics 1.0; Prometheus, "Exposition formats".

/// A format of the metrics' text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// OpenMetrics 1.0: with units, and with an end that shows that nothing was cut off.
    OpenMetrics,
    /// Prometheus' own, version 0.0.4.
    Plain,
}

impl Format {
    /// What a client takes, by its header `accept`: OpenMetrics if it names that, else plain text.
    pub fn accepted(accept: Option<&str>) -> Self {
        let names = |accept: &str| accept.to_ascii_lowercase().contains("application/openmetrics-text");
        if accept.is_some_and(names) { Self::OpenMetrics } else { Self::Plain }
    }

    /// As it stands in the header `content-type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Plain => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

/// OpenMetrics as plain text. There a counter's family is named as its sample, with `_total`; units and the end
/// are not told.
pub fn plain_text(open_metrics: &str) -> String {
    let mut plain = String::with_capacity(open_metrics.len());
    let mut lines = open_metrics.lines().peekable();
    while let Some(line) = lines.next() {
        if line == "# EOF" || line.starts_with("# UNIT ") {
            continue;
        }
        let is_counter =
            counter_of(line).is_some() || lines.peek().is_some_and(|next| is_help_of(line, next));
        match described(line).filter(|_| is_counter) {
            Some((word, family, rest)) => plain.extend(["# ", word, " ", family, "_total ", rest, "\n"]),
            None => plain.extend([line, "\n"]),
        }
    }
    plain
}

/// Word, family and rest of a line `# WORD FAMILY REST`.
fn described(line: &str) -> Option<(&str, &str, &str)> {
    let (word, rest) = line.strip_prefix("# ")?.split_once(' ')?;
    let (family, rest) = rest.split_once(' ')?;
    Some((word, family, rest))
}

/// The family that a line `# TYPE FAMILY counter` is about.
fn counter_of(line: &str) -> Option<&str> {
    line.strip_prefix("# TYPE ")?.strip_suffix(" counter")
}

/// Whether a line is the help of the counter whose type the next line tells.
fn is_help_of(line: &str, next: &str) -> bool {
    let of = |family: &str| line.strip_prefix("# HELP ").and_then(|help| help.strip_prefix(family));
    counter_of(next).and_then(of).is_some_and(|help| help.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_named_as_its_sample() {
        let open_metrics = "# HELP a Things.\n# TYPE a counter\na_total 1\n# EOF\n";
        assert_eq!(plain_text(open_metrics), "# HELP a_total Things.\n# TYPE a_total counter\na_total 1\n");
    }

    #[test]
    fn units_are_left_out_and_the_rest_stays() {
        let open_metrics = "# HELP a_seconds Time.\n# TYPE a_seconds gauge\n# UNIT a_seconds seconds\n\
                            a_seconds{b=\"# TYPE c counter\"} 1.5\n# EOF\n";
        let plain = "# HELP a_seconds Time.\n# TYPE a_seconds gauge\na_seconds{b=\"# TYPE c counter\"} 1.5\n";
        assert_eq!(plain_text(open_metrics), plain);
    }

    #[test]
    fn open_metrics_is_for_those_who_ask_for_it() {
        let prometheus =
            "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        assert_eq!(Format::accepted(Some(prometheus)), Format::OpenMetrics);
        assert_eq!(Format::accepted(Some("*/*")), Format::Plain);
        assert_eq!(Format::accepted(None), Format::Plain);
    }
}
