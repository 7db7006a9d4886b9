//! Names of Prometheus labels: on the exporter's series, and on alerts that become incidents.

/// Identifier of a machine, unique in the fleet.
pub const MACHINE_ID: &str = "machine_id";
/// The same identifier where a label `machine_id` would be taken for that of the exporter's host.
pub const MACHINE: &str = "machine";
/// Identifier of a cinema, unique in the fleet.
pub const CINEMA_ID: &str = "cinema_id";
/// Name of a cinema, for people.
pub const CINEMA: &str = "cinema";
/// Identifier of a screen, unique in the fleet.
pub const SCREEN_ID: &str = "screen_id";
/// Name of a screen, for people.
pub const SCREEN: &str = "screen";
/// Identifier of the region, as in the region's file.
pub const REGION: &str = "region";
/// IANA time zone of the cinema, as `Europe/Copenhagen`.
pub const TIME_ZONE: &str = "time_zone";
/// How bad it is: `critical`, `warning` or `info`.
pub const SEVERITY: &str = "severity";
/// Stable identifier of the kind of fault, as `machine_offline`.
pub const ERROR_ID: &str = "error_id";
/// Name of the alerting rule; every Prometheus alert has it.
pub const ALERT_NAME: &str = "alertname";
/// Version of the game on a machine.
pub const GAME_VERSION: &str = "version";
