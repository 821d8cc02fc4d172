//! The public key in a certificate. Of a provider the key is trusted and not who issued the certificate (SAML metadata §2.4.1.1), so nothing
//! else in it is looked at.

use base64::{Engine as _, engine::general_purpose::STANDARD};

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const CURVES: [(&[u8], Kind); 3] = [
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07], Kind::P256),
    (&[0x2b, 0x81, 0x04, 0x00, 0x22], Kind::P384),
    (&[0x2b, 0x81, 0x04, 0x00, 0x23], Kind::P521),
];

/// The largest certificate, bytes.
const LARGEST: usize = 16 << 10;

/// What a public key is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Rsa,
    P256,
    P384,
    P521,
}

/// A public key of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub(crate) kind: Kind,
    /// `RSAPublicKey`, or the uncompressed point.
    pub(crate) bytes: Vec<u8>,
}

/// A certificate, as it is shown to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// DER in Base64.
    pub(crate) text: String,
    pub key: Key,
}

impl Certificate {
    /// Reads a certificate in PEM, or its DER in Base64.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn read(text: &str) -> Result<Certificate, &'static str> {
        const WRONG: &str = "is no X.509 certificate in PEM, or in Base64";
        let inner = match text.split_once("-----BEGIN CERTIFICATE-----") {
            Some((_, rest)) => rest.split_once("-----END CERTIFICATE-----").ok_or(WRONG)?.0,
            None => text,
        };
        let inner: String = inner.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        if inner.len() > LARGEST {
            return Err("is larger than any certificate");
        }
        let der = STANDARD.decode(inner).map_err(|_| WRONG)?;
        let key = key_of(&der).ok_or(WRONG)??;
        Ok(Certificate { text: STANDARD.encode(&der), key })
    }
}

/// The key of a certificate in DER (RFC 5280 §4.1); nothing where it is none.
fn key_of(der: &[u8]) -> Option<Result<Key, &'static str>> {
    const OTHER: &str = "has no key of RSA, P-256, P-384 or P-521";
    let mut outer = Der(der);
    let mut certificate = Der(outer.tagged(0x30)?);
    let mut signed = Der(certificate.tagged(0x30)?);
    let mut next = signed.element()?;
    if next.0 == 0xa0 {
        // The version stands where it is not the first.
        next = signed.element()?;
    }
    if next.0 != 0x02 || !outer.0.is_empty() {
        return None;
    }
    // The algorithm, the issuer, how long, and the subject.
    for _ in 0..4 {
        signed.tagged(0x30)?;
    }
    let mut about = Der(signed.tagged(0x30)?);
    let mut algorithm = Der(about.tagged(0x30)?);
    let (0, bits) = about.tagged(0x03)?.split_first()? else { return None };
    let kind = match algorithm.tagged(0x06)? {
        RSA => Kind::Rsa,
        EC => {
            let curve = algorithm.tagged(0x06)?;
            let known = CURVES.iter().find(|(id, _)| *id == curve).map(|(_, kind)| *kind);
            let Some(kind) = known else { return Some(Err(OTHER)) };
            kind
        }
        _ => return Some(Err(OTHER)),
    };
    Some(Ok(Key { kind, bytes: bits.to_vec() }))
}

/// Elements in DER (X.690 §8.1), one after the other.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    fn element(&mut self) -> Option<(u8, &'a [u8])> {
        let [tag, first, rest @ ..] = self.0 else { return None };
        let (length, rest) = match first {
            short @ ..=0x7f => (usize::from(*short), rest),
            long @ 0x81..=0x83 => {
                let (digits, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
                (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((*tag, content))
    }

    fn tagged(&mut self, wanted: u8) -> Option<&'a [u8]> {
        self.element().filter(|(tag, _)| *tag == wanted).map(|(_, content)| content)
    }
}
