//! What a certificate that was given says, as far as it matters for the next one.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use policy::x509::Described;
use rustls_pki_types::{CertificateDer, pem::PemObject as _};

/// A certificate that was given.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Held {
    pub(crate) hosts: Vec<String>,
    /// Seconds since 1970.
    pub(crate) not_before: i64,
    pub(crate) not_after: i64,
    /// Between 0 and 1, another for each certificate and always the same for one: so that many are not renewed at one moment.
    pub(crate) share: f64,
    /// What directories tell it from others by (RFC 9773 §4.1): the key of its issuer, and its serial number.
    pub(crate) identity: Option<(Vec<u8>, Vec<u8>)>,
}

impl Held {
    /// The first certificate of a chain in PEM.
    pub(crate) fn read(chain: &str) -> Option<Held> {
        let first = CertificateDer::pem_slice_iter(chain.as_bytes()).next()?.ok()?;
        let described = Described::read(&first)?;
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &first);
        let share = f64::from(u16::from_be_bytes([digest.as_ref()[0], digest.as_ref()[1]])) / 65536.0;
        let identity = described.authority_key.zip(bytes(&described.serial));
        Some(Held {
            hosts: described.dns.iter().map(|host| host.to_ascii_lowercase()).collect(),
            not_before: described.not_before,
            not_after: described.not_after,
            share,
            identity,
        })
    }

    /// Whether it is for all of these.
    pub(crate) fn covers(&self, hosts: &[String]) -> bool {
        hosts.iter().all(|host| self.hosts.contains(&host.to_ascii_lowercase()))
    }

    /// Seconds.
    pub(crate) fn lifetime(&self) -> i64 {
        (self.not_after - self.not_before).max(1)
    }
}

/// The key of an account elsewhere, as authorities give it: base64url, or what some make of it.
pub(crate) fn hmac_key(text: &str) -> Option<Vec<u8>> {
    let text = text.trim().trim_end_matches('=').replace('-', "+").replace('_', "/");
    let padding = "=".repeat((4 - text.len() % 4) % 4);
    BASE64_STANDARD.decode(text + &padding).ok().filter(|key| !key.is_empty())
}

fn bytes(hexadecimal: &str) -> Option<Vec<u8>> {
    let pairs = hexadecimal.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use rcgen::{
        BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, SerialNumber, date_time_ymd,
    };

    use super::*;

    #[test]
    fn a_certificate_says_whom_it_is_for_how_long_and_what_directories_call_it() {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let mut params =
            CertificateParams::new(["A.example.com".to_owned(), "b.example.com".to_owned()]).unwrap();
        params.not_before = date_time_ymd(2030, 1, 1);
        params.not_after = date_time_ymd(2030, 3, 1);
        params.serial_number = Some(SerialNumber::from_slice(&[0x87, 0x65, 0x43]));
        params.use_authority_key_identifier_extension = true;
        let made = params.signed_by(&KeyPair::generate().unwrap(), &issuer).unwrap();
        let held = Held::read(&(made.pem() + &issuer.pem())).unwrap();
        assert_eq!(held.hosts, ["a.example.com", "b.example.com"]);
        assert!(held.covers(&["B.example.com".to_owned()]) && !held.covers(&["c.example.com".to_owned()]));
        assert_eq!(held.lifetime(), 59 * 86_400);
        assert!((0.0..1.0).contains(&held.share));
        let (key, serial) = held.identity.unwrap();
        assert_eq!(key.len(), 20);
        assert_eq!(serial, [0, 0x87, 0x65, 0x43], "as it is encoded (RFC 9773 §4.1)");
        assert_eq!(Held::read("nothing"), None);
    }

    #[test]
    fn keys_of_accounts_are_read_with_or_without_padding_in_either_alphabet() {
        for text in ["_-8", "_-8=", "/+8=", "/+8", " _-8\n"] {
            assert_eq!(hmac_key(text).as_deref(), Some(&[0xff, 0xef][..]), "{text}");
        }
        assert_eq!((hmac_key(""), hmac_key("not base64!")), (None, None));
    }
}
