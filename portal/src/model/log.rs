//! The server's own log: an hour of it, and what is looked for.

use super::Query;

/// What is looked for in an hour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LogQuestion {
    /// As `2026-11-21T14`, of universal time; this hour where none is given.
    pub(crate) hour: Option<String>,
    /// The levels that are on; all of them where none is off.
    pub(crate) levels: Vec<&'static str>,
    pub(crate) region: Option<String>,
    pub(crate) incident: Option<String>,
    pub(crate) text: Option<String>,
}

/// Some lines of an hour, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogPage {
    /// Whose log it is.
    pub(crate) server: String,
    /// Whether that server keeps its log in files.
    pub(crate) is_kept: bool,
    pub(crate) hour: String,
    /// The nearest hours with lines.
    pub(crate) earlier: Option<String>,
    pub(crate) later: Option<String>,
    pub(crate) lines: Vec<LogLine>,
    /// Where older lines begin; nothing where there are none.
    pub(crate) next: Option<u64>,
}

/// A line. One that is damaged has only a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LogLine {
    pub(crate) at: Option<String>,
    pub(crate) level: Option<String>,
    pub(crate) target: Option<String>,
    pub(crate) message: String,
    pub(crate) is_damaged: bool,
    pub(crate) trace_id: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) incident: Option<String>,
    pub(crate) number: Option<String>,
    /// Whatever else it names, as `name=value`.
    pub(crate) others: Vec<String>,
}

/// The levels that can be switched off, and what each means for the server.
pub(crate) static LOG_LEVELS: [(&str, &[&str]); 4] =
    [("error", &["error"]), ("warn", &["warn"]), ("info", &["info"]), ("debug", &["debug", "trace"])];

impl LogQuestion {
    /// The names of what is chosen in the address: the levels that are off, and what lines must name.
    pub(crate) const OFF: &'static str = "off";
    pub(crate) const REGION: &'static str = "region";
    pub(crate) const INCIDENT: &'static str = "incident";
    pub(crate) const TEXT: &'static str = "text";

    /// What the address asks for.
    pub(crate) fn of(hour: Option<String>, query: &Query) -> Self {
        let off = Self::off(query);
        let on = LOG_LEVELS.iter().filter(|(level, _)| !off.is_empty() && !off.contains(level));
        let given = |name| query.get(name).filter(|text| !text.is_empty()).map(str::to_owned);
        Self {
            hour,
            levels: on.flat_map(|(_, levels)| levels.iter().copied()).collect(),
            region: given(Self::REGION),
            incident: given(Self::INCIDENT),
            text: given(Self::TEXT),
        }
    }

    /// The levels that are off. With all of them off nothing could be found: that counts as none.
    pub(crate) fn off(query: &Query) -> Vec<&'static str> {
        let levels = LOG_LEVELS.iter().map(|(level, _)| *level);
        let off: Vec<_> = levels.filter(|level| query.all(Self::OFF).any(|off| off == *level)).collect();
        if off.len() < LOG_LEVELS.len() { off } else { Vec::new() }
    }

    /// The same as the server takes it: names and values.
    pub(crate) fn pairs(&self, before: Option<u64>) -> Vec<(&'static str, String)> {
        let levels = (!self.levels.is_empty()).then(|| self.levels.join(","));
        let all = [
            ("hour", self.hour.clone()),
            ("level", levels),
            ("region", self.region.clone()),
            ("incident", self.incident.clone()),
            ("text", self.text.clone()),
            ("before", before.map(|before| before.to_string())),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

impl LogPage {
    /// The hour, as `2026-11-21 14`.
    pub(crate) fn hour_text(&self) -> String {
        self.hour.replace('T', " ")
    }

    /// Takes older lines in.
    pub(crate) fn extend(&mut self, older: Self) {
        self.lines.extend(older.lines);
        self.next = older.next;
    }
}

impl LogLine {
    /// Its time of day, as `14:02:30.123`.
    pub(crate) fn clock(&self) -> &str {
        let time = self.at.as_deref().and_then(|at| at.split_once('T')).map(|(_, time)| time);
        time.map_or("", |time| time.trim_end_matches('Z'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(query: &str) -> Vec<(&'static str, String)> {
        LogQuestion::of(Some("2026-11-21T14".to_owned()), &Query::parse(query)).pairs(None)
    }

    #[test]
    fn an_hour_alone_asks_for_all_of_it() {
        assert_eq!(pairs("text="), [("hour", "2026-11-21T14".to_owned())]);
    }

    #[test]
    fn what_is_off_is_not_asked_for() {
        assert_eq!(pairs("off=info&off=debug")[1], ("level", "error,warn".to_owned()));
        assert_eq!(pairs("off=error&off=loud")[1], ("level", "warn,info,debug,trace".to_owned()));
        assert_eq!(pairs("off=error&off=warn&off=info&off=debug").len(), 1);
    }

    #[test]
    fn what_is_looked_for_and_the_place_are_passed_on() {
        let question = LogQuestion::of(None, &Query::parse("region=denmark&incident=DK-1&text=a+b"));
        let told = [("region", "denmark"), ("incident", "DK-1"), ("text", "a b"), ("before", "7")];
        assert_eq!(question.pairs(Some(7)), told.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn a_line_is_shown_with_its_time_of_day() {
        let line = LogLine { at: Some("2026-11-21T14:02:30.123Z".to_owned()), ..LogLine::default() };
        assert_eq!((line.clock(), LogLine::default().clock()), ("14:02:30.123", ""));
    }
}
