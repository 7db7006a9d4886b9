//! Whether the values that came for the variables of a document can be what it says they are. async-graphql 7.2 takes
//! null for what must not be null where the variable stands in an input object, and would do more than was asked.

use async_graphql::parser::types::{BaseType, Field, OperationDefinition, Selection, SelectionSet, Type};
use async_graphql_value::Value as Written;
use serde_json::{Map, Value};

use super::{Document, Refusal};

/// Most things that may be asked for by their keys at once; each of them may cost as much as a document may.
const MAX_REPRESENTATIONS: usize = 100;

impl Document {
    /// Checks what came for the operation with this name.
    ///
    /// # Errors
    /// The first variable that lacks its value, or too many keys.
    pub(in crate::graphql) fn check_given(
        &self,
        name: Option<&str>,
        given: &Map<String, Value>,
    ) -> Result<(), Refusal> {
        let Some(operation) = self.operation(name) else { return Ok(()) };
        check_variables(operation, given)?;
        if self.representations(&operation.selection_set.node, given) > MAX_REPRESENTATIONS {
            return Err(Refusal::TooLarge { what: "representations", most: MAX_REPRESENTATIONS });
        }
        Ok(())
    }

    /// How many things the root fields ask for by their keys. No fragment contains itself: [`super::size`] has seen
    /// to it.
    fn representations(&self, set: &SelectionSet, given: &Map<String, Value>) -> usize {
        let counted = |selection: &Selection| match selection {
            Selection::Field(field) => keys(&field.node, given),
            Selection::InlineFragment(fragment) => {
                self.representations(&fragment.node.selection_set.node, given)
            }
            Selection::FragmentSpread(spread) => {
                let fragment = self.parsed.fragments.get(&spread.node.fragment_name.node);
                fragment.map_or(0, |fragment| self.representations(&fragment.node.selection_set.node, given))
            }
        };
        set.items.iter().map(|item| counted(&item.node)).sum()
    }
}

fn keys(field: &Field, given: &Map<String, Value>) -> usize {
    let argument = field.get_argument("representations").filter(|_| field.name.node == "_entities");
    match argument.map(|value| &value.node) {
        Some(Written::List(written)) => written.len(),
        Some(Written::Variable(name)) => {
            given.get(name.as_str()).and_then(Value::as_array).map_or(1, Vec::len)
        }
        _ => 0,
    }
}

fn check_variables(operation: &OperationDefinition, given: &Map<String, Value>) -> Result<(), Refusal> {
    for definition in operation.variable_definitions.iter().map(|definition| &definition.node) {
        let (name, of) = (definition.name.node.as_str(), &definition.var_type.node);
        let is_there = match given.get(name) {
            Some(value) => may_be(of, value),
            None => of.nullable || definition.default_value.is_some(),
        };
        if !is_there {
            return Err(Refusal::Null { variable: name.to_owned(), of: of.to_string() });
        }
    }
    Ok(())
}

/// Whether nothing is null that must not be. A single value stands for a list of one.
fn may_be(of: &Type, value: &Value) -> bool {
    match (&of.base, value) {
        (_, Value::Null) => of.nullable,
        (BaseType::List(item), Value::Array(values)) => values.iter().all(|value| may_be(item, value)),
        (BaseType::List(item), value) => may_be(item, value),
        (BaseType::Named(_), _) => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(text: &str, given: Value) -> Option<String> {
        let document = Document::parse(text).unwrap();
        let Value::Object(given) = given else { panic!("no object") };
        document.check_given(None, &given).err().map(|refusal| refusal.to_string())
    }

    #[test]
    fn what_must_not_be_null_must_be_there() {
        let text = "query ($a: ID!, $b: [String!]!, $c: Int, $d: Boolean! = true, $e: [[Int!]]) { x }";
        assert_eq!(refused(text, json!({ "a": "1", "b": [] })), None);
        assert_eq!(refused(text, json!({ "a": "1", "b": "one", "c": null, "e": [null, [1]] })), None);
        for (given, variable) in [
            (json!({ "b": [] }), "a"),
            (json!({ "a": null, "b": [] }), "a"),
            (json!({ "a": "1", "b": ["x", null] }), "b"),
            (json!({ "a": "1", "b": [], "d": null }), "d"),
            (json!({ "a": "1", "b": [], "e": [[null]] }), "e"),
        ] {
            let refused = refused(text, given.clone()).unwrap_or_default();
            assert!(refused.starts_with(&format!("Variable \"${variable}\"")), "{given}: {refused}");
        }
    }

    #[test]
    fn so_many_keys_are_asked_for_at_once_however_they_are_written() {
        let text = "query ($r: [_Any!]!) { _entities(representations: $r) { __typename } ...More }
            fragment More on Query { b: _entities(representations: [{ id: 1 }]) { __typename } }";
        let many = |count: usize| json!({ "r": vec![json!({ "id": 1 }); count] });
        assert_eq!(refused(text, many(MAX_REPRESENTATIONS - 1)), None);
        let told = refused(text, many(MAX_REPRESENTATIONS)).unwrap_or_default();
        assert_eq!(told, "The document is too large: it may have 100 representations.");
    }
}
