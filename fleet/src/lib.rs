//! The demo fleet: which machine stands in which cinema, in front of which screen.
//! The simulator of the cine-cloud and `cineportal seed` tell of the same machines.

mod dice;
mod places;

pub use dice::roll;
pub use places::{COUNTRIES, Country};

/// A machine of the demo fleet.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Identifier, as `dk-aarhus-01-03`.
    pub id: String,
    /// Where it stands.
    pub country: &'static Country,
    /// Identifier of the cinema, as `dk-aarhus-01`.
    pub cinema_id: String,
    /// Name of the cinema, for people.
    pub cinema: String,
    /// Identifier of the screen, as `dk-aarhus-01-screen-03`.
    pub screen_id: String,
    /// Name of the screen, for people.
    pub screen: String,
}

/// An endless row of machines, country by country and city by city: a larger fleet begins with the smaller one.
pub fn machines() -> impl Iterator<Item = Machine> {
    (0..).flat_map(|round| COUNTRIES.iter().flat_map(move |country| cinema(country, round)))
}

/// The machines of a country's cinema with this number, from 0.
fn cinema(country: &'static Country, round: usize) -> impl Iterator<Item = Machine> {
    let (slug, city) = country.cities[round % country.cities.len()];
    let number = round / country.cities.len() + 1;
    let cinema_id = format!("{}-{slug}-{number:02}", country.prefix);
    let cinema = country.cinema_name(city, number);
    let screens = 4 + roll(&cinema_id, "screens", 7);
    (1..=screens).map(move |screen| Machine {
        id: format!("{cinema_id}-{screen:02}"),
        country,
        cinema_id: cinema_id.clone(),
        cinema: cinema.clone(),
        screen_id: format!("{cinema_id}-screen-{screen:02}"),
        screen: format!("{} {screen}", country.screen),
    })
}
