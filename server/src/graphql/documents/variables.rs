//! Which variables say how to show what is found; the others only say what to look for.

use std::collections::BTreeSet;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned};
use async_graphql_value::Value;

use super::Document;

impl Document {
    /// The variables that the operation with this name uses elsewhere than in the arguments of its root fields.
    pub(in crate::graphql) fn shown_with(&self, name: Option<&str>) -> BTreeSet<Name> {
        let mut found = Found { document: &self.parsed, variables: BTreeSet::new() };
        if let Some(operation) = self.operation(name) {
            found.operation(operation);
        }
        found.variables
    }
}

/// Looking is under way. No fragment contains itself: [`super::size`] has seen to it.
struct Found<'a> {
    document: &'a ExecutableDocument,
    variables: BTreeSet<Name>,
}

impl Found<'_> {
    fn operation(&mut self, operation: &OperationDefinition) {
        self.directives(&operation.directives);
        self.selections(&operation.selection_set.node, true);
    }

    fn selections(&mut self, set: &SelectionSet, at_root: bool) {
        for item in &set.items {
            self.directives(item.node.directives());
            self.selection(&item.node, at_root);
        }
    }

    fn selection(&mut self, selection: &Selection, at_root: bool) {
        match selection {
            Selection::Field(field) => {
                let arguments = field.node.arguments.iter().filter(|_| !at_root);
                arguments.for_each(|(_, value)| self.value(&value.node));
                self.selections(&field.node.selection_set.node, false);
            }
            Selection::InlineFragment(fragment) => {
                self.selections(&fragment.node.selection_set.node, at_root);
            }
            Selection::FragmentSpread(spread) => {
                let document = self.document;
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    self.directives(&fragment.node.directives);
                    self.selections(&fragment.node.selection_set.node, at_root);
                }
            }
        }
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) {
        let arguments = directives.iter().flat_map(|directive| &directive.node.arguments);
        arguments.for_each(|(_, value)| self.value(&value.node));
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Variable(name) => drop(self.variables.insert(name.clone())),
            Value::List(values) => values.iter().for_each(|value| self.value(value)),
            Value::Object(fields) => fields.values().for_each(|value| self.value(value)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown_with(text: &str) -> Vec<String> {
        let document = Document::parse(text).unwrap();
        document.shown_with(None).into_iter().map(|name| name.to_string()).collect()
    }

    #[test]
    fn where_to_begin_does_not_matter_to_what_is_shown() {
        let text = "subscription ($region: ID, $after: String, $n: Int, $long: Boolean!, $page: [Int]) {
            ...Root }
            fragment Root on Subscription { incidentChanged(region: $region, after: $after) {
                ... on IncidentChange @include(if: $long) { incident { region { incidents(first: $n) { a } } } }
                b(list: [{ x: $page }]) } }";
        assert_eq!(shown_with(text), ["long", "n", "page"]);
    }

    #[test]
    fn what_leaves_a_root_field_out_matters() {
        assert_eq!(shown_with("subscription ($x: Boolean!) { incidentChanged @skip(if: $x) { a } }"), ["x"]);
    }
}
