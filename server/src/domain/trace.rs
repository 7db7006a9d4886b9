//! What one cause is called in every log line that it leads to.

use std::fmt;
use std::str::FromStr;

/// A trace id as W3C Trace Context has it: 16 bytes, not all of them zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TraceId(u128);

/// A text is no trace id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a trace id is 32 hexadecimal digits in lower case, not all of them zero")]
pub struct NoTraceId;

impl TraceId {
    /// The id with this number; `None` for zero, which stands for no id.
    pub fn new(number: u128) -> Option<Self> {
        (number != 0).then_some(Self(number))
    }

    /// The id as a number.
    pub fn number(self) -> u128 {
        self.0
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

impl FromStr for TraceId {
    type Err = NoTraceId;

    fn from_str(text: &str) -> Result<Self, NoTraceId> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let number = (text.len() == 32 && text.bytes().all(is_digit)).then(|| u128::from_str_radix(text, 16));
        number.and_then(Result::ok).and_then(Self::new).ok_or(NoTraceId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_written_as_it_was_read() {
        let text = "0af7651916cd43dd8448eb211c80319c";
        assert_eq!(text.parse::<TraceId>().unwrap().to_string(), text);
        assert_eq!(TraceId::new(1).unwrap().to_string(), format!("{:032x}", 1));
    }

    #[test]
    fn what_is_no_id_is_refused() {
        let zeros = "0".repeat(32);
        let signed = format!("+{}", "1".repeat(31));
        for text in ["", "1", &zeros, &"A".repeat(32), &"1".repeat(33), &signed, &"é".repeat(16)] {
            assert_eq!(text.parse::<TraceId>(), Err(NoTraceId), "{text:?}");
        }
    }
}
