//! Small letters, to compare words.

/// The text in small letters of the Latin, Greek and Cyrillic alphabets; other letters stay as they are.
///
/// Not `str::to_lowercase`: its table of all alphabets weighs more than all of the filter.
pub(crate) fn small(text: &str) -> String {
    text.chars().map(small_letter).collect()
}

fn small_letter(letter: char) -> char {
    let offset = match letter {
        'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ' | 'Α'..='Ρ' | 'Σ'..='Ϋ' | 'А'..='Я' => 32,
        'Ѐ'..='Џ' => 80,
        // In pairs, the capital one first; `ĸ` and `ŉ` have none, so that what follows is odd.
        'Ā'..='į' | 'Ĳ'..='ķ' | 'Ŋ'..='ŷ' => 1 - u32::from(letter) % 2,
        'Ĺ'..='ň' | 'Ź'..='ž' => u32::from(letter) % 2,
        'Ÿ' => return 'ÿ',
        _ => 0,
    };
    char::from_u32(u32::from(letter) + offset).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_our_languages_become_small() {
        assert_eq!(small("ÅSE Ærø, Övik Straße, ÄÄNI 7"), "åse ærø, övik straße, ääni 7");
    }

    #[test]
    fn every_letter_of_these_alphabets_becomes_what_unicode_says() {
        // `İ` becomes two letters there.
        let letters = ('\0'..='\u{17f}').chain('Α'..='ω').chain('Ѐ'..='џ').filter(|letter| *letter != 'İ');
        for letter in letters {
            assert_eq!(small(&letter.to_string()), letter.to_lowercase().to_string(), "{letter}");
        }
    }
}
