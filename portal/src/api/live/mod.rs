//! The only live transport: follows the changes of incidents for as long as it is polled.

mod channel;
mod events;
mod frame;
mod socket;

use std::pin::pin;

use futures::future::{Either, select};
use leptos::web_sys::js_sys::Math;

use self::channel::{Channel, Heard};
use self::frame::{Told, subscription};
use super::Server;
use super::network::Network;
use super::timer::{now_ms, sleep};
use super::wake::Wake;
use crate::model::{Incident, Link, Phase, Transport};

/// An attempt to connect that takes longer has failed.
const CONNECT_MS: i64 = 10_000;
/// Silence is looked at so often; the server gives a sign of life more often.
const WATCH_MS: i64 = 15_000;
/// After so many silent looks the connection is dead.
const SILENT_WATCHES: u32 = 2;
/// How long the server may take to answer after a sleep.
const AWAKE_MS: i64 = 4_000;

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

impl Server {
    /// Tells of all changes in a region, or everywhere. Comes back after every failure, goes on where it was, and
    /// ends by itself only with its token. Where WebSockets do not get through it takes server-sent events.
    pub(crate) async fn follow(self, region: Option<String>, tell: impl Fn(Event) + Copy + 'static) {
        let (mut network, mut wake) = (Network::listen(), Wake::listen());
        let mut feed = Feed { server: self, region, cursor: None, link: Link::new(), tell };
        loop {
            feed.enter(feed.link.connecting());
            let end = match select(pin!(feed.run(&mut wake)), pin!(network.becomes_offline())).await {
                Either::Left((end, _)) => end,
                Either::Right(_) => "the browser went offline".to_owned(),
            };
            leptos::logging::warn!("no live connection: {end}");
            feed.enter(feed.link.lost(now_ms(), Math::random()));
            if self.wants_token_now() {
                // Whoever brings another token begins anew.
                return;
            }
            let (online, woken) = (pin!(network.becomes_online()), pin!(wake.woken()));
            select(pin!(feed.wait()), select(online, woken)).await;
        }
    }
}

struct Feed<Tell> {
    server: Server,
    region: Option<String>,
    /// The last change that we took.
    cursor: Option<String>,
    link: Link,
    tell: Tell,
}

impl<Tell: Fn(Event) + Copy + 'static> Feed<Tell> {
    fn enter(&mut self, link: Link) {
        self.link = link;
        (self.tell)(Event::Link(link));
    }

    /// Connects and listens until the connection ends; gives the reason.
    async fn run(&mut self, wake: &mut Wake) -> String {
        let request = subscription(self.region.as_deref(), self.cursor.as_deref());
        let opened = match self.link.transport() {
            // Browsers send no token with server-sent events.
            Transport::ServerSentEvents if self.server.token().is_none() => {
                events::open(self.server, &request)
            }
            Transport::ServerSentEvents | Transport::WebSocket => socket::open(self.server, &request),
        };
        let Ok(mut channel) = opened else { return "the browser cannot connect".to_owned() };
        match select(pin!(channel.hear()), pin!(sleep(CONNECT_MS))).await {
            Either::Left((Heard::Ready, _)) => {}
            Either::Left((Heard::End(reason), _)) => return reason,
            Either::Left((Heard::Message(_) | Heard::SignOfLife, _)) => {
                return "it spoke too early".to_owned();
            }
            Either::Right(_) => return "connecting takes too long".to_owned(),
        }
        self.enter(self.link.live(now_ms()));
        self.listen(&mut channel, wake).await
    }

    async fn listen(&mut self, channel: &mut Channel, wake: &mut Wake) -> String {
        let (mut silent_watches, mut patience_ms) = (0, WATCH_MS);
        loop {
            let silence = pin!(silence(patience_ms, wake));
            let heard = match select(pin!(channel.hear()), silence).await {
                Either::Left((heard, _)) => Ok(heard),
                Either::Right((silence, _)) => Err(silence),
            };
            match heard {
                Ok(Heard::End(reason)) => return reason,
                Ok(heard) => {
                    patience_ms = WATCH_MS;
                    silent_watches = 0;
                    (self.tell)(Event::Heard { at_ms: now_ms() });
                    if let Heard::Message(text) = heard
                        && let Err(reason) = self.take(&text)
                    {
                        return reason;
                    }
                }
                // What cannot be asked is begun anew: the server tells what was missed.
                Err(Silence::Slept) if !channel.ask() => return "it was slept over".to_owned(),
                Err(Silence::Slept) => (silent_watches, patience_ms) = (SILENT_WATCHES, AWAKE_MS),
                Err(Silence::Long) if silent_watches == SILENT_WATCHES => {
                    return "nothing is heard".to_owned();
                }
                Err(Silence::Long) => silent_watches += u32::from(channel.ask()),
            }
        }
    }

    /// Takes one message; tells why the connection is of no use any more.
    fn take(&mut self, text: &str) -> Result<(), String> {
        match Told::read(text) {
            Told::Change { cursor, incident } => {
                self.cursor = Some(cursor);
                (self.tell)(Event::Change(Change::Incident(incident)));
                Ok(())
            }
            Told::Resync { reason } => {
                leptos::logging::log!("the lists are read again: {reason}");
                self.cursor = None;
                (self.tell)(Event::Change(Change::Resync));
                Ok(())
            }
            // Replayed, it would be as bad again: the next attempt begins anew, and the lists are read.
            Told::Unusable { reason } => {
                self.cursor = None;
                (self.tell)(Event::Change(Change::Resync));
                Err(reason)
            }
        }
    }

    async fn wait(&self) {
        if let Phase::Offline { retry_at_ms } = self.link.phase() {
            sleep(retry_at_ms.saturating_sub(now_ms())).await;
        }
    }
}

/// Why it is time to look after a connection.
enum Silence {
    /// Nothing was heard for as long as that is usual.
    Long,
    /// The browser was away.
    Slept,
}

async fn silence(patience_ms: i64, wake: &mut Wake) -> Silence {
    match select(pin!(sleep(patience_ms)), pin!(wake.woken())).await {
        Either::Left(_) => Silence::Long,
        Either::Right(_) => Silence::Slept,
    }
}
