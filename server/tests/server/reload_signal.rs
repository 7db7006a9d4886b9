//! SIGHUP to the real server: it reads its regions anew, and its log says what came of it.

use std::fs;

use serde_json::{Value, json};

use crate::support::logging::LoggingServer;
use crate::support::region_files::{ICELAND, RegionFiles};
use crate::support::{StoreKind, http_client};

async fn region_ids(server: &LoggingServer) -> String {
    let request = http_client().post(server.url("/graphql")).json(&json!({ "query": "{ regions { id } }" }));
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["data"]["regions"].to_string()
}

#[tokio::test]
async fn a_hangup_reloads_and_the_log_says_what_is_new() {
    let (files, store) = (RegionFiles::shipped(), StoreKind::Embedded.fresh());
    let server = LoggingServer::start(&store.address, &["--regions", files.folder().to_str().unwrap()]).await;
    files.write("iceland", ICELAND);
    files.remove("sweden");
    server.hang_up();
    let told = server.lines_with("the regions were reloaded", 1).await.remove(0).to_string();
    assert!(told.contains("iceland") && told.contains("sweden"), "{told}");
    let ids = region_ids(&server).await;
    assert!(ids.contains("iceland") && !ids.contains("sweden"), "{ids}");
}

#[tokio::test]
async fn the_log_names_file_line_and_key_of_what_is_wrong_in_one_error() {
    let (files, store) = (RegionFiles::shipped(), StoreKind::Embedded.fresh());
    let server = LoggingServer::start(&store.address, &["--regions", files.folder().to_str().unwrap()]).await;
    let before = region_ids(&server).await;
    files.write(
        "iceland",
        &ICELAND.replace("Atlantic/Reykjavik", "Atlantic/Nowhere").replace("#02529c", "blue"),
    );
    server.hang_up();
    let lines = server.lines_with("the regions were not reloaded", 1).await;
    let (line, told) = (&lines[0], lines[0].to_string());
    assert_eq!((lines.len(), &line["level"]), (1, &json!("error")), "{told}");
    for part in ["iceland.toml:5: time_zone: unknown time zone", "iceland.toml:6: accent_colour: "] {
        assert!(told.contains(part), "{part} is missing in {told}");
    }
    assert_eq!(region_ids(&server).await, before);
}

#[tokio::test]
async fn what_takes_a_restart_is_said_in_the_log() {
    let (files, store) = (RegionFiles::shipped(), StoreKind::Embedded.fresh());
    let folder = tempfile::tempdir().unwrap();
    let [settings, access] = ["settings.toml", "access.toml"].map(|name| folder.path().join(name));
    let grant = "[[grant]]\neveryone = true\nrole = 'admin'\nregions = ['*']\n";
    fs::write(&settings, "graphiql = false\n").unwrap();
    fs::write(&access, grant).unwrap();
    fs::write(folder.path().join("secret"), "a secret of some length").unwrap();
    let [settings_flag, access_flag] = [&settings, &access].map(|file| file.to_str().unwrap());
    let flags =
        ["--regions", files.folder().to_str().unwrap(), "--config", settings_flag, "--access", access_flag];
    let server = LoggingServer::start(&store.address, &flags).await;
    fs::write(&settings, "graphiql = true\n").unwrap();
    fs::write(&access, format!("{grant}[webhook]\nbearer_file = 'secret'\n")).unwrap();
    server.hang_up();
    let told = server.logged("which takes a restart", 2).await;
    assert!(told.contains("settings.toml") && told.contains("access.toml"), "{told}");
}
