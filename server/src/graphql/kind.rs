//! Which kind of operation a document asks for, before anything is executed.

use async_graphql::Name;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::OperationType;

use super::execute::Operation;

impl Operation {
    /// Whether it is a subscription. What cannot be parsed is none, and is refused when executed.
    pub fn follows(&self) -> bool {
        let Ok(document) = parse_query(&self.query) else { return false };
        let wanted = self.operation_name.as_deref();
        let mut chosen = document
            .operations
            .iter()
            .filter(|(name, _)| wanted.is_none() || name.map(Name::as_str) == wanted)
            .map(|(_, operation)| operation.node.ty)
            .peekable();
        chosen.peek().is_some() && chosen.all(|kind| kind == OperationType::Subscription)
    }
}
