//! Where in a TOML file something stands, for whoever is told that it is wrong.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The line of a key in a channel's table; the line of the table if it has no such key.
pub(super) fn line_of_channel(text: &str, name: &str, key: &str) -> usize {
    let Ok(file) = DeTable::parse(text) else { return 1 };
    let channel = entry(file.get_ref(), "channels").and_then(|(_, value)| entry(table(value)?, name));
    let Some((name, value)) = channel else { return 1 };
    let key = table(value).and_then(|table| entry(table, key));
    line_at(text, key.map_or(name, |(key, _)| key).span().start)
}

/// The line of a key of the route of this name in a region's file; the line of the route if it has no such key.
pub(super) fn line_of_route(text: &str, route: &str, key: &str) -> usize {
    let Ok(file) = DeTable::parse(text) else { return 1 };
    let routes = entry(file.get_ref(), "notify").and_then(|(_, value)| value.get_ref().as_array());
    let is_named = |value: &&Spanned<DeValue<'_>>| {
        let name = table(value).and_then(|table| entry(table, "name"));
        name.is_some_and(|(_, name)| name.get_ref().as_str() == Some(route))
    };
    let Some(found) = routes.and_then(|routes| routes.iter().find(is_named)) else { return 1 };
    let key = table(found).and_then(|table| entry(table, key));
    line_at(text, key.map_or(found.span().start, |(key, _)| key.span().start))
}

type Entry<'a, 'i> = (&'a Spanned<std::borrow::Cow<'i, str>>, &'a Spanned<DeValue<'i>>);

fn entry<'a, 'i>(table: &'a DeTable<'i>, key: &str) -> Option<Entry<'a, 'i>> {
    table.iter().find(|(name, _)| **name.get_ref() == *key)
}

fn table<'a, 'i>(value: &'a Spanned<DeValue<'i>>) -> Option<&'a DeTable<'i>> {
    value.get_ref().as_table()
}

fn line_at(text: &str, byte: usize) -> usize {
    text[..byte.min(text.len())].matches('\n').count() + 1
}
