//! What fails: the alerts of `deploy/prometheus/rules`, how often each occurs, and how long it lasts.

use std::collections::BTreeMap;

use cineportal_fleet::Machine;
use cineportal_regions::Regions;
use cineportal_schema::labels;
use jiff::Timestamp;

use crate::domain::alert::Alert;
use crate::domain::incident::{IncidentKey, Link, Named, Place, Severity};
use crate::ingest::fingerprint::fingerprint;

/// One alerting rule.
#[derive(Debug)]
pub(super) struct Fault {
    alert_name: &'static str,
    error_id: &'static str,
    severity: Severity,
    summary: &'static str,
    /// What follows the name of the machine.
    description: &'static str,
    /// How often it occurs, beside the others.
    pub(super) weight: u32,
    /// How long it lasts as a rule, in minutes.
    pub(super) typical_minutes: f64,
    /// How many of a hundred come and go a few times.
    pub(super) flapping_percent: u32,
}

#[rustfmt::skip]
pub(super) const FAULTS: [Fault; 5] = [
    Fault { alert_name: "MachineOffline", error_id: "machine_offline", severity: Severity::Critical, summary: "Machine offline", description: "is no longer seen by the cloud. Check its power and its network cable.", weight: 35, typical_minutes: 25.0, flapping_percent: 12 },
    Fault { alert_name: "GameDownloadFailed", error_id: "game_download_failed", severity: Severity::Warning, summary: "Game download failed", description: "could not download its game. Start the download again before the next show.", weight: 27, typical_minutes: 70.0, flapping_percent: 4 },
    Fault { alert_name: "TemperatureHigh", error_id: "temperature_high", severity: Severity::Warning, summary: "Machine too hot", description: "is too hot. Check its fans and the air around it.", weight: 18, typical_minutes: 40.0, flapping_percent: 15 },
    Fault { alert_name: "MachineDiskAlmostFull", error_id: "disk_almost_full", severity: Severity::Warning, summary: "Disk almost full", description: "has little room left on its disk. Remove games that are no longer shown.", weight: 11, typical_minutes: 300.0, flapping_percent: 2 },
    Fault { alert_name: "WrongResolution", error_id: "wrong_resolution", severity: Severity::Critical, summary: "Wrong resolution", description: "shows a picture of another size than the screen is set up for. Check the projector's input and its cable.", weight: 9, typical_minutes: 35.0, flapping_percent: 3 },
];

impl Fault {
    /// Whether people should not wait.
    pub(super) fn is_critical(&self) -> bool {
        self.severity == Severity::Critical
    }

    /// The alert of this fault on a machine, as the alert manager's adapter would read it.
    pub(super) fn alert(&self, machine: &Machine, regions: &Regions, starts_at: Timestamp) -> Alert {
        let labels = self.labels(machine);
        let region = regions.claiming(&labels).id.clone();
        Alert {
            key: IncidentKey { region, fingerprint: fingerprint(&labels) },
            starts_at,
            ended_at: None,
            severity: self.severity,
            error_id: self.error_id.to_owned(),
            title: self.summary.to_owned(),
            description: format!("Machine {} {}", machine.id, self.description),
            place: place(machine),
            links: vec![Link {
                title: "Prometheus".to_owned(),
                url: format!(
                    "http://127.0.0.1:9090/graph?g0.expr=ALERTS%7Balertname%3D%22{}%22%7D",
                    self.alert_name
                ),
            }],
            labels,
        }
    }

    fn labels(&self, machine: &Machine) -> BTreeMap<String, String> {
        [
            (labels::ALERT_NAME, self.alert_name),
            (labels::ERROR_ID, self.error_id),
            (labels::SEVERITY, self.severity.name()),
            (labels::REGION, machine.country.region),
            (labels::MACHINE_ID, &machine.id),
            (labels::MACHINE, &machine.id),
            (labels::CINEMA_ID, &machine.cinema_id),
            (labels::CINEMA, &machine.cinema),
            (labels::SCREEN_ID, &machine.screen_id),
            (labels::SCREEN, &machine.screen),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }
}

fn place(machine: &Machine) -> Place {
    Place {
        machine_id: Some(machine.id.clone()),
        cinema: Some(Named { id: machine.cinema_id.clone(), name: machine.cinema.clone() }),
        screen: Some(Named { id: machine.screen_id.clone(), name: machine.screen.clone() }),
    }
}
