//! How large a parsed document is once its fragments are put in their places, and whether that is too large.
//! Every fragment is measured once, however often it is used, so that measuring costs no more than reading.

use std::collections::HashMap;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned};

use super::Refusal;

/// Deepest nesting of fields.
pub(super) const MAX_DEPTH: usize = 10;
/// The same below what reads the schema: the usual tools need 13.
const MAX_SCHEMA_DEPTH: usize = 15;
/// Most aliases.
pub(super) const MAX_ALIASES: usize = 30;
/// Most directives.
pub(super) const MAX_DIRECTIVES: usize = 50;
/// Most fields and uses of fragments. A field costs something, and the most that a document may cost is as
/// much; a fragment costs whoever walks through it, even if there is no field in it.
const MAX_SELECTIONS: usize = super::MAX_COST;

/// What reads the schema instead of data.
const INTROSPECTION: [&str; 3] = ["__schema", "__type", "_service"];

/// How large a selection is.
#[derive(Clone, Copy, Default)]
pub(super) struct Size {
    depth: usize,
    schema_depth: usize,
    selections: usize,
    aliases: usize,
    directives: usize,
}

/// Measures the largest operation of a document.
///
/// # Errors
/// What is too large, or that a fragment contains itself.
pub(super) fn check(document: &ExecutableDocument) -> Result<Size, Refusal> {
    let mut measure = Measure { document, fragments: HashMap::new() };
    let mut largest = Size::default();
    for (_, operation) in document.operations.iter() {
        let size = measure.operation(&operation.node)?;
        size.check()?;
        largest = largest.beside(size);
    }
    Ok(largest)
}

impl Size {
    /// Whether a selection reads the schema.
    pub(super) fn reads_schema(&self) -> bool {
        self.schema_depth > 0
    }

    fn check(&self) -> Result<(), Refusal> {
        let limits = [
            ("levels", self.depth, MAX_DEPTH),
            ("levels", self.schema_depth, MAX_SCHEMA_DEPTH),
            ("aliases", self.aliases, MAX_ALIASES),
            ("directives", self.directives, MAX_DIRECTIVES),
            ("fields and fragments", self.selections, MAX_SELECTIONS),
        ];
        match limits.into_iter().find(|(_, found, most)| found > most) {
            Some((what, _, most)) => Err(Refusal::TooLarge { what, most }),
            None => Ok(()),
        }
    }

    fn beside(self, other: Self) -> Self {
        Self {
            depth: self.depth.max(other.depth),
            schema_depth: self.schema_depth.max(other.schema_depth),
            selections: self.selections.saturating_add(other.selections),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
        }
    }
}

/// Measuring under way. A fragment that is being measured has no size yet.
struct Measure<'a> {
    document: &'a ExecutableDocument,
    fragments: HashMap<&'a Name, Option<Size>>,
}

impl<'a> Measure<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Size, Refusal> {
        let variables = operation.variable_definitions.iter();
        let directives = variables.map(|variable| variable.node.directives.len()).sum();
        let own = Size { directives, ..Size::default() }.beside(of(&operation.directives));
        Ok(own.beside(self.selections(&operation.selection_set.node)?))
    }

    fn selections(&mut self, set: &'a SelectionSet) -> Result<Size, Refusal> {
        set.items.iter().try_fold(Size::default(), |size, item| Ok(size.beside(self.selection(&item.node)?)))
    }

    fn selection(&mut self, selection: &'a Selection) -> Result<Size, Refusal> {
        let inside = match selection {
            Selection::Field(field) => self.field(&field.node)?,
            Selection::InlineFragment(fragment) => self.selections(&fragment.node.selection_set.node)?,
            Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node)?,
        };
        let selections = inside.selections.saturating_add(1);
        Ok(of(selection.directives()).beside(Size { selections, ..inside }))
    }

    fn field(&mut self, field: &'a Field) -> Result<Size, Refusal> {
        let inside = self.selections(&field.selection_set.node)?;
        let depth = inside.depth + 1;
        let (depth, schema_depth) = match INTROSPECTION.contains(&field.name.node.as_str()) {
            true => (0, depth.max(inside.schema_depth)),
            false => (depth, inside.schema_depth),
        };
        let aliases = inside.aliases.saturating_add(usize::from(field.alias.is_some()));
        Ok(Size { depth, schema_depth, aliases, ..inside })
    }

    /// A fragment that is not defined has no size; validation speaks of it.
    fn fragment(&mut self, name: &'a Name) -> Result<Size, Refusal> {
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            return Ok(Size::default());
        };
        match self.fragments.get(name) {
            Some(Some(known)) => return Ok(*known),
            Some(None) => return Err(Refusal::FragmentCycle(name.to_string())),
            None => {}
        }
        self.fragments.insert(name, None);
        let inside = self.selections(&fragment.node.selection_set.node)?;
        let size = of(&fragment.node.directives).beside(inside);
        self.fragments.insert(name, Some(size));
        Ok(size)
    }
}

fn of(directives: &[Positioned<Directive>]) -> Size {
    Size { directives: directives.len(), ..Size::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(document: &str) -> Option<String> {
        let document = async_graphql::parser::parse_query(document).unwrap();
        check(&document).err().map(|refusal| refusal.to_string())
    }

    #[test]
    fn what_is_within_every_limit_is_taken() {
        let deep = format!("{}{}", "{a".repeat(10), "}".repeat(10));
        let aliases: String = (0..30).map(|n| format!("a{n}: a ")).collect();
        let directives = "@include(if: true) ".repeat(50);
        for document in [deep, format!("{{ {aliases} }}"), format!("{{ a {directives} }}")] {
            assert_eq!(refusal(&document), None, "{document}");
        }
    }

    #[test]
    fn what_is_beyond_one_limit_is_refused_by_its_name() {
        let deep = format!("{}{}", "{a".repeat(11), "}".repeat(11));
        let aliases: String = (0..31).map(|n| format!("a{n}: a ")).collect();
        let directives = "@include(if: true) ".repeat(51);
        for (document, limit) in [
            (deep, "10 levels"),
            (format!("{{ {aliases} }}"), "30 aliases"),
            (format!("{{ a {directives} }}"), "50 directives"),
        ] {
            let refusal = refusal(&document).unwrap();
            assert!(refusal.contains(limit), "{refusal}");
        }
    }

    #[test]
    fn reading_the_schema_may_be_deeper() {
        let below = |levels: usize| format!("{}{}", "{ofType".repeat(levels), "}".repeat(levels));
        assert_eq!(refusal(&format!("{{ __schema {} }}", below(13))), None);
        assert!(refusal(&format!("{{ __schema {} }}", below(15))).is_some());
        assert!(refusal(&format!("{{ regions {} }}", below(13))).is_some());
    }

    #[test]
    fn a_fragment_counts_as_often_as_it_is_used() {
        let twice = |n: usize| format!("fragment F{n} on Q {{ ...F{} ...F{} }} ", n + 1, n + 1);
        let bomb: String = (0..100).map(twice).collect();
        // What is in the last one does not matter: to walk there is what takes for ever.
        for last in ["a", "...Unknown", "... on Q { ...Unknown }"] {
            let refusal = refusal(&format!("{{ ...F0 }} {bomb} fragment F100 on Q {{ {last} }}")).unwrap();
            assert!(refusal.contains("5000 fields and fragments"), "{refusal}");
        }
    }

    #[test]
    fn a_fragment_that_contains_itself_is_refused() {
        let refusal = refusal("{ ...A } fragment A on Q { b { ...B } } fragment B on Q { ...A }").unwrap();
        assert!(refusal.contains("contains itself"), "{refusal}");
    }
}
