//! Names of the metrics that CineExporter writes and the server and the alert rules read.
//! Every per-machine series carries the labels `machine_id` and `region`.

/// Always 1; carries what does not change often about a machine as labels.
pub const MACHINE_INFO: &str = "cine_machine_info";
/// 1 while the cloud sees the machine online, else 0.
pub const MACHINE_UP: &str = "cine_machine_up";
/// When the cloud last heard from the machine, in seconds since 1970.
pub const MACHINE_LAST_SEEN_SECONDS: &str = "cine_machine_last_seen_timestamp_seconds";
/// Width of the picture that the machine shows, in pixels.
pub const DISPLAY_WIDTH_PIXELS: &str = "cine_display_width_pixels";
/// Height of the picture that the machine shows, in pixels.
pub const DISPLAY_HEIGHT_PIXELS: &str = "cine_display_height_pixels";
/// Width that the screen is set up for, in pixels.
pub const DISPLAY_EXPECTED_WIDTH_PIXELS: &str = "cine_display_expected_width_pixels";
/// Height that the screen is set up for, in pixels.
pub const DISPLAY_EXPECTED_HEIGHT_PIXELS: &str = "cine_display_expected_height_pixels";
/// 1 while the last download of a game has failed, else 0.
pub const GAME_DOWNLOAD_FAILED: &str = "cine_game_download_failed";
/// How much of the game is downloaded, 0 to 1.
pub const GAME_DOWNLOAD_PROGRESS_RATIO: &str = "cine_game_download_progress_ratio";
/// Always 1; the label `version` tells the game's version.
pub const GAME_VERSION_INFO: &str = "cine_game_version_info";
/// When the next show on this screen starts, in seconds since 1970; absent without one.
pub const NEXT_SHOW_SECONDS: &str = "cine_next_show_timestamp_seconds";
/// Temperature inside the machine, in degrees Celsius.
pub const MACHINE_TEMPERATURE_CELSIUS: &str = "cine_machine_temperature_celsius";
/// Free space on the machine's disk, in bytes.
pub const DISK_FREE_BYTES: &str = "cine_disk_free_bytes";

/// How many machines this answer lists. Whoever tells it ends the answer with `# EOF`, so that one that was
/// cut off is known.
pub const EXPORTER_MACHINES: &str = "cine_exporter_machines";
/// How long the exporter's last poll of the cloud took, in seconds.
pub const EXPORTER_POLL_DURATION_SECONDS: &str = "cine_exporter_poll_duration_seconds";
/// How many requests to the cloud have failed.
pub const EXPORTER_POLL_ERRORS: &str = "cine_exporter_poll_errors_total";
/// When the exporter last read the whole fleet, in seconds since 1970.
pub const EXPORTER_LAST_SUCCESS_SECONDS: &str = "cine_exporter_last_success_timestamp_seconds";
