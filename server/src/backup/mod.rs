//! `cineportal backup` and `cineportal restore`: everything that a store keeps in one file, and back into either
//! store. docs/backup.md describes the file.

mod command;
mod file;
mod folder;
mod keeping;
mod make;
mod name;
mod restore;
mod schedule;

pub use self::command::{back_up, restore_from};
pub use self::file::{FileError, Header, Summary};
pub use self::folder::FolderError;
pub use self::make::BackupError;
pub use self::name::BackupName;
pub use self::restore::{RestoreFailure, check, restore};
pub use self::schedule::{once, run};
