//! A scripted month, and the sheet that a person reckoned of it by hand. Times are of Copenhagen's winter, one
//! hour ahead of UTC.

use cineportal::domain::alert::{self, Alert, Rules};
use cineportal::domain::change;
use cineportal::domain::command::{self, Action, Command};
use cineportal::domain::incident::{
    Incident, IncidentKey, IncidentNumber, Member, Named, Origin, Place, Severity,
};
use cineportal::domain::show::ShowAtOpening;
use cineportal::store;
use cineportal_regions::{ClosePolicy, RegionId, Regions};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::store_contract::key;
use crate::support::{StoreKind, TestServer, settings};

/// November in Copenhagen.
pub(crate) const MONTH: [&str; 2] = ["2025-10-31T23:00:00Z", "2025-11-30T23:00:00Z"];

const REPORT: &str = "query ($region: ID, $from: DateTime!, $to: DateTime!) {
    report(region: $region, from: $from, to: $to) {
        region { id } from to timeZone opened closed inOutages
        bySeverity { severity count } byDay { date opened closed }
        timeToAcknowledge { count medianSeconds p90Seconds without }
        timeToResolve { count medianSeconds p90Seconds without }
        shows { atRisk hit saved pending notKnown }
        topMachines { id cinema screen count openMinutes }
        topErrors { errorId count openMinutes }
    } }";

/// What happens to one machine; days and hours of November 2025 in UTC.
struct Story {
    name: &'static str,
    region: &'static str,
    machine: Option<&'static str>,
    error: &'static str,
    severity: Severity,
    opened: &'static str,
    /// So many seconds later a person takes it.
    taken: Option<i64>,
    /// So many seconds later it is over.
    over: Option<i64>,
    show: ShowAtOpening,
}

fn at(text: &str) -> Timestamp {
    let (day, time) = text.split_once(' ').unwrap();
    format!("2025-11-{day}T{time}:00Z").parse().unwrap()
}

fn show(text: &str) -> ShowAtOpening {
    ShowAtOpening::At(at(text))
}

#[rustfmt::skip]
fn stories() -> Vec<Story> {
    use Severity::{Critical, Info, Warning};
    use ShowAtOpening::{NonePlanned, Unknown};
    let story = |name, machine, error, severity, opened, taken, over, show| Story {
        name, region: "denmark", machine, error, severity, opened, taken, over, show,
    };
    let mut stories = vec![
        story("saved",   Some("dk-1"), "machine_offline",  Critical, "03 10:00", Some(120), Some(1_800),  show("03 12:00")),
        // It opens on the 4th in Copenhagen.
        story("hit",     Some("dk-1"), "machine_offline",  Critical, "03 23:30", Some(600), Some(7_200),  show("04 00:30")),
        story("no show", Some("dk-2"), "temperature_high", Warning,  "04 09:00", None,      Some(300),    NonePlanned),
        story("later",   Some("dk-2"), "disk_almost_full", Warning,  "10 08:00", Some(60),  Some(36_000), show("10 17:00")),
        // It closes in December.
        story("last",    Some("dk-3"), "machine_offline",  Info,     "30 22:59", None,      Some(39_660), Unknown),
        story("open",    None,         "reported",         Critical, "15 12:00", Some(30),  None,         Unknown),
        story("outage",  None,         "cinema_outage",    Critical, "20 10:00", None,      Some(3_600),  show("20 10:30")),
        story("one",     Some("dk-4"), "machine_offline",  Critical, "20 10:00", Some(60),  Some(3_600),  show("20 10:30")),
        story("other",   Some("dk-5"), "machine_offline",  Critical, "20 10:01", None,      Some(3_540),  show("20 10:30")),
        // December in Copenhagen.
        story("behind",  Some("dk-1"), "machine_offline",  Critical, "30 23:00", None,      Some(60),     Unknown),
        story("abroad",  Some("fi-1"), "machine_offline",  Critical, "05 10:00", None,      Some(60),     Unknown),
    ];
    stories.last_mut().unwrap().region = "finland";
    stories
}

/// The incident at the end of its story, by the rules of the domain.
fn told(story: &Story, regions: &Regions) -> Incident {
    let opened = at(story.opened);
    let alert = alert_of(story, opened);
    let number = IncidentNumber(format!("DK-{}", story.name));
    let rules = Rules { close: ClosePolicy::Auto, flap_window: SignedDuration::from_mins(10) };
    let region = regions.get(&RegionId::new(story.region)).unwrap();
    let incident = alert::apply(None, &alert, rules, &number, opened).unwrap();
    let mut incident = change::open(incident, story.show, region, opened);
    if let Some(seconds) = story.taken {
        let action = Action::StartProgress;
        let command = Command { who: "Ida".to_owned(), expected_version: None, action, request: None };
        incident = command::apply(&incident, &command, opened + SignedDuration::from_secs(seconds)).unwrap();
    }
    if let Some(seconds) = story.over {
        let over_at = opened + SignedDuration::from_secs(seconds);
        let over = Alert { ended_at: Some(over_at), ..alert };
        incident = alert::apply(Some(&incident), &over, rules, &number, over_at).unwrap();
    }
    Incident { version: 1, revision: 1, ..incident }
}

fn alert_of(story: &Story, starts_at: Timestamp) -> Alert {
    let named = |id: &str, name: &str| Some(Named { id: id.to_owned(), name: name.to_owned() });
    Alert {
        key: IncidentKey { region: RegionId::new(story.region), ..key(story.name) },
        starts_at,
        ended_at: None,
        severity: story.severity,
        error_id: story.error.to_owned(),
        title: story.name.to_owned(),
        description: String::new(),
        place: Place {
            machine_id: story.machine.map(str::to_owned),
            cinema: named("grand", "Grand"),
            screen: story.machine.and_then(|machine| named(machine, &format!("Screen of {machine}"))),
        },
        labels: [].into(),
        links: Vec::new(),
    }
}

/// All incidents of the month, with the members of the outage where they belong.
fn month(regions: &Regions) -> Vec<Incident> {
    let mut incidents: Vec<Incident> = stories().iter().map(|story| told(story, regions)).collect();
    let members: Vec<Member> = incidents
        .iter()
        .filter(|incident| ["one", "other"].contains(&incident.title.as_str()))
        .map(|incident| Member {
            incident: incident.id.clone(),
            machine_id: incident.place.machine_id.clone().unwrap(),
            joined_at: incident.opened_at,
            recovered_at: incident.closed_at,
        })
        .collect();
    let outage = incidents.iter_mut().find(|incident| incident.title == "outage").unwrap();
    (outage.origin, outage.members) = (Origin::Outage, members);
    incidents
}

/// A server on a store that holds the month.
pub(crate) async fn server_after_the_month(kind: StoreKind) -> TestServer {
    let fresh = kind.fresh();
    let settings = settings(&fresh.address);
    let regions = cineportal_regions::load(&settings.regions).unwrap();
    let store = store::open(&fresh.address).await.unwrap();
    store.commit(&month(&regions)).await.unwrap();
    let server = TestServer::start_as_told(store, fresh, &settings).await;
    server.wait_until_ready().await;
    server
}

pub(crate) async fn report(server: &TestServer, region: Option<&str>, period: [&str; 2]) -> Value {
    let variables = json!({ "region": region, "from": period[0], "to": period[1] });
    server.graphql(REPORT, variables).await["report"].take()
}

/// The days on which anything happened.
fn eventful_days(report: &Value) -> Vec<(&str, u64, u64)> {
    let count = |day: &Value, name: &str| day[name].as_u64().unwrap();
    let days = report["byDay"].as_array().unwrap().iter();
    let days = days.map(|day| (day["date"].as_str().unwrap(), count(day, "opened"), count(day, "closed")));
    days.filter(|(_, opened, closed)| opened + closed > 0).collect()
}

#[tokio::test]
async fn the_report_of_a_month_is_what_a_person_reckons() {
    for kind in [StoreKind::Embedded, StoreKind::Mongo] {
        let server = server_after_the_month(kind).await;
        let mut report = report(&server, Some("denmark"), MONTH).await;
        let days = [
            ("2025-11-03", 1, 1),
            ("2025-11-04", 2, 2),
            ("2025-11-10", 1, 1),
            ("2025-11-15", 1, 0),
            ("2025-11-20", 1, 1),
            ("2025-11-30", 1, 0),
        ];
        assert_eq!(eventful_days(&report), days, "{kind:?}");
        assert_eq!(report["byDay"].take().as_array().unwrap().len(), 30);
        // How long the open one has been so depends on the day on which the test runs.
        assert!(report["topErrors"][1]["openMinutes"].take().as_u64() > Some(600));
        let machine = |id: &str, count: u32, minutes: u32| {
            let screen = format!("Screen of {id}");
            json!({ "id": id, "cinema": "Grand", "screen": screen, "count": count, "openMinutes": minutes })
        };
        let error = |id: &str, count: u32, minutes: Value| json!({ "errorId": id, "count": count, "openMinutes": minutes });
        let expected = json!({
            "region": { "id": "denmark" }, "from": MONTH[0], "to": MONTH[1], "timeZone": "Europe/Copenhagen",
            "opened": 7, "closed": 6, "inOutages": 2, "byDay": null,
            "bySeverity": [
                { "severity": "CRITICAL", "count": 4 }, { "severity": "WARNING", "count": 2 },
                { "severity": "INFO", "count": 1 },
            ],
            // 30, 60, 120 and 600 seconds.
            "timeToAcknowledge": { "count": 4, "medianSeconds": 60, "p90Seconds": 600, "without": 3 },
            // 300, 1,800, 3,600, 7,200, 36,000 and 39,660 seconds.
            "timeToResolve": { "count": 6, "medianSeconds": 3_600, "p90Seconds": 39_660, "without": 1 },
            "shows": { "atRisk": 3, "hit": 3, "saved": 1, "pending": 0, "notKnown": 2 },
            "topMachines": [machine("dk-2", 2, 605), machine("dk-1", 2, 150), machine("dk-3", 1, 661)],
            "topErrors": [
                error("machine_offline", 3, json!(811)), error("reported", 1, Value::Null),
                error("disk_almost_full", 1, json!(600)), error("cinema_outage", 1, json!(60)),
                error("temperature_high", 1, json!(5)),
            ],
        });
        assert_eq!(report, expected, "{kind:?}");
    }
}

#[tokio::test]
async fn a_report_of_all_regions_goes_by_utc() {
    let server = server_after_the_month(StoreKind::Embedded).await;
    let report = report(&server, None, ["2025-11-01T00:00:00Z", "2025-12-01T00:00:00Z"]).await;
    assert_eq!(report["region"], Value::Null);
    assert_eq!(report["timeZone"], "UTC");
    assert_eq!((&report["opened"], &report["inOutages"]), (&json!(9), &json!(2)));
    let days = [
        ("2025-11-03", 2, 1),
        ("2025-11-04", 1, 2),
        ("2025-11-05", 1, 1),
        ("2025-11-10", 1, 1),
        ("2025-11-15", 1, 0),
        ("2025-11-20", 1, 1),
        ("2025-11-30", 2, 1),
    ];
    assert_eq!(eventful_days(&report), days);
}
