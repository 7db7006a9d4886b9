//! Who asks, and what they may. HTTP turns a request into a [`Viewer`] once, by the [`Door`]; what the viewer
//! may see and do follows from its [`Grants`] alone.

mod credential;
mod door;
mod file;
mod grants;
mod jwks;
mod jwt;
mod permission;
mod person;
mod proxy;
mod role;
mod secret;
mod session;
mod signatures;
mod table;

use jiff::Timestamp;

pub use self::door::{Door, Presented, Unauthenticated};
pub use self::file::{AccessError, load};
pub use self::grants::{Grants, Reach};
pub use self::permission::{Forbidden, Permission};
pub use self::person::Person;
pub use self::role::Role;
pub use self::session::{Lifetimes, Session, SessionId, SessionToken, SessionsOf, Standing};

/// Who sent a request.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Whose it is, unique over all that vouch for somebody.
    pub id: String,
    /// Name in timelines.
    pub name: String,
    /// What they may see and do.
    pub grants: Grants,
    /// When what they showed of themselves ends, and with it whatever they follow; `None`: never.
    pub until: Option<Timestamp>,
}

impl Viewer {
    /// Whoever reaches a server that asks nobody who they are.
    pub fn local() -> Self {
        let name = "local user".to_owned();
        Self { id: "local".to_owned(), name, grants: Grants::everywhere(Role::Admin), until: None }
    }
}
