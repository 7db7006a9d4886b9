//! What is heard of one connection, whatever carries it.

use futures::StreamExt;
use futures::channel::mpsc;

/// Messages that wait to be taken; the browser hands over one at a time, so more of them means that nobody listens.
const WAITING: usize = 256;

/// What a connection tells.
pub(super) enum Heard {
    /// The subscription stands.
    Ready,
    /// An execution result, as JSON.
    Message(String),
    SignOfLife,
    /// It is over, with the reason.
    End(String),
}

/// A connection that is open; closed when it is dropped.
pub(super) struct Channel {
    heard: mpsc::Receiver<Heard>,
    connection: Box<dyn Connection>,
}

/// What carries a channel.
pub(super) trait Connection {
    /// Asks the server for a sign of life; false where the protocol has no such question, so that silence means
    /// nothing.
    fn ask(&self) -> bool;
}

impl Channel {
    pub(super) fn new(heard: mpsc::Receiver<Heard>, connection: Box<dyn Connection>) -> Self {
        Self { heard, connection }
    }

    pub(super) async fn hear(&mut self) -> Heard {
        self.heard.next().await.unwrap_or_else(|| Heard::End("nobody listened".to_owned()))
    }

    pub(super) fn ask(&self) -> bool {
        self.connection.ask()
    }
}

/// Where a connection tells. When nobody takes what it tells, the channel ends, and the lists are read again.
#[derive(Clone)]
pub(super) struct Teller(mpsc::Sender<Heard>);

impl Teller {
    pub(super) fn tell(&self, heard: Heard) {
        let mut sender = self.0.clone();
        if sender.try_send(heard).is_err() {
            sender.close_channel();
        }
    }
}

/// The two ends of what is told.
pub(super) fn channel() -> (Teller, mpsc::Receiver<Heard>) {
    let (sender, receiver) = mpsc::channel(WAITING);
    (Teller(sender), receiver)
}
