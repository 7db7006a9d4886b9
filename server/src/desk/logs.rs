//! The log of the server, for those who may see it: an admin of some regions sees the lines that name them.

use std::collections::BTreeSet;

use cineportal_regions::RegionId;

use super::Desk;
use crate::access::{Forbidden, Permission};
use crate::domain::log_line::{Hour, LogFilter, LogLevel, LogScope};
use crate::logs::{LogPage, LogsError};

/// What somebody looks for; what is left out lets every line through.
#[derive(Clone, Debug)]
pub struct LogQuestion {
    /// In which hour.
    pub hour: Hour,
    /// Any of these levels; all, if empty.
    pub levels: BTreeSet<LogLevel>,
    /// The region that the line names.
    pub region: Option<RegionId>,
    /// Id or number of the incident that the line names.
    pub incident: Option<String>,
    /// A text that the line holds.
    pub text: Option<String>,
    /// Where the page before this one ended.
    pub before: Option<u64>,
}

/// A page of the log, and whose log it is.
#[derive(Debug)]
pub struct LogView {
    /// The server's name.
    pub server: String,
    /// Whether it keeps its log in files.
    pub is_kept: bool,
    /// The lines.
    pub page: LogPage,
}

/// Why somebody sees no log.
#[derive(Debug, thiserror::Error)]
pub enum LogRefusal {
    /// Their role is too small.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such region, or not for this viewer.
    #[error("there is no such region")]
    NoRegion,
    /// The log could not be read.
    #[error(transparent)]
    Logs(#[from] LogsError),
}

impl Desk {
    /// A page of this server's log, with only those lines that the viewer may see.
    ///
    /// # Errors
    /// [`LogRefusal`].
    pub async fn logs(&self, question: LogQuestion) -> Result<LogView, LogRefusal> {
        let LogQuestion { hour, levels, region, incident, text, before } = question;
        let desk = self.narrowed_to(Permission::ReadLog, region.as_ref())?;
        if region.as_ref().is_some_and(|region| desk.region(region).is_none()) {
            return Err(LogRefusal::NoRegion);
        }
        let region = region.map(|region| region.to_string());
        let filter = LogFilter { scope: desk.log_scope(), levels, region, incident, text };
        let logs = &self.services.logs;
        let page = logs.page(hour, filter, before).await?;
        Ok(LogView { server: logs.server().to_owned(), is_kept: logs.keeps(), page })
    }

    fn log_scope(&self) -> LogScope {
        if self.grants().is_everywhere() {
            return LogScope::Everything;
        }
        LogScope::Regions(self.regions().into_iter().map(|region| region.id.to_string()).collect())
    }
}
