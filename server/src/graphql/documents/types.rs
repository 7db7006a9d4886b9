//! Which types variables may have. Checked before validation, because async-graphql 7.2 panics at a list of
//! an unknown type that has a default value.

use std::collections::HashSet;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, ExecutableDocument, TypeSystemDefinition};

use super::Refusal;

/// What every schema knows without saying so.
const BUILT_IN: [&str; 5] = ["Boolean", "Float", "ID", "Int", "String"];

/// The names of all types of a schema.
pub(in crate::graphql) struct Types(HashSet<String>);

impl Types {
    /// Those of a schema in its definition language. Of one that cannot be read only the built-in types are
    /// known, which is logged.
    pub(in crate::graphql) fn of(sdl: &str) -> Self {
        let mut names = HashSet::from(BUILT_IN.map(str::to_owned));
        match parse_schema(sdl) {
            Ok(schema) => names.extend(schema.definitions.into_iter().filter_map(|definition| {
                let TypeSystemDefinition::Type(named) = definition else { return None };
                Some(named.node.name.node.to_string())
            })),
            Err(error) => tracing::error!(%error, "the schema cannot be read"),
        }
        Self(names)
    }

    /// Checks the variables of a document.
    ///
    /// # Errors
    /// The first type that is not known.
    pub(super) fn check(&self, document: &ExecutableDocument) -> Result<(), Refusal> {
        let operations = document.operations.iter();
        let variables = operations.flat_map(|(_, operation)| &operation.node.variable_definitions);
        let mut names = variables.map(|variable| innermost(&variable.node.var_type.node.base));
        match names.find(|name| !self.0.contains(*name)) {
            Some(unknown) => Err(Refusal::UnknownType(unknown.to_owned())),
            None => Ok(()),
        }
    }
}

fn innermost(base: &BaseType) -> &str {
    match base {
        BaseType::Named(name) => name,
        BaseType::List(of) => innermost(&of.base),
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn a_variable_has_a_type_of_the_schema() {
        let types = Types::of(&crate::graphql::sdl());
        let check = |of: &str| types.check(&parse_query(format!("query ($a: {of}) {{ b }}")).unwrap());
        for known in ["Int", "[[ID!]!]!", "IncidentFilter", "[IncidentStatus!] = [OPEN]"] {
            assert!(check(known).is_ok(), "{known}");
        }
        for unknown in ["Nope", "[Nope]", "[[Nope!]!]! = [[1]]", "[id] = [1]"] {
            assert!(check(unknown).unwrap_err().to_string().starts_with("Unknown type"), "{unknown}");
        }
    }
}
