//! The rows of the access file that say who is what, and where.

use tokio_util::sync::CancellationToken;

use super::{Grants, Person, Reach, Role, Viewer};

/// Who is what, and where. Rows add up.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Row>,
    /// Ends what is followed by those who are something else now, perhaps.
    replaced: CancellationToken,
}

/// One row of it.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    /// Of whom it speaks.
    pub(super) whom: Whom,
    /// Only of those for whom this one vouches.
    pub(super) issuer: Option<String>,
    /// What they are.
    pub(super) role: Role,
    /// Where they are that.
    pub(super) reaches: Vec<Reach>,
}

/// Of whom a row speaks.
#[derive(Debug, PartialEq)]
pub(super) enum Whom {
    /// Everybody for whom somebody vouches.
    Everyone,
    /// The one of this name.
    User(String),
    /// All in this group.
    Group(String),
    /// All of whom this is said.
    Claim(String, String),
}

impl Table {
    pub(super) fn new(rows: Vec<Row>) -> Self {
        Self { rows, replaced: CancellationToken::new() }
    }

    /// Whether both say the same.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.rows == other.rows
    }

    /// Another one counts: whoever follows something is to come back, and is looked up there.
    pub(super) fn end(&self) {
        self.replaced.cancel();
    }

    /// Somebody as a viewer; one of whom no row speaks sees nothing.
    pub(super) fn viewer(&self, person: Person) -> Viewer {
        let rows = self.rows.iter().filter(|row| row.speaks_of(&person));
        let roles = rows.flat_map(|row| row.reaches.iter().map(|reach| (reach.clone(), row.role)));
        let grants = Grants::of(roles);
        let id = format!("{} {}", person.issuer, person.subject);
        let (hands_on, revoked) = (grants.clone(), self.replaced.clone());
        let (name, until) = (person.name, person.until);
        Viewer { id, name, grants, hands_on, until, revoked, session: None, made_in: None }
    }
}

impl Row {
    fn speaks_of(&self, person: &Person) -> bool {
        let is_vouched = self.issuer.as_ref().is_none_or(|issuer| *issuer == person.issuer);
        is_vouched
            && match &self.whom {
                Whom::Everyone => true,
                Whom::User(name) => *name == person.name,
                Whom::Group(group) => person.groups.contains(group),
                Whom::Claim(claim, value) => {
                    person.claims.get(claim).is_some_and(|values| values.contains(value))
                }
            }
    }
}
