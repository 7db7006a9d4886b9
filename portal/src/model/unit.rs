//! Measured values in words. Rounded by hand: the formatting of floats weighs more than this file.

use crate::texts::Texts;

/// The unit of a measured value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// 1 or 0.
    State,
    Celsius,
    Bytes,
    Pixels,
    /// 0 to 100.
    Percent,
}

const GIGABYTE: f64 = 1e9;
const MEGABYTE: f64 = 1e6;

impl Unit {
    /// Reads a word of the contract.
    pub(crate) fn from_wire(word: &str) -> Option<Self> {
        match word {
            "STATE" => Some(Self::State),
            "CELSIUS" => Some(Self::Celsius),
            "BYTES" => Some(Self::Bytes),
            "PIXELS" => Some(Self::Pixels),
            "PERCENT" => Some(Self::Percent),
            _ => None,
        }
    }

    /// The value as people say it, as `41.5 °C`.
    pub(crate) fn text(self, texts: &Texts, value: f64) -> String {
        match self {
            Self::State if value >= 0.5 => texts.reading.online.to_owned(),
            Self::State => texts.reading.offline.to_owned(),
            Self::Celsius => number(texts, value, " °C"),
            Self::Bytes if value.abs() < GIGABYTE => number(texts, value / MEGABYTE, " MB"),
            Self::Bytes => number(texts, value / GIGABYTE, " GB"),
            Self::Pixels => number(texts, value, " px"),
            Self::Percent => number(texts, value, " %"),
        }
    }
}

/// With one decimal below 100, unless it is zero.
fn number(texts: &Texts, value: f64, unit: &str) -> String {
    let tenths = (value * 10.0).round() as i64;
    let (whole, tenth) = ((tenths.abs() / 10), tenths.abs() % 10);
    let sign = if tenths < 0 { "−" } else { "" };
    if tenth == 0 || whole >= 100 {
        format!("{sign}{}{unit}", (tenths.abs() + 5) / 10)
    } else {
        format!("{sign}{whole}{}{tenth}{unit}", texts.chart.decimal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::pick;

    #[test]
    fn values_are_told_as_people_say_them() {
        let cases = [
            (Unit::Celsius, 41.46, "41.5 °C"),
            (Unit::Celsius, -3.0, "−3 °C"),
            (Unit::Bytes, 121_957_000_000.0, "122 GB"),
            (Unit::Bytes, 1_500_000_000.0, "1.5 GB"),
            (Unit::Bytes, 20_000_000.0, "20 MB"),
            (Unit::Percent, 100.0, "100 %"),
            (Unit::Pixels, 3840.0, "3840 px"),
            (Unit::State, 1.0, "online"),
        ];
        for (unit, value, text) in cases {
            assert_eq!(unit.text(pick(["en"]), value), text);
        }
    }

    #[test]
    fn other_languages_have_another_decimal_sign() {
        assert_eq!(Unit::Celsius.text(pick(["de"]), 41.5), "41,5 °C");
    }
}
