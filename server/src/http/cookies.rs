//! Cookies of people who sign in. Over TLS their names begin with `__Host-`: a browser takes them from this host
//! alone, for all of its paths. Source: RFC 6265bis, section 4.1.3.2.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::access::{Attempt, SessionToken};

const SESSION: &str = "cineportal";
/// Of a sign-in that is under way; its name follows.
const ATTEMPT: &str = "cineportal-sign-in-";
/// How long a sign-in may take.
const ATTEMPT_SECONDS: u32 = 600;
/// So many sign-ins of one browser may be under way; further ones push out others.
const MOST_ATTEMPTS: usize = 4;

/// How this server's cookies are written.
#[derive(Clone, Copy)]
pub(super) struct Cookies {
    /// Whether browsers come over TLS; if not, they are on this machine.
    pub(super) is_behind_tls: bool,
}

impl Cookies {
    /// The session that a browser shows. One that is there twice was put there by somebody else.
    pub(super) fn session(self, headers: &HeaderMap) -> Option<SessionToken> {
        let name = self.name(SESSION);
        let mut shown = pairs(headers).filter(|(known, _)| *known == name);
        let (_, value) = shown.next()?;
        SessionToken::shown(value).filter(|_| shown.next().is_none())
    }

    /// Has the browser show this session. It forgets it when it is closed, or when the server says so.
    pub(super) fn show(self, token: &SessionToken) -> Option<HeaderValue> {
        self.written(SESSION, &token.0, "")
    }

    /// Has the browser forget its session.
    pub(super) fn forget(self) -> Option<HeaderValue> {
        self.written(SESSION, "", "; Max-Age=0")
    }

    /// The sign-in to which an answer with this state belongs.
    pub(super) fn attempt(self, headers: &HeaderMap, state: &str) -> Option<Attempt> {
        let name = self.name(&format!("{ATTEMPT}{}", Attempt::name_in(state)?));
        let (_, value) = pairs(headers).find(|(known, _)| *known == name)?;
        Attempt::kept(value)
    }

    /// Has the browser keep this sign-in while it is under way.
    pub(super) fn keep(self, attempt: &Attempt) -> Option<HeaderValue> {
        let state = attempt.state();
        let name = format!("{ATTEMPT}{}", Attempt::name_in(&state)?);
        self.written(&name, &attempt.text(), &format!("; Max-Age={ATTEMPT_SECONDS}"))
    }

    /// Has the browser forget the sign-in of this state.
    pub(super) fn drop(self, state: &str) -> Option<HeaderValue> {
        self.written(&format!("{ATTEMPT}{}", Attempt::name_in(state)?), "", "; Max-Age=0")
    }

    /// Has the browser forget sign-ins that are too many.
    pub(super) fn drop_surplus(self, headers: &HeaderMap) -> Vec<HeaderValue> {
        let prefix = self.name(ATTEMPT);
        let names = pairs(headers).filter_map(|(name, _)| name.strip_prefix(&prefix));
        names.skip(MOST_ATTEMPTS - 1).filter_map(|state| self.drop(state)).collect()
    }

    fn name(self, name: &str) -> String {
        if self.is_behind_tls { format!("__Host-{name}") } else { name.to_owned() }
    }

    fn written(self, name: &str, value: &str, more: &str) -> Option<HeaderValue> {
        let secure = if self.is_behind_tls { "; Secure" } else { "" };
        let name = self.name(name);
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{more}");
        HeaderValue::try_from(text).ok()
    }
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn showing(cookies: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(cookies).unwrap())])
    }

    #[test]
    fn over_tls_a_cookie_is_of_this_host_alone() {
        let token = SessionToken::random().unwrap();
        let safe = Cookies { is_behind_tls: true };
        let line = safe.show(&token).unwrap();
        let expected = format!("__Host-cineportal={}; Path=/; HttpOnly; SameSite=Lax; Secure", token.0);
        assert_eq!(line.to_str().unwrap(), expected);
        let shown = format!("cineportal={}", token.0);
        assert!(safe.session(&showing(&shown)).is_none());
        assert!(Cookies { is_behind_tls: false }.session(&showing(&shown)).is_some());
    }

    #[test]
    fn a_session_that_is_shown_twice_counts_nothing() {
        let [own, other] = [SessionToken::random().unwrap(), SessionToken::random().unwrap()];
        let twice = format!("cineportal={}; cineportal={}", own.0, other.0);
        assert!(Cookies { is_behind_tls: false }.session(&showing(&twice)).is_none());
    }

    #[test]
    fn few_sign_ins_are_kept_at_once() {
        let cookies = Cookies { is_behind_tls: false };
        let kept = |count: usize| {
            (0..count).map(|n| format!("cineportal-sign-in-aaaaaaaaaaa{n}=x")).collect::<Vec<_>>()
        };
        assert!(cookies.drop_surplus(&showing(&kept(3).join("; "))).is_empty());
        assert_eq!(cookies.drop_surplus(&showing(&kept(6).join("; "))).len(), 3);
    }
}
