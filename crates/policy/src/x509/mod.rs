//! What a certificate says of itself: read from its DER (RFC 5280 §4.1), never trusted for more than a signature vouches for.

pub(crate) mod der;
mod name;

use der::{element, elements, time};

/// Names of one kind that are read at most.
const MOST: usize = 64;
/// subjectAltName, 2.5.29.17.
const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1d, 0x11];
/// authorityInfoAccess, 1.3.6.1.5.5.7.1.1, and in it where OCSP is spoken, 1.3.6.1.5.5.7.48.1.
const AUTHORITY_ACCESS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 1];
const OCSP: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 0x30, 1];
/// authorityKeyIdentifier, 2.5.29.35.
const AUTHORITY_KEY: &[u8] = &[0x55, 0x1d, 0x23];

/// What a certificate says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    /// As RFC 4514 writes it: `CN=ada,O=Example`.
    pub subject: String,
    pub issuer: String,
    /// The last one of the subject, where there are several.
    pub common_name: Option<String>,
    /// Hexadecimal.
    pub serial: String,
    /// Seconds since 1970 from when on it is valid, and until when.
    pub not_before: i64,
    pub not_after: i64,
    /// Of its subjectAltName, in their order.
    pub dns: Vec<String>,
    pub uris: Vec<String>,
    pub emails: Vec<String>,
    /// The identifier of its issuer's key (RFC 5280 §4.2.1.1), where it has one.
    pub authority_key: Option<Vec<u8>>,
    /// Where its issuer is asked whether it is revoked (RFC 5280 §4.2.2.1).
    pub ocsp: Vec<String>,
}

impl Described {
    /// Reads a certificate in DER; `None` where it is not X.509.
    pub fn read(certificate: &[u8]) -> Option<Described> {
        let (outer, _) = element(certificate)?;
        let (signed, _) = element(outer.content)?;
        let mut rest = signed.content;
        if rest.first() == Some(&0xa0) {
            // The version.
            rest = element(rest)?.1;
        }
        let (serial, rest) = element(rest)?;
        let (_algorithm, rest) = element(rest)?;
        let (issuer, rest) = element(rest)?;
        let (validity, rest) = element(rest)?;
        let (subject, rest) = element(rest)?;
        let (_key, rest) = element(rest)?;
        let (from, until) = element(validity.content)?;
        let (until, _) = element(until)?;
        let mut described = Described {
            subject: name::text(subject.content)?,
            issuer: name::text(issuer.content)?,
            common_name: name::common(subject.content),
            serial: serial.content.iter().map(|byte| format!("{byte:02x}")).collect(),
            not_before: time(&from)?,
            not_after: time(&until)?,
            ..Described::default()
        };
        for further in elements(rest) {
            let further = further?;
            if further.tag == 0xa3 {
                described.read_extensions(element(further.content)?.0.content)?;
            }
        }
        Some(described)
    }

    /// The identity of a workload, where a SPIFFE authority issued it: its only URI (SPIFFE X.509-SVID §2).
    pub fn spiffe(&self) -> Option<&str> {
        match &*self.uris {
            [one] if one.starts_with("spiffe://") => Some(one),
            _ => None,
        }
    }

    fn read_extensions(&mut self, extensions: &[u8]) -> Option<()> {
        for extension in elements(extensions) {
            let (id, mut rest) = element(extension?.content)?;
            if ![ALTERNATIVE_NAMES, AUTHORITY_KEY, AUTHORITY_ACCESS].contains(&id.content) {
                continue;
            }
            if rest.first() == Some(&0x01) {
                // Whether it is critical.
                rest = element(rest)?.1;
            }
            let (octets, _) = element(rest)?;
            if id.content == AUTHORITY_KEY {
                let (fields, _) = element(octets.content)?;
                let first = elements(fields.content).next().flatten();
                self.authority_key = first.filter(|first| first.tag == 0x80).map(|key| key.content.to_vec());
                continue;
            }
            if id.content == AUTHORITY_ACCESS {
                for access in elements(element(octets.content)?.0.content).take(MOST) {
                    let (method, rest) = element(access?.content)?;
                    let (place, _) = element(rest)?;
                    let text = std::str::from_utf8(place.content).ok();
                    let text = text.filter(|text| text.bytes().all(|byte| byte.is_ascii_graphic()));
                    if method.content == OCSP && place.tag == 0x86 {
                        self.ocsp.extend(text.map(str::to_owned));
                    }
                }
                continue;
            }
            let (names, _) = element(octets.content)?;
            for name in elements(names.content) {
                let name = name?;
                let into = match name.tag {
                    0x81 => &mut self.emails,
                    0x82 => &mut self.dns,
                    0x86 => &mut self.uris,
                    _ => continue,
                };
                // These are visible ASCII; what is not could be taken for another name.
                let text = std::str::from_utf8(name.content).ok();
                let text =
                    text.filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()));
                if let Some(text) = text.filter(|_| into.len() < MOST) {
                    into.push(text.to_owned());
                }
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair, SanType, SerialNumber, date_time_ymd};

    use super::*;

    #[test]
    fn what_a_certificate_says_of_itself_is_read() {
        let mut params = CertificateParams::new(["a.example.com".to_owned()]).unwrap();
        let uri = |text: &str| SanType::URI(text.try_into().unwrap());
        params.subject_alt_names.push(uri("spiffe://example.org/orders"));
        params.subject_alt_names.push(SanType::Rfc822Name("ada@example.com".try_into().unwrap()));
        params.subject_alt_names.push(SanType::IpAddress([127, 0, 0, 1].into()));
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CountryName, "DE");
        params.distinguished_name.push(DnType::OrganizationName, "Büro, West + Ost");
        params.distinguished_name.push(DnType::CommonName, "#ada ");
        params.distinguished_name.push(DnType::CustomDnType(vec![1, 2, 840, 1]), "x");
        params.serial_number = Some(SerialNumber::from(vec![1, 0xab]));
        for (from, until, seconds) in [
            ((2020, 1, 2), (2049, 12, 31), (1_577_923_200, 2_524_521_600)),
            ((1999, 12, 31), (2050, 1, 1), (946_598_400, 2_524_608_000)),
        ] {
            params.not_before = date_time_ymd(from.0, from.1, from.2);
            params.not_after = date_time_ymd(until.0, until.1, until.2);
            let made = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
            let described = Described::read(made.der()).unwrap();
            assert_eq!((described.not_before, described.not_after), seconds);
            let subject = "1.2.840.1=#0c0178,CN=\\#ada\\ ,O=Büro\\, West \\+ Ost,C=DE";
            assert_eq!((&*described.subject, &*described.issuer), (subject, subject));
            assert_eq!(described.common_name.as_deref(), Some("#ada "));
            assert_eq!(described.serial, "01ab");
            assert_eq!(described.dns, ["a.example.com"]);
            assert_eq!(described.emails, ["ada@example.com"]);
            assert_eq!(described.spiffe(), Some("spiffe://example.org/orders"));
            for cut in 0..made.der().len() {
                let _ = Described::read(&made.der()[..cut]);
            }
        }
        params.subject_alt_names.push(uri("https://example.org/"));
        let made = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        assert_eq!(Described::read(made.der()).unwrap().spiffe(), None, "a SPIFFE certificate has one URI");
        assert_eq!(Described::read(b"no certificate"), None);
    }
}
