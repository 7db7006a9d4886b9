//! Everything that can be asked, and the least role that may. In capitals stands what each target fills in.

/// One thing that can be asked.
pub(super) struct Row {
    /// The field, or the method and path; what follows a blank tells rows of one field apart.
    pub(super) name: &'static str,
    pub(super) least: Least,
    pub(super) ask: Ask,
}

impl Row {
    /// Whether it may change what it is asked of.
    pub(super) fn changes(&self) -> bool {
        match self.ask {
            Ask::Graphql(document) => document.starts_with("mutation"),
            Ask::Stream(_) => false,
            Ask::Path(method, ..) => method != "GET",
        }
    }
}

/// Who gets an answer.
#[derive(Clone, Copy)]
pub(super) enum Least {
    /// Whoever is known; what they may not see is left out.
    Anyone,
    /// Whoever has this role there.
    Role(&'static str),
}

/// How it is asked.
#[derive(Clone, Copy)]
pub(super) enum Ask {
    Graphql(&'static str),
    /// By server-sent events.
    Stream(&'static str),
    /// Method, path and body.
    Path(&'static str, &'static str, &'static str),
}

use Ask::{Graphql, Path, Stream};
use Least::{Anyone, Role};

const VIEWER: Least = Role("viewer");
const RESPONDER: Least = Role("responder");
const MANAGER: Least = Role("manager");
const ADMIN: Least = Role("admin");

/// Paths that ask nobody who they are: files that are the same for everybody, and those of operators and senders
/// of alerts, which have credentials of their own.
pub(super) const OPEN_PATHS: &[&str] = &[
    "/webhooks/alertmanager",
    "/api/v2/alerts",
    "/healthz",
    "/readyz",
    "/metrics",
    "/graphiql",
    "/graphiql/page.js",
    "/graphiql/page.css",
    "/graphiql/examples.json",
    "/auth/login",
    "/auth/callback",
    "/auth/logout",
    "/auth/backchannel-logout",
];

macro_rules! mutation {
    ($call:literal) => {
        Graphql(concat!(
            "mutation { result: ",
            $call,
            " { __typename ... on CommandAccepted { incident { id title region { id } } }
                ... on CommandRefused { code message incident { id title } } } }"
        ))
    };
}

macro_rules! silence {
    ($call:literal) => {
        Graphql(concat!(
            "mutation { result: ",
            $call,
            " { __typename ... on SilenceAccepted { silence { region { id } comment } }
                ... on SilenceRefused { code message silence { id comment } } } }"
        ))
    };
}

macro_rules! embed_token {
    ($call:literal) => {
        Graphql(concat!(
            "mutation { result: ",
            $call,
            " { __typename ... on EmbedTokenCreated { until } ... on EmbedTokenRefused { code message } } }"
        ))
    };
}

macro_rules! entity {
    ($kind:literal, $id:literal, $fields:literal) => {
        Graphql(concat!(
            "{ _entities(representations: [{ __typename: \"",
            $kind,
            "\", id: \"",
            $id,
            "\" }]) { __typename ... on ",
            $kind,
            " { ",
            $fields,
            " } } }"
        ))
    };
}

/// All rows.
pub(super) const ALL: &[Row] = &[
    row("me", Anyone, Graphql("{ me { name roles { region role } } }")),
    row("regions", Anyone, Graphql("{ regions { id name counts { open } machineCounts { total } } }")),
    row(
        "regions deep",
        Anyone,
        Graphql(
            "{ regions { id sources { name } silences { comment } incidents { edges { node { number title } } } machines { edges { node { id cinema { name } } } } } }",
        ),
    ),
    row(
        "incidents all",
        Anyone,
        Graphql("{ incidents(first: 100) { totalCount edges { node { number title region { id } } } } }"),
    ),
    row(
        "incidents history",
        Anyone,
        Graphql(
            "{ incidents(filter: { status: [OPEN, IN_PROGRESS, CLOSED] }, first: 100) { edges { node { number title region { id } } } } }",
        ),
    ),
    row(
        "incidents search",
        Anyone,
        Graphql("{ incidents(filter: { text: \"Hemligt\" }) { edges { node { number } } } }"),
    ),
    row("machines all", Anyone, Graphql("{ machines { totalCount edges { node { id cinema { name } } } } }")),
    row("report all", Anyone, Graphql("{ report(from: \"FROM\", to: \"TO\") { opened } }")),
    row(
        "region",
        VIEWER,
        Graphql(
            "{ region(id: \"REGION\") { id name counts { open closed muted } incidents { edges { node { title } } } } }",
        ),
    ),
    row("incident", VIEWER, Graphql("{ incident(id: \"INCIDENT\") { id number title timeline { what } } }")),
    row("incidentAt", VIEWER, Graphql("{ incidentAt(id: \"INCIDENT\", time: \"TO\") { id number title } }")),
    row("silence", VIEWER, Graphql("{ silence(id: \"SILENCE\") { id comment region { id } } }")),
    row(
        "incidents",
        VIEWER,
        Graphql(
            "{ incidents(filter: { region: [\"REGION\"] }) { totalCount edges { node { number title } } } }",
        ),
    ),
    row(
        "incidents of machine",
        VIEWER,
        Graphql("{ incidents(filter: { machine: [\"MACHINE\"] }) { edges { node { number title } } } }"),
    ),
    row("report", VIEWER, Graphql("{ report(region: \"REGION\", from: \"FROM\", to: \"TO\") { opened } }")),
    row(
        "machine",
        VIEWER,
        Graphql(
            "{ machine(id: \"MACHINE\") { id online cinema { name } nextShow { at } incidents { edges { node { title } } } } }",
        ),
    ),
    row(
        "machines",
        VIEWER,
        Graphql("{ machines(filter: { region: \"REGION\" }) { totalCount edges { node { id } } } }"),
    ),
    row("_service", Anyone, Graphql("{ _service { sdl } }")),
    row("_entities incident", VIEWER, entity!("Incident", "INCIDENT", "id title")),
    row("_entities region", VIEWER, entity!("Region", "REGION", "id name")),
    row("_entities machine", VIEWER, entity!("Machine", "MACHINE", "id online")),
    row(
        "openIncident",
        RESPONDER,
        mutation!("openIncident(input: { region: \"REGION\", title: \"New\", severity: INFO })"),
    ),
    row("startProgress", RESPONDER, mutation!("startProgress(id: \"INCIDENT\", expectedVersion: 1)")),
    row("assign", RESPONDER, mutation!("assign(id: \"INCIDENT\", expectedVersion: 1, to: \"kim\")")),
    row("comment", RESPONDER, mutation!("comment(id: \"INCIDENT\", text: \"Seen\")")),
    row(
        "updateIncident",
        RESPONDER,
        mutation!("updateIncident(id: \"INCIDENT\", expectedVersion: 1, input: { severity: INFO })"),
    ),
    row("closeIncident", RESPONDER, mutation!("closeIncident(id: \"INCIDENT\", expectedVersion: 1)")),
    row("reopen", RESPONDER, mutation!("reopen(id: \"INCIDENT\", expectedVersion: 1)")),
    row(
        "createSilence machine",
        RESPONDER,
        silence!(
            "createSilence(region: \"REGION\", input: { machineId: \"MACHINE\", window: { once: { until: \"UNTIL\", timeZone: \"UTC\" } }, comment: \"small\" })"
        ),
    ),
    row(
        "createSilence cinema",
        MANAGER,
        silence!(
            "createSilence(region: \"REGION\", input: { cinemaId: \"c\", window: { once: { until: \"UNTIL\", timeZone: \"UTC\" } }, comment: \"wide\" })"
        ),
    ),
    row(
        "createSilence region",
        MANAGER,
        silence!(
            "createSilence(region: \"REGION\", input: { window: { once: { until: \"UNTIL\", timeZone: \"UTC\" } }, comment: \"wide\" })"
        ),
    ),
    row(
        "createSilence weekly",
        MANAGER,
        silence!(
            "createSilence(region: \"REGION\", input: { machineId: \"MACHINE\", window: { weekly: { weekdays: [MONDAY], start: \"22:00\", end: \"06:00\" } }, comment: \"weekly\" })"
        ),
    ),
    row(
        "updateSilence small",
        RESPONDER,
        silence!(
            "updateSilence(id: \"SILENCE\", expectedVersion: 1, input: { machineId: \"MACHINE\", window: { once: { until: \"UNTIL\", timeZone: \"UTC\" } }, comment: \"small\" })"
        ),
    ),
    row(
        "updateSilence to wide",
        MANAGER,
        silence!(
            "updateSilence(id: \"SILENCE\", expectedVersion: 1, input: { window: { once: { until: \"UNTIL\", timeZone: \"UTC\" } }, comment: \"wide\" })"
        ),
    ),
    row(
        "updateSilence from wide",
        MANAGER,
        silence!(
            "updateSilence(id: \"WIDE\", expectedVersion: 1, input: { machineId: \"MACHINE\", window: { once: { until: \"UNTIL\", timeZone: \"UTC\" } }, comment: \"small\" })"
        ),
    ),
    row("endSilence small", RESPONDER, silence!("endSilence(id: \"SILENCE\", expectedVersion: 1)")),
    row("endSilence wide", MANAGER, silence!("endSilence(id: \"WIDE\", expectedVersion: 1)")),
    row(
        "createEmbedToken read",
        VIEWER,
        embed_token!("createEmbedToken(region: \"REGION\", origin: \"https://admin.example\")"),
    ),
    row(
        "createEmbedToken triage",
        RESPONDER,
        embed_token!(
            "createEmbedToken(region: \"REGION\", access: TRIAGE, origin: \"https://admin.example\")"
        ),
    ),
    row(
        "incidentChanged",
        Anyone,
        Stream("subscription { incidentChanged(region: \"REGION\") { __typename } }"),
    ),
    row("GET /graphql", VIEWER, Path("GET", "/graphql?query=%7Bregion(id:%22REGION%22)%7Bname%7D%7D", "")),
    row(
        "POST /api/v1/incidents",
        RESPONDER,
        Path("POST", "/api/v1/incidents", r#"{"region":"REGION","title":"New","severity":"info"}"#),
    ),
    row("GET /api/v1/incidents/{id}", VIEWER, Path("GET", "/api/v1/incidents/INCIDENT", "")),
    row(
        "PATCH /api/v1/incidents/{id}",
        RESPONDER,
        Path("PATCH", "/api/v1/incidents/INCIDENT", r#"{"comment":"Seen"}"#),
    ),
    row(
        "POST /api/v1/incidents/{id}/close",
        RESPONDER,
        Path("POST", "/api/v1/incidents/INCIDENT/close", "{}"),
    ),
    row("GET /api/v1/openapi.json", Anyone, Path("GET", "/api/v1/openapi.json", "")),
    row(
        "POST /api/v1/embed-tokens",
        VIEWER,
        Path("POST", "/api/v1/embed-tokens", r#"{"region":"REGION","origin":"https://admin.example"}"#),
    ),
    row("GET /api/v1/incidents.csv", MANAGER, Path("GET", "/api/v1/incidents.csv?region=REGION", "")),
    row(
        "GET /api/v1/report.csv",
        MANAGER,
        Path("GET", "/api/v1/report.csv?region=REGION&from=FROM&to=TO", ""),
    ),
    row("GET /api/v1/logs", ADMIN, Path("GET", "/api/v1/logs?region=REGION&hour=2026-11-21T14", "")),
];

const fn row(name: &'static str, least: Least, ask: Ask) -> Row {
    Row { name, least, ask }
}
