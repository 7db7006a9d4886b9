//! The provider vouches again. One server asks at a time: a refresh token that is used twice may be taken for stolen.

use std::sync::Arc;

use jiff::Timestamp;

use super::{SignIn, kept, sealed};
use crate::access::{Kept, Session, SessionToken, Standing, Unauthenticated};
use crate::store::Outcome;

impl SignIn {
    /// The session, once the provider has vouched again.
    ///
    /// # Errors
    /// [`Unauthenticated::Rejected`], if the provider does not: then the session was ended.
    /// [`Unauthenticated::NotNow`], if that is not known yet.
    pub(super) async fn renewed(
        &self,
        token: &SessionToken,
        session: &Session,
        now: Timestamp,
    ) -> Result<Arc<Session>, Unauthenticated> {
        if session.is_being_renewed(now) {
            return Err(Unauthenticated::NotNow("the session is being renewed".to_owned()));
        }
        let leased = self.lifetimes.leased(session, now);
        if self.store.commit_session(&leased).await? == Outcome::Conflict {
            return self.as_others_left_it(session, now).await;
        }
        let leased = self.remember(leased);
        let kept = kept(token, session).ok_or(Unauthenticated::Rejected("a session that cannot be read"))?;
        match self.ask(token, &leased, &kept).await {
            Err(error @ Unauthenticated::Rejected(_)) => {
                self.forget(&session.id).await?;
                Err(error)
            }
            renewed => renewed,
        }
    }

    async fn ask(
        &self,
        token: &SessionToken,
        leased: &Session,
        kept: &Kept,
    ) -> Result<Arc<Session>, Unauthenticated> {
        let vouched = self.provider.renew(kept, &leased.person.subject).await?;
        let sealed = sealed(token, &vouched.kept)?;
        let renewed = self.lifetimes.renewed(leased, vouched.person, sealed, crate::clock::now());
        match self.store.commit_session(&renewed).await? {
            Outcome::Written => Ok(self.remember(renewed)),
            // Nobody else writes it meanwhile: somebody has signed out.
            Outcome::Conflict => Err(Unauthenticated::Rejected("a session that was ended")),
        }
    }

    /// Somebody wrote the session since it was read.
    async fn as_others_left_it(
        &self,
        session: &Session,
        now: Timestamp,
    ) -> Result<Arc<Session>, Unauthenticated> {
        self.recent.invalidate(&session.id);
        let session = self.session(&session.id).await?;
        match self.lifetimes.standing(&session, now) {
            Standing::Good => Ok(session),
            Standing::Over => Err(Unauthenticated::Rejected("a session that is over")),
            Standing::Due | Standing::Doubtful => {
                Err(Unauthenticated::NotNow("the session is being renewed".to_owned()))
            }
        }
    }
}
