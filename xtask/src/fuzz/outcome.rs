//! What came of fuzzing a target, from what libFuzzer says of it.

/// Most lines that are shown of a crash.
const LAST_WORDS: usize = 40;

/// What came of fuzzing a target.
pub(super) struct Outcome {
    /// Texts that were tried.
    runs: u64,
    /// How long it took.
    seconds: f64,
    /// Places in the code that were reached; the same program has the same number of them.
    coverage: u64,
    /// Whether a text broke it. It ends there, so there is one at most.
    pub(super) crashed: bool,
    /// The end of what was said: what broke, where, and in which file the text is kept.
    pub(super) last_words: String,
}

impl Outcome {
    pub(super) const HEADINGS: [&'static str; 6] =
        ["target", "runs", "seconds", "runs/s", "coverage", "crashes"];

    /// Reads it from a log.
    pub(super) fn read(log: &str, crashed: bool, seconds: f64) -> Self {
        let lines: Vec<&str> = log.lines().collect();
        let last_words = lines[lines.len().saturating_sub(LAST_WORDS)..].join("\n");
        let runs = last_number(log, "stat::number_of_executed_units:");
        Self { runs, seconds, coverage: last_number(log, " cov:"), crashed, last_words }
    }

    /// A row below [`Self::HEADINGS`].
    pub(super) fn row(&self, target: &str) -> [String; 6] {
        let crashes = if self.crashed { "1: FAILED" } else { "0" };
        let each_second = self.runs as f64 / self.seconds.max(f64::MIN_POSITIVE);
        [
            target.to_owned(),
            self.runs.to_string(),
            format!("{:.0}", self.seconds),
            format!("{each_second:.0}"),
            self.coverage.to_string(),
            crashes.to_owned(),
        ]
    }
}

/// The number behind the last of these words; 0 where there is none.
fn last_number(log: &str, word: &str) -> u64 {
    let number = log.rsplit_once(word).and_then(|(_, rest)| rest.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Outcome;

    /// As libFuzzer ended, shortened.
    const ENDED: &str = "\
#4096\tpulse  cov: 310 ft: 900 corp: 60/2Kb lim: 300 exec/s: 2048 rss: 50Mb
#8211\tDONE   cov: 321 ft: 951 corp: 66/2Kb lim: 300 exec/s: 2737 rss: 51Mb
Done 8211 runs in 3 second(s)
stat::number_of_executed_units: 8211
stat::average_exec_per_sec:     2737
";

    #[test]
    fn a_run_is_told_in_a_row() {
        let outcome = Outcome::read(ENDED, false, 3.0);
        assert_eq!(outcome.row("cursor"), ["cursor", "8211", "3", "2737", "321", "0"]);
    }

    #[test]
    fn a_crash_is_told_with_its_last_words() {
        let outcome = Outcome::read("thread panicked\nTest unit written to ./crash-1\n", true, 1.0);
        assert_eq!(outcome.row("cursor")[5], "1: FAILED");
        assert!(outcome.last_words.contains("crash-1"));
    }
}
