//! An exporter that misbehaves below HTTP: it falls silent, breaks off, or never ends.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::process::free_port;

/// How it answers.
#[derive(Clone)]
pub(crate) enum Manner {
    /// Says these bytes and hangs up.
    Says(Vec<u8>),
    /// Takes the request, and says nothing.
    Silent,
    /// Says a line now and then, without end.
    Dribbling,
    /// Says lines without end.
    Endless,
}

/// An exporter on a port of its own, which it keeps.
pub(crate) struct RawExporter {
    pub(crate) address: SocketAddr,
    manner: Arc<Mutex<Manner>>,
    serving: Option<JoinHandle<()>>,
}

impl RawExporter {
    /// One that answers as it should.
    pub(crate) async fn start(text: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", free_port())).await.unwrap();
        let address = listener.local_addr().unwrap();
        let manner = Arc::new(Mutex::new(whole(text)));
        let serving = Some(tokio::spawn(serve(listener, Arc::clone(&manner))));
        Self { address, manner, serving }
    }

    pub(crate) fn answer(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// Nobody listens on its port any more.
    pub(crate) async fn die(&mut self) {
        let serving = self.serving.take().unwrap();
        serving.abort();
        let _ = serving.await;
    }

    /// Listens again after [`die`](Self::die).
    pub(crate) async fn revive(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.serving = Some(tokio::spawn(serve(listener, Arc::clone(&self.manner))));
    }
}

/// An answer as it should be.
pub(crate) fn whole(text: &str) -> Manner {
    Manner::Says(format!("{}Content-Length: {}\r\n\r\n{text}", head(), text.len()).into_bytes())
}

/// An answer that breaks off in the middle of what it promised.
pub(crate) fn broken_off(text: &str) -> Manner {
    let half = &text[..text.len() / 2];
    Manner::Says(format!("{}Content-Length: {}\r\n\r\n{half}", head(), text.len()).into_bytes())
}

/// An answer that breaks off between two chunks.
pub(crate) fn unfinished_chunks(text: &str) -> Manner {
    let head = format!("{}Transfer-Encoding: chunked\r\n\r\n", head());
    Manner::Says(format!("{head}{:x}\r\n{text}\r\n", text.len()).into_bytes())
}

/// An answer that ends with its connection, so that HTTP does not notice what is missing.
pub(crate) fn until_close(text: &str) -> Manner {
    Manner::Says(format!("{}\r\n{text}", head()).into_bytes())
}

/// On a thread of its own: it must be quick, and the test's own is the server's, too.
fn talk_on(connection: TcpStream) {
    let mut connection = connection.into_std().unwrap();
    connection.set_nonblocking(false).unwrap();
    std::thread::spawn(move || {
        let _ = connection.write_all(format!("{}\r\n", head()).as_bytes());
        let lines = "# nothing new\n".repeat(10_000);
        while connection.write_all(lines.as_bytes()).is_ok() {}
    });
}

fn head() -> String {
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nConnection: close\r\n".to_owned()
}

async fn serve(listener: TcpListener, manner: Arc<Mutex<Manner>>) {
    loop {
        let (connection, _) = listener.accept().await.unwrap();
        let manner = manner.lock().unwrap().clone();
        tokio::spawn(answer(connection, manner));
    }
}

async fn answer(mut connection: TcpStream, manner: Manner) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match connection.read_u8().await {
            Ok(byte) => request.push(byte),
            Err(_) => return,
        }
    }
    match manner {
        Manner::Says(bytes) => {
            let _ = connection.write_all(&bytes).await;
            let _ = connection.shutdown().await;
        }
        // Until the other side has had enough.
        Manner::Silent => drop(connection.read_u8().await),
        Manner::Dribbling => {
            let _ = connection.write_all(format!("{}\r\n", head()).as_bytes()).await;
            while connection.write_all(b"# not yet\n").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
        Manner::Endless => talk_on(connection),
    }
}
