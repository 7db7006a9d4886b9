//! What an operator sees when a region file is right, and when it is wrong.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::Path;

use cineportal_regions::{Occasion, RegionId, Regions, load};

const DENMARK: &str = r##"id = "denmark"
name = "Denmark"
number_prefix = "DK"
languages = ["da", "en"]
time_zone = "Europe/Copenhagen"
accent_colour = "#b3122b"
[match]
region = ["denmark"]
"##;

fn load_files(files: &[(&str, &str)]) -> Result<Regions, String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let prefix = format!("{}/", folder.path().display());
    load(folder.path()).map_err(|error| error.to_string().replace(&prefix, ""))
}

fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn the_shipped_regions_load() {
    let regions = load(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let ids: Vec<_> = regions.iter().map(|region| region.id.as_str()).collect();
    assert_eq!(ids, ["denmark", "finland", "germany", "norway", "sweden", "unassigned"]);
}

#[test]
fn an_alert_goes_to_the_region_that_claims_its_label() {
    let regions = load_files(&[("denmark.toml", DENMARK)]).unwrap();
    assert_eq!(regions.claiming(&labels(&[("region", "denmark")])).id, RegionId::new("denmark"));
}

#[test]
fn an_alert_that_nobody_claims_goes_to_unassigned() {
    let regions = load_files(&[("denmark.toml", DENMARK)]).unwrap();
    assert_eq!(regions.claiming(&labels(&[("region", "atlantis")])).id.as_str(), "unassigned");
    assert_eq!(regions.claiming(&labels(&[])).id.as_str(), "unassigned");
}

#[test]
fn an_unknown_key_is_named_with_file_and_line() {
    let text = DENMARK.replace("[match]", "colour = \"red\"\n[match]");
    let error = load_files(&[("denmark.toml", &text)]).unwrap_err();
    assert!(error.starts_with("denmark.toml:7: colour: unknown field `colour`"), "{error}");
}

#[test]
fn a_missing_key_is_named() {
    let error = load_files(&[("denmark.toml", &DENMARK.replace("name = \"Denmark\"\n", ""))]).unwrap_err();
    assert_eq!(error, "denmark.toml:1: name: missing field `name`");
}

#[test]
fn a_bad_time_zone_is_named_with_file_and_line() {
    let text = DENMARK.replace("Europe/Copenhagen", "Europe/Copenhage");
    let error = load_files(&[("denmark.toml", &text)]).unwrap_err();
    assert!(
        error.starts_with("denmark.toml:5: time_zone: unknown time zone \"Europe/Copenhage\""),
        "{error}"
    );
}

#[test]
fn a_duplicate_id_names_both_files() {
    let copy = DENMARK.replace("DK", "DX").replace("[\"denmark\"]", "[\"other\"]");
    let error = load_files(&[("denmark.toml", DENMARK), ("iceland.toml", &copy)]).unwrap_err();
    assert!(error.starts_with("iceland.toml:1: id: \"denmark\" is already taken by"), "{error}");
    assert!(error.ends_with("denmark.toml"), "{error}");
}

#[test]
fn two_regions_cannot_claim_the_same_label_value() {
    let copy = DENMARK.replace("id = \"denmark\"", "id = \"iceland\"").replace("DK", "IS");
    let error = load_files(&[("denmark.toml", DENMARK), ("iceland.toml", &copy)]).unwrap_err();
    assert!(error.starts_with("iceland.toml:7: match.region: \"denmark\" is already taken"), "{error}");
}

#[test]
fn the_prefix_of_the_built_in_region_is_taken() {
    let error = load_files(&[("denmark.toml", &DENMARK.replace("\"DK\"", "\"XX\""))]).unwrap_err();
    assert_eq!(error, "denmark.toml:3: number_prefix: \"XX\" is the prefix of the built-in region");
}

#[test]
fn all_faults_are_reported_at_once() {
    let text = DENMARK.replace("#b3122b", "red").replace("\"DK\"", "\"dk\"");
    let error = load_files(&[("denmark.toml", &text), ("broken.toml", "id = ")]).unwrap_err();
    assert_eq!(error.lines().count(), 3, "{error}");
}

#[test]
fn an_empty_folder_is_an_error() {
    let error = load_files(&[]).unwrap_err();
    assert!(error.ends_with("holds no region file (*.toml)"), "{error}");
}

#[test]
fn a_route_that_says_little_tells_of_what_most_people_want() {
    let text = DENMARK.replace("[match]", "[[notify]]\nname = \"duty\"\nchannel = \"mail\"\n[match]");
    let regions = load_files(&[("denmark.toml", &text)]).unwrap();
    let route = &regions.get(&RegionId::new("denmark")).unwrap().notify[0];
    assert_eq!(route.on, [Occasion::Opened, Occasion::Reopened, Occasion::Closed].into());
    assert_eq!(route.severities, ["critical", "warning"].map(str::to_owned).into());
    assert_eq!(route.wait.as_secs(), 5);
}

#[test]
fn all_faults_of_all_routes_are_told_with_file_and_line() {
    let routes = "[[notify]]\nname = \"duty\"\nchannel = \"\"\nseverities = [\"bad\"]\nwait_seconds = 601\n\
                  [[notify]]\nname = \"duty\"\nchannel = \"mail\"\non = [\"unattended\"]\n[match]";
    let error = load_files(&[("denmark.toml", &DENMARK.replace("[match]", routes))]).unwrap_err();
    let lines: Vec<&str> = error.lines().collect();
    assert_eq!(
        lines,
        [
            "denmark.toml:7: notify.channel: must not be empty",
            "denmark.toml:7: notify.severities: \"bad\" is not one of critical, warning, info",
            "denmark.toml:7: notify.wait_seconds: must be at most 600",
            "denmark.toml:12: notify.name: \"duty\" is the name of two routes",
            "denmark.toml:12: notify.after_minutes: goes with \"unattended\" in `on`, and is needed for it",
        ]
    );
}

#[test]
fn a_region_may_have_sources_of_its_own() {
    let own = "[upstreams]\nprometheus = \"https://prometheus.example.dk\"\n[match]";
    let regions = load_files(&[("denmark.toml", &DENMARK.replace("[match]", own))]).unwrap();
    let upstreams = &regions.iter().next().unwrap().upstreams;
    assert_eq!(upstreams.prometheus.as_deref(), Some("https://prometheus.example.dk"));
    assert_eq!(upstreams.exporter, None);
}

#[test]
fn a_wrong_address_of_a_source_is_told_without_its_password() {
    let own = "[upstreams]\nexporter = \"ftp://kim:secret@example.dk\"\n[match]";
    let error = load_files(&[("denmark.toml", &DENMARK.replace("[match]", own))]).unwrap_err();
    assert_eq!(error, "denmark.toml:8: upstreams.exporter: write http://HOST:PORT or https://HOST/PATH");
}

fn with_panels(panels: &str) -> Result<Vec<String>, String> {
    let text = DENMARK.replace("[match]", &format!("panels = {panels}\n[match]"));
    load_files(&[("denmark.toml", &text)])
        .map(|regions| regions.get(&RegionId::new("denmark")).unwrap().panels.clone())
}

#[test]
fn a_region_says_which_panels_its_page_has_and_in_which_order() {
    let panels = with_panels("[\"triage\", \"machines\", \"late_shows\", \"closed\"]").unwrap();
    assert_eq!(panels, ["triage", "machines", "late_shows", "closed"]);
}

#[test]
fn a_region_that_names_no_panels_has_the_usual_ones() {
    let regions = load_files(&[("denmark.toml", DENMARK)]).unwrap();
    for region in regions.iter() {
        assert_eq!(region.panels, ["triage", "sources", "machines", "closed"], "{}", region.id);
    }
}

#[test]
fn all_faults_of_panels_are_told_with_file_and_line() {
    let long = "a".repeat(41);
    let error =
        with_panels(&format!("[\"triage\",\n\"Machines\",\n\"triage\",\n\"\",\n\"{long}\"]")).unwrap_err();
    let lines: Vec<&str> = error.lines().collect();
    assert_eq!(
        lines,
        [
            "denmark.toml:8: panels: \"Machines\" must be 1 to 40 lower-case letters or '_'".to_owned(),
            "denmark.toml:9: panels: \"triage\" stands there twice".to_owned(),
            "denmark.toml:10: panels: \"\" must be 1 to 40 lower-case letters or '_'".to_owned(),
            format!("denmark.toml:11: panels: \"{long}\" must be 1 to 40 lower-case letters or '_'"),
        ]
    );
}

#[test]
fn a_page_has_one_panel_at_least_and_twenty_at_most() {
    let names = |count: u8| {
        let names = (0..count).map(|nth| format!("\"panel_{}\"", char::from(b'a' + nth)));
        format!("[{}]", names.collect::<Vec<_>>().join(", "))
    };
    assert_eq!(with_panels(&names(20)).unwrap().len(), 20);
    for count in [0, 21] {
        let error = with_panels(&names(count)).unwrap_err();
        assert_eq!(error, format!("denmark.toml:7: panels: needs 1 to 20 names, has {count}"));
    }
}
