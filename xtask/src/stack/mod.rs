//! The running stack: `cargo xtask up` and `cargo xtask down`.

mod build;
mod config;
mod down;
mod mongod;
mod ports;
mod process;
mod ready;
mod record;
mod render;
mod services;
mod start;
mod state;
mod up;

pub(crate) use self::config::render_deploy;
pub(crate) use self::down::down;
pub(crate) use self::mongod::{ReplicaSet, start_large_replica_set, start_replica_set};
pub(crate) use self::ports::{free_port, shifted_free_ports};
pub(crate) use self::process::Process;
pub(crate) use self::ready::wait_until_ready;
pub(crate) use self::record::Record;
pub(crate) use self::start::{Plan, start};
pub(crate) use self::state::{Keep, StateFolder, StateOption};
pub(crate) use self::up::{UpOptions, up};
