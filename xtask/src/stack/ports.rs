//! Which program listens where, and whether it can.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde::{Deserialize, Serialize};

/// One port on loopback for each program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ports {
    pub(crate) server: u16,
    pub(crate) exporter: u16,
    pub(crate) simulator: u16,
    pub(crate) prometheus: u16,
    pub(crate) alertmanager: u16,
    pub(crate) node_exporter: u16,
    pub(crate) mongodb: u16,
}

/// The ports people know; the files of `deploy/` hold them.
pub(crate) const DEFAULT: Ports = Ports {
    server: 8080,
    exporter: 9991,
    simulator: 9980,
    prometheus: 9090,
    alertmanager: 9093,
    node_exporter: 9100,
    mongodb: 27017,
};

/// Moves ports away from their defaults.
#[derive(Args, Default)]
pub(crate) struct PortOptions {
    /// Added to every default port.
    #[arg(long, value_name = "N", default_value_t = 0)]
    ports_offset: u16,
    #[arg(long, value_name = "PORT")]
    server_port: Option<u16>,
    #[arg(long, value_name = "PORT")]
    exporter_port: Option<u16>,
    #[arg(long, value_name = "PORT")]
    simulator_port: Option<u16>,
    #[arg(long, value_name = "PORT")]
    prometheus_port: Option<u16>,
    #[arg(long, value_name = "PORT")]
    alertmanager_port: Option<u16>,
    #[arg(long, value_name = "PORT")]
    node_exporter_port: Option<u16>,
    #[arg(long, value_name = "PORT")]
    mongodb_port: Option<u16>,
}

impl PortOptions {
    /// The ports these options mean.
    ///
    /// # Errors
    /// If a port is above 65535, or two programs would share one.
    pub(crate) fn plan(&self) -> Result<Ports> {
        let moved = DEFAULT.shifted(self.ports_offset)?;
        let ports = Ports {
            server: self.server_port.unwrap_or(moved.server),
            exporter: self.exporter_port.unwrap_or(moved.exporter),
            simulator: self.simulator_port.unwrap_or(moved.simulator),
            prometheus: self.prometheus_port.unwrap_or(moved.prometheus),
            alertmanager: self.alertmanager_port.unwrap_or(moved.alertmanager),
            node_exporter: self.node_exporter_port.unwrap_or(moved.node_exporter),
            mongodb: self.mongodb_port.unwrap_or(moved.mongodb),
        };
        ports.check_distinct()?;
        Ok(ports)
    }
}

impl Ports {
    /// Every port with its owner; the option that moves it is `--OWNER-port`.
    pub(crate) fn by_owner(&self) -> [(&'static str, u16); 7] {
        [
            ("server", self.server),
            ("exporter", self.exporter),
            ("simulator", self.simulator),
            ("prometheus", self.prometheus),
            ("alertmanager", self.alertmanager),
            ("node-exporter", self.node_exporter),
            ("mongodb", self.mongodb),
        ]
    }

    /// From each default port to the chosen one.
    pub(crate) fn moves(&self) -> Vec<(u16, u16)> {
        DEFAULT.by_owner().iter().zip(self.by_owner()).map(|((_, from), (_, to))| (*from, to)).collect()
    }

    /// Looks whether all ports are free, MongoDB's only where it runs.
    ///
    /// # Errors
    /// Names every taken port, its owner, and the option that moves it.
    pub(crate) fn check_free(&self, mongodb: bool) -> Result<()> {
        let owners = self.by_owner().into_iter().filter(|(owner, _)| mongodb || *owner != "mongodb");
        let taken: Vec<_> = owners.filter(|(_, port)| !is_free(*port)).map(taken_message).collect();
        if taken.is_empty() {
            return Ok(());
        }
        bail!("{}\nOr move all ports at once: `--ports-offset 1000`.", taken.join("\n"))
    }

    fn shifted(&self, offset: u16) -> Result<Self> {
        let shift = |port: u16| {
            port.checked_add(offset)
                .with_context(|| format!("--ports-offset {offset} leads beyond port 65535"))
        };
        Ok(Self {
            server: shift(self.server)?,
            exporter: shift(self.exporter)?,
            simulator: shift(self.simulator)?,
            prometheus: shift(self.prometheus)?,
            alertmanager: shift(self.alertmanager)?,
            node_exporter: shift(self.node_exporter)?,
            mongodb: shift(self.mongodb)?,
        })
    }

    fn check_distinct(&self) -> Result<()> {
        let all = self.by_owner();
        for (index, (owner, port)) in all.iter().enumerate() {
            if let Some((other, _)) = all[..index].iter().find(|(_, earlier)| earlier == port) {
                bail!("{other} and {owner} cannot both listen on port {port}: move one with --{owner}-port");
            }
        }
        Ok(())
    }
}

/// A set of free ports well away from the defaults, for a stack beside the one of `up`.
///
/// # Errors
/// If all candidates are taken.
pub(crate) fn shifted_free_ports() -> Result<Ports> {
    for offset in (10_000..20_000).step_by(500) {
        let ports = DEFAULT.shifted(offset)?;
        if ports.check_free(true).is_ok() {
            return Ok(ports);
        }
    }
    bail!("found no free set of ports")
}

/// Some free port on loopback.
///
/// # Errors
/// If the system has none.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("found no free port")?;
    Ok(listener.local_addr()?.port())
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

fn taken_message((owner, port): (&str, u16)) -> String {
    format!(
        "Port {port} is taken, and {owner} needs it. Give it another one: `--{owner}-port {}`.",
        suggestion(port)
    )
}

fn suggestion(port: u16) -> u16 {
    port.checked_add(1000).unwrap_or(port - 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ports that no test beside this one asks for.
    fn free_ports() -> Ports {
        let port = || free_port().unwrap();
        Ports {
            server: port(),
            exporter: port(),
            simulator: port(),
            prometheus: port(),
            alertmanager: port(),
            node_exporter: port(),
            mongodb: port(),
        }
    }

    #[test]
    fn without_options_everything_is_where_people_know_it() {
        assert_eq!(PortOptions::default().plan().unwrap(), DEFAULT);
    }

    #[test]
    fn the_offset_moves_every_port_that_is_not_given_by_itself() {
        let options = PortOptions { ports_offset: 100, server_port: Some(1234), ..PortOptions::default() };
        let ports = options.plan().unwrap();

        assert_eq!((ports.server, ports.exporter, ports.mongodb), (1234, 10091, 27117));
    }

    #[test]
    fn an_offset_beyond_the_last_port_is_refused() {
        let options = PortOptions { ports_offset: 60_000, ..PortOptions::default() };

        assert!(options.plan().unwrap_err().to_string().contains("--ports-offset 60000"));
    }

    #[test]
    fn two_programs_on_one_port_are_refused_by_name() {
        let options = PortOptions { server_port: Some(9090), ..PortOptions::default() };
        let message = options.plan().unwrap_err().to_string();

        assert!(message.contains("server and prometheus") && message.contains("9090"), "{message}");
    }

    #[test]
    fn a_taken_port_is_named_with_its_owner_and_its_option() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let ports = Ports { server: port, ..free_ports() };
        let message = ports.check_free(false).unwrap_err().to_string();

        assert!(message.contains(&format!("Port {port} is taken, and server needs it")), "{message}");
        assert!(message.contains("--server-port"), "{message}");
    }

    #[test]
    fn mongodbs_port_may_be_taken_where_mongodb_does_not_run() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let mongodb = taken.local_addr().unwrap().port();

        assert!(Ports { mongodb, ..free_ports() }.check_free(false).is_ok());
    }
}
