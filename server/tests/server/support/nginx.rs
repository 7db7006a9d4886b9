//! The real nginx before several servers, with the balancing that is shipped.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::process::{Process, free_address, wait_until_it_answers};

/// A running nginx; it ends when this is dropped.
pub(crate) struct Nginx {
    pub(crate) address: SocketAddr,
    _process: Process,
    _folder: TempDir,
}

impl Nginx {
    /// Starts it before these servers, with the `upstream` of `deploy/nginx`.
    pub(crate) async fn before(servers: &[SocketAddr]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = free_address();
        let config = folder.path().join("nginx.conf");
        std::fs::write(&config, configuration(folder.path(), address, &upstream(servers))).unwrap();
        let mut command = Command::new("nginx");
        command.args(["-e", "stderr", "-p"]).arg(folder.path()).arg("-c").arg(config);
        let process = Process::start(&mut command);
        wait_until_it_answers(&format!("http://{address}/readyz")).await;
        Self { address, _process: process, _folder: folder }
    }
}

/// The shipped `upstream`, with one line for each of these servers.
fn upstream(servers: &[SocketAddr]) -> String {
    let template =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/nginx/templates/cineportal.conf.template");
    let template = std::fs::read_to_string(template).unwrap();
    let from = template.find("upstream cineportal {").unwrap();
    let block = &template[from..=from + template[from..].find('}').unwrap()];
    let shipped = block.lines().find(|line| line.contains("server server:8080")).unwrap();
    let mut lines = String::new();
    for server in servers {
        writeln!(lines, "{}", shipped.replace("server:8080", &server.to_string())).unwrap();
    }
    block.replace(&format!("{shipped}\n"), &lines)
}

/// One process, so that nothing of it is left when it is killed: nginx would leave its workers.
fn configuration(folder: &Path, address: SocketAddr, upstream: &str) -> String {
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary = temporary.map(|kind| format!("{kind}_temp_path {}/{kind};\n", folder.display()));
    format!(
        "daemon off;\nmaster_process off;\nuser root;\npid {pid};\nevents {{ worker_connections 1024; }}\nhttp {{\n{temporary}
        access_log off;\nproxy_http_version 1.1;\n
        map $http_upgrade $connection_upgrade {{ default upgrade; \"\" \"\"; }}\n{upstream}
        server {{\n listen {address};
          proxy_set_header Host $host;
          proxy_set_header Upgrade $http_upgrade;
          proxy_set_header Connection $connection_upgrade;
          proxy_read_timeout 75s;
          proxy_buffering off;
          location / {{ proxy_pass http://cineportal; proxy_next_upstream error timeout http_503; }}
          location /webhooks/ {{
            proxy_pass http://cineportal; proxy_next_upstream error timeout http_503 non_idempotent;
          }}
        }}\n}}\n",
        pid = folder.join("nginx.pid").display(),
        temporary = temporary.concat(),
    )
}
