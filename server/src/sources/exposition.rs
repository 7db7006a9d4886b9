//! Prometheus' text exposition format, as far as readings need it: names, labels and values.
//! Comments, types and help are skipped; timestamps are checked and dropped.
//!
//! Source: <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>

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
#[error("line {line} of its answer is malformed: {reason}")]
pub struct Malformed {
    line: usize,
    reason: &'static str,
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
    if let Some(timestamp) = rest.word() {
        timestamp.parse::<i64>().map_err(|_| "its timestamp is not a whole number of milliseconds")?;
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
        assert_eq!(error.to_string(), "line 3 of its answer is malformed: its value is not a number");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (line, expected) in [
            ("{} 1", "it does not begin with the name of a metric"),
            ("1m 1", "it does not begin with the name of a metric"),
            ("m", "it has no value"),
            ("m 1 soon", "its timestamp is not a whole number of milliseconds"),
            ("m 1 2 3", "something follows its timestamp"),
            (r#"m{="x"} 1"#, "a label has no name"),
            ("m{a} 1", "a label has no value in quotes"),
            (r#"m{a="x" b="y"} 1"#, "its labels do not end"),
            (r#"m{a="x"#, "the value of a label does not end"),
            (r#"m{a="x\"#, "the value of a label does not end"),
            (r#"m{a="\t"} 1"#, "the value of a label holds an unknown escape"),
        ] {
            assert_eq!(reason(line), expected, "{line}");
        }
    }

    #[test]
    fn all_that_node_exporter_tells_is_read() {
        let read: Vec<_> = samples(NODE_EXPORTER).collect::<Result<_, _>>().unwrap();
        let told = NODE_EXPORTER.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(read.len(), told);
        let booted = read.iter().find(|sample| sample.name == "node_boot_time_seconds").unwrap();
        assert!(booted.value > 1e9);
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
