//! Metrics of those who follow changes: how many there are, and how soon they hear of an alert.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use super::arrivals::Arrivals;
use super::durations::{Durations, seconds_by};

/// How changes are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[expect(non_camel_case_types, reason = "the names are the label values")]
pub enum Transport {
    /// `graphql-transport-ws`
    websocket,
    /// Server-sent events.
    event_stream,
}

/// How changes are told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TransportLabels {
    transport: Transport,
}

/// Who follows, and how soon they hear.
pub struct PushMetrics {
    subscribers: Family<TransportLabels, Gauge>,
    latency: Durations<TransportLabels>,
    arrivals: Mutex<Arrivals>,
}

/// A subscription that is open; it counts for as long as this lives.
pub struct Subscribed(Gauge);

impl PushMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let (subscribers, latency) = (Family::<TransportLabels, Gauge>::default(), seconds_by());
        registry.register("subscribers", "Subscriptions that are open, by transport", subscribers.clone());
        let help =
            "Time from a webhook's arrival here to its change's being written to a subscriber's connection";
        registry.register_with_unit("alert_push_latency", help, Unit::Seconds, latency.clone());
        for transport in [Transport::websocket, Transport::event_stream] {
            let labels = TransportLabels { transport };
            drop((subscribers.get_or_create(&labels), latency.get_or_create(&labels)));
        }
        Self { subscribers, latency, arrivals: Mutex::default() }
    }

    /// Somebody follows.
    pub fn subscribe(&self, transport: Transport) -> Subscribed {
        let open = self.subscribers.get_or_create_owned(&TransportLabels { transport });
        open.inc();
        Subscribed(open)
    }

    /// This version of an incident is about to be written, because of what arrived then.
    pub fn expect(&self, incident: &str, version: u64, arrived: Instant) {
        self.arrivals().expect(incident, version, arrived);
    }

    /// This version of an incident was not written.
    pub fn forget(&self, incident: &str, version: u64) {
        self.arrivals().forget(incident, version);
    }

    /// When the webhook arrived that made this version; `None`, if none did, or not at this server.
    pub fn arrival(&self, incident: &str, version: u64) -> Option<Instant> {
        self.arrivals().take(incident, version)
    }

    /// A subscriber was told what arrived then.
    pub fn pushed(&self, transport: Transport, arrived: Instant) {
        let latency = self.latency.get_or_create(&TransportLabels { transport });
        latency.observe(arrived.elapsed().as_secs_f64());
    }

    fn arrivals(&self) -> MutexGuard<'_, Arrivals> {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Subscribed {
    fn drop(&mut self) {
        self.0.dec();
    }
}
