//! The two ceremonies: a passkey is made (§7.1), and it is used (§7.2).

use aws_lc_rs::digest::{SHA256, digest};
use cbor4ii::core::Value;

use crate::{
    Key, Refused, RelyingParty,
    authenticator::Said,
    cbor::{self, by_name, bytes, number},
    client,
};

/// The longest attestation object, and the longest signature, bytes.
const LONGEST: usize = 16 * 1024;
const LONGEST_SIGNATURE: usize = 1024 + 64;

/// What was asked.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub party: &'a RelyingParty,
    pub challenge: &'a [u8],
    /// Whether who is there must prove who they are: by a PIN, a finger, a face (§6.2.3).
    pub verification: bool,
}

/// What a browser sends where a passkey was made.
#[derive(Clone, Copy, Debug)]
pub struct Registration<'a> {
    /// `response.clientDataJSON`.
    pub client_data: &'a [u8],
    /// `response.attestationObject`.
    pub attestation: &'a [u8],
}

/// What a browser sends where a passkey was used.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    pub client_data: &'a [u8],
    pub authenticator_data: &'a [u8],
    pub signature: &'a [u8],
}

impl Registration<'_> {
    /// The challenge it says it answers; nothing of it is proved yet.
    pub fn challenge(&self) -> Option<Vec<u8>> {
        client::challenge_of(self.client_data)
    }
}

impl Sight<'_> {
    /// The challenge it says it answers; nothing of it is proved yet.
    pub fn challenge(&self) -> Option<Vec<u8>> {
        client::challenge_of(self.client_data)
    }
}

/// A passkey that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Chosen by the authenticator, 1 to 1023 bytes.
    pub id: Vec<u8>,
    pub key: Key,
    pub count: u32,
    /// Whether who made it proved who they are.
    pub is_verified: bool,
    /// Whether it may be on several devices of one person.
    pub is_synced: bool,
}

/// A passkey that was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proved {
    /// How often it signed, where it counts (§6.1.1); to be kept.
    pub count: u32,
    /// Whether who used it proved who they are.
    pub is_verified: bool,
}

/// Takes a passkey that was made as was asked.
///
/// # Errors
/// What is not so.
pub fn register(asked: &Asked<'_>, sent: &Registration<'_>) -> Result<Made, Refused> {
    client::check(sent.client_data, ("webauthn.create", asked.challenge), asked.party)?;
    let malformed = Refused::Malformed("the attestation object");
    if sent.attestation.len() > LONGEST {
        return Err(malformed);
    }
    let (object, left) = cbor::map(sent.attestation).ok_or(malformed)?;
    let data = bytes(by_name(&object, "authData")).filter(|_| left.is_empty()).ok_or(malformed)?;
    let said = Said::read(data, asked.party)?;
    if asked.verification && !said.is_verified {
        return Err(Refused::Verification);
    }
    let (id, key) = said.made.ok_or(malformed)?;
    attested(&object, &key, &[data, digest(&SHA256, sent.client_data).as_ref()].concat())?;
    Ok(Made { id, key, count: said.count, is_verified: said.is_verified, is_synced: said.is_synced })
}

/// Whether a passkey was used as was asked: its signature, and that it counts on from `count`.
///
/// # Errors
/// What is not so.
pub fn verify(asked: &Asked<'_>, key: &Key, count: u32, sent: &Sight<'_>) -> Result<Proved, Refused> {
    client::check(sent.client_data, ("webauthn.get", asked.challenge), asked.party)?;
    let said = Said::read(sent.authenticator_data, asked.party)?;
    if said.made.is_some() {
        return Err(Refused::Malformed("the authenticator data"));
    }
    if asked.verification && !said.is_verified {
        return Err(Refused::Verification);
    }
    if sent.signature.len() > LONGEST_SIGNATURE {
        return Err(Refused::Signature);
    }
    let hash = digest(&SHA256, sent.client_data);
    key.verify(&[sent.authenticator_data, hash.as_ref()].concat(), sent.signature)?;
    // §7.2, step 22. Passkeys that are on several devices count nothing, and say 0.
    if (count > 0 || said.count > 0) && said.count <= count {
        return Err(Refused::Count);
    }
    Ok(Proved { count: said.count, is_verified: said.is_verified })
}

/// What comes of itself is none (§8.7), or signed by the passkey itself (§8.2, without `x5c`).
fn attested(object: &[(Value, Value)], key: &Key, signed: &[u8]) -> Result<(), Refused> {
    let malformed = Refused::Malformed("the attestation object");
    let Some(Value::Map(statement)) = by_name(object, "attStmt") else { return Err(malformed) };
    match by_name(object, "fmt") {
        Some(Value::Text(format)) if format == "none" => match statement.is_empty() {
            true => Ok(()),
            false => Err(malformed),
        },
        Some(Value::Text(format)) if format == "packed" && by_name(statement, "x5c").is_none() => {
            let signature = bytes(by_name(statement, "sig")).ok_or(malformed)?;
            if number(by_name(statement, "alg")) != Some(key.algorithm()) {
                return Err(Refused::Attestation);
            }
            key.verify(signed, signature)
        }
        Some(Value::Text(_)) => Err(Refused::Attestation),
        _ => Err(malformed),
    }
}
