//! Signatures of tokens, checked by ring: the provider that TLS uses, too. jsonwebtoken brings providers of its own,
//! one with a compiler's worth of C, one with the `rsa` crate and RUSTSEC-2023-0071.

use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind, Result};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};
use signature::Verifier;

/// The algorithms that tokens may be signed with: each has a public key that checks and a private one that signs.
pub(super) const ALGORITHMS: [(&str, Algorithm); 9] = [
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
    ("PS384", Algorithm::PS384),
    ("PS512", Algorithm::PS512),
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("EdDSA", Algorithm::EdDSA),
];

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(ErrorKind::InvalidAlgorithm.into()),
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

/// Has tokens checked by ring. Only the first call in a process has an effect.
pub(super) fn install() {
    let _already_installed = PROVIDER.install_default();
}

/// A public key, and how it checks.
enum Key {
    Rsa(&'static RsaParameters, RsaPublicKeyComponents<Vec<u8>>),
    Curve(&'static dyn VerificationAlgorithm, Vec<u8>),
}

struct RingVerifier(Algorithm, Key);

impl JwtVerifier for RingVerifier {
    fn algorithm(&self) -> Algorithm {
        self.0
    }
}

impl Verifier<Vec<u8>> for RingVerifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), signature::Error> {
        let checked = match &self.1 {
            Key::Rsa(parameters, key) => key.verify(parameters, message, signature),
            Key::Curve(algorithm, key) => UnparsedPublicKey::new(*algorithm, key).verify(message, signature),
        };
        checked.map_err(|_| signature::Error::new())
    }
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    let key = match algorithm {
        Algorithm::RS256 => rsa(&RSA_PKCS1_2048_8192_SHA256, key)?,
        Algorithm::RS384 => rsa(&RSA_PKCS1_2048_8192_SHA384, key)?,
        Algorithm::RS512 => rsa(&RSA_PKCS1_2048_8192_SHA512, key)?,
        Algorithm::PS256 => rsa(&RSA_PSS_2048_8192_SHA256, key)?,
        Algorithm::PS384 => rsa(&RSA_PSS_2048_8192_SHA384, key)?,
        Algorithm::PS512 => rsa(&RSA_PSS_2048_8192_SHA512, key)?,
        Algorithm::ES256 => Key::Curve(&ECDSA_P256_SHA256_FIXED, key.try_get_as_bytes()?.to_vec()),
        Algorithm::ES384 => Key::Curve(&ECDSA_P384_SHA384_FIXED, key.try_get_as_bytes()?.to_vec()),
        Algorithm::EdDSA => Key::Curve(&ED25519, key.try_get_as_bytes()?.to_vec()),
        _ => return Err(Error::from(ErrorKind::InvalidAlgorithm)),
    };
    Ok(Box::new(RingVerifier(*algorithm, key)))
}

fn rsa(parameters: &'static RsaParameters, key: &DecodingKey) -> Result<Key> {
    match key.kind() {
        DecodingKeyKind::RsaModulusExponent { n, e } => {
            Ok(Key::Rsa(parameters, RsaPublicKeyComponents { n: n.clone(), e: e.clone() }))
        }
        DecodingKeyKind::SecretOrDer(_) => Err(ErrorKind::InvalidKeyFormat.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7515, appendix A.2: a JWS signed with RS256, and its key.
    const MODULUS: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    const SIGNED: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const SIGNATURE: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    fn is_right(signed: &str, algorithm: Algorithm) -> bool {
        install();
        let key = DecodingKey::from_rsa_components(MODULUS, "AQAB").unwrap();
        jsonwebtoken::crypto::verify(SIGNATURE, signed.as_bytes(), &key, algorithm).unwrap_or(false)
    }

    #[test]
    fn a_signature_of_rfc_7515_is_right() {
        assert!(is_right(SIGNED, Algorithm::RS256));
    }

    #[test]
    fn nothing_else_is_signed_by_it() {
        assert!(!is_right(&SIGNED.replace("eyJpc3M", "eyJpc3N"), Algorithm::RS256));
        for (_, algorithm) in ALGORITHMS.into_iter().filter(|(name, _)| *name != "RS256") {
            assert!(!is_right(SIGNED, algorithm), "{algorithm:?}");
        }
        assert!(!is_right(SIGNED, Algorithm::HS256), "a public key is no shared secret");
    }
}
