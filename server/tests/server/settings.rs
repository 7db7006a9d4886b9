//! Settings: flags and the file mean the same, and secrets are not told back.

use std::ffi::OsString;

use cineportal::config::{self, Command, ServeConfig};

fn serve(arguments: &[&str]) -> Result<ServeConfig, String> {
    let arguments = ["cineportal", "serve"].iter().chain(arguments).map(OsString::from);
    match config::read(arguments).map_err(|error| error.to_string())?.command {
        Command::Serve(settings) => Ok(settings),
        _ => panic!("`serve` was not understood"),
    }
}

fn addresses(settings: &ServeConfig) -> Vec<&str> {
    settings.sources.prometheus.iter().map(config::SourceAddress::as_str).collect()
}

#[test]
fn several_sources_are_a_list_or_a_repeated_flag() {
    let list = serve(&["--prometheus", "http://a:1,http://b:2"]).unwrap();
    let repeated = serve(&["--prometheus", "http://a:1", "--prometheus", "http://b:2"]).unwrap();
    assert_eq!(
        (addresses(&list), addresses(&repeated)),
        (vec!["http://a:1", "http://b:2"], addresses(&list))
    );
}

#[test]
fn several_sources_are_a_list_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cineportal.toml");
    std::fs::write(&file, "prometheus = [\"http://a:1\", \"http://b:2\"]\n").unwrap();
    let settings = serve(&["--config", file.to_str().unwrap()]).unwrap();
    assert_eq!(addresses(&settings), ["http://a:1", "http://b:2"]);
}

#[test]
fn a_wrong_address_is_not_told_back() {
    for flag in ["--store", "--alertmanager", "--prometheus"] {
        let error = serve(&[flag, "ftp://kim:secret@example.com"]).unwrap_err();
        assert!(
            error.contains(&format!("the value of {flag} is wrong")) && !error.contains("secret"),
            "{error}"
        );
    }
}

#[test]
fn limits_and_switches_stand_in_the_file_as_any_other_setting() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cineportal.toml");
    std::fs::write(&file, "operation_timeout_seconds = 3\ngraphiql = true\n").unwrap();
    let settings = serve(&["--config", file.to_str().unwrap()]).unwrap();
    assert_eq!((settings.limits.operation_timeout_seconds, settings.graphiql), (3, true));
    let flags = ["--config", file.to_str().unwrap(), "--operation-timeout-seconds", "4"];
    assert_eq!(serve(&flags).unwrap().limits.operation_timeout_seconds, 4);
    assert!(!serve(&[]).unwrap().graphiql, "only for whoever asks for it");
}
