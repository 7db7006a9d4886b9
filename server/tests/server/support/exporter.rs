//! A small server that plays a CineExporter: it tells what the test has told it.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;

/// What is answered from now on.
type Answer = Arc<Mutex<(StatusCode, String)>>;

/// An exporter on a port of its own.
pub(crate) struct FakeExporter {
    /// Host and port.
    pub(crate) address: String,
    answer: Answer,
}

impl FakeExporter {
    /// One that tells of no machines.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let answer = Answer::new(Mutex::new((StatusCode::OK, String::new())));
        let router = Router::new().route("/metrics", get(tell)).with_state(Arc::clone(&answer));
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { address, answer }
    }

    /// Answers this text from now on.
    pub(crate) fn tell(&self, text: impl Into<String>) {
        *self.answer.lock().unwrap() = (StatusCode::OK, text.into());
    }

    /// Tells of these machines.
    pub(crate) fn tell_machines(&self, machines: &[FakeMachine<'_>]) {
        self.tell(machines.iter().map(FakeMachine::series).collect::<String>());
    }

    /// Tells of these machines, each on a screen of its own, and in how many minutes their next shows begin.
    pub(crate) fn tell_shows(&self, shows: &[(&str, Option<i64>)]) {
        self.tell(shows.iter().map(|(machine, minutes)| series(machine, *minutes)).collect::<String>());
    }

    /// Answers 503 from now on.
    pub(crate) fn fail(&self) {
        *self.answer.lock().unwrap() = (StatusCode::SERVICE_UNAVAILABLE, "out of order".to_owned());
    }
}

/// A machine as CineExporter tells of it, with readings that look real.
#[derive(Clone, Copy)]
pub(crate) struct FakeMachine<'a> {
    pub(crate) id: &'a str,
    pub(crate) region: &'a str,
    pub(crate) cinema: &'a str,
    pub(crate) screen: &'a str,
    pub(crate) online: bool,
}

impl<'a> FakeMachine<'a> {
    /// A machine of Denmark that is online.
    pub(crate) fn new(id: &'a str, cinema: &'a str, screen: &'a str) -> Self {
        Self { id, region: "denmark", cinema, screen, online: true }
    }

    /// All of its series.
    pub(crate) fn series(&self) -> String {
        let Self { id, region, cinema, screen, online } = self;
        let info = format!(
            r#"machine_id="{id}",cinema_id="{id}-cinema",cinema="{cinema}",screen_id="{id}-screen",screen="{screen}",region="{region}",time_zone="Europe/Copenhagen""#
        );
        let who = format!(r#"machine_id="{id}",region="{region}""#);
        let up = u8::from(*online);
        format!(
            "cine_machine_info{{{info}}} 1\n\
             cine_game_version_info{{{who},version=\"4.2.1\"}} 1\n\
             cine_machine_up{{{who}}} {up}\n\
             cine_machine_last_seen_timestamp_seconds{{{who}}} 1795233933.39\n\
             cine_display_width_pixels{{{who}}} 1920\n\
             cine_display_height_pixels{{{who}}} 1080\n\
             cine_display_expected_width_pixels{{{who}}} 4096\n\
             cine_display_expected_height_pixels{{{who}}} 2160\n\
             cine_game_download_failed{{{who}}} 1\n\
             cine_game_download_progress_ratio{{{who}}} 0.25\n\
             cine_machine_temperature_celsius{{{who}}} 41.5\n\
             cine_disk_free_bytes{{{who}}} 512110190592\n\
             cine_next_show_timestamp_seconds{{{who}}} 4102444800\n"
        )
    }
}

async fn tell(State(answer): State<Answer>) -> (StatusCode, String) {
    answer.lock().unwrap().clone()
}

fn series(machine: &str, minutes: Option<i64>) -> String {
    let labels = format!(
        r#"machine_id="{machine}",cinema_id="{machine}-cinema",cinema="Grand",screen_id="{machine}-screen",screen="Screen",region="denmark",time_zone="Europe/Copenhagen""#
    );
    let mut text = format!("cine_machine_info{{{labels}}} 1\n");
    if let Some(minutes) = minutes {
        // Half a minute more, so that the whole minutes stay the same while the test runs.
        let show = Timestamp::now() + SignedDuration::from_secs(minutes * 60 + 30);
        text += &format!(
            "cine_next_show_timestamp_seconds{{machine_id=\"{machine}\",region=\"denmark\"}} {}\n",
            show.as_second()
        );
    }
    text
}
