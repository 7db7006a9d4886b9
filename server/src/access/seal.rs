//! What is secret about a session: made of chance, kept by a digest, and sealed so that only its browser opens it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::{SecureRandom, SystemRandom};

use super::session::{SessionId, SessionToken};

/// What the key is for, so that nothing else is ever encrypted with it.
const PURPOSE: &[u8] = b"cineportal session";

/// The system gave no random numbers.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random numbers")]
pub struct NoChance;

impl SessionToken {
    /// A new one: 256 random bits.
    ///
    /// # Errors
    /// [`NoChance`].
    pub fn random() -> Result<Self, NoChance> {
        Ok(Self(random_text()?.into()))
    }

    /// One that was shown; `None`, if it is none for certain.
    pub fn shown(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == SHA256_OUTPUT_LEN).then(|| Self(text.into()))
    }

    /// What its session is kept by.
    pub fn id(&self) -> SessionId {
        SessionId(hex::encode(digest(&SHA256, self.0.as_bytes())))
    }

    /// This text, readable only with this token; as Base64.
    ///
    /// # Errors
    /// [`NoChance`].
    pub fn seal(&self, text: &str) -> Result<String, NoChance> {
        let nonce: [u8; NONCE_LEN] = random()?;
        let mut bytes = text.as_bytes().to_vec();
        let key = self.key().ok_or(NoChance)?;
        let sealed =
            key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut bytes);
        sealed.map_err(|_| NoChance)?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode([nonce.as_slice(), &bytes].concat()))
    }

    /// What was sealed with this token; `None`, if it was not.
    pub fn open(&self, sealed: &str) -> Option<String> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, bytes) = bytes.split_first_chunk::<NONCE_LEN>()?;
        let mut bytes = bytes.to_vec();
        let opened =
            self.key()?.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::empty(), &mut bytes).ok()?;
        String::from_utf8(opened.to_vec()).ok()
    }

    fn key(&self) -> Option<LessSafeKey> {
        let derived = Salt::new(HKDF_SHA256, PURPOSE).extract(self.0.as_bytes());
        let key = UnboundKey::from(derived.expand(&[PURPOSE], &AES_256_GCM).ok()?);
        Some(LessSafeKey::new(key))
    }
}

/// 256 random bits as Base64 that may stand in an address.
pub(super) fn random_text() -> Result<String, NoChance> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random::<SHA256_OUTPUT_LEN>()?))
}

/// A digest of these as Base64 that may stand in an address.
pub(super) fn digest_text(parts: [&str; 2]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, parts.concat().as_bytes()))
}

fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], NoChance> {
    let mut bytes = [0; LENGTH];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NoChance)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_token_opens_what_it_sealed() {
        let [token, other] = [SessionToken::random().unwrap(), SessionToken::random().unwrap()];
        let sealed = token.seal("a refresh token").unwrap();
        assert_eq!(token.open(&sealed).as_deref(), Some("a refresh token"));
        assert_eq!((other.open(&sealed), token.open(&sealed[1..]), token.open("")), (None, None, None));
        assert_ne!(sealed, token.seal("a refresh token").unwrap());
    }

    #[test]
    fn a_session_is_kept_by_something_that_does_not_show_it() {
        let token = SessionToken::random().unwrap();
        assert!(!token.id().0.contains(&*token.0) && SessionToken::shown(&token.id().0).is_none());
        assert_eq!(SessionToken::shown(&token.0).map(|shown| shown.id()), Some(token.id()));
        assert!(SessionToken::shown("").is_none() && SessionToken::shown("../../etc").is_none());
    }
}
