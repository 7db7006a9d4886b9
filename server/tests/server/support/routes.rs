//! The paths of the server, read from where they are routed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use cineportal::ingest::format::FORMATS;

/// All paths, as they are written in the router, and those of the formats of alerts.
pub(crate) fn paths() -> BTreeSet<String> {
    let pattern = regex::Regex::new(r#"\.route\(\s*"([^"]+)""#).unwrap();
    let mut paths: BTreeSet<String> = FORMATS.iter().map(|format| format.path.to_owned()).collect();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(source) = fs::read_to_string(&path) {
                paths.extend(pattern.captures_iter(&source).map(|found| found[1].to_owned()));
            }
        }
    }
    paths
}

/// The portal's own pages, read from their list.
pub(crate) fn pages() -> BTreeSet<String> {
    let source = include_str!("../../../src/http/portal.rs");
    let (_, list) = source.split_once("const PAGES: ").unwrap();
    let (_, list) = list.split_once("= [").unwrap();
    let list = list.split("];").next().unwrap();
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}
