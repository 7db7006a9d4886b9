//! Backups in a bucket of a real S3 server.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, Output};

use cineportal::config::StoreAddress;
use tempfile::TempDir;

use crate::backup::filled;
use crate::backup_schedule::{is_new, strangers};
use crate::support::backup::{
    complaint, cut_off, everything_in, files, left_in, noisy, old_name, output, program, run, told,
    wait_until,
};
use crate::support::process::Process;
use crate::support::s3::S3Server;
use crate::support::{FreshStore, StoreKind};

const PLACE: &str = "s3://cinema/night/backups";

/// A bucket, and the folder in which backups lie on their way to it.
struct Setting {
    server: S3Server,
    work: TempDir,
}

impl Setting {
    async fn new() -> Self {
        Self { server: S3Server::start().await, work: tempfile::tempdir().unwrap() }
    }

    /// The program with these words, as somebody with this access key.
    fn command_as(&self, [id, secret]: [&str; 2], store: &StoreAddress, words: &[&str]) -> Command {
        let mut command = program(store, words);
        command.args(["--s3-endpoint", &self.server.endpoint(), "--work-dir"]).arg(self.work.path());
        command.env("CINEPORTAL_BACKUP_S3_ACCESS_KEY_ID", id);
        command.env("CINEPORTAL_BACKUP_S3_SECRET_ACCESS_KEY", secret);
        command
    }

    fn command(&self, store: &StoreAddress, words: &[&str]) -> Command {
        self.command_as(S3Server::KEY, store, words)
    }

    async fn run(&self, store: &FreshStore, words: &[&str]) -> Output {
        output(self.command(&store.address, words)).await
    }

    /// Makes a backup; answers its name.
    async fn back_up(&self, store: &FreshStore, flags: &[&str]) -> String {
        let words = [&["backup", "--to", PLACE], flags].concat();
        told(&self.run(store, &words).await).split_once(':').unwrap().0.to_owned()
    }

    fn objects(&self) -> PathBuf {
        self.server.objects("night/backups")
    }

    /// What is left in the folder on the way.
    fn left(&self) -> Vec<String> {
        left_in(self.work.path())
    }
}

#[tokio::test]
async fn a_backup_goes_to_s3_and_comes_back_into_the_other_store() {
    let setting = Setting::new().await;
    let source = filled(StoreKind::Mongo, 500, 7).await;
    let there = everything_in(&source.address).await;
    let name = setting.back_up(&source, &[]).await;
    assert_eq!(files(&setting.objects()), std::slice::from_ref(&name));
    let (target, from) = (StoreKind::Embedded.fresh(), format!("{PLACE}/{name}"));
    let said = told(&setting.run(&target, &["restore", "--check", &from]).await);
    assert!(said.starts_with("The backup is whole: 501 incidents, "), "{said}");
    told(&setting.run(&target, &["restore", &from]).await);
    assert!(everything_in(&target.address).await == there);
    assert_eq!(setting.left(), <[String; 0]>::default());
}

#[tokio::test]
async fn the_secret_may_stand_in_a_file() {
    let setting = Setting::new().await;
    let source = filled(StoreKind::Embedded, 5, 7).await;
    let secret = setting.server.objects("..").join("secret");
    std::fs::write(&secret, format!("{}\n", S3Server::KEY[1])).unwrap();
    let mut command = setting.command(&source.address, &["backup", "--to", "s3://cinema"]);
    command.env_remove("CINEPORTAL_BACKUP_S3_SECRET_ACCESS_KEY");
    command.env("CINEPORTAL_BACKUP_S3_SECRET_ACCESS_KEY_FILE", &secret);
    told(&output(command).await);
    assert_eq!(files(&setting.server.objects("")).len(), 1);
}

#[tokio::test]
async fn the_newest_three_are_kept_in_a_bucket_and_nothing_else_is_removed() {
    let setting = Setting::new().await;
    let source = filled(StoreKind::Embedded, 20, 7).await;
    let (objects, deeper) = (setting.objects(), setting.server.objects("night/backups/older"));
    std::fs::write(deeper.join(old_name(0)), "old").unwrap();
    for name in (1..=5).map(old_name).chain(strangers()) {
        std::fs::write(objects.join(name), "old").unwrap();
    }
    let words = ["backup", "--to", PLACE, "--every-hours", "6", "--keep", "3"];
    let _running = Process::start(&mut setting.command(&source.address, &words));
    let kept = [old_name(4), old_name(5), "older".to_owned()];
    let is_done = || {
        let there = files(&objects);
        let new = there.iter().filter(|name| is_new(name)).count();
        kept.iter().chain(&strangers()).all(|name| there.contains(name)) && new == 1 && there.len() == 8
    };
    wait_until(is_done).await.unwrap_or_else(|()| panic!("{:?}", files(&objects)));
    assert_eq!(files(&deeper), [old_name(0)]);
}

#[tokio::test]
async fn whoever_is_not_let_in_is_told_so_without_the_secret() {
    let setting = Setting::new().await;
    let source = filled(StoreKind::Embedded, 5, 7).await;
    let words = ["backup", "--to", PLACE];
    for (key, reason) in [
        (
            ["cinema", "a-wrong-secret"],
            "the access key is refused, or may not do this (SignatureDoesNotMatch)",
        ),
        (["nobody", "a-wrong-secret"], "the access key is refused, or may not do this (NotSignedUp)"),
        (["", "a-wrong-secret"], "set CINEPORTAL_BACKUP_S3_ACCESS_KEY_ID"),
    ] {
        let said = complaint(&output(setting.command_as(key, &source.address, &words)).await);
        assert!(said.contains(&format!("{PLACE}: ")) && said.contains(reason), "{said}");
        assert!(!said.contains("a-wrong-secret"), "{said}");
    }
    assert_eq!(files(&setting.objects()), <[String; 0]>::default());
}

#[test]
fn an_endpoint_with_a_password_is_refused_and_not_told_back() {
    let nowhere = StoreKind::Embedded.fresh();
    let words = ["backup", "--to", PLACE, "--s3-endpoint", "https://kim:hush@minio.example"];
    let said = complaint(&run(&nowhere.address, &words));
    assert!(said.contains("the value of --s3-endpoint is wrong") && !said.contains("hush"), "{said}");
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_missed() {
    let setting = Setting::new().await;
    let source = filled(StoreKind::Embedded, 5, 7).await;
    let said = complaint(&setting.run(&source, &["backup", "--to", "s3://theatre/backups"]).await);
    assert!(said.contains("s3://theatre/backups: there is no such bucket"), "{said}");
}

#[tokio::test]
async fn no_line_of_the_log_holds_the_secret() {
    let setting = Setting::new().await;
    let source = filled(StoreKind::Embedded, 5, 7).await;
    let log = setting.work.path().join("log");
    let words = ["backup", "--to", PLACE, "--every-hours", "6", "--log", "trace"];
    let mut command = setting.command(&source.address, &words);
    let _running = Process::start_telling(&mut command, File::create(&log).unwrap());
    let text = || std::fs::read_to_string(&log).unwrap();
    wait_until(|| text().contains("a backup was made")).await.unwrap_or_else(|()| panic!("{}", text()));
    assert!(text().contains("TRACE") && !text().contains(S3Server::KEY[1]), "{}", text());
}

#[tokio::test]
async fn a_server_that_goes_away_in_the_middle_of_an_upload_shows_nothing_and_the_next_try_works() {
    let setting = Setting::new().await;
    let source = noisy(7_000_000).await;
    let line = &setting.server.line;
    // The first part gets through, the second does not.
    line.cut_after_sending(6_000_000);
    let said = complaint(&setting.run(&source, &["backup", "--to", PLACE]).await);
    assert!(line.is_cut() && said.contains(&format!("no backup was made: {PLACE}: ")), "{said}");
    assert_eq!(files(&setting.objects()), <[String; 0]>::default());
    assert_eq!(setting.left(), <[String; 0]>::default());
    line.mend();
    let name = setting.back_up(&source, &[]).await;
    let target = StoreKind::Embedded.fresh();
    told(&setting.run(&target, &["restore", &format!("{PLACE}/{name}")]).await);
    assert!(everything_in(&target.address).await.len() > 40);
}

#[tokio::test]
async fn a_backup_that_cannot_be_read_back_is_none() {
    let setting = Setting::new().await;
    let source = noisy(1_000_000).await;
    setting.server.line.cut_after_receiving(500_000);
    let said = complaint(&setting.run(&source, &["backup", "--to", PLACE]).await);
    assert!(said.contains(&format!("no backup was made: {PLACE}: ")), "{said}");
}

#[tokio::test]
async fn a_download_that_is_cut_is_refused_and_the_store_stays_as_it_was() {
    let setting = Setting::new().await;
    let from = format!("{PLACE}/{}", setting.back_up(&noisy(1_000_000).await, &[]).await);
    let target = filled(StoreKind::Embedded, 5, 7).await;
    let before = everything_in(&target.address).await;
    setting.server.line.cut_after_receiving(500_000);
    let said = complaint(&setting.run(&target, &["restore", &from, "--replace"]).await);
    assert!(said.contains(&format!("nothing was restored: {PLACE}: ")), "{said}");
    assert!(everything_in(&target.address).await == before);
    assert_eq!(setting.left(), <[String; 0]>::default());
}

#[tokio::test]
async fn an_object_that_is_cut_off_is_refused_and_the_store_stays_as_it_was() {
    let setting = Setting::new().await;
    let name = setting.back_up(&filled(StoreKind::Embedded, 40, 7).await, &[]).await;
    cut_off(&setting.objects().join(&name));
    let target = filled(StoreKind::Mongo, 5, 7).await;
    let before = everything_in(&target.address).await;
    let from = format!("{PLACE}/{name}");
    for words in [["restore", &from, "--replace"], ["restore", &from, "--check"]] {
        let said = complaint(&setting.run(&target, &words).await);
        assert!(said.contains(&from) && said.contains("the backup is damaged"), "{said}");
    }
    assert!(everything_in(&target.address).await == before);
}

#[tokio::test]
async fn a_backup_that_is_not_there_is_missed_before_the_store_is_touched() {
    let setting = Setting::new().await;
    let target = filled(StoreKind::Embedded, 5, 7).await;
    let before = everything_in(&target.address).await;
    let from = format!("{PLACE}/{}", old_name(1));
    let said = complaint(&setting.run(&target, &["restore", &from, "--replace"]).await);
    assert!(said.contains("there is no such backup"), "{said}");
    assert!(everything_in(&target.address).await == before);
}
