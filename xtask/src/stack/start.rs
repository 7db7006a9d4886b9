//! Starts all processes of a stack and holds them.

use anyhow::{Context as _, Result, bail};

use super::build::build;
use super::config::render_deploy;
use super::mongod;
use super::ports::Ports;
use super::process::Process;
use super::ready::wait_until_ready;
use super::record::{ProcessRecord, Record};
use super::services::{Ready, Service, Settings};
use super::state::{Keep, StateFolder};
use crate::console::{begin, complain, say};
use crate::context::Context;

/// What to start.
pub(crate) struct Plan {
    /// State folder.
    pub(crate) folder: std::path::PathBuf,
    /// Whether data of an earlier run stays.
    pub(crate) keep: Keep,
    /// Where to listen.
    pub(crate) ports: Ports,
    /// How many machines the simulator has.
    pub(crate) machines: u32,
    /// MongoDB instead of the embedded store.
    pub(crate) mongodb: bool,
    /// What else the server is told.
    pub(crate) server_flags: &'static [&'static str],
}

/// All processes of one stack. Dropping it stops them, the last started first.
pub(crate) struct Stack {
    state: StateFolder,
    record: Record,
    processes: Vec<Process>,
}

/// Builds, checks the ports, starts everything, and answers when everything is ready.
///
/// # Errors
/// If a build fails, a port is taken, a process does not become ready, or a stack runs there already.
/// Whatever was started is stopped again.
pub(crate) fn start(context: &Context, plan: &Plan) -> Result<Stack> {
    refuse_second(plan)?;
    StateFolder::refuse_foreign(&plan.folder)?;
    plan.ports.check_free(plan.mongodb)?;
    build(context)?;
    // Building takes its time, and a port may have been taken meanwhile.
    plan.ports.check_free(plan.mongodb)?;
    let state = StateFolder::prepare(plan.folder.clone(), plan.keep)?;
    render_deploy(context, &plan.ports, &state.config())?;
    let mut stack = Stack::empty(state, plan);
    stack.start_all(context, plan)?;
    Ok(stack)
}

impl Stack {
    fn empty(state: StateFolder, plan: &Plan) -> Self {
        let record = Record {
            store: if plan.mongodb { "mongodb" } else { "embedded" }.to_owned(),
            ready: false,
            ports: plan.ports,
            supervisor: ProcessRecord::of_this_process(),
            processes: Vec::new(),
        };
        Self { state, record, processes: Vec::new() }
    }

    /// What runs where.
    pub(crate) fn record(&self) -> &Record {
        &self.record
    }

    /// Tells of processes that ended by themselves, each once.
    ///
    /// # Errors
    /// If the system cannot say.
    pub(crate) fn report_ended(&mut self) -> Result<()> {
        for index in (0..self.processes.len()).rev() {
            let process = &mut self.processes[index];
            if let Some(status) = process.ended()? {
                let (name, log) = (process.name(), process.log().display());
                complain(&format!("{name} has ended ({status}); the others keep running. Its log: {log}"));
                self.processes.remove(index);
            }
        }
        Ok(())
    }

    fn start_all(&mut self, context: &Context, plan: &Plan) -> Result<()> {
        let state = self.state.clone();
        let settings = Settings {
            context,
            state: &state,
            ports: plan.ports,
            machines: plan.machines,
            mongodb: plan.mongodb,
            server_flags: plan.server_flags,
        };
        begin("Starting");
        for service in settings.services()? {
            begin(&format!(" {} …", service.name));
            self.start_one(context, service)?;
        }
        say(" ready.");
        self.record.ready = true;
        self.record.write(self.state.path())
    }

    fn start_one(&mut self, context: &Context, service: Service) -> Result<()> {
        let process = Process::start(service.name, service.command, self.state.log_of(service.name))?;
        self.record.processes.push(process.record());
        self.processes.push(process);
        self.record.write(self.state.path())?;
        let process = self.processes.last_mut().context("the process just started is missing")?;
        match service.ready {
            Ready::Http(url) => wait_until_ready(process, &url, &context.stop),
            Ready::Primary => mongod::initiate(context, process, self.record.ports.mongodb),
        }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        while self.processes.pop().is_some() {}
        Record::remove(self.state.path());
    }
}

fn refuse_second(plan: &Plan) -> Result<()> {
    if Record::read(&plan.folder)?.is_some_and(|record| record.is_running()) {
        let folder = plan.folder.display();
        bail!("a stack is running already in {folder}: stop it with `cargo xtask down --state {folder}`");
    }
    Ok(())
}
