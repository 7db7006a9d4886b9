//! Text between blanks, and quotes.

const QUOTE: char = '"';

/// The pieces between blanks that stand outside quotes, with their quotes.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let (mut tokens, mut token, mut quoted) = (Vec::new(), String::new(), false);
    for letter in text.chars() {
        quoted ^= letter == QUOTE;
        if letter.is_whitespace() && !quoted {
            tokens.push(std::mem::take(&mut token));
        } else {
            token.push(letter);
        }
    }
    tokens.push(token);
    tokens.retain(|token| token.chars().any(|letter| letter != QUOTE && letter != '-'));
    tokens
}

/// A text without quotes.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|letter| *letter != QUOTE).collect::<String>().trim().to_owned()
}

/// A text with quotes, where it would not be read as one word without.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = !text.starts_with('-') && !text.contains(|c: char| c.is_whitespace() || c == ':');
    if is_plain { text.to_owned() } else { format!("\"{text}\"") }
}
