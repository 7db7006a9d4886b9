//! Machines in PromQL. Their ids come from other programs, so nothing of them may be read as PromQL.

use std::fmt::Write;

use cineportal_schema::labels::MACHINE_ID;

/// The matcher of labels that selects these machines and no others.
pub(super) fn selector<'a>(machines: impl IntoIterator<Item = &'a str>) -> String {
    let mut machines = machines.into_iter();
    match (machines.next(), machines.next()) {
        (Some(only), None) => format!("{MACHINE_ID}={}", quoted(only)),
        (first, second) => {
            let all = first.into_iter().chain(second).chain(machines);
            let either: Vec<String> = all.map(literal).collect();
            format!("{MACHINE_ID}=~{}", quoted(&either.join("|")))
        }
    }
}

/// A string of PromQL. What is not plain ASCII is written as its number: a raw line break would end the
/// string, and a raw U+FFFD is taken for broken text.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            ' '..='~' => quoted.push(character),
            // Writing to a string cannot fail.
            _ => _ = write!(quoted, r"\U{:08x}", u32::from(character)),
        }
    }
    quoted.push('"');
    quoted
}

/// A regular expression (RE2) that matches this text only.
fn literal(text: &str) -> String {
    let is_special = |character: char| r"\.+*?()|[]{}^$".contains(character);
    text.chars().flat_map(|c| is_special(c).then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    /// What Prometheus reads in a matcher: the operator, and the string without its escapes. Fails the test
    /// where the string ends early or holds what PromQL does not take.
    fn read(selector: &str) -> (&str, String) {
        let (operator, rest) = selector.strip_prefix("machine_id").unwrap().split_once('"').unwrap();
        let mut characters = rest.chars();
        let mut text = String::new();
        loop {
            match characters.next().expect("the string does not end") {
                '"' => break,
                '\\' => text.push(match characters.next().unwrap() {
                    'U' => {
                        let digits: String = characters.by_ref().take(8).collect();
                        char::from_u32(u32::from_str_radix(&digits, 16).unwrap()).unwrap()
                    }
                    escaped => escaped,
                }),
                plain => {
                    assert!((' '..='~').contains(&plain), "{plain:?} is not escaped");
                    text.push(plain);
                }
            }
        }
        assert_eq!(characters.as_str(), "", "something follows the string");
        (operator, text)
    }

    #[test]
    fn a_single_machine_is_asked_for_by_its_name() {
        assert_eq!(selector(["dk-aarhus-01-03"]), r#"machine_id="dk-aarhus-01-03""#);
    }

    #[test]
    fn several_machines_are_asked_for_at_once() {
        assert_eq!(selector(["dk-1", "dk.2", "dk|3"]), r#"machine_id=~"dk-1|dk\\.2|dk\\|3""#);
    }

    #[test]
    fn nothing_leaves_the_string() {
        assert_eq!(selector([r#""} or up{a=""#]), r#"machine_id="\"} or up{a=\"""#);
        assert_eq!(selector(["a\\\nø"]), r#"machine_id="a\\\U0000000a\U000000f8""#);
    }

    proptest! {
        #[test]
        fn every_machine_is_asked_for_by_exactly_its_name(id in any::<String>()) {
            let selector = selector([id.as_str()]);
            prop_assert_eq!(read(&selector), ("=", id));
        }

        #[test]
        fn machines_that_are_asked_for_together_match_and_others_do_not(
            ids in proptest::collection::btree_set(r#"[a-c"\\|.*+?()\[\]{}^$\nø-]{1,6}"#, 2..6),
            other in r#"[a-c"\\|.*+?()\[\]{}^$\nø-]{1,6}"#,
        ) {
            let selector = selector(ids.iter().map(String::as_str));
            let (operator, pattern) = read(&selector);
            prop_assert_eq!(operator, "=~");
            // As Prometheus does: the whole value has to match.
            let pattern = Regex::new(&format!("^(?s:{pattern})$")).unwrap();
            for id in &ids {
                prop_assert!(pattern.is_match(id), "{} does not match {}", pattern, id);
            }
            prop_assert_eq!(pattern.is_match(&other), ids.contains(&other));
        }
    }
}
