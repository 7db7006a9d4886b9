//! The countries, their cities and how people there name a cinema and a screen.

/// A country with cinemas.
#[derive(Debug)]
pub struct Country {
    /// Beginning of every identifier.
    pub prefix: &'static str,
    /// Identifier of its region.
    pub region: &'static str,
    /// IANA name.
    pub time_zone: &'static str,
    /// Word for a screen.
    pub screen: &'static str,
    /// Names of cinemas; `{}` is the city.
    pub cinemas: [&'static str; 4],
    /// As it stands in an identifier, and as people write it.
    pub cities: [(&'static str, &'static str); 10],
}

/// All countries of the demo fleet.
#[rustfmt::skip]
pub const COUNTRIES: [Country; 5] = [
    Country {
        prefix: "dk", region: "denmark", time_zone: "Europe/Copenhagen", screen: "Sal",
        cinemas: ["Bio {}", "{} Palads", "Panorama {}", "{} Havnebio"],
        cities: [("aarhus", "Aarhus"), ("kobenhavn", "København"), ("odense", "Odense"), ("aalborg", "Aalborg"), ("esbjerg", "Esbjerg"), ("randers", "Randers"), ("kolding", "Kolding"), ("vejle", "Vejle"), ("roskilde", "Roskilde"), ("herning", "Herning")],
    },
    Country {
        prefix: "fi", region: "finland", time_zone: "Europe/Helsinki", screen: "Sali",
        cinemas: ["Kino {}", "{} Rex", "Bio {}", "{} Kuvapalatsi"],
        cities: [("helsinki", "Helsinki"), ("tampere", "Tampere"), ("turku", "Turku"), ("oulu", "Oulu"), ("espoo", "Espoo"), ("jyvaskyla", "Jyväskylä"), ("kuopio", "Kuopio"), ("lahti", "Lahti"), ("pori", "Pori"), ("vaasa", "Vaasa")],
    },
    Country {
        prefix: "de", region: "germany", time_zone: "Europe/Berlin", screen: "Saal",
        cinemas: ["Filmpalast {}", "Lichtspiele {}", "Kino {}", "Schauburg {}"],
        cities: [("berlin", "Berlin"), ("hamburg", "Hamburg"), ("muenchen", "München"), ("koeln", "Köln"), ("frankfurt", "Frankfurt"), ("leipzig", "Leipzig"), ("dresden", "Dresden"), ("bremen", "Bremen"), ("stuttgart", "Stuttgart"), ("nuernberg", "Nürnberg")],
    },
    Country {
        prefix: "no", region: "norway", time_zone: "Europe/Oslo", screen: "Sal",
        cinemas: ["{} kino", "Fjordkino {}", "{} Verdensteater", "Sentrum kino {}"],
        cities: [("oslo", "Oslo"), ("bergen", "Bergen"), ("trondheim", "Trondheim"), ("stavanger", "Stavanger"), ("tromso", "Tromsø"), ("drammen", "Drammen"), ("kristiansand", "Kristiansand"), ("bodo", "Bodø"), ("alesund", "Ålesund"), ("hamar", "Hamar")],
    },
    Country {
        prefix: "se", region: "sweden", time_zone: "Europe/Stockholm", screen: "Salong",
        cinemas: ["Saga {}", "Biograf {}", "Röda Kvarn {}", "{} Folkets bio"],
        cities: [("stockholm", "Stockholm"), ("goteborg", "Göteborg"), ("malmo", "Malmö"), ("uppsala", "Uppsala"), ("vasteras", "Västerås"), ("orebro", "Örebro"), ("linkoping", "Linköping"), ("umea", "Umeå"), ("lund", "Lund"), ("kiruna", "Kiruna")],
    },
];

impl Country {
    /// Name of the city's cinema with this number, from 1.
    pub(crate) fn cinema_name(&self, city: &str, number: usize) -> String {
        let (round, pattern) = ((number - 1) / self.cinemas.len(), (number - 1) % self.cinemas.len());
        let name = self.cinemas[pattern].replace("{}", city);
        if round == 0 { name } else { format!("{name} {}", round + 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_zone_is_known() {
        for country in &COUNTRIES {
            assert!(jiff::tz::TimeZone::get(country.time_zone).is_ok(), "{}", country.time_zone);
        }
    }

    #[test]
    fn every_cinema_of_a_city_has_its_own_name() {
        let names: std::collections::BTreeSet<_> =
            (1..=20).map(|number| COUNTRIES[0].cinema_name("Aarhus", number)).collect();
        assert_eq!(names.len(), 20);
    }
}
