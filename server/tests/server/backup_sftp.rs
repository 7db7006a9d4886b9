//! Backups in a folder of another machine: a real OpenSSH server.

use std::os::unix::fs::PermissionsExt;
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
use crate::support::sshd::{PASSWORD, Sshd};
use crate::support::{FreshStore, StoreKind};

/// A server, and the folder in which backups lie on their way to it.
struct Setting {
    server: Sshd,
    work: TempDir,
}

impl Setting {
    async fn new() -> Self {
        Self { server: Sshd::start().await, work: tempfile::tempdir().unwrap() }
    }

    /// The program with these words, with these files of the server: a private key, and whom we know.
    fn command_with(&self, [key, known]: [&str; 2], store: &StoreAddress, words: &[&str]) -> Command {
        let mut command = program(store, words);
        command.arg("--work-dir").arg(self.work.path());
        command.env("CINEPORTAL_BACKUP_SFTP_KEY_FILE", self.server.file(key));
        command.env("CINEPORTAL_BACKUP_SFTP_KNOWN_HOSTS", self.server.file(known));
        command
    }

    async fn run(&self, store: &FreshStore, words: &[&str]) -> Output {
        output(self.command_with(["key", "known_hosts"], &store.address, words)).await
    }

    /// Makes a backup; answers its name.
    async fn back_up(&self, store: &FreshStore) -> String {
        let said = told(&self.run(store, &["backup", "--to", &self.place()]).await);
        said.split_once(':').unwrap().0.to_owned()
    }

    fn folder(&self) -> PathBuf {
        self.server.file("backups")
    }

    fn place(&self) -> String {
        self.server.place(&self.folder())
    }
}

#[tokio::test]
async fn a_backup_goes_to_another_machine_and_comes_back_into_the_other_store() {
    let setting = Setting::new().await;
    let source = filled(StoreKind::Mongo, 500, 7).await;
    let there = everything_in(&source.address).await;
    let name = setting.back_up(&source).await;
    assert_eq!(left_in(&setting.folder()), std::slice::from_ref(&name));
    let file = setting.folder().join(&name);
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "for nobody else to read");
    let (target, from) = (StoreKind::Embedded.fresh(), format!("{}/{name}", setting.place()));
    let said = told(&setting.run(&target, &["restore", "--check", &from]).await);
    assert!(said.starts_with("The backup is whole: 501 incidents, "), "{said}");
    told(&setting.run(&target, &["restore", &from]).await);
    assert!(everything_in(&target.address).await == there);
    assert_eq!(left_in(setting.work.path()), <[String; 0]>::default());
}

#[tokio::test]
async fn the_newest_three_are_kept_on_another_machine_and_nothing_else_is_removed() {
    let setting = Setting::new().await;
    let source = filled(StoreKind::Embedded, 20, 7).await;
    let (folder, place) = (setting.folder(), setting.place());
    for name in (1..=5).map(old_name).chain(strangers()) {
        std::fs::write(folder.join(name), "old").unwrap();
    }
    let words = ["backup", "--to", &place, "--every-hours", "6", "--keep", "3"];
    let mut command = setting.command_with(["key", "known_hosts"], &source.address, &words);
    let _running = Process::start(&mut command);
    let is_done = || {
        let there = files(&folder);
        let (old, new) = ([old_name(4), old_name(5)], there.iter().filter(|name| is_new(name)).count());
        old.iter().chain(&strangers()).all(|name| there.contains(name)) && new == 1 && there.len() == 7
    };
    wait_until(is_done).await.unwrap_or_else(|()| panic!("{:?}", files(&folder)));
}

#[tokio::test]
async fn a_server_that_is_not_known_is_sent_nothing() {
    let setting = Setting::new().await;
    let source = filled(StoreKind::Embedded, 5, 7).await;
    let (known, other) = (setting.server.file("known_hosts"), setting.server.file("other_key.pub"));
    let right = std::fs::read_to_string(known).unwrap();
    let (address, _) = right.split_once(' ').unwrap();
    let impostor = format!("{address} {}", std::fs::read_to_string(other).unwrap());
    std::fs::write(setting.server.file("impostor"), impostor).unwrap();
    std::fs::write(setting.server.file("nobody"), "").unwrap();
    for whom_we_know in ["impostor", "nobody"] {
        let place = setting.place();
        let words = ["backup", "--to", &place];
        let command = setting.command_with(["key", whom_we_know], &source.address, &words);
        let said = complaint(&output(command).await);
        assert!(said.contains(&place) && said.contains("the server shows a key that is not in"), "{said}");
    }
    assert_eq!(left_in(&setting.folder()), <[String; 0]>::default());
}

#[tokio::test]
async fn whoever_has_another_key_is_not_let_in_and_told_so() {
    let setting = Setting::new().await;
    let source = filled(StoreKind::Embedded, 5, 7).await;
    let place = setting.place();
    let command =
        setting.command_with(["other_key", "known_hosts"], &source.address, &["backup", "--to", &place]);
    let said = complaint(&output(command).await);
    assert!(said.contains(&place) && said.contains("does not let in this user"), "{said}");
}

/// OpenSSH would ask for passwords of the whole machine, so this door is another one, with nothing behind it.
#[tokio::test]
async fn a_password_in_a_file_lets_in_where_there_is_no_key() {
    let setting = Setting::new().await;
    let source = filled(StoreKind::Embedded, 5, 7).await;
    let place = format!("sftp://kim@{}/backups", setting.server.open_password_door().await);
    for (password, reason) in [("a-wrong-one", "does not let in this user"), (PASSWORD, "gives no SFTP")] {
        let file = setting.work.path().join("password");
        std::fs::write(&file, format!("{password}\n")).unwrap();
        let words = ["backup", "--to", &place];
        let mut command = setting.command_with(["key", "known_doors"], &source.address, &words);
        command.env_remove("CINEPORTAL_BACKUP_SFTP_KEY_FILE");
        command.env("CINEPORTAL_BACKUP_SFTP_PASSWORD_FILE", file);
        let said = complaint(&output(command).await);
        assert!(said.contains(reason) && !said.contains(password), "{said}");
    }
}

#[test]
fn nobody_is_asked_without_knowing_whom_and_as_whom() {
    let nowhere = StoreKind::Embedded.fresh();
    let said = complaint(&run(&nowhere.address, &["backup", "--to", "sftp://kim@127.0.0.1/backups"]));
    assert!(said.contains("set CINEPORTAL_BACKUP_SFTP_KNOWN_HOSTS"), "{said}");
    let said = complaint(&run(&nowhere.address, &["backup", "--to", "sftp://kim:hush@127.0.0.1/backups"]));
    assert!(said.contains("the value of --to is wrong") && !said.contains("hush"), "{said}");
    let said = complaint(&run(&nowhere.address, &["restore", "sftp://kim:hush@127.0.0.1/backups/a"]));
    assert!(!said.contains("hush"), "{said}");
}

#[tokio::test]
async fn a_machine_that_goes_away_in_the_middle_shows_nothing_and_the_next_try_works() {
    let setting = Setting::new().await;
    let source = noisy(2_000_000).await;
    let line = &setting.server.line;
    line.cut_after_sending(1_000_000);
    let said = complaint(&setting.run(&source, &["backup", "--to", &setting.place()]).await);
    assert!(line.is_cut() && said.contains(&format!("no backup was made: {}: ", setting.place())), "{said}");
    assert_eq!(files(&setting.folder()), <[String; 0]>::default());
    assert_eq!(left_in(setting.work.path()), <[String; 0]>::default());
    line.mend();
    let name = setting.back_up(&source).await;
    let target = StoreKind::Embedded.fresh();
    told(&setting.run(&target, &["restore", &format!("{}/{name}", setting.place())]).await);
    assert!(everything_in(&target.address).await.len() > 40);
}

#[tokio::test]
async fn what_a_program_that_was_killed_has_left_is_removed_a_day_later() {
    let setting = Setting::new().await;
    let source = filled(StoreKind::Embedded, 5, 7).await;
    std::fs::write(setting.folder().join(format!(".{}.partial", old_name(1))), "old").unwrap();
    let name = setting.back_up(&source).await;
    assert_eq!(left_in(&setting.folder()), [name]);
}

#[tokio::test]
async fn what_is_cut_on_its_way_back_is_refused_and_the_store_stays_as_it_was() {
    let setting = Setting::new().await;
    let from = format!("{}/{}", setting.place(), setting.back_up(&noisy(1_000_000).await).await);
    let target = filled(StoreKind::Embedded, 5, 7).await;
    let before = everything_in(&target.address).await;
    setting.server.line.cut_after_receiving(500_000);
    let said = complaint(&setting.run(&target, &["restore", &from, "--replace"]).await);
    assert!(said.contains(&format!("nothing was restored: {}: ", setting.place())), "{said}");
    assert!(everything_in(&target.address).await == before);
    assert_eq!(left_in(setting.work.path()), <[String; 0]>::default());
}

#[tokio::test]
async fn a_file_that_is_cut_off_or_not_there_is_refused_and_the_store_stays_as_it_was() {
    let setting = Setting::new().await;
    let name = setting.back_up(&filled(StoreKind::Embedded, 40, 7).await).await;
    cut_off(&setting.folder().join(&name));
    let target = filled(StoreKind::Embedded, 5, 7).await;
    let before = everything_in(&target.address).await;
    for (name, reason) in [(name, "the backup is damaged"), (old_name(1), "no such backup")] {
        let from = format!("{}/{name}", setting.place());
        let said = complaint(&setting.run(&target, &["restore", &from, "--replace"]).await);
        assert!(said.contains(&setting.place()) && said.contains(reason), "{said}");
    }
    assert!(everything_in(&target.address).await == before);
}
