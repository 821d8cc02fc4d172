//! Whether a certificate is revoked, as its authority says when it is asked (OCSP, RFC 6960): the question, and what an answer is worth. Nothing here
//! asks: whoever does sends [`Question::request`] to a responder, and holds what comes against [`Question::answered`].

use std::{fmt, time::Duration};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use rustls_pki_types::{
    CertificateDer, Der, SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer, TrustAnchor, UnixTime,
};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, RawPublicKeyEntity};

use crate::x509::der::{Element, element, elements, time};

/// The largest answer that is read, bytes.
pub const LARGEST: usize = 64 << 10;
/// The length of a nonce, bytes (RFC 9654 §2.1).
pub const NONCE: usize = 32;
/// How far clocks may be apart, seconds.
const SKEW: i64 = 300;
/// How old an answer may be that does not say when there will be another, seconds: such a responder says what it knows at this moment.
const FRESH: i64 = 600;
/// Certificates of responders that an answer may bring along, of which one must have signed it.
const MOST_CERTIFICATES: usize = 4;
/// Answers in one; responders send one for each certificate asked about.
const MOST_ANSWERS: usize = 64;

/// id-kp-OCSPSigning, 1.3.6.1.5.5.7.3.9.
const OCSP_SIGNING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 9];
/// id-pkix-ocsp-basic, 1.3.6.1.5.5.7.48.1.1.
const BASIC: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 0x30, 1, 1];
/// id-pkix-ocsp-nonce, 1.3.6.1.5.5.7.48.1.2.
const NONCE_ID: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 0x30, 1, 2];
/// SHA-1, 1.3.14.3.2.26: what all responders know certificates by (RFC 5019 §2.1.1). It names them here, and proves nothing.
const SHA1: &[u8] = &[0x2b, 0x0e, 3, 2, 0x1a];

/// A certificate with who issued it, of a chain that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// In DER.
    pub certificate: Vec<u8>,
    serial: Vec<u8>,
    /// The issuer's name in DER, without the SEQUENCE around it.
    issuer: Vec<u8>,
    /// The issuer's key, a SubjectPublicKeyInfo in DER.
    key: Vec<u8>,
}

/// What a responder is asked about one certificate.
pub struct Question {
    issued: Issued,
    name_hash: Vec<u8>,
    key_hash: Vec<u8>,
    nonce: [u8; NONCE],
}

/// What a responder knows of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Good,
    Revoked,
    /// It does not know the certificate: it is not of its authority, or was never issued.
    Unknown,
}

/// What a responder said, and for how long it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    pub standing: Standing,
    /// Seconds since 1970 until when it holds; `None` where the responder knows better at any time.
    pub until: Option<u64>,
}

/// Why an answer is worth nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worthless {
    /// It is no answer of OCSP.
    Malformed,
    /// The responder could not say: the name of its status.
    Refused(&'static str),
    /// Neither the authority signed it nor anybody whom the authority lets sign.
    NotTheirs,
    /// It is about other certificates.
    AnotherCertificate,
    /// It answers another question than was asked.
    AnotherNonce,
    /// It carries no nonce, and one was asked for.
    NoNonce,
    Expired,
    NotYetValid,
}

impl fmt::Display for Worthless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Worthless::Malformed => "its answer is none of OCSP",
            Worthless::Refused(status) => return write!(f, "it answered `{status}`"),
            Worthless::NotTheirs => "its answer is signed by nobody whom the authority lets sign",
            Worthless::AnotherCertificate => "its answer is about another certificate",
            Worthless::AnotherNonce => "its answer is to another question (nonce)",
            Worthless::NoNonce => "its answer carries no nonce",
            Worthless::Expired => "its answer has expired",
            Worthless::NotYetValid => "its answer is of a time to come",
        })
    }
}

impl Issued {
    pub(crate) fn new(certificate: &webpki::Cert<'_>, key: &SubjectPublicKeyInfoDer<'_>) -> Issued {
        Issued {
            certificate: certificate.der().to_vec(),
            serial: certificate.serial().to_vec(),
            issuer: certificate.issuer().to_vec(),
            key: key.to_vec(),
        }
    }
}

impl Question {
    /// `nonce` is random; `None` of an issuer whose key cannot be read.
    pub fn new(issued: Issued, nonce: [u8; NONCE]) -> Option<Question> {
        let (spki, _) = element(&issued.key)?;
        let key = elements(spki.content).nth(1)??;
        // The count of unused bits, which is none, is not part of it.
        let key_hash = sha1(key.content.get(1..)?);
        let name_hash = sha1(&wrapped(0x30, &issued.issuer));
        Some(Question { issued, name_hash, key_hash, nonce })
    }

    /// What to send, as `application/ocsp-request` (RFC 6960 §4.1.1, appendix A.1).
    pub fn request(&self) -> Vec<u8> {
        let algorithm = wrapped(0x30, &[wrapped(0x06, SHA1), wrapped(0x05, &[])].concat());
        let serial = wrapped(0x02, &self.issued.serial);
        let id = [algorithm, wrapped(0x04, &self.name_hash), wrapped(0x04, &self.key_hash), serial].concat();
        let list = wrapped(0x30, &wrapped(0x30, &wrapped(0x30, &id)));
        let nonce = wrapped(0x04, &wrapped(0x04, &self.nonce));
        let extension = wrapped(0x30, &[wrapped(0x06, NONCE_ID), nonce].concat());
        let extensions = wrapped(0xa2, &wrapped(0x30, &extension));
        wrapped(0x30, &wrapped(0x30, &[list, extensions].concat()))
    }

    /// What an answer is worth at a time, seconds since 1970. With `needs_nonce` one that could be older than the question is worth nothing.
    ///
    /// # Errors
    /// Why it is worth nothing.
    pub fn answered(&self, answer: &[u8], now: u64, needs_nonce: bool) -> Result<Answer, Worthless> {
        let basic = basic_of(answer)?;
        let parts = Parts::read(basic).ok_or(Worthless::Malformed)?;
        if !self.is_theirs(&parts, now) {
            return Err(Worthless::NotTheirs);
        }
        let said = Said::read(parts.said.content).ok_or(Worthless::Malformed)?;
        match said.nonce {
            Some(nonce) if nonce != self.nonce => return Err(Worthless::AnotherNonce),
            None if needs_nonce => return Err(Worthless::NoNonce),
            _ => {}
        }
        let now = i64::try_from(now).map_err(|_| Worthless::Expired)?;
        let mut worth = Worthless::AnotherCertificate;
        for one in elements(said.answers).take(MOST_ANSWERS) {
            let one = one.and_then(|one| Single::read(one.content)).ok_or(Worthless::Malformed)?;
            if !self.is_about(&one) {
                continue;
            }
            match one.worth(now) {
                Ok(answer) => return Ok(answer),
                Err(why) => worth = why,
            }
        }
        Err(worth)
    }

    fn is_about(&self, one: &Single<'_>) -> bool {
        one.algorithm == SHA1
            && one.name_hash == self.name_hash
            && one.key_hash == self.key_hash
            && one.serial == self.issued.serial
    }

    /// Whether the authority signed, or somebody for whom it issued a certificate for just that (RFC 6960 §4.2.2.2).
    fn is_theirs(&self, parts: &Parts<'_>, now: u64) -> bool {
        let fits = |algorithm: &&&dyn SignatureVerificationAlgorithm| {
            algorithm.signature_alg_id().as_ref() == parts.algorithm
        };
        let algorithms: Vec<_> = ALL_VERIFICATION_ALGS.iter().filter(fits).collect();
        let key = SubjectPublicKeyInfoDer::from(&self.issued.key[..]);
        if let Ok(key) = RawPublicKeyEntity::try_from(&key)
            && algorithms
                .iter()
                .any(|one| key.verify_signature(**one, parts.said.whole, parts.signature).is_ok())
        {
            return true;
        }
        let Some((spki, _)) = element(&self.issued.key) else { return false };
        let anchor = [TrustAnchor {
            subject: Der::from_slice(&self.issued.issuer),
            subject_public_key_info: Der::from_slice(spki.content),
            name_constraints: None,
        }];
        let now = UnixTime::since_unix_epoch(Duration::from_secs(now));
        parts.certificates.iter().any(|certificate| {
            let certificate = CertificateDer::from(*certificate);
            let Ok(responder) = EndEntityCert::try_from(&certificate) else { return false };
            let usage = KeyUsage::required(OCSP_SIGNING);
            responder.verify_for_usage(ALL_VERIFICATION_ALGS, &anchor, &[], now, usage, None, None).is_ok()
                && algorithms
                    .iter()
                    .any(|one| responder.verify_signature(**one, parts.said.whole, parts.signature).is_ok())
        })
    }
}

/// The key of an authority, with the SEQUENCE around it.
pub(crate) fn key_of(authority: &TrustAnchor<'_>) -> SubjectPublicKeyInfoDer<'static> {
    wrapped(0x30, &authority.subject_public_key_info).into()
}

/// A BasicOCSPResponse (RFC 6960 §4.2.1).
struct Parts<'a> {
    said: Element<'a>,
    /// Without the SEQUENCE around it.
    algorithm: &'a [u8],
    signature: &'a [u8],
    /// In DER.
    certificates: Vec<&'a [u8]>,
}

impl<'a> Parts<'a> {
    fn read(basic: &'a [u8]) -> Option<Parts<'a>> {
        let (outer, []) = element(basic)? else { return None };
        let (said, rest) = element(outer.content)?;
        let (algorithm, rest) = element(rest)?;
        let (signature, rest) = element(rest)?;
        let (0x30, 0x30, 0x03) = (said.tag, algorithm.tag, signature.tag) else { return None };
        let (0, signature) = signature.content.split_first()? else { return None };
        let mut certificates = Vec::new();
        if let Some((list, _)) = element(rest).filter(|(list, _)| list.tag == 0xa0) {
            for certificate in elements(element(list.content)?.0.content).take(MOST_CERTIFICATES) {
                certificates.push(certificate?.whole);
            }
        }
        Some(Parts { said, algorithm: algorithm.content, signature, certificates })
    }
}

/// A ResponseData.
struct Said<'a> {
    answers: &'a [u8],
    nonce: Option<&'a [u8]>,
}

impl<'a> Said<'a> {
    fn read(said: &'a [u8]) -> Option<Said<'a>> {
        let mut rest = said;
        if rest.first() == Some(&0xa0) {
            // The version.
            rest = element(rest)?.1;
        }
        let (_responder, rest) = element(rest)?;
        let (_produced, rest) = element(rest)?;
        let (answers, rest) = element(rest)?;
        let mut nonce = None;
        if let Some((extensions, _)) = element(rest).filter(|(found, _)| found.tag == 0xa1) {
            for extension in elements(element(extensions.content)?.0.content) {
                let (id, mut rest) = element(extension?.content)?;
                if id.content != NONCE_ID {
                    continue;
                }
                if rest.first() == Some(&0x01) {
                    rest = element(rest)?.1;
                }
                let (octets, _) = element(rest)?;
                // An OCTET STRING in the extension's own; some write it without.
                nonce = Some(match element(octets.content) {
                    Some((inner, [])) if inner.tag == 0x04 => inner.content,
                    _ => octets.content,
                });
            }
        }
        (answers.tag == 0x30).then_some(Said { answers: answers.content, nonce })
    }
}

/// A SingleResponse.
struct Single<'a> {
    algorithm: &'a [u8],
    name_hash: &'a [u8],
    key_hash: &'a [u8],
    serial: &'a [u8],
    standing: Standing,
    from: i64,
    until: Option<i64>,
}

impl<'a> Single<'a> {
    fn read(single: &'a [u8]) -> Option<Single<'a>> {
        let (id, rest) = element(single)?;
        let (algorithm, of_id) = element(id.content)?;
        let (name_hash, of_id) = element(of_id)?;
        let (key_hash, of_id) = element(of_id)?;
        let (serial, _) = element(of_id)?;
        let (standing, rest) = element(rest)?;
        let (from, rest) = element(rest)?;
        let until = match element(rest).filter(|(found, _)| found.tag == 0xa0) {
            Some((until, _)) => Some(time(&element(until.content)?.0)?),
            None => None,
        };
        Some(Single {
            algorithm: element(algorithm.content)?.0.content,
            name_hash: name_hash.content,
            key_hash: key_hash.content,
            serial: serial.content,
            standing: match standing.tag {
                0x80 => Standing::Good,
                0xa1 => Standing::Revoked,
                0x82 => Standing::Unknown,
                _ => return None,
            },
            from: time(&from)?,
            until,
        })
    }

    fn worth(&self, now: i64) -> Result<Answer, Worthless> {
        if self.from > now.saturating_add(SKEW) {
            return Err(Worthless::NotYetValid);
        }
        let last = self.until.unwrap_or(self.from.saturating_add(FRESH));
        if last.saturating_add(SKEW) < now {
            return Err(Worthless::Expired);
        }
        Ok(Answer { standing: self.standing, until: self.until.and_then(|until| u64::try_from(until).ok()) })
    }
}

/// The BasicOCSPResponse in an answer.
fn basic_of(answer: &[u8]) -> Result<&[u8], Worthless> {
    if answer.len() > LARGEST {
        return Err(Worthless::Malformed);
    }
    let read = || {
        let (outer, []) = element(answer)? else { return None };
        let (status, rest) = element(outer.content)?;
        let [status] = status.content else { return None };
        let refused = match status {
            0 => None,
            1 => Some("malformedRequest"),
            2 => Some("internalError"),
            3 => Some("tryLater"),
            5 => Some("sigRequired"),
            6 => Some("unauthorized"),
            _ => return None,
        };
        if let Some(refused) = refused {
            return Some(Err(Worthless::Refused(refused)));
        }
        let (bytes, _) = element(rest).filter(|(bytes, _)| bytes.tag == 0xa0)?;
        let (kind, rest) = element(element(bytes.content)?.0.content)?;
        let (octets, _) = element(rest)?;
        (kind.content == BASIC && octets.tag == 0x04).then_some(Ok(octets.content))
    };
    read().unwrap_or(Err(Worthless::Malformed))
}

fn sha1(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().to_vec()
}

/// An element of DER.
fn wrapped(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut der = vec![tag];
    if length < 0x80 {
        der.push(length as u8);
    } else {
        let bytes = length.to_be_bytes();
        let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len() - 1);
        der.push(0x80 | (bytes.len() - first) as u8);
        der.extend_from_slice(&bytes[first..]);
    }
    der.extend_from_slice(content);
    der
}
