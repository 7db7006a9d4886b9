//! How long a session counts for those who follow something, and for embed tokens that were made in it.

use std::time::Duration;

use super::SignIn;
use crate::access::{Grants, SessionId, Standing, Unauthenticated, Viewer};
use crate::clock;

/// How often it is looked whether a session still counts, while somebody follows something.
const LOOK_EVERY: Duration = Duration::from_secs(4);
/// After so many looks in a row that told nothing, it is over: a minute.
const LOOKS_IN_DOUBT: u32 = 15;

impl SignIn {
    /// Ends when the session no longer counts that this viewer showed, or in which their embed token was made, or no longer means the same, at most ten seconds late; a minute
    /// late, if a store or provider does not answer.
    pub async fn until_over(&self, viewer: &Viewer) {
        let mut not_known = 0;
        while not_known < LOOKS_IN_DOUBT {
            tokio::time::sleep(LOOK_EVERY).await;
            match self.means_the_same(viewer).await {
                Ok(true) => not_known = 0,
                Err(Unauthenticated::NotNow(_)) => not_known += 1,
                Ok(false) | Err(_) => return,
            }
        }
    }

    /// Checks that an embed token with these grants counts that was made in this session: it is not over, and
    /// whoever signed in may still hand them on. A session that nobody renews is over, too.
    ///
    /// # Errors
    /// [`Unauthenticated`].
    pub async fn vouches(&self, id: &SessionId, grants: &Grants) -> Result<(), Unauthenticated> {
        let session = self.session(id).await?;
        match self.lifetimes.standing(&session, clock::now()) {
            Standing::Good | Standing::Due => {}
            Standing::Over | Standing::Doubtful => {
                return Err(Unauthenticated::Rejected("an embed token of a session that is over"));
            }
        }
        let maker = self.door.viewer(session.person.clone());
        let is_covered = maker.hands_on.cover(grants);
        is_covered
            .then_some(())
            .ok_or(Unauthenticated::Rejected("an embed token of somebody who may no longer make it"))
    }

    async fn means_the_same(&self, viewer: &Viewer) -> Result<bool, Unauthenticated> {
        if let Some(token) = &viewer.session {
            return Ok(self.viewer(token, clock::now()).await?.grants == viewer.grants);
        }
        match &viewer.made_in {
            Some(session) => self.vouches(session, &viewer.grants).await.map(|()| true),
            None => Ok(true),
        }
    }
}
