//! What the tests of this room tell of: incidents in Denmark.

use cineportal_regions::{ClosePolicy, Region, RegionId, Regions};
use jiff::{SignedDuration, Timestamp};

use crate::domain::alert::{self, Alert, Rules};
use crate::domain::change;
use crate::domain::incident::{Incident, IncidentKey, IncidentNumber, Named, Place, Severity};

/// Denmark with these `[[notify]]` tables.
pub(super) fn regions(routes: &str) -> Regions {
    let folder = tempfile::tempdir().unwrap();
    let region = format!(
        "id = \"denmark\"\nname = \"Danmark\"\nnumber_prefix = \"DK\"\nlanguages = [\"da\", \"en\"]\n\
         time_zone = \"Europe/Copenhagen\"\naccent_colour = \"#b3122b\"\n{routes}\n[match]\nregion = [\"denmark\"]"
    );
    std::fs::write(folder.path().join("denmark.toml"), region).unwrap();
    cineportal_regions::load(folder.path()).unwrap()
}

/// Denmark of these.
pub(super) fn denmark(regions: &Regions) -> &Region {
    regions.get(&RegionId::new("denmark")).unwrap()
}

/// 10 o'clock UTC, and so many seconds.
pub(super) fn at(second: i64) -> Timestamp {
    "2026-11-20T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(second)
}

/// Incident DK-`number`, which opened at this second.
pub(super) fn incident(regions: &Regions, number: u32, severity: Severity, second: i64) -> Incident {
    let alert = Alert {
        key: IncidentKey { region: RegionId::new("denmark"), fingerprint: format!("{number:016x}") },
        starts_at: at(second),
        ended_at: None,
        severity,
        error_id: "machine_offline".to_owned(),
        title: format!("Screen {number} is dark"),
        description: "The machine does not answer.".to_owned(),
        place: Place {
            machine_id: Some(format!("dk-{number}")),
            cinema: Some(Named { id: "dk-aarhus".to_owned(), name: "Aarhus Bio".to_owned() }),
            screen: Some(Named { id: format!("dk-aarhus-{number}"), name: format!("Sal {number}") }),
        },
        labels: [].into(),
        links: Vec::new(),
    };
    let rules = Rules { close: ClosePolicy::Auto, flap_window: SignedDuration::from_mins(1) };
    let number = IncidentNumber(format!("DK-{number}"));
    let opened = alert::apply(None, &alert, rules, &number, at(second)).unwrap();
    change::seal(None, opened, denmark(regions), at(second))
}
