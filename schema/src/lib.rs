//! The contract between the programs of CinePortal: the GraphQL schema and the names in Prometheus.

pub mod labels;
pub mod metrics;

/// The GraphQL schema in its definition language, as the server exports it.
/// A test in the server fails when this file and the code differ.
pub const SDL: &str = include_str!("../schema.graphql");

/// The paths of REST as an `OpenAPI` document, as the server serves it.
/// Tests in the server fail when this file and the router differ, or when answers do not look like it.
pub const OPENAPI: &str = include_str!("../openapi.json");

/// Names each document of `schema/operations` once, with the fragments that it spreads: as a constant, and in
/// the list of all.
macro_rules! documents {
    ($($constant:ident = $file:literal $(with $($fragment:literal),+)?;)*) => {
        /// The documents that the portal sends, one constant a file, each followed by its fragments.
        pub mod documents {
            $(
                #[doc = concat!("`schema/operations/", $file, ".graphql`")]
                pub const $constant: &str = concat!(
                    include_str!(concat!("../operations/", $file, ".graphql")),
                    $($("\n", include_str!(concat!("../operations/fragments/", $fragment, ".graphql")),)+)?
                );
            )*
        }

        /// The documents that the portal sends, by their names in `schema/operations`. The server can be told to
        /// execute no others, and checks all of them against its schema in a test.
        pub const DOCUMENTS: &[(&str, &str)] = &[$(($file, documents::$constant)),*];
    };
}

documents! {
    ASSIGN = "assign" with "row";
    CLOSE_INCIDENT = "close_incident" with "row";
    COMMENT = "comment" with "row";
    CREATE_SILENCE = "create_silence";
    CREATE_WEEKLY_SILENCE = "create_weekly_silence";
    END_SILENCE = "end_silence";
    INCIDENT = "incident" with "row", "reading";
    INCIDENT_CHANGES = "incident_changes" with "row";
    MACHINE = "machine" with "row", "reading";
    MACHINES = "machines";
    MACHINE_SERIES = "machine_series";
    ME = "me";
    MORE_INCIDENTS = "more_incidents" with "row";
    OVERVIEW = "overview" with "summary", "row";
    REGION_BOARD = "region_board" with "summary", "row";
    REGION_PLACE = "region_place";
    REOPEN = "reopen" with "row";
    REPORT = "report";
    START_PROGRESS = "start_progress" with "row";
}
