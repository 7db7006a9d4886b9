//! Who the viewer is, what they may see, and what they may do. Whatever is refused is noted in the log here.

use std::sync::Arc;

use cineportal_regions::RegionId;

use super::Desk;
use crate::access::{Forbidden, Grants, Permission, Role, Viewer};
use crate::commands::CommandError;
use crate::telemetry::{Refused, Why};

impl Desk {
    /// The viewer. An answer that holds something of this is not kept for others.
    pub fn me(&self) -> &Viewer {
        self.services.not_kept();
        &self.viewer
    }

    /// What the viewer is in each region that they may see, in the order of regions.
    pub fn roles(&self) -> Vec<(RegionId, Role)> {
        let grants = &self.me().grants;
        let regions = self.services.regions().iter();
        regions.filter_map(|region| Some((region.id.clone(), grants.role_in(&region.id)?))).collect()
    }

    /// What the viewer may see and do.
    pub fn grants(&self) -> &Grants {
        &self.viewer.grants
    }

    /// The desk with only those regions whose data the viewer may take out as files.
    ///
    /// # Errors
    /// [`Forbidden`], if the viewer may see what is asked for, but not take it out.
    pub fn for_export(&self, region: Option<&RegionId>) -> Result<Self, Forbidden> {
        self.narrowed_to(Permission::Export, region)
    }

    /// The desk with only those regions where this may be done.
    pub(super) fn narrowed_to(
        &self,
        permission: Permission,
        region: Option<&RegionId>,
    ) -> Result<Self, Forbidden> {
        let asked = region.map_or_else(
            || self.regions().into_iter().map(|region| region.id).collect(),
            |id| vec![id.clone()],
        );
        let seen = asked.iter().filter(|id| self.viewer.grants.covers(id));
        let mut refused = seen.map(|id| self.viewer.grants.check(permission, id));
        let first = refused.next();
        if let Some(Err(forbidden)) = first
            && refused.all(|refused| refused.is_err())
        {
            self.note(permission.name(), &forbidden.region, Why::forbidden, &forbidden.to_string());
            return Err(forbidden);
        }
        let grants = self.viewer.grants.narrowed_to(permission);
        let viewer = Viewer { grants, ..Viewer::clone(&self.viewer) };
        Ok(Self { viewer: Arc::new(viewer), ..self.clone() })
    }

    /// Whether the viewer may see something of this region; if not, that is noted.
    pub(super) fn shows(&self, region: &RegionId, what: &str) -> bool {
        let home = &self.services.regions().home(region).id;
        let is_shown = self.viewer.grants.covers(home);
        if !is_shown {
            self.note(what, home, Why::hidden, "the viewer has no role there");
        }
        is_shown
    }

    /// Whether machines of this region may tell the viewer something: an incident can name any machine.
    pub(super) fn may_know(&self, region: &RegionId) -> bool {
        let grants = &self.viewer.grants;
        grants.is_everywhere() || grants.covers(&self.services.regions().home(region).id)
    }

    /// Lets through whoever may do this in a region that they see.
    pub(super) fn require(&self, permission: Permission, region: &RegionId) -> Result<(), Forbidden> {
        let home = &self.services.regions().home(region).id;
        self.viewer.grants.check(permission, home).inspect_err(|forbidden| {
            self.note(permission.name(), home, Why::forbidden, &forbidden.to_string());
        })
    }

    /// A refusal may tell an incident that the viewer may not see: that of another report with the same key.
    pub(super) fn without_hidden(&self, error: CommandError) -> CommandError {
        match error {
            CommandError::Refused { refusal, incident } => {
                let incident = incident.filter(|incident| self.shows(&incident.key.region, "incident"));
                CommandError::Refused { refusal, incident }
            }
            other => other,
        }
    }

    fn note(&self, what: &str, region: &RegionId, why: Why, reason: &str) {
        let refused = Refused { who: &self.viewer.id, what, region: region.as_str(), why, reason };
        self.services.fixed().metrics.access.refuse(refused);
    }
}
