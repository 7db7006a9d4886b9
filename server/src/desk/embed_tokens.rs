//! Embed tokens that the viewer makes for pages of others.

use super::Desk;
use crate::access::{EmbedToken, EmbedWish, NotMade};
use crate::clock;
use crate::telemetry::{Changed, Refused, Why};

impl Desk {
    /// Makes an embed token in the viewer's name: never more than the viewer may, never for longer.
    ///
    /// # Errors
    /// [`NotMade`]. A region that the viewer may not see looks like one that there is not.
    pub fn create_embed_token(&self, wish: EmbedWish) -> Result<EmbedToken, NotMade> {
        let services = self.services.fixed();
        let region = wish.region.clone();
        if self.services.regions().get(&region).is_none() {
            return Err(NotMade::NoRegion(region.to_string()));
        }
        let whom = format!("{} of {region} in pages of {}", wish.role.name(), wish.origin);
        let made = services.embeds.make(&self.viewer, wish, clock::now());
        match &made {
            Ok(token) => services.metrics.access.change(Changed {
                who: &self.viewer.id,
                what: "embed token made",
                whom: &whom,
                until: Some(token.until),
            }),
            Err(NotMade::NoRegion(_)) => self.note_embed(region.as_str(), Why::hidden, "no role there"),
            Err(error @ NotMade::Forbidden(_)) => {
                self.note_embed(region.as_str(), Why::forbidden, &error.to_string());
            }
            Err(NotMade::Invalid(_) | NotMade::NotNow) => {}
        }
        made
    }

    fn note_embed(&self, region: &str, why: Why, reason: &str) {
        let refused = Refused { who: &self.viewer.id, what: "embed token", region, why, reason };
        self.services.fixed().metrics.access.refuse(refused);
    }
}
