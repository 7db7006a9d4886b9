//! The order in which people expect names: `Screen 2` before `Screen 10`, capitals beside small letters.

use std::cmp::Ordering;

/// Compares two names. Equal only if they are the same, so that a list always has the same order.
pub fn compare(a: &str, b: &str) -> Ordering {
    by_parts(a, b).then_with(|| a.cmp(b))
}

fn by_parts(mut a: &str, mut b: &str) -> Ordering {
    loop {
        let order = match (a.chars().next(), b.chars().next()) {
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (x, y);
                ((x, a), (y, b)) = (split_number(a), split_number(b));
                number(x, y)
            }
            (Some(x), Some(y)) => {
                (a, b) = (&a[x.len_utf8()..], &b[y.len_utf8()..]);
                x.to_lowercase().cmp(y.to_lowercase())
            }
            (x, y) => return x.is_some().cmp(&y.is_some()),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// The digits at the beginning, without leading zeros, and what follows.
fn split_number(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    (digits.trim_start_matches('0'), rest)
}

/// Numbers of any length: the one with more digits is larger.
fn number(a: &str, b: &str) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_in_names_count_as_numbers() {
        let ordered =
            ["", "1", "Sal 2", "sal 2b", "Sal 10", "Sal 010 a", "Sal 99999999999999999999999", "Salen", "Ö"];
        for pair in ordered.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
    }

    proptest! {
        #[test]
        fn names_have_one_order(a in "[aA1 0]{0,6}", b in "[aA1 0]{0,6}", c in "[aA1 0]{0,6}") {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            prop_assert_eq!(compare(&a, &b).is_eq(), a == b);
            if compare(&a, &b).is_le() && compare(&b, &c).is_le() {
                prop_assert!(compare(&a, &c).is_le(), "{} {} {}", a, b, c);
            }
        }
    }
}
