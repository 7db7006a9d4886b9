//! The commands `cineportal backup` and `cineportal restore`, and what is in stores and files.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use cineportal::backup::{self, BackupName};
use cineportal::config::{self, BackupConfig, StoreAddress};
use cineportal::domain::incident::Incident;
use cineportal::domain::watch::Heartbeat;
use cineportal::seed::{self, Plan};
use cineportal::store::{self, Kept, Store};
use cineportal_regions::RegionId;
use jiff::Timestamp;

use super::{FreshStore, PATIENCE, StoreKind, store_argument};
use crate::silence_contract::{once, weekly};
use crate::store_contract::{at, incident, rich};
use crate::token_contract::token;

/// Everything that a store keeps, in the order of a backup.
pub(crate) async fn everything_in(address: &StoreAddress) -> Vec<Kept> {
    let mut snapshot = store::snapshot(address).await.unwrap();
    let mut all = Vec::new();
    loop {
        let batch = snapshot.next().await.unwrap();
        if batch.is_empty() {
            return all;
        }
        all.extend(batch);
    }
}

/// Writes something of every kind: a history of so many incidents, and one with something in every field.
pub(crate) async fn fill(store: &Arc<dyn Store>, incidents: usize, seed: u64) {
    let regions =
        cineportal_regions::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions")).unwrap();
    let plan = Plan { incidents, days: 10, seed, until: "2026-11-20T18:00:00Z".parse().unwrap() };
    seed::run(store.as_ref(), &regions, plan, |_| {}).await.unwrap();
    store.commit(&[rich(incident(&format!("rich-{seed}"), 7))]).await.unwrap();
    for silence in [once("a", 0, 8), weekly("b")] {
        store.commit_silence(&silence).await.unwrap();
    }
    store.tokens().add_service_token(&token(&format!("token-{seed}"))).await.unwrap();
    store.tokens().revoke_service_token(&format!("token-{seed}"), at(9)).await.unwrap();
    store.tokens().embed_key(b"a key of embed tokens").await.unwrap();
    store.take_numbers(&RegionId::new("denmark"), 17).await.unwrap();
    let heartbeat = Heartbeat { heard_at: Some(at(1)), lost_at: None };
    store.note_heartbeat("denmark", heartbeat).await.unwrap();
    store.note_heartbeat("norway", Heartbeat { lost_at: Some(at(2)), ..heartbeat }).await.unwrap();
}

/// A store whose backup has more than so many bytes, however well it is compressed.
pub(crate) async fn noisy(bytes: usize) -> FreshStore {
    let (fresh, mut noise) = (StoreKind::Embedded.fresh(), fastrand::Rng::with_seed(7));
    let store = store::open(&fresh.address).await.unwrap();
    // A letter of 62 is worth 0.74 bytes.
    for number in 0..50 {
        let description = std::iter::repeat_with(|| noise.alphanumeric()).take(bytes / 50 * 4 / 3 + 1_000);
        let incident = incident(&format!("noise-{number}"), 7);
        store.commit(&[Incident { description: description.collect(), ..incident }]).await.unwrap();
    }
    fresh
}

/// Settings of `backup` from this store to this place.
pub(crate) fn settings(store: &StoreAddress, to: &str, flags: &[&str]) -> BackupConfig {
    let store = store_argument(store);
    let usual = ["cineportal", "backup", "--store", &store, "--to", to];
    let arguments = [&usual, flags].concat();
    match config::read(arguments.into_iter().map(Into::into)).unwrap().command {
        config::Command::Backup(config) => config,
        other => panic!("{other:?}"),
    }
}

/// Makes one backup in this folder; answers its file.
pub(crate) async fn back_up(store: &StoreAddress, folder: &Path) -> PathBuf {
    let (name, _) = backup::once(&settings(store, folder.to_str().unwrap(), &[])).await.unwrap();
    folder.join(name.to_string())
}

/// The program `cineportal` with these words on this store.
pub(crate) fn program(store: &StoreAddress, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cineportal"));
    command.args(words).args(["--store", &store_argument(store)]);
    command
}

/// Runs it to its end.
pub(crate) fn run(store: &StoreAddress, words: &[&str]) -> Output {
    program(store, words).output().unwrap()
}

/// Runs it to its end; servers of this thread answer meanwhile.
pub(crate) async fn output(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// What it said; it must have worked.
pub(crate) fn told(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What it complained of; it must have failed.
pub(crate) fn complaint(output: &Output) -> String {
    assert!(!output.status.success(), "it worked: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The names of the files in a folder but those that begin with a dot.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    names
}

/// All that is in a folder, hidden or not, but locks, which stay.
pub(crate) fn left_in(folder: &Path) -> Vec<String> {
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !name.ends_with(".lock")).collect()
}

/// Leaves the first half of a file.
pub(crate) fn cut_off(file: &Path) {
    let file = File::options().write(true).open(file).unwrap();
    file.set_len(file.metadata().unwrap().len() / 2).unwrap();
}

/// Waits until this is so; not for ever.
pub(crate) async fn wait_until(is_so: impl Fn() -> bool) -> Result<(), ()> {
    let becoming = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, becoming).await.map_err(|_| ())
}

/// The name of a backup of this hour, long ago.
pub(crate) fn old_name(hour: i64) -> String {
    BackupName::of(Timestamp::from_second(1_700_000_000 + hour * 3_600).unwrap()).to_string()
}
