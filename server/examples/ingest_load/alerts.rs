//! Webhooks as Alertmanager sends them, made before the time is taken.

use cineportal_fleet::{Machine, machines};
use serde_json::{Value, json};

/// So many different alerts each machine has.
pub(crate) const ALERTS_PER_MACHINE: usize = 10;

/// HTTP requests with so many different alerts altogether, so many in each, behind those that are left out.
pub(crate) fn requests(skip: usize, alerts: usize, in_each: usize) -> Vec<Vec<u8>> {
    let alerts: Vec<Value> = machines()
        .flat_map(|machine| (0..ALERTS_PER_MACHINE).map(move |kind| alert(&machine, kind)))
        .skip(skip)
        .take(alerts)
        .collect();
    alerts.chunks(in_each).map(|alerts| request(&webhook(alerts))).collect()
}

fn request(body: &str) -> Vec<u8> {
    format!(
        "POST /webhooks/alertmanager HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn webhook(alerts: &[Value]) -> String {
    json!({
        "receiver": "cineportal", "status": "firing", "version": "4", "groupKey": "{}:{region=\"denmark\"}",
        "truncatedAlerts": 0, "externalURL": "http://alertmanager:9093", "groupLabels": { "region": "denmark" },
        "commonLabels": { "region": "denmark" }, "commonAnnotations": {}, "alerts": alerts,
    })
    .to_string()
}

fn alert(machine: &Machine, kind: usize) -> Value {
    json!({
        "status": "firing",
        "labels": {
            "alertname": format!("Fault{kind}"), "error_id": format!("fault_{kind}"), "severity": "critical",
            "region": machine.country.region, "machine": machine.id, "machine_id": machine.id,
            "cinema_id": machine.cinema_id, "cinema": machine.cinema,
            "screen_id": machine.screen_id, "screen": machine.screen,
        },
        "annotations": {
            "summary": "Machine offline",
            "description": format!("The cloud no longer sees machine {}. Check its power and its network cable.", machine.id),
        },
        "startsAt": "2026-11-20T10:00:00.879527459Z", "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://127.0.0.1:9090/graph?g0.expr=machine%3Ais_offline&g0.tab=1",
        "fingerprint": "678e3e00a412ff09",
    })
}
