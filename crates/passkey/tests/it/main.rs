//! Passkeys of an authenticator in software, and everything that is not one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, reason = "the admin side's tests ask more of it")]
mod authenticator;

use authenticator::{Authenticator, MadeBytes, PRESENT, SightBytes, VERIFIED};
use passkey::{Asked, Key, Made, Proved, Refused, Registration, RelyingParty, Sight, register, verify};

const PARTY: &str = "apis.example.com";
const ORIGIN: &str = "https://apis.example.com";

fn party() -> RelyingParty {
    RelyingParty { id: PARTY.to_owned(), origin: ORIGIN.to_owned() }
}

fn made(sent: &MadeBytes, challenge: &[u8]) -> Result<Made, Refused> {
    let asked = Asked { party: &party(), challenge, verification: true };
    register(&asked, &Registration { client_data: &sent.client_data, attestation: &sent.attestation })
}

fn used(key: &Key, count: u32, sent: &SightBytes, challenge: &[u8]) -> Result<Proved, Refused> {
    let asked = Asked { party: &party(), challenge, verification: true };
    let SightBytes { client_data, authenticator_data, signature } = sent;
    verify(&asked, key, count, &Sight { client_data, authenticator_data, signature })
}

#[test]
fn passkeys_of_every_algorithm_are_made_kept_and_used() {
    for mut device in [
        Authenticator::es256(PARTY, ORIGIN),
        Authenticator::eddsa(PARTY, ORIGIN),
        Authenticator::rs256(PARTY, ORIGIN),
    ] {
        for attests in [false, true] {
            device.attests = attests;
            let it = made(&device.make(b"a challenge"), b"a challenge").unwrap();
            assert_eq!(it.id, device.id);
            let kept = serde_json::to_string(&it.key).unwrap();
            let key: Key = serde_json::from_str(&kept).unwrap();
            let proved = used(&key, it.count, &device.sign(b"another"), b"another").unwrap();
            assert_eq!(proved, Proved { count: device.count, is_verified: true });
        }
    }
}

#[test]
fn what_was_not_asked_is_refused_for_what_it_is() {
    let mut device = Authenticator::es256(PARTY, ORIGIN);
    let it = made(&device.make(b"c"), b"c").unwrap();
    assert_eq!(made(&device.make(b"c"), b"d").unwrap_err(), Refused::Challenge);
    assert_eq!(used(&it.key, 0, &device.sign(b"c"), b"d").unwrap_err(), Refused::Challenge);
    type Change = fn(&mut Authenticator);
    let changes: [(Change, Refused); 8] = [
        (|device| device.origin = "https://evil.example.com".to_owned(), Refused::Origin),
        (|device| device.origin = "http://apis.example.com".to_owned(), Refused::Origin),
        (|device| device.origin = "https://apis.example.com:444".to_owned(), Refused::Origin),
        (|device| device.cross_origin = true, Refused::Origin),
        (|device| device.party = "example.com".to_owned(), Refused::Party),
        (|device| device.flags = VERIFIED, Refused::Presence),
        (|device| device.flags = PRESENT, Refused::Verification),
        (|device| device.flags = PRESENT | VERIFIED | 16, Refused::Malformed("the authenticator data")),
    ];
    for (change, refused) in changes {
        let mut other = Authenticator::es256(PARTY, ORIGIN);
        let key = made(&other.make(b"c"), b"c").unwrap().key;
        change(&mut other);
        assert_eq!(made(&other.make(b"c"), b"c").unwrap_err(), refused);
        assert_eq!(used(&key, 0, &other.sign(b"c"), b"c").unwrap_err(), refused);
    }
    device.kind = Some("webauthn.get");
    assert_eq!(made(&device.make(b"c"), b"c").unwrap_err(), Refused::Type);
    device.kind = Some("webauthn.create");
    assert_eq!(used(&it.key, 0, &device.sign(b"c"), b"c").unwrap_err(), Refused::Type);
}

#[test]
fn a_signature_of_another_key_or_over_other_bytes_proves_nothing() {
    for (mut device, mut other) in [
        (Authenticator::es256(PARTY, ORIGIN), Authenticator::es256(PARTY, ORIGIN)),
        (Authenticator::eddsa(PARTY, ORIGIN), Authenticator::eddsa(PARTY, ORIGIN)),
        (Authenticator::rs256(PARTY, ORIGIN), Authenticator::rs256(PARTY, ORIGIN)),
        (Authenticator::es256(PARTY, ORIGIN), Authenticator::eddsa(PARTY, ORIGIN)),
    ] {
        let key = made(&device.make(b"c"), b"c").unwrap().key;
        assert_eq!(used(&key, 0, &other.sign(b"c"), b"c").unwrap_err(), Refused::Signature);
        let good = device.sign(b"c");
        for at in 0..good.signature.len() {
            let mut bad = good.clone();
            bad.signature[at] ^= 1;
            assert_eq!(used(&key, 0, &bad, b"c").unwrap_err(), Refused::Signature, "byte {at}");
        }
        for signature in [Vec::new(), vec![0; 64], vec![0; 4096]] {
            let bad = SightBytes { signature, ..good.clone() };
            assert_eq!(used(&key, 0, &bad, b"c").unwrap_err(), Refused::Signature);
        }
        // The counter is signed, and so is every byte that the browser said.
        let mut bad = good.clone();
        bad.authenticator_data[36] ^= 1;
        assert_eq!(used(&key, 0, &bad, b"c").unwrap_err(), Refused::Signature);
        let mut bad = good.clone();
        bad.client_data.push(b' ');
        assert_eq!(used(&key, 0, &bad, b"c").unwrap_err(), Refused::Signature);
        device.attests = true;
        let mut forged = device.make(b"c");
        forged.client_data.push(b' ');
        assert_eq!(made(&forged, b"c").unwrap_err(), Refused::Signature);
    }
}

#[test]
fn a_copy_is_told_by_what_it_counts_and_who_counts_nothing_says_so() {
    let mut device = Authenticator::es256(PARTY, ORIGIN);
    let key = made(&device.make(b"c"), b"c").unwrap().key;
    device.count = 6;
    assert_eq!(used(&key, 7, &device.sign(b"c"), b"c").unwrap_err(), Refused::Count);
    device.count = 7;
    assert_eq!(used(&key, 7, &device.sign(b"c"), b"c").unwrap().count, 8);
    // One that is on several devices says 0 each time, and counts nothing.
    let mut synced = Authenticator::eddsa(PARTY, ORIGIN);
    synced.counts = false;
    let it = made(&synced.make(b"c"), b"c").unwrap();
    assert_eq!(it.count, 0);
    for _ in 0..2 {
        assert_eq!(used(&it.key, 0, &synced.sign(b"c"), b"c").unwrap().count, 0);
    }
    assert_eq!(used(&it.key, 1, &synced.sign(b"c"), b"c").unwrap_err(), Refused::Count);
}

#[test]
fn whatever_bytes_come_are_refused_and_nothing_panics() {
    let mut device = Authenticator::es256(PARTY, ORIGIN);
    let sent = device.make(b"c");
    let it = made(&sent, b"c").unwrap();
    for cut in 0..sent.attestation.len() {
        let bad = MadeBytes { attestation: sent.attestation[..cut].to_vec(), ..sent.clone() };
        assert!(made(&bad, b"c").is_err(), "cut at {cut}");
    }
    let mut more = sent.clone();
    more.attestation.push(0);
    assert!(made(&more, b"c").is_err());
    let seen = device.sign(b"c");
    for cut in 0..seen.authenticator_data.len() {
        let bad = SightBytes { authenticator_data: seen.authenticator_data[..cut].to_vec(), ..seen.clone() };
        assert!(used(&it.key, 0, &bad, b"c").is_err(), "cut at {cut}");
    }
    for client_data in [&b""[..], b"null", b"[]", b"{}", b"{\"type\":1}", &[0xff; 9], &[b'['; 9000]] {
        let bad = SightBytes { client_data: client_data.to_vec(), ..seen.clone() };
        assert!(used(&it.key, 0, &bad, b"c").is_err());
    }
    let deep = MadeBytes { attestation: vec![0x81; 16_000], ..sent.clone() };
    assert!(made(&deep, b"c").is_err());
    let long = MadeBytes { attestation: vec![0xbf; 100_000], ..sent };
    assert!(made(&long, b"c").is_err());
}
