//! An authenticator in software, with a browser's part around it: as honest or as false as a test wants it.

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

pub(crate) const PRESENT: u8 = 1;
pub(crate) const VERIFIED: u8 = 4;

enum Private {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Rs256(Box<RsaKeyPair>),
}

/// One passkey, where it lies.
pub(crate) struct Authenticator {
    private: Private,
    pub(crate) id: Vec<u8>,
    /// Of the account it was made for.
    pub(crate) user: Vec<u8>,
    pub(crate) flags: u8,
    pub(crate) count: u32,
    /// Whether it counts what it signs; else it says 0.
    pub(crate) counts: bool,
    pub(crate) party: String,
    pub(crate) origin: String,
    /// What the browser says of frames.
    pub(crate) cross_origin: bool,
    /// In place of what the ceremony is.
    pub(crate) kind: Option<&'static str>,
    /// Whether it signs what it made.
    pub(crate) attests: bool,
}

/// What is sent where it was made.
#[derive(Clone)]
pub(crate) struct MadeBytes {
    pub(crate) client_data: Vec<u8>,
    pub(crate) attestation: Vec<u8>,
}

/// What is sent where it was used.
#[derive(Clone)]
pub(crate) struct SightBytes {
    pub(crate) client_data: Vec<u8>,
    pub(crate) authenticator_data: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

impl Authenticator {
    pub(crate) fn es256(party: &str, origin: &str) -> Authenticator {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        Authenticator::of(Private::Es256(key), party, origin)
    }

    pub(crate) fn eddsa(party: &str, origin: &str) -> Authenticator {
        Authenticator::of(Private::EdDsa(Ed25519KeyPair::generate().unwrap()), party, origin)
    }

    pub(crate) fn rs256(party: &str, origin: &str) -> Authenticator {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        Authenticator::of(Private::Rs256(Box::new(key)), party, origin)
    }

    fn of(private: Private, party: &str, origin: &str) -> Authenticator {
        let mut id = vec![0; 32];
        aws_lc_rs::rand::fill(&mut id).unwrap();
        Authenticator {
            private,
            id,
            user: Vec::new(),
            flags: PRESENT | VERIFIED,
            count: 0,
            counts: true,
            party: party.to_owned(),
            origin: origin.to_owned(),
            cross_origin: false,
            kind: None,
            attests: false,
        }
    }

    /// Makes the passkey.
    pub(crate) fn make(&mut self, challenge: &[u8]) -> MadeBytes {
        self.count += u32::from(self.counts);
        let client_data = self.client_data("webauthn.create", challenge);
        let mut data = self.head(self.flags | 0x40);
        data.extend([7; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        data.extend(self.cose());
        let statement = match self.attests {
            true => {
                let signature = self.sign_bytes(&data, &client_data);
                [vec![0xa2], text("alg"), number(self.algorithm()), text("sig"), bytes(&signature)].concat()
            }
            false => vec![0xa0],
        };
        let format = text(if self.attests { "packed" } else { "none" });
        let attestation =
            [vec![0xa3], text("fmt"), format, text("attStmt"), statement, text("authData"), bytes(&data)];
        MadeBytes { client_data, attestation: attestation.concat() }
    }

    /// Uses it.
    pub(crate) fn sign(&mut self, challenge: &[u8]) -> SightBytes {
        self.count += u32::from(self.counts);
        let client_data = self.client_data("webauthn.get", challenge);
        let authenticator_data = self.head(self.flags);
        let signature = self.sign_bytes(&authenticator_data, &client_data);
        SightBytes { client_data, authenticator_data, signature }
    }

    fn client_data(&self, kind: &str, challenge: &[u8]) -> Vec<u8> {
        let challenge = URL_SAFE_NO_PAD.encode(challenge);
        let (kind, origin, cross) = (self.kind.unwrap_or(kind), &self.origin, self.cross_origin);
        format!(
            r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}","crossOrigin":{cross},"other_keys_can_be_added_here":"do not compare"}}"#
        )
        .into_bytes()
    }

    fn head(&self, flags: u8) -> Vec<u8> {
        let mut data = digest(&SHA256, self.party.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend(self.count.to_be_bytes());
        data
    }

    fn sign_bytes(&self, data: &[u8], client_data: &[u8]) -> Vec<u8> {
        let signed = [data, digest(&SHA256, client_data).as_ref()].concat();
        match &self.private {
            Private::Es256(key) => key.sign(&SystemRandom::new(), &signed).unwrap().as_ref().to_vec(),
            Private::EdDsa(key) => key.sign(&signed).as_ref().to_vec(),
            Private::Rs256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &signed, &mut signature).unwrap();
                signature
            }
        }
    }

    fn algorithm(&self) -> i32 {
        match self.private {
            Private::Es256(_) => -7,
            Private::EdDsa(_) => -8,
            Private::Rs256(_) => -257,
        }
    }

    fn cose(&self) -> Vec<u8> {
        let alg = [number(3), number(self.algorithm())].concat();
        match &self.private {
            Private::Es256(key) => {
                let point = key.public_key().as_ref();
                let (x, y) = (bytes(&point[1..33]), bytes(&point[33..]));
                [vec![0xa5, 1, 2], alg, number(-1), number(1), number(-2), x, number(-3), y].concat()
            }
            Private::EdDsa(key) => {
                let x = bytes(key.public_key().as_ref());
                [vec![0xa4, 1, 1], alg, number(-1), number(6), number(-2), x].concat()
            }
            Private::Rs256(key) => {
                let (n, e) = modulus_and_exponent(key.public_key().as_ref());
                [vec![0xa4, 1, 3], alg, number(-1), bytes(n), number(-2), bytes(e)].concat()
            }
        }
    }
}

/// Of an `RSAPublicKey` (RFC 8017, A.1.1) with 2048 bits.
fn modulus_and_exponent(der: &[u8]) -> (&[u8], &[u8]) {
    assert_eq!(der[..9], [0x30, 0x82, 1, 10, 2, 0x82, 1, 1, 0], "a key of 2048 bits");
    (&der[9..265], &der[267..])
}

fn head(major: u8, length: usize) -> Vec<u8> {
    match length {
        0..24 => vec![major << 5 | length as u8],
        24..256 => vec![major << 5 | 24, length as u8],
        _ => vec![major << 5 | 25, (length >> 8) as u8, length as u8],
    }
}

fn text(of: &str) -> Vec<u8> {
    [head(3, of.len()), of.as_bytes().to_vec()].concat()
}

fn bytes(of: &[u8]) -> Vec<u8> {
    [head(2, of.len()), of.to_vec()].concat()
}

fn number(of: i32) -> Vec<u8> {
    match usize::try_from(of) {
        Ok(positive) => head(0, positive),
        Err(_) => head(1, (-1 - of) as usize),
    }
}
