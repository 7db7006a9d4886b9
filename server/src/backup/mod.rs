//! `cineportal backup` and `cineportal restore`: everything that a store keeps in one file, and back into either
//! store. docs/backup.md describes the file.

mod command;
mod file;
mod keeping;
mod make;
mod name;
mod restore;
mod schedule;
mod target;
mod workplace;

pub use self::command::{back_up, restore_from};
pub use self::file::{FileError, Header, Summary};
pub use self::make::BackupError;
pub use self::name::BackupName;
pub use self::restore::{RestoreFailure, check, restore};
pub use self::schedule::{once, run};
pub use self::target::TargetError;
pub use self::workplace::FolderError;
