//! The limit: the documents that the server has written, upserted once more into an empty collection with
//! the same indexes and the same write concern, by nothing but the driver. They are read and encoded before
//! the time is taken.

use std::time::Instant;

use bson::{Document, RawArrayBuf, RawDocumentBuf, doc, rawdoc};
use clap::Args;
use futures::TryStreamExt;
use mongodb::options::IndexOptions;
use mongodb::{Client, Database};
use serde::Serialize;
use tokio::task::JoinSet;

const COLLECTION: &str = "incidents";

#[derive(Args)]
pub(crate) struct Options {
    /// A MongoDB address with the database that a server has written to; it is dropped in the end.
    #[arg(long)]
    from: String,
    /// How many documents are upserted by one command.
    #[arg(long)]
    in_each: usize,
    /// How many commands are under way at once.
    #[arg(long)]
    loops: usize,
}

#[derive(Serialize)]
pub(crate) struct Report {
    documents: usize,
    alerts_per_second: f64,
}

pub(crate) async fn measure(options: Options) -> anyhow::Result<Report> {
    let client = Client::with_uri_str(&options.from).await?;
    let from = client.default_database().ok_or_else(|| anyhow::anyhow!("--from names no database"))?;
    let into = client.database(&format!("{}_again", from.name()));
    copy_indexes(&from, &into).await?;
    let documents: Vec<RawDocumentBuf> =
        from.collection(COLLECTION).find(doc! {}).await?.try_collect().await?;
    let commands: Vec<RawDocumentBuf> =
        documents.chunks(options.in_each).map(upserts).collect::<Result<_, _>>()?;
    let mut shares: Vec<Vec<RawDocumentBuf>> = vec![Vec::new(); options.loops];
    for (number, command) in commands.into_iter().enumerate() {
        shares[number % options.loops].push(command);
    }
    let started = Instant::now();
    let mut loops: JoinSet<_> = shares.into_iter().map(|share| write(into.clone(), share)).collect();
    while let Some(written) = loops.join_next().await {
        written??;
    }
    let seconds = started.elapsed().as_secs_f64();
    from.drop().await?;
    into.drop().await?;
    Ok(Report { documents: documents.len(), alerts_per_second: documents.len() as f64 / seconds })
}

async fn write(into: Database, commands: Vec<RawDocumentBuf>) -> anyhow::Result<()> {
    for command in commands {
        let reply = into.run_raw_command(command).await?;
        anyhow::ensure!(!reply.contains_key("writeErrors"), "a document was refused: {reply}");
    }
    Ok(())
}

fn upserts(documents: &[RawDocumentBuf]) -> anyhow::Result<RawDocumentBuf> {
    let mut updates = RawArrayBuf::new();
    for document in documents {
        let id = document.get_str("_id")?;
        updates.push(rawdoc! { "q": { "_id": id }, "u": document.clone(), "upsert": true });
    }
    let durable = rawdoc! { "w": "majority", "j": true };
    Ok(rawdoc! { "update": COLLECTION, "updates": updates, "ordered": false, "writeConcern": durable })
}

async fn copy_indexes(from: &Database, into: &Database) -> anyhow::Result<()> {
    let mut indexes: Vec<_> =
        from.collection::<Document>(COLLECTION).list_indexes().await?.try_collect().await?;
    let name = |options: &IndexOptions| options.name.clone().unwrap_or_default();
    indexes.retain(|index| index.options.as_ref().map(name).is_none_or(|name| name != "_id_"));
    into.collection::<Document>(COLLECTION).create_indexes(indexes).await?;
    Ok(())
}
