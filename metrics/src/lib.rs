//! What our programs tell Prometheus in the same way: their process, their version, and the text formats.

mod build;
mod process;
mod text;

pub use self::build::register_build;
pub use self::process::register_process;
pub use self::text::{Format, plain_text};
