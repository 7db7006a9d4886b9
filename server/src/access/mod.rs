//! Who asks, and what they may. HTTP turns a request into a [`Viewer`] once, by the [`Door`]; what the viewer
//! may see and do follows from its [`Grants`] alone.

mod credential;
mod door;
mod embed;
mod file;
mod grants;
mod jwks;
mod jwt;
mod known_tokens;
mod permission;
mod person;
mod proxy;
mod role;
mod secret;
mod service_token;
mod signatures;
mod table;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

pub use self::door::{Door, Presented, Unauthenticated};
pub use self::embed::{EmbedToken, EmbedWish, Embeds, NotMade};
pub use self::file::{AccessError, load};
pub use self::grants::{Grants, Reach};
pub use self::known_tokens::{KnownTokens, TokenChanges};
pub use self::permission::{Forbidden, Permission};
pub use self::person::Person;
pub use self::role::Role;
pub use self::service_token::{NoRandomness, Scope, ServiceToken, TokenHash, fresh_token, random_bytes};
use crate::clock;

/// Who sent a request.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Whose it is, unique over all that vouch for somebody.
    pub id: String,
    /// Name in timelines.
    pub name: String,
    /// What they may see and do.
    pub grants: Grants,
    /// What embed tokens that they make may see and do at most.
    pub hands_on: Grants,
    /// When what they showed of themselves ends, and with it whatever they follow; `None`: never.
    pub until: Option<Timestamp>,
    /// Told when it ends before that, because it was taken back.
    pub revoked: CancellationToken,
}

impl Viewer {
    /// Whoever reaches a server that asks nobody who they are.
    pub fn local() -> Self {
        let name = "local user".to_owned();
        let grants = Grants::everywhere(Role::Admin);
        let (hands_on, revoked) = (grants.clone(), CancellationToken::new());
        Self { id: "local".to_owned(), name, grants, hands_on, until: None, revoked }
    }

    /// Waits until what they showed of themselves ends, or is taken back.
    pub async fn vouched(&self) {
        let Some(until) = self.until else { return self.revoked.cancelled().await };
        let _ = tokio::time::timeout(clock::until(until), self.revoked.cancelled()).await;
    }
}
