//! Subscriptions on which nothing happens, held until nobody wants them any more.

use std::io::Read;
use std::net::SocketAddr;

use clap::Args;

use crate::print;
use crate::socket::Subscription;

#[derive(Args)]
pub(crate) struct Options {
    /// Where the server listens.
    #[arg(long)]
    address: SocketAddr,
    /// How many follow.
    #[arg(long)]
    subscribers: usize,
}

/// Says `open` once all follow.
pub(crate) async fn hold(options: Options) -> anyhow::Result<()> {
    let mut subscribers = Vec::new();
    for _ in 0..options.subscribers {
        subscribers.push(Subscription::open(options.address).await?);
    }
    print("open");
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    Ok(())
}
