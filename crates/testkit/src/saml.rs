//! What an identity provider of SAML says, good and hostile: texts that are in canonical form as they are written, so that whoever signs them
//! needs no canonicalization, and shares none with what is tested.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    digest::{SHA256, digest},
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeySize, OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PrivateDecryptingKey},
    signature::{self, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rcgen::{CertificateParams, DnType, KeyPair};

pub const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
pub const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
pub const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
pub const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
pub const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
pub const SHA256_DIGEST: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

/// A key with its certificate.
pub struct Key {
    pair: Pair,
    certificate: Vec<u8>,
    private: String,
}

enum Pair {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

impl Key {
    pub fn rsa() -> Key {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).unwrap().as_ref().to_vec();
        Key::of(Pair::Rsa(pair), &der)
    }

    pub fn p256() -> Key {
        let der =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der.as_ref()).unwrap();
        Key::of(Pair::Ec(pair), der.as_ref())
    }

    fn of(pair: Pair, der: &[u8]) -> Key {
        let own = KeyPair::try_from(der).unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, "idp");
        let certificate = params.self_signed(&own).unwrap().der().to_vec();
        Key { pair, certificate, private: own.serialize_pem() }
    }

    /// DER in Base64, as in metadata.
    pub fn certificate(&self) -> String {
        STANDARD.encode(&self.certificate)
    }

    pub fn certificate_pem(&self) -> String {
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", self.certificate())
    }

    /// PKCS #8 in PEM.
    pub fn private_pem(&self) -> &str {
        &self.private
    }

    /// Signs a text, in Base64.
    pub fn sign(&self, text: &str) -> String {
        let random = SystemRandom::new();
        STANDARD.encode(match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&signature::RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature).unwrap();
                signature
            }
            Pair::Ec(pair) => pair.sign(&random, text.as_bytes()).unwrap().as_ref().to_vec(),
        })
    }

    /// An element with a signature of it behind its `Issuer`.
    pub fn signed(&self, element: &str) -> String {
        put(element, &self.signature(element, &Manner::default()))
    }

    /// A signature of an element that is in canonical form, made in some manner.
    pub fn signature(&self, element: &str, manner: &Manner) -> String {
        let usual = match self.pair {
            Pair::Rsa(_) => RSA_SHA256,
            Pair::Ec(_) => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        };
        let id =
            element.split_once(" ID=\"").and_then(|(_, rest)| rest.split_once('"')).map_or("", |(id, _)| id);
        let reference = manner.reference.clone().unwrap_or_else(|| format!("#{id}"));
        let transforms: String = manner
            .transforms
            .iter()
            .map(|one| format!("<ds:Transform Algorithm=\"{one}\"></ds:Transform>"))
            .collect();
        let info = format!(
            "<ds:SignedInfo><ds:CanonicalizationMethod Algorithm=\"{}\"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"{}\"></ds:SignatureMethod><ds:Reference URI=\"{reference}\"><ds:Transforms>{transforms}</ds:Transforms><ds:DigestMethod Algorithm=\"{}\"></ds:DigestMethod><ds:DigestValue>{}</ds:DigestValue></ds:Reference></ds:SignedInfo>",
            manner.form,
            manner.algorithm.unwrap_or(usual),
            manner.digest,
            STANDARD.encode(digest(&SHA256, element.as_bytes())),
        );
        let canonical = info.replacen("<ds:SignedInfo>", &format!("<ds:SignedInfo xmlns:ds=\"{DS}\">"), 1);
        let value = self.sign(&canonical);
        let key = self.certificate();
        format!(
            "<ds:Signature xmlns:ds=\"{DS}\">{info}<ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{key}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>{}</ds:Signature>",
            manner.beside
        )
    }

    /// An assertion that is encrypted to the public half of this key of RSA, as it stands in a message.
    pub fn sealed(&self, text: &str) -> String {
        let pem: String = self.private_pem().lines().filter(|line| !line.starts_with('-')).collect();
        let key = PrivateDecryptingKey::from_pkcs8(&STANDARD.decode(pem).unwrap()).unwrap().public_key();
        let key = OaepPublicEncryptingKey::new(key).unwrap();
        let mut wrapped = vec![0; key.ciphertext_size()];
        let secret = [7; 32];
        key.encrypt(&OAEP_SHA1_MGF1SHA1, &secret, &mut wrapped, None).unwrap();
        let seal = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &secret).unwrap());
        let mut content = text.as_bytes().to_vec();
        let nonce = [9; 12];
        let used = Nonce::assume_unique_for_key(nonce);
        seal.seal_in_place_append_tag(used, Aad::empty(), &mut content).unwrap();
        let content = STANDARD.encode([&nonce[..], &content].concat());
        format!(
            "<saml:EncryptedAssertion xmlns:saml=\"{ASSERTION}\"><xenc:EncryptedData xmlns:xenc=\"{XENC}\" Type=\"{XENC}Element\"><xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#aes256-gcm\"></xenc:EncryptionMethod><ds:KeyInfo xmlns:ds=\"{DS}\"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm=\"{XENC}rsa-oaep-mgf1p\"></xenc:EncryptionMethod><xenc:CipherData><xenc:CipherValue>{}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>{content}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>",
            STANDARD.encode(&wrapped),
        )
    }

    /// What the provider says of itself.
    pub fn metadata(&self, entity_id: &str, more: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>\n<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{entity_id}\"{more}>\n<IDPSSODescriptor protocolSupportEnumeration=\"{PROTOCOL}\">\n<KeyDescriptor use=\"signing\"><KeyInfo xmlns=\"{DS}\"><X509Data><X509Certificate>\n{}\n</X509Certificate></X509Data></KeyInfo></KeyDescriptor>\n<SingleLogoutService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"{entity_id}/logout\"/>\n<SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"{entity_id}/post\"/>\n<SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"{entity_id}/sso\"/>\n</IDPSSODescriptor></EntityDescriptor>\n",
            self.certificate()
        )
    }
}

/// How a signature is made.
pub struct Manner {
    pub form: &'static str,
    /// What it says it is by; by default what fits the key.
    pub algorithm: Option<&'static str>,
    pub digest: &'static str,
    pub transforms: Vec<&'static str>,
    /// What it says it is over; by default the element's id.
    pub reference: Option<String>,
    /// What stands in it beside.
    pub beside: String,
}

impl Default for Manner {
    fn default() -> Manner {
        Manner {
            form: EXCLUSIVE,
            algorithm: None,
            digest: SHA256_DIGEST,
            transforms: vec![ENVELOPED, EXCLUSIVE],
            reference: None,
            beside: String::new(),
        }
    }
}

/// An element with something behind its `Issuer`.
pub fn put(element: &str, what: &str) -> String {
    let end = "</saml:Issuer>";
    element.replacen(end, &format!("{end}{what}"), 1)
}

/// An answer of a provider. All texts stand in it as they are.
#[derive(Clone, Debug)]
pub struct Answer {
    pub id: String,
    pub issuer: String,
    pub audience: String,
    /// Where it goes.
    pub recipient: String,
    pub destination: String,
    /// The request that it answers.
    pub request: String,
    pub subject: String,
    pub attributes: Vec<(&'static str, Vec<&'static str>)>,
    pub status: &'static str,
    pub not_before: String,
    pub until: String,
    /// What stands in `Conditions` beside.
    pub conditions: String,
    pub statements: String,
}

impl Answer {
    /// One that is good from one point in time to another, as XML writes them.
    pub fn new(at: (&str, &str), issuer: &str, audience: &str, recipient: &str, request: &str) -> Answer {
        Answer {
            id: "_a1".into(),
            issuer: issuer.into(),
            audience: audience.into(),
            recipient: recipient.into(),
            destination: recipient.into(),
            request: request.into(),
            subject: "grace".into(),
            attributes: vec![("mail", vec!["grace@example.com"]), ("groups", vec!["staff", "admins"])],
            status: "urn:oasis:names:tc:SAML:2.0:status:Success",
            not_before: at.0.into(),
            until: at.1.into(),
            conditions: String::new(),
            statements: format!(
                "<saml:AuthnStatement AuthnInstant=\"{}\" SessionIndex=\"s1\"></saml:AuthnStatement>",
                at.0
            ),
        }
    }

    pub fn assertion(&self) -> String {
        let attributes: String = self
            .attributes
            .iter()
            .map(|(name, values)| {
                let values: String = values
                    .iter()
                    .map(|value| format!("<saml:AttributeValue>{value}</saml:AttributeValue>"))
                    .collect();
                format!("<saml:Attribute Name=\"{name}\">{values}</saml:Attribute>")
            })
            .collect();
        format!(
            "<saml:Assertion xmlns:saml=\"{ASSERTION}\" ID=\"{}\" IssueInstant=\"{from}\" Version=\"2.0\"><saml:Issuer>{}</saml:Issuer><saml:Subject><saml:NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">{}</saml:NameID><saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><saml:SubjectConfirmationData InResponseTo=\"{}\" NotOnOrAfter=\"{until}\" Recipient=\"{}\"></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore=\"{from}\" NotOnOrAfter=\"{until}\"><saml:AudienceRestriction><saml:Audience>{}</saml:Audience></saml:AudienceRestriction>{}</saml:Conditions>{}<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>",
            self.id,
            self.issuer,
            self.subject,
            self.request,
            self.recipient,
            self.audience,
            self.conditions,
            self.statements,
            from = self.not_before,
            until = self.until,
        )
    }

    /// The message around assertions.
    pub fn around(&self, assertions: &str) -> String {
        format!(
            "<samlp:Response xmlns:samlp=\"{PROTOCOL}\" Destination=\"{}\" ID=\"_r{}\" InResponseTo=\"{}\" IssueInstant=\"{}\" Version=\"2.0\"><saml:Issuer xmlns:saml=\"{ASSERTION}\">{}</saml:Issuer><samlp:Status><samlp:StatusCode Value=\"{}\"></samlp:StatusCode></samlp:Status>{assertions}</samlp:Response>",
            self.destination, self.id, self.request, self.not_before, self.issuer, self.status,
        )
    }

    /// The message with a signed assertion, as it comes in a form.
    pub fn signed_by(&self, key: &Key) -> String {
        message(&self.around(&key.signed(&self.assertion())))
    }
}

/// A message as it comes in a form.
pub fn message(text: &str) -> String {
    STANDARD.encode(text)
}

/// A request of a provider to sign somebody out.
#[derive(Clone, Debug)]
pub struct Logout {
    pub id: String,
    /// When it was made, as XML writes it.
    pub at: String,
    pub issuer: String,
    pub destination: String,
    pub subject: String,
    /// Which of their sessions; all of them where none is named.
    pub sessions: Vec<&'static str>,
    /// Attributes beside.
    pub more: String,
}

impl Logout {
    pub fn new(at: &str, issuer: &str, destination: &str, subject: &str) -> Logout {
        Logout {
            id: format!("_out_{subject}"),
            at: at.into(),
            issuer: issuer.into(),
            destination: destination.into(),
            subject: subject.into(),
            sessions: Vec::new(),
            more: String::new(),
        }
    }

    pub fn text(&self) -> String {
        let sessions: String = self
            .sessions
            .iter()
            .map(|session| format!("<samlp:SessionIndex>{session}</samlp:SessionIndex>"))
            .collect();
        format!(
            "<samlp:LogoutRequest xmlns:samlp=\"{PROTOCOL}\" Destination=\"{}\" ID=\"{}\" IssueInstant=\"{}\"{} Version=\"2.0\"><saml:Issuer xmlns:saml=\"{ASSERTION}\">{}</saml:Issuer><saml:NameID xmlns:saml=\"{ASSERTION}\">{}</saml:NameID>{sessions}</samlp:LogoutRequest>",
            self.destination, self.id, self.at, self.more, self.issuer, self.subject,
        )
    }
}

impl Key {
    /// A message in the query of an address (SAML 2.0 bindings §3.4), signed as it stands.
    pub fn query(&self, text: &str, relay: Option<&str>) -> String {
        let algorithm = match self.pair {
            Pair::Rsa(_) => RSA_SHA256,
            Pair::Ec(_) => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        };
        let relay = relay.map_or_else(String::new, |relay| format!("&RelayState={}", encoded(relay)));
        let signed = format!(
            "SAMLRequest={}{relay}&SigAlg={}",
            encoded(&STANDARD.encode(stored(text))),
            encoded(algorithm)
        );
        format!("{signed}&Signature={}", encoded(&self.sign(&signed)))
    }
}

/// A text as a stream of DEFLATE that is one block, stored as it is (RFC 1951 §3.2.4).
fn stored(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap();
    let mut out = vec![1];
    out.extend(length.to_le_bytes());
    out.extend((!length).to_le_bytes());
    out.extend(text.as_bytes());
    out
}

/// As in a query.
pub fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
