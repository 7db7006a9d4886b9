//! The only live transport: follows the changes of incidents for as long as it is polled.

use std::pin::{Pin, pin};

use cynic::{StreamingOperation, SubscriptionBuilder};
use futures::StreamExt;
use futures::future::{Either, select};
use graphql_ws_client::{Client, Subscription};
use leptos::web_sys::js_sys::Math;

use super::changes::{IncidentChanges, IncidentChangesVariables, IncidentEvent};
use super::network::Network;
use super::socket;
use super::timer::{now_ms, sleep};
use crate::model::{Incident, Link, Phase};

/// An attempt to connect that takes longer has failed.
const CONNECT_MS: i64 = 10_000;

/// What the live transport tells.
pub(crate) enum Event {
    /// The connection is now this.
    Link(Link),
    /// The server gave a sign of life at this time.
    Heard {
        at_ms: i64,
    },
    Change(Change),
}

/// What happened to the incidents.
pub(crate) enum Change {
    Incident(Box<Incident>),
    /// Changes may have been missed: read the lists again.
    Resync,
}

/// Tells of all changes in a region, or everywhere. Comes back after every failure,
/// goes on where it was, and never ends by itself.
pub(crate) async fn follow(region: Option<String>, tell: impl Fn(Event) + Copy + Send + 'static) {
    let mut network = Network::listen();
    let mut feed = Feed { region, cursor: None, link: Link::new(), tell };
    loop {
        feed.enter(feed.link.connecting());
        let end = match select(pin!(feed.run()), pin!(network.becomes_offline())).await {
            Either::Left((end, _)) => end,
            Either::Right(_) => "the browser went offline".to_owned(),
        };
        leptos::logging::warn!("no live connection: {end}");
        feed.enter(feed.link.lost(now_ms(), Math::random()));
        select(pin!(feed.wait()), pin!(network.becomes_online())).await;
    }
}

type ChangeStream = Subscription<StreamingOperation<IncidentChanges, IncidentChangesVariables>>;

struct Feed<Tell> {
    region: Option<String>,
    /// The last change that we took.
    cursor: Option<String>,
    link: Link,
    tell: Tell,
}

impl<Tell: Fn(Event) + Copy + Send + 'static> Feed<Tell> {
    fn enter(&mut self, link: Link) {
        self.link = link;
        (self.tell)(Event::Link(link));
    }

    /// Connects and listens until the connection ends; gives the reason.
    async fn run(&mut self) -> String {
        let connected = match select(pin!(self.subscribe()), pin!(sleep(CONNECT_MS))).await {
            Either::Left((connected, _)) => connected,
            Either::Right(_) => Err("connecting takes too long".to_owned()),
        };
        match connected {
            Ok(mut changes) => {
                self.enter(self.link.live(now_ms()));
                self.listen(&mut changes).await
            }
            Err(end) => end,
        }
    }

    async fn subscribe(&self) -> Result<Pin<Box<ChangeStream>>, String> {
        let tell = self.tell;
        let on_heard = move || tell(Event::Heard { at_ms: now_ms() });
        let socket = socket::open(on_heard).await.map_err(|error| error.to_string())?;
        let region = self.region.as_deref().map(Into::into);
        let variables = IncidentChangesVariables { region, after: self.cursor.clone() };
        let subscribed = Client::build(socket).subscribe(IncidentChanges::build(variables)).await;
        subscribed.map(Box::pin).map_err(|error| error.to_string())
    }

    async fn listen(&mut self, changes: &mut Pin<Box<ChangeStream>>) -> String {
        while let Some(message) = changes.next().await {
            let data = match message {
                Ok(answer) => answer.data.ok_or(answer.errors),
                Err(error) => return self.unreadable(&error.to_string()),
            };
            match data {
                Ok(data) => self.take(data),
                Err(errors) => return self.refused(errors.unwrap_or_default()),
            }
        }
        "the server ended it".to_owned()
    }

    fn take(&mut self, data: IncidentChanges) {
        if let IncidentEvent::Resync(resync) = &data.incident_changed {
            leptos::logging::log!("the lists are read again: {}", resync.reason);
        }
        self.cursor = data.incident_changed.cursor();
        (self.tell)(Event::Change(data.incident_changed.into()));
    }

    /// Replayed, it would be as unreadable again: the lists are read anew instead, and tell what is wrong.
    fn unreadable(&mut self, error: &str) -> String {
        self.cursor = None;
        (self.tell)(Event::Change(Change::Resync));
        format!("a change could not be read: {error}")
    }

    /// The cursor may be what the server does not like: the next attempt begins anew.
    fn refused(&mut self, errors: Vec<cynic::GraphQlError>) -> String {
        self.cursor = None;
        let message = errors.into_iter().next().map(|error| error.message);
        format!("the server refused it: {}", message.unwrap_or_default())
    }

    async fn wait(&self) {
        if let Phase::Offline { retry_at_ms } = self.link.phase() {
            sleep(retry_at_ms.saturating_sub(now_ms())).await;
        }
    }
}
