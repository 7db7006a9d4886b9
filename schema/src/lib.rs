//! The contract between the programs of CinePortal: the GraphQL schema and the names in Prometheus.

pub mod labels;
pub mod metrics;

/// The GraphQL schema in its definition language, as the server exports it.
/// A test in the server fails when this file and the code differ.
pub const SDL: &str = include_str!("../schema.graphql");

/// Names each document of `schema/operations` once: as a constant, and in the list of all.
macro_rules! documents {
    ($($constant:ident = $file:literal),* $(,)?) => {
        /// The documents that the portal sends, one constant a file.
        pub mod documents {
            $(
                #[doc = concat!("`schema/operations/", $file, ".graphql`")]
                pub const $constant: &str = include_str!(concat!("../operations/", $file, ".graphql"));
            )*
        }

        /// The documents that the portal sends, by their names in `schema/operations`. The server can be told to
        /// execute no others, and checks all of them against its schema in a test.
        pub const DOCUMENTS: &[(&str, &str)] = &[$(($file, documents::$constant)),*];
    };
}

documents! {
    ASSIGN = "assign",
    CLOSE_INCIDENT = "close_incident",
    COMMENT = "comment",
    CREATE_SILENCE = "create_silence",
    CREATE_WEEKLY_SILENCE = "create_weekly_silence",
    END_SILENCE = "end_silence",
    INCIDENT = "incident",
    INCIDENT_CHANGES = "incident_changes",
    MACHINE = "machine",
    MACHINES = "machines",
    MACHINE_SERIES = "machine_series",
    ME = "me",
    MORE_INCIDENTS = "more_incidents",
    OVERVIEW = "overview",
    REGION_BOARD = "region_board",
    REGION_PLACE = "region_place",
    REOPEN = "reopen",
    REPORT = "report",
    START_PROGRESS = "start_progress",
}
