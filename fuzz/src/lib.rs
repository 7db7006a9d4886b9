//! The yardstick of `graphql_body`: how large a parsed document is, found by walking it without memory, in
//! the simplest way there is. The server measures before and while it parses; it must not find less.

use async_graphql_parser::types::{
    Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet, VariableDefinition,
};
use async_graphql_parser::{Positioned, types::Field};
use async_graphql_value::Value;

/// The fewest tokens that such a document can be written with.
pub fn fewest_tokens(document: &ExecutableDocument) -> usize {
    let operations = document.operations.iter().map(|(_, operation)| operation_tokens(&operation.node));
    let fragments = document.fragments.values().map(|fragment| {
        4 + directive_tokens(&fragment.node.directives) + set_tokens(&fragment.node.selection_set.node)
    });
    operations.chain(fragments).sum()
}

fn operation_tokens(operation: &OperationDefinition) -> usize {
    let variables: usize = operation.variable_definitions.iter().map(|it| variable_tokens(&it.node)).sum();
    variables + directive_tokens(&operation.directives) + set_tokens(&operation.selection_set.node)
}

fn variable_tokens(variable: &VariableDefinition) -> usize {
    let default = variable.default_value.as_ref();
    let default = default.map_or(0, |value| 1 + value_tokens(&value.node.clone().into_value()));
    4 + directive_tokens(&variable.directives) + default
}

fn set_tokens(set: &SelectionSet) -> usize {
    // A field without a selection has an empty one.
    let braces = if set.items.is_empty() { 0 } else { 2 };
    braces + set.items.iter().map(|item| selection_tokens(&item.node)).sum::<usize>()
}

fn selection_tokens(selection: &Selection) -> usize {
    directive_tokens(selection.directives())
        + match selection {
            Selection::Field(field) => field_tokens(&field.node),
            Selection::FragmentSpread(_) => 2,
            Selection::InlineFragment(fragment) => {
                let condition = if fragment.node.type_condition.is_some() { 2 } else { 0 };
                1 + condition + set_tokens(&fragment.node.selection_set.node)
            }
        }
}

fn field_tokens(field: &Field) -> usize {
    let alias = if field.alias.is_some() { 2 } else { 0 };
    let arguments = field.arguments.iter().map(|(_, value)| 2 + value_tokens(&value.node));
    1 + alias + arguments.sum::<usize>() + set_tokens(&field.selection_set.node)
}

fn directive_tokens(directives: &[Positioned<Directive>]) -> usize {
    let arguments = |directive: &Directive| -> usize {
        directive.arguments.iter().map(|(_, value)| 2 + value_tokens(&value.node)).sum()
    };
    directives.iter().map(|directive| 2 + arguments(&directive.node)).sum()
}

fn value_tokens(value: &Value) -> usize {
    match value {
        Value::Variable(_) => 2,
        Value::List(values) => 2 + values.iter().map(value_tokens).sum::<usize>(),
        Value::Object(fields) => 2 + fields.values().map(|value| 2 + value_tokens(value)).sum::<usize>(),
        _ => 1,
    }
}

/// What one operation selects once its fragments are put in their places.
#[derive(Debug, Default)]
pub struct Unfolded {
    /// How many fields, fragments included: all that a visitor of it walks through.
    pub selections: usize,
    /// How many of them have an alias.
    pub aliases: usize,
    /// How many directives stand at them.
    pub directives: usize,
    /// How deep its fields are nested, those that read the schema included.
    pub depth: usize,
}

impl Unfolded {
    /// Unfolds an operation; gives up, with what was found so far, behind `most` selections.
    pub fn of(document: &ExecutableDocument, operation: &OperationDefinition, most: usize) -> Self {
        let mut found = Self { directives: operation.directives.len(), ..Self::default() };
        found.walk(document, &operation.selection_set.node, 0, most);
        found
    }

    fn walk(&mut self, document: &ExecutableDocument, set: &SelectionSet, depth: usize, most: usize) {
        for item in &set.items {
            if self.selections > most {
                return;
            }
            self.selections += 1;
            self.directives += item.node.directives().len();
            match &item.node {
                Selection::Field(field) => {
                    self.aliases += usize::from(field.node.alias.is_some());
                    self.depth = self.depth.max(depth + 1);
                    self.walk(document, &field.node.selection_set.node, depth + 1, most);
                }
                Selection::InlineFragment(fragment) => {
                    self.walk(document, &fragment.node.selection_set.node, depth, most);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                        self.walk(document, &fragment.node.selection_set.node, depth, most);
                    }
                }
            }
        }
    }
}
