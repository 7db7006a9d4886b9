//! A sign-in that is under way. Its browser keeps one secret; all that goes over the provider follows from it, so
//! that the server keeps nothing, and an answer counts only in the browser that asked.

use std::fmt;

use subtle::ConstantTimeEq;

use super::seal::{NoChance, digest_text, random_text};

/// So many characters of the state name the attempt: a browser may have several.
const NAME_CHARACTERS: usize = 12;

/// A sign-in that is under way.
#[derive(Clone, PartialEq, Eq)]
pub struct Attempt {
    secret: String,
    /// The path to go to afterwards; one of ours.
    pub to: String,
}

impl Attempt {
    /// A new one, for whoever wants to go there. What is no path of ours leads to the first page.
    ///
    /// # Errors
    /// [`NoChance`].
    pub fn new(to: &str) -> Result<Self, NoChance> {
        Ok(Self { secret: random_text()?, to: own_path(to).to_owned() })
    }

    /// One that a browser kept, as [`Self::text`] wrote it.
    pub fn kept(text: &str) -> Option<Self> {
        let (secret, to) = text.split_once('.')?;
        let to = percent_decoded(to)?;
        Some(Self { secret: secret.to_owned(), to: own_path(&to).to_owned() })
    }

    /// What the browser keeps: fit for a cookie.
    pub fn text(&self) -> String {
        format!("{}.{}", self.secret, percent_encoded(&self.to))
    }

    /// What it is found by, when the provider answers with this state; `None`, if that is no state of ours.
    pub fn name_in(state: &str) -> Option<&str> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        state.get(..NAME_CHARACTERS).filter(|name| name.chars().all(is_plain))
    }

    /// Whether the provider's answer is to this one.
    pub fn is_of(&self, state: &str) -> bool {
        self.state().as_bytes().ct_eq(state.as_bytes()).into()
    }

    /// What the provider gives back with its answer.
    pub fn state(&self) -> String {
        digest_text(["state ", &self.secret])
    }

    /// What the provider writes into the token.
    pub fn nonce(&self) -> String {
        digest_text(["nonce ", &self.secret])
    }

    /// What proves to the provider that its code came back to whoever asked. Source: RFC 7636.
    pub fn verifier(&self) -> String {
        digest_text(["verifier ", &self.secret])
    }

    /// What the provider checks that proof with, by the method S256.
    pub fn challenge(&self) -> String {
        digest_text(["", &self.verifier()])
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "to {:?}", self.to)
    }
}

/// Longer paths are not kept.
const MAX_PATH_BYTES: usize = 1_024;

/// A path of ours, or the first page: whoever signs in is never sent to somebody else. Browsers read `\` as `/`, and
/// leave out what is no character.
fn own_path(to: &str) -> &str {
    let is_graphic = to.chars().all(|c| !c.is_control() && !c.is_whitespace() && c != '\\');
    let is_own = to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/auth/");
    if is_own && is_graphic && to.len() <= MAX_PATH_BYTES { to } else { "/" }
}

fn percent_encoded(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~?&=".contains(&byte);
    let one = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(one).collect()
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goes_to(to: &str) -> String {
        Attempt::kept(&Attempt::new(to).unwrap().text()).unwrap().to
    }

    #[test]
    fn whoever_signs_in_comes_back_to_where_they_were() {
        for path in ["/", "/regions/denmark?filter=is%3Aopen&x=1", "/incidents/é;x=1,2 ".trim()] {
            assert_eq!(goes_to(path), path);
        }
    }

    #[test]
    fn nobody_is_sent_to_another_site() {
        for path in [
            "",
            "regions",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/x\r\nSet-Cookie: a=b",
            "/auth/login?to=/",
            &format!("/{}", "x".repeat(2_000)),
        ] {
            assert_eq!(goes_to(path), "/", "{path:?}");
        }
    }

    #[test]
    fn a_browser_cannot_change_where_it_is_sent_either() {
        assert_eq!(Attempt::kept("secret.//evil.example").unwrap().to, "/");
        assert_eq!(Attempt::kept("secret.%2F%2Fevil.example").unwrap().to, "/");
        assert_eq!(Attempt::kept("secret.%2"), None);
    }

    #[test]
    fn an_answer_is_to_one_attempt_only() {
        let [one, other] = [Attempt::new("/").unwrap(), Attempt::new("/").unwrap()];
        assert!(one.is_of(&one.state()) && !one.is_of(&other.state()) && !one.is_of(""));
        assert_eq!(Attempt::kept(&one.text()), Some(one.clone()));
        let told = [one.state(), one.nonce(), one.verifier(), one.challenge()];
        assert!(told.iter().all(|text| text.len() == 43 && !one.text().contains(text.as_str())));
        assert_eq!(told.iter().collect::<std::collections::BTreeSet<_>>().len(), 4);
    }

    #[test]
    fn the_challenge_is_what_rfc_7636_says() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(digest_text(["", verifier]), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
