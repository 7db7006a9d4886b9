//! Who asks, and what they may. HTTP turns a request into a [`Viewer`] once, by the [`Door`]; what the viewer
//! may see and do follows from its [`Grants`] alone.

mod attempt;
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
mod provider;
mod proxy;
mod role;
mod seal;
mod secret;
mod service_token;
mod session;
mod signatures;
mod table;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

pub use self::attempt::Attempt;
pub use self::door::{Door, Presented, Unauthenticated};
pub use self::embed::{EmbedToken, EmbedWish, Embeds, NotMade};
pub use self::file::{AccessError, load};
pub use self::grants::{Grants, Reach};
pub use self::known_tokens::{KnownTokens, TokenChanges};
pub use self::permission::{Forbidden, Permission};
pub use self::person::Person;
pub use self::provider::{Kept, Provider, ProviderAnswer, Vouched};
pub use self::role::Role;
pub use self::seal::NoChance;
pub use self::service_token::{NoRandomness, Scope, ServiceToken, TokenHash, fresh_token, random_bytes};
pub use self::session::{Lifetimes, Session, SessionId, SessionToken, SessionsOf, Standing};

/// Whose it is where nobody is asked; others have a space in it.
const LOCAL: &str = "local";

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
    /// The session that a browser showed; `None`: something else was shown.
    pub session: Option<SessionToken>,
    /// The session in which the embed token was made that was shown: it counts no longer than that.
    pub made_in: Option<SessionId>,
}

impl Viewer {
    /// Whether they were asked who they are.
    pub fn is_known(&self) -> bool {
        self.id != LOCAL
    }

    /// Whoever reaches a server that asks nobody who they are.
    pub fn local() -> Self {
        let name = "local user".to_owned();
        let grants = Grants::everywhere(Role::Admin);
        let (hands_on, revoked) = (grants.clone(), CancellationToken::new());
        Self {
            id: LOCAL.to_owned(),
            name,
            grants,
            hands_on,
            until: None,
            revoked,
            session: None,
            made_in: None,
        }
    }
}
