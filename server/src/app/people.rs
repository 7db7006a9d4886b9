//! People: what they are told and when they are left in peace, how they sign in, what shows who they are.

use std::sync::Arc;

use anyhow::Context;
use tokio::sync::watch;

use super::base::Base;
use super::tasks::Tasks;
use crate::clock;
use crate::config::ServeConfig;
use crate::domain::incident::Incident;
use crate::fleet::Fleet;
use crate::notify::{self, Channels, Dispatcher};
use crate::sign_in::SignIn;
use crate::silences::{NextShow, Silences};
use crate::tokens;

/// About what people are left in peace.
pub(super) fn silences(base: &Base, fleet: &Arc<Fleet>, tasks: &mut Tasks) -> Arc<Silences> {
    let next_show = next_show(Arc::clone(fleet));
    let silences = Arc::new(Silences::new(Arc::clone(&base.store), Arc::clone(&base.regions), next_show));
    let read = Arc::clone(&silences);
    tasks.add("silences", move |stop| read.run(stop));
    silences
}

/// Tells people. The answer replaces the ways to do so.
///
/// # Errors
/// What is wrong with the file of channels.
pub(super) fn tell(
    base: &Base,
    silences: &Arc<Silences>,
    config: &ServeConfig,
    tasks: &mut Tasks,
) -> anyhow::Result<watch::Sender<Channels>> {
    let channels = notify::load(config.channels.as_deref(), &base.regions.now(), &config.regions)
        .context("the ways to tell people are not valid")?;
    let (replace, channels) = watch::channel(channels);
    let dispatcher = Dispatcher::new(
        Arc::clone(&base.store),
        Arc::clone(&base.regions),
        channels,
        Arc::clone(silences),
        Arc::clone(&base.feed),
        Arc::clone(&base.metrics),
        config.public_url(),
    );
    tasks.add("dispatcher", move |stop| dispatcher.run(stop));
    Ok(replace)
}

/// Where people sign in with a browser, if they do.
pub(super) fn sign_in(base: &Base, tasks: &mut Tasks) -> Option<Arc<SignIn>> {
    let sign_in = SignIn::new(&base.door, Arc::clone(&base.store)).map(Arc::new)?;
    let renewing = Arc::clone(&sign_in);
    tasks.add("sign-in", move |stop| async move { renewing.run(stop).await });
    Some(sign_in)
}

/// Keeps what the door knows of tokens.
pub(super) fn keep_tokens(base: &Base, tasks: &mut Tasks) {
    let keeper = tokens::Keeper {
        store: base.store.tokens(),
        tokens: base.door.tokens(),
        embeds: base.door.embeds(),
        metrics: Arc::clone(&base.metrics),
    };
    tasks.add("tokens", move |stop| keeper.run(stop));
}

/// What is not known for certain now is not known: nobody is left in peace because of an old reading.
fn next_show(fleet: Arc<Fleet>) -> NextShow {
    Box::new(move |incident: &Incident| {
        let show = fleet.next_show(&incident.place, clock::now());
        show.at.filter(|_| show.error.is_none())
    })
}
