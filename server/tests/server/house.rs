//! The house rules of the server's source: dependencies point one way, and each framework is known to one room.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the front door inwards. A room may use what stands below it, never what stands above.
/// Rooms on one line are neighbours that do not know each other.
const FLOORS: [&[&str]; 14] = [
    &["main"],
    &["app", "fuzzing"],
    &["http", "reconcile", "blind", "seed", "backup", "check"],
    &["export", "graphql", "ingest", "notify"],
    &["desk"],
    &["repairs", "reopening", "correlator", "retention"],
    &["feed", "commands"],
    &["board", "fleet", "series", "sign_in", "silences", "tokens", "watch"],
    &["store"],
    &["telemetry"],
    &["sources", "logs"],
    &["access", "spans"],
    &["domain"],
    &["config", "clock", "shutdown"],
];

/// A framework, and the rooms that may know it.
const FRAMEWORKS: [(&str, &[&str]); 24] = [
    ("axum", &["http", "app"]),
    ("hyper", &["http"]),
    ("hyper_util", &["http"]),
    ("async_graphql", &["graphql"]),
    ("mongodb", &["store"]),
    ("rusqlite", &["store"]),
    ("bson", &["store"]),
    ("clap", &["config"]),
    ("lettre", &["notify"]),
    // `access` fetches the keys of issuers of tokens, `spans` calls a collector, `backup` S3.
    ("reqwest", &["sources", "notify", "access", "spans", "backup"]),
    ("jsonwebtoken", &["access"]),
    ("ring", &["access"]),
    ("moka", &["sources", "graphql", "sign_in"]),
    ("csv", &["export"]),
    ("fastrand", &["seed", "notify", "http"]),
    ("zstd", &["backup"]),
    ("opentelemetry", &["spans"]),
    ("opentelemetry_sdk", &["spans"]),
    ("opentelemetry_otlp", &["spans"]),
    ("opentelemetry_http", &["spans"]),
    ("tracing_opentelemetry", &["spans"]),
    ("object_store", &["backup"]),
    ("russh", &["backup"]),
    ("russh_sftp", &["backup"]),
];

/// What the pure core must not do: no I/O, no clock, no serialisation, no environment.
const FORBIDDEN_IN_DOMAIN: [&str; 7] =
    ["tokio", "serde", "std::fs", "std::net", "std::env", "Timestamp::now", "crate::clock"];

#[test]
fn dependencies_point_one_way() {
    let floor: BTreeMap<&str, usize> = FLOORS
        .iter()
        .enumerate()
        .flat_map(|(floor, rooms)| rooms.iter().map(move |room| (*room, floor)))
        .collect();
    for (room, path, source) in sources() {
        let own =
            floor.get(room.as_str()).unwrap_or_else(|| panic!("{room} has no floor: name it in FLOORS"));
        assert!(
            !source.contains("crate::{"),
            "{}: one `use` a room, so that this test can read it",
            path.display()
        );
        for used in floor.keys().filter(|used| **used != room && uses(&source, &format!("crate::{used}"))) {
            assert!(floor[used] > *own, "{} must not use {used}", path.display());
        }
    }
}

#[test]
fn each_framework_is_known_to_its_room_only() {
    for (room, path, source) in sources() {
        for (framework, rooms) in FRAMEWORKS {
            let known = rooms.contains(&room.as_str());
            assert!(known || !uses(&source, framework), "{} must not know {framework}", path.display());
        }
    }
}

#[test]
fn the_domain_is_pure() {
    for (_, path, source) in sources().into_iter().filter(|(room, ..)| room == "domain") {
        for forbidden in FORBIDDEN_IN_DOMAIN {
            assert!(!source.contains(forbidden), "{} must not use {forbidden}", path.display());
        }
    }
}

/// Whether the path occurs as a path of its own, not as a part of a longer name.
fn uses(source: &str, path: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    source.match_indices(path).any(|(at, _)| {
        let before = source[..at].chars().next_back();
        let after = &source[at + path.len()..];
        let is_whole = !before.is_some_and(|c| is_name(c) || c == ':') && !after.starts_with(is_name);
        is_whole && (after.starts_with("::") || path.starts_with("crate::"))
    })
}

/// The source without its module of tests, which is the last thing in a file, without what only tests import, and
/// without comments.
fn without_tests(source: &str) -> String {
    let code = source.split("#[cfg(test)]\nmod tests").next().unwrap();
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let code: String = code.lines().filter(is_code).flat_map(|line| [line, "\n"]).collect();
    let mut parts = code.split("#[cfg(test)]\n");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |code, part| code + part.split_once('\n').map_or("", |(_for_tests, rest)| rest))
}

/// Every source file with its room: the first name below `src`.
fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&root).unwrap();
                let room = inside.components().next().unwrap().as_os_str().to_string_lossy();
                let room = room.trim_end_matches(".rs").to_owned();
                let source = fs::read_to_string(&path).unwrap();
                found.extend((room != "lib").then(|| (room, path, without_tests(&source))));
            }
        }
    }
    found
}
