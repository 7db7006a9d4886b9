//! `[[grant]]`: who is what, and where.

use cineportal_regions::{RegionId, Regions};
use serde::Deserialize;
use toml::Spanned;

use super::Faults;
use crate::access::table::{Row, Whom};
use crate::access::{Reach, Role};

/// Every region, in `regions`.
const ALL_REGIONS: &str = "*";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GrantToml {
    everyone: Option<bool>,
    user: Option<String>,
    group: Option<String>,
    claim: Option<String>,
    value: Option<String>,
    issuer: Option<String>,
    role: Spanned<String>,
    regions: Spanned<Vec<Spanned<String>>>,
}

impl GrantToml {
    /// The row; `None` if something is wrong with it, which is noted.
    pub(super) fn read(self, regions: &Regions, faults: &mut Faults) -> Option<Row> {
        let at = self.role.span();
        let role = Role::named(self.role.get_ref());
        let names = Role::ALL.map(Role::name).join(", ");
        let unknown = || format!("unknown role {:?}: it is one of {names}", self.role.get_ref());
        let role = faults.note(at.clone(), "grant.role", role.ok_or_else(unknown));
        let reaches = self.reaches(regions, faults);
        let whom =
            faults.note(at, "grant", whom(self.everyone, self.user, self.group, self.claim, self.value));
        Some(Row { whom: whom?, issuer: self.issuer, role: role?, reaches })
    }

    fn reaches(&self, regions: &Regions, faults: &mut Faults) -> Vec<Reach> {
        if self.regions.get_ref().is_empty() {
            faults.add(self.regions.span(), "grant.regions", "needs at least one; [\"*\"] is all");
        }
        let mut reaches = Vec::new();
        for id in self.regions.get_ref() {
            let region = RegionId::new(id.get_ref().as_str());
            if id.get_ref() == ALL_REGIONS {
                reaches.push(Reach::AllRegions);
            } else if regions.get(&region).is_some() {
                reaches.push(Reach::Region(region));
            } else {
                faults.add(id.span(), "grant.regions", format!("there is no region {:?}", id.get_ref()));
            }
        }
        reaches
    }
}

fn whom(
    everyone: Option<bool>,
    user: Option<String>,
    group: Option<String>,
    claim: Option<String>,
    value: Option<String>,
) -> Result<Whom, String> {
    match (everyone, user, group, claim, value) {
        (Some(true), None, None, None, None) => Ok(Whom::Everyone),
        (None, Some(user), None, None, None) if !user.is_empty() => Ok(Whom::User(user)),
        (None, None, Some(group), None, None) if !group.is_empty() => Ok(Whom::Group(group)),
        (None, None, None, Some(claim), Some(value)) => Ok(Whom::Claim(claim, value)),
        _ => Err("says of whom in one way: user, group, claim with value, or everyone = true".to_owned()),
    }
}
