//! The limit: axum alone, which takes the same request and writes the same bytes.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use clap::Args;
use tokio::net::TcpListener;

use crate::connection::Connection;
use crate::questions::request;

#[derive(Args)]
pub(crate) struct Options {
    /// Where to listen.
    #[arg(long)]
    listen: SocketAddr,
    /// The server whose answer is given.
    #[arg(long)]
    like: SocketAddr,
}

pub(crate) async fn serve(options: Options) -> anyhow::Result<()> {
    let mut server = Connection::open(options.like).await?;
    let answer = Bytes::copy_from_slice(server.send(&request(None)).await?);
    let router = Router::new()
        .route("/readyz", get(|| async { "ready" }))
        // The request is read to its end, as whoever answers must.
        .route("/graphql", post(|_request: Bytes| async move { json(answer) }));
    let listener = TcpListener::bind(options.listen).await?;
    Ok(axum::serve(listener, router).await?)
}

fn json(answer: Bytes) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], answer)
}
