//! What is asked for: a region with something of each kind in it, or nothing that exists.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::PATIENCE;
use crate::support::guarded::{Client, Guarded};

/// What a row is asked of.
pub(super) struct Target {
    pub(super) region: String,
    incident: String,
    machine: String,
    silence: String,
    wide_silence: String,
}

/// Somebody who may do everything, and so fills the regions.
pub(super) struct World<'a>(Client<'a>);

const OPEN: &str = "mutation ($input: OpenIncidentInput!) { openIncident(input: $input) {
    ... on CommandAccepted { incident { id } } } }";
const SILENCE: &str =
    "mutation ($region: ID!, $input: SilenceInput!) { createSilence(region: $region, input: $input) {
    ... on SilenceAccepted { silence { id } } } }";

impl Target {
    /// Nothing of this exists.
    pub(super) fn nothing() -> Self {
        let [region, incident, machine, silence, wide_silence] =
            ["atlantis", "no-incident", "no-machine", "no-silence", "no-wide-silence"].map(str::to_owned);
        Self { region, incident, machine, silence, wide_silence }
    }

    /// What is asked, with what is in capitals filled in.
    pub(super) fn fill(&self, text: &str) -> String {
        let now = Timestamp::now();
        let day = SignedDuration::from_hours(24);
        let until = (now + day).strftime("%Y-%m-%dT%H:%M").to_string();
        let (from, to) = ((now - day).to_string(), (now + day).to_string());
        let places = self.places().into_iter().chain([("UNTIL", &*until), ("FROM", &*from), ("TO", &*to)]);
        places.fold(text.to_owned(), |text, (place, value)| text.replace(place, value))
    }

    /// An answer without what was filled in.
    pub(super) fn blank(&self, text: &str) -> String {
        self.places().into_iter().fold(text.to_owned(), |text, (place, value)| text.replace(value, place))
    }

    fn places(&self) -> [(&'static str, &str); 5] {
        [
            ("INCIDENT", &self.incident),
            ("MACHINE", &self.machine),
            ("SILENCE", &self.silence),
            ("WIDE", &self.wide_silence),
            ("REGION", &self.region),
        ]
    }
}

impl<'a> World<'a> {
    /// Waits until the exporter was read.
    pub(super) async fn new(guarded: &'a Guarded) -> Self {
        let client = guarded.of_group("everything");
        let read = async {
            while client.data("{ machines { totalCount } }", json!({})).await["machines"]["totalCount"] != 2 {
            }
        };
        tokio::time::timeout(PATIENCE, read).await.expect("the exporter was not read");
        Self(client)
    }

    /// Something new of each kind in this region.
    pub(super) async fn target(&self, region: &str) -> Target {
        let (machine, title) = if region == "sweden" { ("se-1", "Hemligt") } else { ("dk-1", "Dark") };
        let input = json!({ "region": region, "title": title, "severity": "WARNING", "machine": machine });
        let mut opened = self.0.data(OPEN, json!({ "input": input })).await;
        let incident = opened["openIncident"]["incident"]["id"].take();
        let small = self.silence(region, json!(machine), title).await;
        let wide = self.silence(region, Value::Null, title).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (region, machine) = (region.to_owned(), machine.to_owned());
        let (incident, silence, wide_silence) = (text(&incident), text(&small), text(&wide));
        Target { region, incident, machine, silence, wide_silence }
    }

    /// Waits until the first incident of its region is listed: lists follow the feed.
    pub(super) async fn once_listed(&self, target: &Target) {
        let listed =
            async { while self.state_of(target).await["region"]["incidents"]["edges"] == json!([]) {} };
        tokio::time::timeout(PATIENCE, listed).await.expect("the incident is not listed");
    }

    /// All that can be changed of a target.
    pub(super) async fn state_of(&self, target: &Target) -> Value {
        let all = "{ region(id: \"REGION\") { incidents(first: 100) { edges { node { id version } } }
            silences(state: [ACTIVE, UPCOMING, PAST]) { id version } } }";
        self.0.data(&target.fill(all), json!({})).await
    }

    async fn silence(&self, region: &str, machine: Value, comment: &str) -> Value {
        let until = (Timestamp::now() + SignedDuration::from_hours(2)).strftime("%Y-%m-%dT%H:%M").to_string();
        let window = json!({ "once": { "until": until, "timeZone": "UTC" } });
        let input = json!({ "machineId": machine, "window": window, "comment": comment });
        let mut made = self.0.data(SILENCE, json!({ "region": region, "input": input })).await;
        made["createSilence"]["silence"]["id"].take()
    }
}
