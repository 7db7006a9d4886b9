//! HTTP/1.1 on one connection, as little of it as can be: the client must not cost more than the server.

use std::net::SocketAddr;

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const OK: &str = "HTTP/1.1 200";
const END_OF_HEADERS: &str = "\r\n\r\n";

pub(crate) struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(server: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::new() })
    }

    /// Sends a request, and reads its answer to the end, which must be 200; its body.
    pub(crate) async fn send(&mut self, request: &[u8]) -> anyhow::Result<&[u8]> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                bail!("the server hung up");
            }
            let text = std::str::from_utf8(&self.answer)?;
            let Some((headers, body)) = text.split_once(END_OF_HEADERS) else { continue };
            if !headers.starts_with(OK) {
                bail!("not stored: {text}");
            }
            if body.len() >= content_length(headers)? {
                let begin = headers.len() + END_OF_HEADERS.len();
                return Ok(self.answer.get(begin..).unwrap_or_default());
            }
        }
    }
}

fn content_length(headers: &str) -> anyhow::Result<usize> {
    let mut lines = headers.lines().filter_map(|line| line.split_once(':'));
    let length = lines.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let (_, length) = length.context("an answer without a length")?;
    Ok(length.trim().parse()?)
}
