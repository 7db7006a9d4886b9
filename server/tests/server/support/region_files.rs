//! A folder of region files that a test changes while servers run on it.

use std::fs;
use std::path::Path;

use cineportal::config::ServeConfig;
use tempfile::TempDir;

use super::{StoreKind, TestServer};

/// A region that is not among the shipped ones.
pub(crate) const ICELAND: &str = r##"id = "iceland"
name = "Iceland"
number_prefix = "IS"
languages = ["is", "en"]
time_zone = "Atlantic/Reykjavik"
accent_colour = "#02529c"
[match]
region = ["iceland"]
"##;

/// The shipped regions, in a folder of their own.
pub(crate) struct RegionFiles(TempDir);

impl RegionFiles {
    pub(crate) fn shipped() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
            }
        }
        Self(folder)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, region: &str, text: &str) {
        fs::write(self.file(region), text).unwrap();
    }

    /// Writes something else where this stands in the file of a region.
    pub(crate) fn edit(&self, region: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.file(region)).unwrap();
        assert!(text.contains(from), "{from} is not in: {text}");
        self.write(region, &text.replace(from, to));
    }

    /// Adds lines to the file of a region.
    pub(crate) fn add(&self, region: &str, lines: &str) {
        let text = fs::read_to_string(self.file(region)).unwrap();
        self.write(region, &format!("{text}\n{lines}"));
    }

    /// Takes a file away, and answers what it said.
    pub(crate) fn remove(&self, region: &str) -> String {
        let text = fs::read_to_string(self.file(region)).unwrap();
        fs::remove_file(self.file(region)).unwrap();
        text
    }

    /// A server that reads this folder.
    pub(crate) async fn start(&self, kind: StoreKind) -> TestServer {
        self.start_configured(kind, |_| {}).await
    }

    /// The same, with settings of its own.
    pub(crate) async fn start_configured(
        &self,
        kind: StoreKind,
        change: impl FnOnce(&mut ServeConfig),
    ) -> TestServer {
        TestServer::start_configured(kind.fresh(), |settings| {
            self.folder().clone_into(&mut settings.regions);
            change(settings);
        })
        .await
    }

    fn file(&self, region: &str) -> std::path::PathBuf {
        self.folder().join(format!("{region}.toml"))
    }
}
