//! How long what somebody showed of themselves counts, for those who follow something meanwhile.

use std::future::pending;
use std::sync::Arc;

use super::HttpState;
use crate::access::Viewer;
use crate::clock;

/// Ends when it no longer counts: its time is over, it was taken back, or its session
/// has ended or means something else now.
pub(super) async fn until_over(state: HttpState, viewer: Arc<Viewer>) {
    let time_is_up = async {
        match viewer.until {
            Some(until) => tokio::time::sleep(clock::until(until)).await,
            None => pending().await,
        }
    };
    let session_is_over = async {
        match &state.sign_in {
            Some(sign_in) if viewer.session.is_some() || viewer.made_in.is_some() => {
                sign_in.until_over(&viewer).await;
            }
            _ => pending().await,
        }
    };
    tokio::select! {
        () = time_is_up => {}
        () = viewer.revoked.cancelled() => {}
        () = session_is_over => {}
    }
}
