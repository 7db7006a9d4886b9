//! What somebody may see and do: a role for each region.

use std::collections::BTreeMap;
use std::sync::Arc;

use cineportal_regions::RegionId;

use super::{Forbidden, Permission, Role};

/// What somebody may see and do. Equal grants show the same, so answers are kept by them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Grants(Arc<Granted>);

/// Where a role counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// In every region, also in those that come later and in `unassigned`.
    AllRegions,
    /// In this one.
    Region(RegionId),
}

#[derive(Debug, Default, PartialEq, Eq, Hash)]
struct Granted {
    everywhere: Option<Role>,
    /// Only roles that are more than the one for everywhere, so that equal grants are written in one way.
    regions: BTreeMap<RegionId, Role>,
}

impl Grants {
    /// This role in every region.
    pub fn everywhere(role: Role) -> Self {
        Self::of([(Reach::AllRegions, role)])
    }

    /// All of these together: the highest role counts.
    pub fn of(roles: impl IntoIterator<Item = (Reach, Role)>) -> Self {
        let mut granted = Granted::default();
        for (reach, role) in roles {
            match reach {
                Reach::AllRegions => granted.everywhere = granted.everywhere.max(Some(role)),
                Reach::Region(region) => {
                    let known = granted.regions.entry(region).or_insert(role);
                    *known = role.max(*known);
                }
            }
        }
        granted.tidied()
    }

    /// The role in this region; `None`: nothing of it may be seen.
    pub fn role_in(&self, region: &RegionId) -> Option<Role> {
        self.0.regions.get(region).copied().max(self.0.everywhere)
    }

    /// Whether these allow all that the others do.
    pub fn cover(&self, others: &Self) -> bool {
        let mut regions = others.0.regions.iter();
        self.0.everywhere >= others.0.everywhere
            && regions.all(|(region, role)| self.role_in(region) >= Some(*role))
    }

    /// Whether every region may be seen.
    pub fn is_everywhere(&self) -> bool {
        self.0.everywhere >= Some(Permission::Read.least_role())
    }

    /// Whether this region may be seen.
    pub fn covers(&self, region: &RegionId) -> bool {
        self.allows(Permission::Read, region)
    }

    /// Whether this may be done in this region.
    pub fn allows(&self, permission: Permission, region: &RegionId) -> bool {
        self.role_in(region) >= Some(permission.least_role())
    }

    /// Whether this may be done in this region.
    ///
    /// # Errors
    /// [`Forbidden`]. Say so only of a region that [`Self::covers`]; of all others nobody learns that they exist.
    pub fn check(&self, permission: Permission, region: &RegionId) -> Result<(), Forbidden> {
        let forbidden = || Forbidden { permission, region: region.clone() };
        self.allows(permission, region).then_some(()).ok_or_else(forbidden)
    }

    /// The same, but only in regions where this may be done.
    pub fn narrowed_to(&self, permission: Permission) -> Self {
        let least = permission.least_role();
        let everywhere = self.0.everywhere.filter(|role| *role >= least);
        let regions = self.0.regions.iter().filter(|(_, role)| **role >= least);
        let regions = regions.map(|(region, role)| (region.clone(), *role)).collect();
        Granted { everywhere, regions }.tidied()
    }
}

impl Granted {
    fn tidied(mut self) -> Grants {
        let everywhere = self.everywhere;
        self.regions.retain(|_, role| Some(*role) > everywhere);
        Grants(Arc::new(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(id: &str) -> RegionId {
        RegionId::new(id)
    }

    fn in_region(id: &str, role: Role) -> (Reach, Role) {
        (Reach::Region(region(id)), role)
    }

    #[test]
    fn the_highest_role_counts() {
        let grants = Grants::of([
            in_region("denmark", Role::Manager),
            in_region("denmark", Role::Viewer),
            (Reach::AllRegions, Role::Viewer),
        ]);
        assert_eq!(grants.role_in(&region("denmark")), Some(Role::Manager));
        assert_eq!(grants.role_in(&region("sweden")), Some(Role::Viewer));
    }

    #[test]
    fn whoever_has_no_role_sees_nothing() {
        let grants = Grants::of([in_region("denmark", Role::Admin)]);
        assert_eq!(grants.role_in(&region("sweden")), None);
        assert!(!grants.covers(&region("sweden")) && !Grants::of([]).covers(&region("denmark")));
    }

    #[test]
    fn grants_cover_what_is_less_and_nowhere_else() {
        let grants = Grants::of([(Reach::AllRegions, Role::Viewer), in_region("denmark", Role::Manager)]);
        for less in [in_region("denmark", Role::Manager), in_region("sweden", Role::Viewer)] {
            assert!(grants.cover(&Grants::of([less])));
        }
        for more in [in_region("sweden", Role::Responder), (Reach::AllRegions, Role::Responder)] {
            assert!(!grants.cover(&Grants::of([more])));
        }
        assert!(grants.cover(&Grants::of([])) && !Grants::of([]).cover(&grants));
    }

    #[test]
    fn what_shows_the_same_is_equal() {
        let plain = Grants::everywhere(Role::Manager);
        let wordy = Grants::of([(Reach::AllRegions, Role::Manager), in_region("denmark", Role::Viewer)]);
        assert_eq!(plain, wordy);
        assert_ne!(plain, Grants::everywhere(Role::Viewer));
    }

    #[test]
    fn narrowing_leaves_only_regions_where_it_is_allowed() {
        let grants = Grants::of([(Reach::AllRegions, Role::Viewer), in_region("denmark", Role::Manager)]);
        assert_eq!(grants.narrowed_to(Permission::Export), Grants::of([in_region("denmark", Role::Manager)]));
    }
}
