//! The names of states as both stores write them.

use serde::{Deserialize, Serialize};

use crate::domain::incident::{CloseReason, Severity, Status};
use crate::domain::timeline::What;

#[derive(Deserialize, Serialize)]
#[serde(remote = "Status", rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum StatusName {
    Open,
    InProgress,
    Closed,
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "Severity", rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum SeverityName {
    Critical,
    Warning,
    Info,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum CloseReasonName {
    Resolved,
    ByPerson,
    ByService,
    ResolvedAtSource,
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "What", rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum WhatName {
    Opened,
    Started,
    Closed,
    Reopened,
    Resolved,
    SeverityChanged,
    Repeated,
    Reworded,
    Assigned,
    Commented,
    MemberJoined,
    MemberRecovered,
}

impl From<CloseReason> for CloseReasonName {
    fn from(reason: CloseReason) -> Self {
        match reason {
            CloseReason::Resolved => Self::Resolved,
            CloseReason::ByPerson => Self::ByPerson,
            CloseReason::ByService => Self::ByService,
            CloseReason::ResolvedAtSource => Self::ResolvedAtSource,
        }
    }
}

impl From<CloseReasonName> for CloseReason {
    fn from(reason: CloseReasonName) -> Self {
        match reason {
            CloseReasonName::Resolved => Self::Resolved,
            CloseReasonName::ByPerson => Self::ByPerson,
            CloseReasonName::ByService => Self::ByService,
            CloseReasonName::ResolvedAtSource => Self::ResolvedAtSource,
        }
    }
}
