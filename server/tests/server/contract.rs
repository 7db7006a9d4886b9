//! The published schema, read as whoever writes a client reads it.

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};

/// The names of everything public that has no description.
fn undescribed() -> Vec<String> {
    let document = parse_schema(cineportal_schema::SDL).unwrap();
    let mut found = Vec::new();
    for definition in &document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let (name, definition) = (&definition.node.name.node, &definition.node);
        let mut note = |path: String, is_described: bool| {
            if !is_described {
                found.push(path);
            }
        };
        note(name.to_string(), definition.description.is_some());
        match &definition.kind {
            TypeKind::Object(object) => object.fields.iter().for_each(|field| {
                let field = &field.node;
                note(format!("{name}.{}", field.name.node), field.description.is_some());
                for argument in &field.arguments {
                    let path = format!("{name}.{}({})", field.name.node, argument.node.name.node);
                    note(path, argument.node.description.is_some());
                }
            }),
            TypeKind::InputObject(input) => input.fields.iter().for_each(|field| {
                note(format!("{name}.{}", field.node.name.node), field.node.description.is_some());
            }),
            TypeKind::Enum(values) => values.values.iter().for_each(|value| {
                note(format!("{name}.{}", value.node.value.node), value.node.description.is_some());
            }),
            TypeKind::Scalar | TypeKind::Union(_) | TypeKind::Interface(_) => {}
        }
    }
    found
}

#[test]
fn everything_public_says_what_it_is() {
    assert_eq!(undescribed(), <[&str; 0]>::default());
}
