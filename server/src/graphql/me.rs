//! Who asks, in GraphQL.

use async_graphql::{Enum, ID, SimpleObject};

use crate::access::Role;
use crate::desk::Desk;

/// Whoever asks.
#[derive(SimpleObject)]
pub(super) struct Me {
    /// Your name, as timelines have it.
    name: String,
    /// What you are in each region that you may see, in the order of `regions`; empty: you may see nothing.
    roles: Vec<RegionRole>,
    /// Whether you were asked who you are; `false` where everybody is let in.
    is_known: bool,
    /// Whether you came by signing in with a browser, so that you can sign out: by POST to `/auth/logout`.
    can_sign_out: bool,
}

/// What somebody is in a region.
#[derive(SimpleObject)]
struct RegionRole {
    /// Identifier of the region.
    region: ID,
    /// What you are there.
    role: ViewerRole,
}

/// What somebody is in a region. Each may do all that those before it may.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[graphql(name = "Role", remote = "Role")]
enum ViewerRole {
    /// Sees everything, changes nothing.
    Viewer,
    /// Works on incidents, opens them, and silences single machines once.
    Responder,
    /// Makes any silence, and takes data out as files.
    Manager,
    /// May do everything.
    Admin,
}

impl Me {
    pub(super) fn of(desk: &Desk) -> Self {
        let roles = desk.roles().into_iter();
        let roles =
            roles.map(|(region, role)| RegionRole { region: ID(region.to_string()), role: role.into() });
        Self {
            name: desk.me().name.clone(),
            roles: roles.collect(),
            is_known: desk.me().is_known(),
            can_sign_out: desk.me().session.is_some(),
        }
    }
}
