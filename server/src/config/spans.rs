//! Settings of OpenTelemetry.

use clap::Args;

use super::SourceAddress;

/// Where spans go.
#[derive(Args, Clone, Debug)]
pub struct SpansConfig {
    /// Export spans to this collector of OpenTelemetry, by OTLP over HTTP, as http://127.0.0.1:4318. Left out: none are
    /// made. Beside it, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_HEADERS` and `OTEL_BSP_…`
    /// count.
    #[arg(long, env = "CINEPORTAL_OTLP_ENDPOINT", value_name = "URL", hide_env_values = true)]
    pub otlp_endpoint: Option<SourceAddress>,
    /// What the service is called there; `cineportal` if neither this nor `OTEL_RESOURCE_ATTRIBUTES` says.
    #[arg(long, env = "OTEL_SERVICE_NAME", value_name = "NAME")]
    pub otlp_service_name: Option<String>,
}
