//! Programs that the tests start and kill: the real server, and those around it.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use cineportal::config::StoreAddress;

use super::{PATIENCE, http_client, store_argument};

/// A running program. It is killed when this is dropped.
pub(crate) struct Process(Child);

impl Process {
    /// Starts a program; what it writes is thrown away.
    pub(crate) fn start(command: &mut Command) -> Self {
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(quiet.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}")))
    }

    /// Starts a program; what it writes comes into this file.
    pub(crate) fn start_telling(command: &mut Command, log: File) -> Self {
        let telling = command.stdin(Stdio::null()).stdout(log).stderr(Stdio::null());
        Self(telling.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}")))
    }

    /// `kill -9`; returns when it is gone.
    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// SIGTERM; returns when it has ended.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        self.signal("-TERM");
        self.0.wait().unwrap()
    }

    /// Stops it as it stands: it keeps its connections, and answers nothing.
    pub(crate) fn pause(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on.
    pub(crate) fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill").args([signal, &self.0.id().to_string()]).status();
        assert!(status.unwrap().success(), "kill {signal} did not work");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The real server as a process of its own, on a port of its own.
pub(crate) struct ServerProcess {
    pub(crate) address: SocketAddr,
    command: Command,
    process: Process,
}

impl ServerProcess {
    /// Starts it, and waits until it is ready.
    pub(crate) async fn start(store: &StoreAddress) -> Self {
        Self::start_with_flags(store, &[]).await
    }

    /// The same with more flags.
    pub(crate) async fn start_with_flags(store: &StoreAddress, flags: &[&str]) -> Self {
        Self::start_within(&["env"], store, flags).await
    }

    /// Starts it by a program that becomes the server in the end.
    pub(crate) async fn start_within(program: &[&str], store: &StoreAddress, flags: &[&str]) -> Self {
        let address = free_address();
        let regions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../regions");
        let mut command = Command::new(program[0]);
        command.args(&program[1..]).arg(env!("CARGO_BIN_EXE_cineportal"));
        command.args(["serve", "--listen", &address.to_string(), "--store", &store_argument(store)]);
        let process = Process::start(command.arg("--regions").arg(regions).args(flags));
        wait_until_it_answers(&format!("http://{address}/readyz")).await;
        Self { address, command, process }
    }

    /// The id of its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.0.id()
    }

    /// SIGTERM; returns when it has ended, after it drained.
    pub(crate) fn stop(&mut self) -> ExitStatus {
        self.process.terminate()
    }

    /// Starts it once more as it was; does not wait until it is ready.
    pub(crate) fn start_again(&mut self) {
        self.process = Process::start(&mut self.command);
    }

    /// Asks it to stop, for good.
    pub(crate) fn terminate(mut self) -> ExitStatus {
        self.stop()
    }

    pub(crate) fn kill(mut self) {
        self.process.kill();
    }
}

/// An address on loopback where nobody listens.
pub(crate) fn free_address() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, free_port()).into()
}

/// A free port below those that the system gives to connections, and to no other test of this process.
pub(crate) fn free_port() -> u16 {
    static TRIED: AtomicU16 = AtomicU16::new(0);
    let first = 29_000 + u16::try_from(std::process::id() % 180).unwrap() * 20;
    let candidates = std::iter::repeat_with(|| first + TRIED.fetch_add(1, Ordering::Relaxed));
    candidates
        .take(150)
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .expect("no port is free")
}

/// Waits until this address answers 200.
pub(crate) async fn wait_until_it_answers(url: &str) {
    let http = http_client();
    let ready = async {
        while !http.get(url).send().await.is_ok_and(|response| response.status() == 200) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, ready).await.unwrap_or_else(|_| panic!("{url} does not answer"));
}
