//! The time that a report is about, as it stands in the address.

use super::{Day, Query};
use crate::texts::Texts;

/// A report may be this long.
const LONGEST_DAYS: i64 = 400;
const PERIOD: &str = "period";

/// Which days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Period {
    /// The last ones, today among them.
    Last(i64),
    ThisMonth,
    LastMonth,
    /// From one day to another one, which belongs to it; nothing where one of them is not given.
    Own(Option<Day>, Option<Day>),
}

impl Period {
    /// What can be chosen.
    pub(crate) const CHOICES: [Self; 6] = [
        Self::Last(7),
        Self::Last(30),
        Self::Last(90),
        Self::ThisMonth,
        Self::LastMonth,
        Self::Own(None, None),
    ];
    /// The names in the address: which period, and its days where they are a person's own.
    pub(crate) const NAMES: [&str; 3] = [PERIOD, "from", "until"];

    /// Reads what is chosen; 30 days where nothing is.
    pub(crate) fn of(query: &Query) -> Self {
        let day = |name| query.get(name).and_then(Day::parse);
        let chosen =
            query.get(PERIOD).and_then(|word| Self::CHOICES.into_iter().find(|choice| choice.word() == word));
        match chosen {
            Some(Self::Own(..)) => Self::Own(day("from"), day("until")),
            chosen => chosen.unwrap_or(Self::Last(30)),
        }
    }

    /// As it stands in the address.
    pub(crate) fn word(self) -> String {
        match self {
            Self::Last(days) => days.to_string(),
            Self::ThisMonth => "this-month".to_owned(),
            Self::LastMonth => "last-month".to_owned(),
            Self::Own(..) => "own".to_owned(),
        }
    }

    /// In the words of people.
    pub(crate) fn text(self, texts: &Texts) -> String {
        let words = &texts.report;
        match self {
            Self::Last(days) => words.days.of(days.unsigned_abs() as usize),
            Self::ThisMonth => words.this_month.to_owned(),
            Self::LastMonth => words.last_month.to_owned(),
            Self::Own(..) => words.own.to_owned(),
        }
    }

    /// Whether a person gives the days.
    pub(crate) fn is_own(self) -> bool {
        matches!(self, Self::Own(..))
    }

    /// The first and the last day; nothing where the server would not take them.
    pub(crate) fn days(self, today: Day) -> Option<(Day, Day)> {
        let (first, last) = match self {
            Self::Last(days) => (today.plus(1 - days), today),
            Self::ThisMonth => (today.month_start(), today),
            Self::LastMonth => {
                let last = today.month_start().plus(-1);
                (last.month_start(), last)
            }
            Self::Own(first, last) => (first?, last?),
        };
        (0..LONGEST_DAYS).contains(&first.days_until(last)).then_some((first, last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::pick;

    fn days(query: &str) -> Option<String> {
        let today = Day::parse("2026-03-14").unwrap();
        let (first, last) = Period::of(&Query::parse(query)).days(today)?;
        Some([first.text(), last.text()].join(" "))
    }

    #[test]
    fn periods_stand_in_the_address() {
        let cases = [
            ("", "2026-02-13 2026-03-14"),
            ("period=7", "2026-03-08 2026-03-14"),
            ("period=this-month", "2026-03-01 2026-03-14"),
            ("period=last-month", "2026-02-01 2026-02-28"),
            ("period=own&from=2025-12-31&until=2026-01-01", "2025-12-31 2026-01-01"),
            ("period=own&from=2026-01-01&until=2026-01-01", "2026-01-01 2026-01-01"),
            ("period=nonsense", "2026-02-13 2026-03-14"),
        ];
        for (query, expected) in cases {
            assert_eq!(days(query).as_deref(), Some(expected), "{query}");
        }
    }

    #[test]
    fn own_days_are_both_given_in_order_and_not_too_far_apart() {
        for query in
            ["", "&from=2026-01-02", "&from=2026-01-02&until=2026-01-01", "&from=2024-01-01&until=2026-01-01"]
        {
            assert_eq!(days(&["period=own", query].concat()), None, "{query}");
        }
    }

    #[test]
    fn every_choice_is_found_by_its_own_word() {
        for choice in Period::CHOICES {
            let query = Query::default().with(PERIOD, [choice.word()]);
            assert_eq!(Period::of(&query), choice);
        }
        assert_eq!(Period::Last(7).text(pick(["en"])), "7 days");
    }
}
