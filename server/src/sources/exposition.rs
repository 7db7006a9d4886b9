//! Prometheus' text exposition format and OpenMetrics, as far as readings need them: names, labels and values.
//! Comments, types, units and help are skipped; timestamps and exemplars are checked and dropped.
//!
//! Sources: <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>,
//! <https://prometheus.io/docs/specs/om/open_metrics_spec/>

use std::borrow::Cow;

/// One line: a number with a name and labels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sample<'a> {
    /// Name of the metric.
    pub(super) name: &'a str,
    /// Labels, in the order in which they came.
    pub(super) labels: Vec<(&'a str, Cow<'a, str>)>,
    /// The number; may be infinite or not a number.
    pub(super) value: f64,
}

impl Sample<'_> {
    /// The value of a label; `None` where it is missing or empty, which Prometheus holds to be the same.
    pub(super) fn label(&self, name: &str) -> Option<&str> {
        let label = self.labels.iter().find(|(label, _)| *label == name);
        label.map(|(_, value)| value.as_ref()).filter(|value| !value.is_empty())
    }
}

/// A line that does not follow the format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is malformed: {reason}")]
pub(super) struct Malformed {
    line: usize,
    reason: &'static str,
}

/// Most labels of a sample; real ones have about twenty. Each is compared with all before it.
const MAX_LABELS: usize = 256;
/// The last line of OpenMetrics. To the older format it is a comment.
const END: &str = "# EOF";

/// Whether a text says that it ends where it ends.
pub(super) fn has_end(text: &str) -> bool {
    text.trim_end().ends_with(END)
}

/// All samples of a text, in their order.
pub(super) fn samples(text: &str) -> impl Iterator<Item = Result<Sample<'_>, Malformed>> {
    let lines = text.lines().enumerate();
    let lines = lines.map(|(number, line)| (number + 1, line.trim_matches(is_blank)));
    let told = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    told.map(|(number, line)| sample(line).map_err(|reason| Malformed { line: number, reason }))
}

fn sample(line: &str) -> Result<Sample<'_>, &'static str> {
    let mut rest = Rest(line);
    let name = rest.name(is_metric_character).ok_or("it does not begin with the name of a metric")?;
    let labels = rest.labels()?;
    let value = rest.word().ok_or("it has no value")?;
    let value = value.parse().map_err(|_| "its value is not a number")?;
    rest.timestamp()?;
    if rest.take('#') {
        rest.exemplar()?;
    }
    match rest.word() {
        Some(_) => Err("something follows its timestamp"),
        None => Ok(Sample { name, labels, value }),
    }
}

/// What is left of a line.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn skip_blanks(&mut self) {
        self.0 = self.0.trim_start_matches(is_blank);
    }

    fn take(&mut self, expected: char) -> bool {
        self.skip_blanks();
        let rest = self.0.strip_prefix(expected);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn split(&mut self, at: usize) -> &'a str {
        let (head, tail) = self.0.split_at(at);
        self.0 = tail;
        head
    }

    fn name(&mut self, is_part: fn(char) -> bool) -> Option<&'a str> {
        self.skip_blanks();
        let end = self.0.find(|c| !is_part(c)).unwrap_or(self.0.len());
        let name = self.split(end);
        name.starts_with(|c: char| !c.is_ascii_digit()).then_some(name)
    }

    fn word(&mut self) -> Option<&'a str> {
        self.skip_blanks();
        let end = self.0.find(is_blank).unwrap_or(self.0.len());
        Some(self.split(end)).filter(|word| !word.is_empty())
    }

    /// Milliseconds in the older format, seconds in OpenMetrics: a number, if there is one.
    fn timestamp(&mut self) -> Result<(), &'static str> {
        self.skip_blanks();
        if self.0.is_empty() || self.0.starts_with('#') {
            return Ok(());
        }
        let timestamp = self.word().and_then(|word| word.parse::<f64>().ok());
        timestamp.filter(|time| time.is_finite()).map(drop).ok_or("its timestamp is not a number")
    }

    /// What OpenMetrics shows of a trace behind a sample.
    fn exemplar(&mut self) -> Result<(), &'static str> {
        const MALFORMED: &str = "its exemplar is malformed";
        self.labels().map_err(|_| MALFORMED)?;
        self.word().and_then(|value| value.parse::<f64>().ok()).ok_or(MALFORMED)?;
        self.timestamp().map_err(|_| MALFORMED)
    }

    fn labels(&mut self) -> Result<Vec<(&'a str, Cow<'a, str>)>, &'static str> {
        let mut labels = Vec::new();
        if !self.take('{') {
            return Ok(labels);
        }
        while !self.take('}') {
            let name = self.name(is_label_character).ok_or("a label has no name")?;
            if !self.take('=') || !self.take('"') {
                return Err("a label has no value in quotes");
            }
            // Which of two would count is not said anywhere.
            if labels.iter().any(|(known, _)| *known == name) {
                return Err("a label is told twice");
            }
            if labels.len() == MAX_LABELS {
                return Err("it has too many labels");
            }
            labels.push((name, self.quoted()?));
            if !self.take(',') && !self.0.starts_with('}') {
                return Err("its labels do not end");
            }
        }
        Ok(labels)
    }

    /// What stands before the closing quote, with `\\`, `\"` and `\n` resolved.
    fn quoted(&mut self) -> Result<Cow<'a, str>, &'static str> {
        const OPEN: &str = "the value of a label does not end";
        let plain = self.0.find(['"', '\\']).ok_or(OPEN)?;
        let plain = self.split(plain);
        if self.0.starts_with('"') {
            self.split(1);
            return Ok(Cow::Borrowed(plain));
        }
        let mut value = plain.to_owned();
        let mut characters = self.0.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.split(at + 1);
                    return Ok(Cow::Owned(value));
                }
                '\\' => match characters.next().ok_or(OPEN)?.1 {
                    'n' => value.push('\n'),
                    escaped @ ('"' | '\\') => value.push(escaped),
                    _ => return Err("the value of a label holds an unknown escape"),
                },
                _ => value.push(character),
            }
        }
        Err(OPEN)
    }
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

fn is_label_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

fn is_metric_character(character: char) -> bool {
    is_label_character(character) || character == ':'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NODE_EXPORTER: &str = include_str!("fixtures/node_exporter.prom");

    fn only(line: &str) -> Sample<'_> {
        samples(line).next().unwrap().unwrap()
    }

    fn reason(line: &str) -> &'static str {
        samples(line).next().unwrap().unwrap_err().reason
    }

    #[test]
    fn a_name_and_a_value_are_enough() {
        assert_eq!(only("up 1"), Sample { name: "up", labels: Vec::new(), value: 1.0 });
    }

    #[test]
    fn labels_keep_what_was_escaped() {
        let sample = only(r#"m { a = "C:\\x \"y\"\nz" , b="ø}" , } 2.5e-1 1763700000000"#);
        assert_eq!(sample.label("a"), Some("C:\\x \"y\"\nz"));
        assert_eq!(sample.label("b"), Some("ø}"));
        assert_eq!(sample.value, 0.25);
    }

    #[test]
    fn an_empty_label_is_none() {
        assert_eq!(only(r#"m{a=""} 1"#).label("a"), None);
    }

    #[test]
    fn values_may_be_infinite_or_no_number() {
        assert_eq!(only("m +Inf").value, f64::INFINITY);
        assert_eq!(only("m -Inf").value, f64::NEG_INFINITY);
        assert!(only("m NaN").value.is_nan());
    }

    #[test]
    fn comments_and_empty_lines_tell_nothing() {
        assert_eq!(samples("# HELP m x\n\n# TYPE m gauge\n  \t\n#\n").count(), 0);
    }

    #[test]
    fn a_malformed_line_is_named() {
        let error = samples("# TYPE m gauge\nm 1\nm one\n").nth(1).unwrap().unwrap_err();
        assert_eq!(error.to_string(), "line 3 is malformed: its value is not a number");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (line, expected) in [
            ("{} 1", "it does not begin with the name of a metric"),
            ("1m 1", "it does not begin with the name of a metric"),
            ("m", "it has no value"),
            ("m 1 soon", "its timestamp is not a number"),
            ("m 1 NaN", "its timestamp is not a number"),
            ("m 1 2 3", "something follows its timestamp"),
            ("m 1 # {", "its exemplar is malformed"),
            ("m 1 # {} x", "its exemplar is malformed"),
            ("m 1 # {} 1 x", "its exemplar is malformed"),
            ("m 1 # {} 1 2 3", "something follows its timestamp"),
            (r#"m{="x"} 1"#, "a label has no name"),
            ("m{a} 1", "a label has no value in quotes"),
            (r#"m{a="x" b="y"} 1"#, "its labels do not end"),
            (r#"m{a="x",b="y",a="x"} 1"#, "a label is told twice"),
            (r#"m{a="x"#, "the value of a label does not end"),
            (r#"m{a="x\"#, "the value of a label does not end"),
            (r#"m{a="\t"} 1"#, "the value of a label holds an unknown escape"),
        ] {
            assert_eq!(reason(line), expected, "{line}");
        }
    }

    #[test]
    fn a_sample_has_so_many_labels_and_no_more() {
        let line = |labels: usize| {
            let labels: String = (0..labels).map(|n| format!("l{n}=\"\",")).collect();
            format!("m{{{labels}}} 1")
        };
        assert_eq!(only(&line(MAX_LABELS)).labels.len(), MAX_LABELS);
        assert_eq!(reason(&line(MAX_LABELS + 1)), "it has too many labels");
    }

    #[test]
    fn a_sample_of_open_metrics_may_have_seconds_and_an_exemplar() {
        for line in [
            "m_bucket{le=\"1.0\"} 8 1520879607.789",
            "m_bucket{le=\"1.0\"} 8 # {trace_id=\"KOO5S4vxi0o\"} 0.67",
            "m_bucket{le=\"1.0\"} 8 1520879607.789 # {} 9.8 1520879607.789",
        ] {
            assert_eq!((only(line).name, only(line).value), ("m_bucket", 8.0), "{line}");
            assert_eq!(only(line).label("le"), Some("1.0"));
        }
    }

    #[test]
    fn a_text_that_ends_says_so_in_its_last_line() {
        assert!(has_end("m 1\n# EOF\n") && has_end("# EOF"));
        assert!(!has_end("m 1\n") && !has_end("# EOF\nm 1\n") && !has_end(""));
    }

    /// What real programs told, as recorded: which, what, and the name and value of one sample in it.
    const RECORDED: [(&str, &str, &str, f64); 5] = [
        ("node_exporter 1.5", NODE_EXPORTER, "node_exporter_build_info", 1.0),
        ("Prometheus 2.42", include_str!("fixtures/prometheus_2_42.prom"), "prometheus_build_info", 1.0),
        (
            "Alertmanager 0.25",
            include_str!("fixtures/alertmanager_0_25.prom"),
            "alertmanager_build_info",
            1.0,
        ),
        ("CineExporter", include_str!("fixtures/cine_exporter.prom"), "cine_exporter_poll_errors_total", 0.0),
        ("CinePortal, in OpenMetrics", include_str!("fixtures/cineportal.prom"), "cineportal_machines", 12.0),
    ];

    #[test]
    fn all_that_real_programs_tell_is_read() {
        for (program, text, name, value) in RECORDED {
            let read: Vec<_> = samples(text).collect::<Result<_, _>>().unwrap();
            let told = text.lines().filter(|line| !line.starts_with('#')).count();
            assert_eq!(read.len(), told, "{program}");
            let known = read.iter().find(|sample| sample.name == name);
            assert_eq!(known.unwrap_or_else(|| panic!("{program}")).value, value, "{program}");
        }
    }

    #[test]
    fn histograms_and_summaries_of_real_programs_keep_their_bounds() {
        let [_, (_, prometheus, ..), ..] = RECORDED;
        let read: Vec<_> = samples(prometheus).collect::<Result<_, _>>().unwrap();
        let of = |name: &str| read.iter().filter(|sample| sample.name == name).collect::<Vec<_>>();
        let buckets = of("prometheus_http_request_duration_seconds_bucket");
        assert!(buckets.iter().all(|bucket| bucket.label("le").is_some()));
        let last = buckets.iter().find(|bucket| bucket.label("le") == Some("+Inf")).unwrap();
        assert_eq!(last.value, of("prometheus_http_request_duration_seconds_count")[0].value);
        assert!(
            of("prometheus_engine_query_duration_seconds").iter().any(|quantile| quantile.value.is_nan())
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            samples(&text).for_each(drop);
        }

        #[test]
        fn nothing_close_to_the_format_makes_it_panic(text in "[a1:_{}=\"\\\\n, \t#\n.+NInf-]{0,60}") {
            samples(&text).for_each(drop);
        }

        #[test]
        fn every_label_value_is_read_back(value in any::<String>()) {
            let escaped = value.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n");
            let line = format!("m{{a=\"{escaped}\"}} 1");
            let sample = only(&line);
            prop_assert_eq!(sample.labels[0].1.as_ref(), value.as_str());
        }
    }
}
