//! Files that are no backup any more, and files that never were one: each is refused, and the store stays as it was.

use std::path::Path;

use cineportal::backup::{self, FileError, RestoreFailure};
use cineportal::config::StoreAddress;
use sha2::{Digest, Sha256};

use crate::backup::filled;
use crate::support::StoreKind;
use crate::support::backup::{back_up, everything_in};

/// What is wrong with this file.
async fn fault(content: &[u8]) -> FileError {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    std::fs::write(&file, content).unwrap();
    match backup::check(&file).await {
        Err(RestoreFailure::File { error, .. }) => error,
        other => panic!("{other:?}"),
    }
}

async fn a_backup() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::read(back_up(&filled(StoreKind::Embedded, 40, 7).await.address, folder.path()).await).unwrap()
}

/// These lines as a file of the right form.
fn sealed(lines: &[&str]) -> Vec<u8> {
    let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let mut file = zstd::encode_all(text.as_bytes(), 3).unwrap();
    let digest = Sha256::digest(&file);
    file.extend([0x5f, 0x2a, 0x4d, 0x18, 32, 0, 0, 0]);
    file.extend(digest.as_slice());
    file
}

const HEADER: &str =
    r#"{"cineportal_backup":1,"made_by":"0.1.0","made_at":"2026-11-21T18:00:00Z","collections":["numbers"]}"#;
const NUMBER: &str = r#"{"number":{"region":"denmark","last":7}}"#;

#[tokio::test]
async fn any_bit_that_is_another_is_found() {
    let whole = a_backup().await;
    let step = whole.len() / 150 + 1;
    let near_the_end = whole.len() - 60..whole.len();
    for at in (0..whole.len()).step_by(step).chain(0..20).chain(near_the_end) {
        let mut damaged = whole.clone();
        damaged[at] ^= 1 << (at % 8);
        let fault = fault(&damaged).await;
        assert!(matches!(fault, FileError::Damaged(_) | FileError::NoBackup(_)), "byte {at}: {fault}");
    }
}

#[tokio::test]
async fn a_backup_that_is_cut_off_or_goes_on_is_found() {
    let whole = a_backup().await;
    for length in
        [0, 1, 39, 40, 41, 100, whole.len() / 2, whole.len() - 41, whole.len() - 40, whole.len() - 1]
    {
        fault(&whole[..length]).await;
    }
    let seal = &whole[whole.len() - 40..];
    for more in [b"x".as_slice(), seal, &whole] {
        fault(&[&whole, more].concat()).await;
    }
}

#[tokio::test]
async fn what_was_never_a_backup_is_called_so() {
    for other in
        [b"".as_slice(), b"SQLite format 3\0 and much more than forty bytes behind it, all of it text"]
    {
        assert!(matches!(fault(other).await, FileError::NoBackup(_)));
    }
    let archive = sealed(&["{\"name\":\"a line of something else\"}"]);
    assert!(matches!(fault(&archive).await, FileError::NoBackup(_)));
}

#[tokio::test]
async fn a_backup_of_a_newer_program_is_not_guessed_at() {
    let newer = HEADER.replace("\"cineportal_backup\":1", "\"cineportal_backup\":2");
    assert!(matches!(fault(&sealed(&[&newer])).await, FileError::TooNew(2)));
    let collection = HEADER.replace("\"numbers\"", "\"holograms\"");
    assert!(matches!(fault(&sealed(&[&collection])).await, FileError::Unknown { line: 1, .. }));
    let kind = r#"{"hologram":{"id":"a"}}"#;
    assert!(matches!(fault(&sealed(&[HEADER, NUMBER, kind])).await, FileError::Unknown { line: 3, .. }));
}

#[tokio::test]
async fn lines_that_are_missing_are_missed_although_the_checksum_is_right() {
    let end = |count: u32| format!("{{\"end\":{{\"numbers\":{count}}}}}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    std::fs::write(&file, sealed(&[HEADER, NUMBER, &end(1)])).unwrap();
    assert_eq!(backup::check(&file).await.unwrap().counts, [("numbers".to_owned(), 1)].into());
    for lines in [&[HEADER, NUMBER][..], &[HEADER, NUMBER, &end(2)], &[HEADER, &end(0), NUMBER]] {
        assert!(matches!(fault(&sealed(lines)).await, FileError::Damaged(_)), "{lines:?}");
    }
}

#[tokio::test]
async fn a_damaged_backup_leaves_both_stores_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let mut damaged = a_backup().await;
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let file = folder.path().join("damaged");
    std::fs::write(&file, damaged).unwrap();
    for kind in [StoreKind::Embedded, StoreKind::Mongo] {
        let target = filled(kind, 30, 8).await;
        leaves_it_as_it_was(&file, &target.address).await;
    }
}

/// Two open incidents of one key stand in each other's way, which only the store can see.
#[tokio::test]
async fn a_backup_that_breaks_a_rule_of_the_store_leaves_it_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let text = zstd::decode_all(a_backup().await.as_slice()).unwrap();
    let text = String::from_utf8(text).unwrap();
    let open = text.lines().find(|line| line.contains("\"open\":true")).unwrap();
    let id = open.split("\"_id\":\"").nth(1).unwrap().split('"').next().unwrap();
    let twin = open.replacen(id, "99999999-twin", 1);
    let header = HEADER.replace("numbers", "incidents");
    let file = folder.path().join("twins");
    std::fs::write(&file, sealed(&[&header, open, &twin, "{\"end\":{\"incidents\":2}}"])).unwrap();
    backup::check(&file).await.unwrap();
    for kind in [StoreKind::Embedded, StoreKind::Mongo] {
        let target = filled(kind, 30, 8).await;
        leaves_it_as_it_was(&file, &target.address).await;
    }
}

async fn leaves_it_as_it_was(file: &Path, store: &StoreAddress) {
    let before = everything_in(store).await;
    backup::restore(file, store, true).await.unwrap_err();
    assert!(everything_in(store).await == before, "{store:?} was changed");
}
