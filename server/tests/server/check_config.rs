//! `check-config` says all that is wrong with the settings and all files that they name, at once.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const SETTINGS: &str = "
flap_window_seconds = \"soon\"
colour = \"red\"
prometheus = [\"http://kim:secret@:9090\"]
listen = \"everywhere\"
graphiql = true
otlp_endpoint = \"http://kim:secret@tempo:4318\"
";
const DENMARK: &str = "id = \"denmark\"
name = \"\"
number_prefix = \"DK\"
languages = [\"da\"]
time_zone = \"Europe/Kopenhagen\"
accent_colour = \"red\"
[upstreams]
exporter = \"http://kim:secret@:9991\"
[[notify]]
name = \"duty\"
channel = \"pager\"
[match]
region = [\"denmark\"]
";
const SWEDEN: &str = "id = \"sweden\"
name = \"Sverige\"
number_prefix = \"DK\"
languages = [\"sv\"]
time_zone = \"Europe/Stockholm\"
accent_colour = \"#005293\"
[[notify]]
name = \"duty\"
to = [\"nobody\"]
channel = \"mail\"
[match]
region = [\"sweden\"]
";
const NORWAY: &str = "id = \"norway\nname = 1";
const CHANNELS: &str = "[channels.mail]
kind = \"smtp\"
host = \"mail.example.dk\"
from = \"nobody\"
[channels.bird]
kind = \"pigeon\"
";
const ACCESS: &str = "[[grant]]
group = 'staff'
role = 'emperor'
regions = ['denmark', 'atlantis']
";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("regions")).unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn check_config(folder: &Path, flags: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cineportal"));
    let Output { status, stdout, stderr } =
        command.current_dir(folder).arg("check-config").args(flags).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

const ALL: [&str; 6] =
    ["--config", "settings.toml", "--channels", "channels.toml", "--access", "access.toml"];

#[test]
fn all_faults_of_all_files_are_told_at_once_each_with_its_place() {
    let folder = folder(&[
        ("settings.toml", SETTINGS),
        ("regions/denmark.toml", DENMARK),
        ("regions/norway.toml", NORWAY),
        ("regions/sweden.toml", SWEDEN),
        ("channels.toml", CHANNELS),
        ("access.toml", ACCESS),
    ]);
    let (code, said, faults) =
        check_config(folder.path(), &[&ALL[..], &["--alertmanager", "http://x y"]].concat());
    assert_eq!((code, said.as_str()), (1, ""), "{faults}");
    let expected = [
        "settings.toml:2: flap_window_seconds: ",
        "settings.toml:3: colour: there is no such setting",
        "settings.toml:5: listen: ",
        "--alertmanager: the address of a source is wrong",
        "--prometheus: the address of a source is wrong",
        "--otlp-endpoint: write http://HOST:PORT",
        "regions/denmark.toml:2: name: must not be empty",
        "regions/denmark.toml:5: time_zone: unknown time zone",
        "regions/denmark.toml:6: accent_colour: ",
        "regions/denmark.toml:8: upstreams.exporter: write http://HOST:PORT or https://HOST/PATH",
        "regions/denmark.toml:11: notify \"duty\": channel: there is no \"pager\" in the channels file",
        "regions/norway.toml:1: id: ",
        "regions/sweden.toml:3: number_prefix: \"DK\" is already taken by regions/denmark.toml",
        "channels.toml:4: channels.mail.from: \"nobody\" is not a mail address",
        "channels.toml:6: channels.bird.kind: \"pigeon\" is not one of ",
        "access.toml:3: grant.role: ",
        "access.toml:4: grant.regions: ",
    ];
    for fault in expected {
        assert!(faults.contains(fault), "{fault} is missing in:\n{faults}");
    }
    assert!(faults.ends_with(&format!("\n{} faults\n", expected.len())), "{faults}");
    assert!(!faults.contains("secret"), "{faults}");
}

#[test]
fn what_is_valid_is_summed_up() {
    let folder = folder(&[("settings.toml", "graphiql = true\nprometheus = [\"http://a\", \"http://b\"]\n")]);
    let regions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions");
    let flags = ["--config", "settings.toml", "--regions", regions.to_str().unwrap()];
    let (code, said, faults) = check_config(folder.path(), &flags);
    assert_eq!((code, faults.as_str()), (0, ""));
    assert!(said.starts_with("The settings are valid. Regions: denmark, "), "{said}");
}

#[test]
fn listening_to_everybody_without_asking_who_they_are_is_a_fault_among_others() {
    let folder = folder(&[]);
    let (code, _, faults) = check_config(folder.path(), &["--listen", "0.0.0.0:8080"]);
    assert_eq!(code, 1, "{faults}");
    assert!(faults.contains("listen: 0.0.0.0:8080 is not loopback"), "{faults}");
    assert!(faults.contains("regions: holds no region file") && faults.ends_with("\n2 faults\n"), "{faults}");
}

#[test]
fn a_server_does_not_start_with_a_wrong_file_of_settings_and_tells_all_of_it() {
    let folder = folder(&[("settings.toml", SETTINGS)]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_cineportal"));
    let output =
        command.current_dir(folder.path()).args(["serve", "--config", "settings.toml"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    for line in ["settings.toml:2: ", "settings.toml:3: ", "settings.toml:5: "] {
        assert!(said.contains(line), "{line} is missing in:\n{said}");
    }
}
