//! Somebody who has signed in with a browser, and for how long that counts. Decided here, kept in the store.

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::Person;

/// So long a session counts after it should have been renewed, while the provider does not answer.
const GRACE: SignedDuration = SignedDuration::from_mins(10);
/// So long one server has for a renewal, before another one tries.
const RENEWAL_LEASE: SignedDuration = SignedDuration::from_secs(15);
/// That somebody is still there is noted so many times in the time after which they would be gone.
const NOTES_IN_IDLE_TIME: i32 = 20;

/// What a browser shows of its session: a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(pub Arc<str>);

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// What a session is kept by: a digest of its token, so that nobody who reads the store can show one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SessionId(pub String);

/// Somebody who has signed in with a browser.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// What it is kept by.
    pub id: SessionId,
    /// Who it is, as the provider said last.
    pub person: Person,
    /// What the provider calls this sign-in, where it says so.
    pub provider_session: Option<String>,
    /// What the provider gave for later, readable only with the token; as Base64.
    pub sealed: String,
    /// When they signed in.
    pub began_at: Timestamp,
    /// When they were noted last, some minutes late.
    pub seen_at: Timestamp,
    /// When the provider vouched for them last.
    pub confirmed_at: Timestamp,
    /// Until then a server is asking the provider to vouch again.
    pub renewing_until: Option<Timestamp>,
    /// When it is over if nothing more happens.
    pub ends_at: Timestamp,
    /// How often it was written, from 1.
    pub version: u64,
}

/// Whose sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionsOf {
    /// This one.
    Session(SessionId),
    /// Those of a sign-in, as the provider calls it.
    ProviderSession {
        /// Who vouches.
        issuer: String,
        /// Its name there.
        session: String,
    },
    /// All of somebody.
    Person {
        /// Who vouches.
        issuer: String,
        /// What the issuer knows them by.
        subject: String,
    },
}

/// How long sessions count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// At most, however busy.
    pub longest: SignedDuration,
    /// While nothing is asked.
    pub idle: SignedDuration,
    /// After that the provider must vouch again.
    pub renewal: SignedDuration,
}

/// How far a session counts now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Good,
    /// It does, but the provider should vouch again.
    Due,
    /// It does not until the provider vouches again.
    Doubtful,
    /// It is over.
    Over,
}

impl Lifetimes {
    /// When a session ends for good.
    pub fn last_end(&self, session: &Session) -> Timestamp {
        later(session.began_at, self.longest)
    }

    /// How far a session counts now.
    pub fn standing(&self, session: &Session, now: Timestamp) -> Standing {
        let due_at = later(session.confirmed_at, self.renewal);
        // What was configured meanwhile counts, too.
        if now >= session.ends_at.min(self.end(session)) {
            Standing::Over
        } else if now >= later(due_at, GRACE) {
            Standing::Doubtful
        } else if now >= due_at {
            Standing::Due
        } else {
            Standing::Good
        }
    }

    /// The next version of a session, if it should be noted that somebody is still there.
    pub fn noted(&self, session: &Session, now: Timestamp) -> Option<Session> {
        let is_soon = now < later(session.seen_at, self.idle / NOTES_IN_IDLE_TIME);
        if is_soon || session.is_being_renewed(now) {
            return None;
        }
        Some(self.next(session, |next| next.seen_at = now))
    }

    /// The next version of a session, with which a server takes on its renewal.
    pub fn leased(&self, session: &Session, now: Timestamp) -> Session {
        self.next(session, |next| {
            next.seen_at = now;
            next.renewing_until = Some(later(now, RENEWAL_LEASE));
        })
    }

    /// The next version of a session, once the provider has vouched again.
    pub fn renewed(&self, session: &Session, person: Person, sealed: String, now: Timestamp) -> Session {
        self.next(session, |next| {
            (next.person, next.sealed) = (person, sealed);
            (next.confirmed_at, next.renewing_until) = (now, None);
        })
    }

    /// When a session is over if nothing more happens.
    pub fn end(&self, session: &Session) -> Timestamp {
        self.last_end(session).min(later(session.seen_at, self.idle))
    }

    fn next(&self, session: &Session, change: impl FnOnce(&mut Session)) -> Session {
        let mut next = Session { version: session.version + 1, ..session.clone() };
        change(&mut next);
        next.ends_at = self.end(&next);
        next
    }
}

impl Session {
    /// Whether a server is asking the provider to vouch again.
    pub fn is_being_renewed(&self, now: Timestamp) -> bool {
        self.renewing_until.is_some_and(|until| now < until)
    }
}

/// Never beyond the end of time.
fn later(at: Timestamp, duration: SignedDuration) -> Timestamp {
    at.checked_add(duration).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const LIFETIMES: Lifetimes = Lifetimes {
        longest: SignedDuration::from_hours(12),
        idle: SignedDuration::from_hours(2),
        renewal: SignedDuration::from_hours(1),
    };

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_763_700_000 + minute * 60).unwrap()
    }

    fn person(groups: &[&str]) -> Person {
        Person {
            issuer: "https://login.example".to_owned(),
            subject: "1".to_owned(),
            name: "ida@example.com".to_owned(),
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            claims: BTreeMap::new(),
            until: None,
        }
    }

    fn session() -> Session {
        let session = Session {
            id: SessionId("a".to_owned()),
            person: person(&["dk"]),
            provider_session: None,
            sealed: String::new(),
            began_at: at(0),
            seen_at: at(0),
            confirmed_at: at(0),
            renewing_until: None,
            ends_at: at(0),
            version: 1,
        };
        Session { ends_at: LIFETIMES.end(&session), ..session }
    }

    #[test]
    fn a_session_that_nobody_uses_is_over_after_a_while() {
        let session = Session { confirmed_at: at(119), ..session() };
        assert_eq!(LIFETIMES.standing(&session, at(119)), Standing::Good);
        assert_eq!(LIFETIMES.standing(&session, at(120)), Standing::Over);
    }

    #[test]
    fn a_session_is_over_in_the_end_however_busy() {
        let mut busy = session();
        for minute in (0..720).step_by(30) {
            busy = LIFETIMES.noted(&busy, at(minute)).unwrap_or(busy);
        }
        busy.confirmed_at = at(719);
        assert_eq!(LIFETIMES.standing(&busy, at(719)), Standing::Good);
        assert_eq!(LIFETIMES.standing(&busy, at(720)), Standing::Over);
    }

    #[test]
    fn it_is_not_noted_at_every_request_that_somebody_is_there() {
        assert_eq!(LIFETIMES.noted(&session(), at(5)), None);
        let noted = LIFETIMES.noted(&session(), at(6)).unwrap();
        assert_eq!((noted.seen_at, noted.ends_at, noted.version), (at(6), at(126), 2));
    }

    #[test]
    fn the_provider_must_vouch_again_soon_after_it_is_due() {
        assert_eq!(LIFETIMES.standing(&session(), at(60)), Standing::Due);
        assert_eq!(LIFETIMES.standing(&session(), at(69)), Standing::Due);
        assert_eq!(LIFETIMES.standing(&session(), at(70)), Standing::Doubtful);
    }

    #[test]
    fn whoever_renews_is_left_alone_meanwhile() {
        let leased = LIFETIMES.leased(&session(), at(60));
        assert!(leased.is_being_renewed(at(60)) && !leased.is_being_renewed(at(61)));
        assert_eq!(LIFETIMES.noted(&Session { seen_at: at(0), ..leased }, at(60)), None);
    }

    #[test]
    fn a_renewal_takes_over_what_the_provider_says_now() {
        let leased = LIFETIMES.leased(&session(), at(60));
        let renewed = LIFETIMES.renewed(&leased, person(&[]), "new".to_owned(), at(60));
        assert_eq!((renewed.person.groups.len(), renewed.version), (0, 3));
        assert_eq!(LIFETIMES.standing(&renewed, at(119)), Standing::Good);
    }

    #[test]
    fn lifetimes_that_were_shortened_count_at_once() {
        let shorter = Lifetimes { idle: SignedDuration::from_mins(5), ..LIFETIMES };
        assert_eq!(shorter.standing(&session(), at(5)), Standing::Over);
    }
}
