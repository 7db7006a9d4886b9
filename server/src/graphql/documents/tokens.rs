//! Counts the tokens of a document before it is parsed, so that a huge one costs nothing.
//! Source: GraphQL specification, September 2025, section 2.1, "Source Text".

/// How many tokens a document has; counts no further than one more than `most`.
/// What is no token at all is counted as if it were: the parser refuses it.
pub(super) fn count(text: &str, most: usize) -> usize {
    let mut rest = text.as_bytes();
    let mut tokens = 0;
    while tokens <= most {
        rest = skip_ignored(rest);
        let Some(length) = token_length(rest) else { break };
        tokens += 1;
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

/// White space, commas, comments and the byte order mark.
fn skip_ignored(mut text: &[u8]) -> &[u8] {
    loop {
        text = match text {
            [b' ' | b'\t' | b'\n' | b'\r' | b',', rest @ ..] | [0xEF, 0xBB, 0xBF, rest @ ..] => rest,
            [b'#', ..] => text.get(run(text, |byte| !matches!(byte, b'\n' | b'\r'))..).unwrap_or_default(),
            _ => return text,
        };
    }
}

/// How long the first token is, in bytes.
fn token_length(text: &[u8]) -> Option<usize> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    Some(match text {
        [] => return None,
        [b'.', b'.', b'.', ..] => 3,
        [b'"', b'"', b'"', ..] => block_string_length(text),
        [b'"', ..] => string_length(text),
        [b'-' | b'0'..=b'9', ..] => number_length(text),
        [byte, ..] if is_name(*byte) => run(text, is_name),
        _ => 1,
    })
}

/// A number ends as soon as the grammar lets it: `1-1` and `00` are two tokens each to the parser, which
/// wants nothing between them.
fn number_length(text: &[u8]) -> usize {
    let digits = |at: usize| run(text.get(at..).unwrap_or_default(), |byte| byte.is_ascii_digit());
    let mut at = usize::from(text.starts_with(b"-"));
    at += if text.get(at) == Some(&b'0') { 1 } else { digits(at) };
    if text.get(at) == Some(&b'.') && digits(at + 1) > 0 {
        at += 1 + digits(at + 1);
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at + 1 + sign);
        at += if exponent > 0 { 1 + sign + exponent } else { 0 };
    }
    at
}

fn string_length(text: &[u8]) -> usize {
    let mut at = 1;
    loop {
        match text.get(at) {
            Some(b'\\') => at += 2,
            Some(b'"') => return at + 1,
            Some(_) => at += 1,
            None => return text.len(),
        }
    }
}

fn block_string_length(text: &[u8]) -> usize {
    let mut at = 3;
    loop {
        match text.get(at..) {
            Some([b'\\', b'"', b'"', b'"', ..]) => at += 4,
            Some([b'"', b'"', b'"', ..]) => return at + 3,
            Some([_, ..]) => at += 1,
            Some([]) | None => return text.len(),
        }
    }
}

fn run(text: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
    text.iter().position(|byte| !belongs(*byte)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_token_counts_once_and_what_is_ignored_does_not() {
        for (text, tokens) in [
            ("", 0),
            ("{ regions { id } }", 6),
            ("\u{feff}# a comment { } \n query,Q($id:ID!=-1.5e+3){a:b(c:$id)@d}", 24),
            (r#"{ a(b: "x \" } { y") }"#, 8),
            (r#"{ a(b: """x \""" " } { """) ...F }"#, 10),
            ("\"never ends { { {", 1),
            ("-0.5e-3 10.25 3E+7 0", 4),
            // What the parser reads as several numbers counts as several.
            ("[1-1-1 000 -0-0 1.5.5e]", 14),
        ] {
            assert_eq!(count(text, 1_000), tokens, "{text}");
        }
    }

    #[test]
    fn counting_stops_behind_the_limit() {
        assert_eq!(count(&"{".repeat(250_000), 1_000), 1_001);
    }

    proptest! {
        #[test]
        fn any_text_is_counted(text in any::<String>()) {
            prop_assert!(count(&text, 1_000) <= 1_001.min(text.len()));
        }
    }
}
