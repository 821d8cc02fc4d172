//! Certificates: read from their files, and held against their keys.
//!
//! Files change under a resource that stays as it is. What they say then must be as good, or what they said before stays.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use aws_lc_rs::{
    encoding::{AsDer as _, PublicKeyX509Der},
    rsa,
    signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _},
};
use model::{Acme, Certificate, Resource, snapshot::CertificateFiles};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};

use super::{Files, Id, Report, pems::UNUSABLE, reuse};

/// What the first certificate of a PEM file begins with.
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----";
/// The largest PEM file that is read.
const LARGEST: u64 = 1 << 20;
/// The largest OCSP response that is read.
const LARGEST_OCSP: u64 = 64 << 10;

/// The files a resource names.
pub(crate) fn named(resource: &Resource, files: &Files) -> Vec<PathBuf> {
    match resource {
        Resource::Certificate(certificate) => {
            let Certificate { cert_file, key_file, ocsp_file, acme, .. } = &**certificate;
            let roots = acme.as_ref().and_then(|acme| acme.ca_file.as_ref());
            let all = [cert_file.as_ref(), key_file.as_ref(), ocsp_file.as_ref(), roots];
            let named = all.into_iter().flatten().map(|path| files.folder.join(path));
            named.chain(acme.iter().map(|_| files.obtained(&certificate.name))).collect()
        }
        _ => Vec::new(),
    }
}

/// Reads the files of a certificate. Where they are wrong the report says why, and what they were before stays if there is
/// something and the resource is the same.
pub(crate) fn read(
    id: &Id,
    resource: &Resource,
    files: &Files,
    before: Option<&Arc<CertificateFiles>>,
    report: &mut Report<'_>,
) -> Option<Arc<CertificateFiles>> {
    let Resource::Certificate(certificate) = resource else { return None };
    if let Some(acme) = &certificate.acme {
        return Some(obtained(id, certificate, acme, files, before, report));
    }
    let before = before.filter(|before| before.certificate == **certificate);
    let mut fault = |field: &str, message: String| match before {
        Some(_) => {
            let message = format!("{message}; what was read before stays in force");
            report.warning(id, field, UNUSABLE, message);
        }
        None => report.error(id, field, UNUSABLE, message),
    };
    match read_new(certificate, files, &mut fault) {
        Some(now) => Some(reuse(before, now)),
        None => before.cloned(),
    }
}

/// What an authority has given. The document may say something else than when that was: it is what there is until the next is.
fn obtained(
    id: &Id,
    certificate: &Certificate,
    acme: &Acme,
    files: &Files,
    before: Option<&Arc<CertificateFiles>>,
    report: &mut Report<'_>,
) -> Arc<CertificateFiles> {
    if let Some(path) = &acme.ca_file {
        let is_known = before.is_some_and(|before| before.certificate == *certificate);
        let roots = file(&files.folder, path).and_then(|text| {
            let mut all = CertificateDer::pem_slice_iter(text.as_bytes());
            let is_fine = all.next().is_some_and(|first| first.is_ok()) && all.all(|next| next.is_ok());
            if is_fine { Ok(()) } else { Err(format!("`{path}` holds no certificates in PEM")) }
        });
        match roots {
            Err(message) if is_known => report.warning(id, "acme.ca_file", UNUSABLE, message),
            Err(message) => report.error(id, "acme.ca_file", UNUSABLE, message),
            Ok(()) => {}
        }
    }
    let path = files.obtained(&certificate.name);
    let now = match read_obtained(&path) {
        Ok(Some((key, chain))) => {
            CertificateFiles { certificate: certificate.clone(), chain, key, ocsp: None }
        }
        Ok(None) => CertificateFiles::awaited(certificate.clone()),
        Err(message) => {
            let message = format!("{message}; it is asked for anew");
            report.warning(id, "acme", UNUSABLE, message);
            match before {
                Some(before) => CertificateFiles { certificate: certificate.clone(), ..(**before).clone() },
                None => CertificateFiles::awaited(certificate.clone()),
            }
        }
    };
    reuse(before, now)
}

/// The key and the chain in a file that holds both, in this order; `None` where there is no such file.
fn read_obtained(path: &Path) -> Result<Option<(String, String)>, String> {
    if !path.exists() {
        return Ok(None);
    }
    let shown = path.display().to_string();
    let text = file(Path::new(""), &shown)?;
    let at = text.find(CERTIFICATE).ok_or_else(|| format!("`{shown}` holds no certificate in PEM"))?;
    let (key, chain) = text.split_at(at);
    check(&shown, &shown, chain, key).map_err(|(_, message)| message)?;
    Ok(Some((key.to_owned(), chain.to_owned())))
}

fn read_new(
    certificate: &Certificate,
    files: &Files,
    fault: &mut impl FnMut(&str, String),
) -> Option<CertificateFiles> {
    // Where one is missing, that is said elsewhere.
    let (cert_file, key_file) = (certificate.cert_file.as_deref()?, certificate.key_file.as_deref()?);
    let chain = file(&files.folder, cert_file).map_err(|message| fault("cert_file", message));
    let key = file(&files.folder, key_file).map_err(|message| fault("key_file", message));
    let ocsp = certificate.ocsp_file.as_ref().map(|path| ocsp_answer(&files.folder, path));
    let ocsp = ocsp.transpose().map_err(|message| fault("ocsp_file", message));
    let (chain, key, ocsp) = (chain.ok()?, key.ok()?, ocsp.ok()?);
    match check(cert_file, key_file, &chain, &key) {
        Ok(()) => Some(CertificateFiles { certificate: certificate.clone(), chain, key, ocsp }),
        Err((field, message)) => {
            fault(field, message);
            None
        }
    }
}

/// A relative path says where it was looked for: that is another folder for a server than for who applies.
fn cannot_read(folder: &Path, path: &str, error: &std::io::Error) -> String {
    match std::path::absolute(folder) {
        Ok(folder) if Path::new(path).is_relative() => {
            format!("cannot read `{path}` in `{}`: {error}", folder.display())
        }
        _ => format!("cannot read `{path}`: {error}"),
    }
}

pub(super) fn file(folder: &Path, path: &str) -> Result<String, String> {
    let cannot = |error: std::io::Error| cannot_read(folder, path, &error);
    let file = fs::File::open(folder.join(path)).map_err(cannot)?;
    let mut text = String::new();
    let length = file.take(LARGEST + 1).read_to_string(&mut text).map_err(cannot)?;
    if length as u64 > LARGEST {
        return Err(format!("`{path}` is larger than 1 MiB, which no PEM file needs to be"));
    }
    Ok(text)
}

/// An OCSP response that says something about a certificate (RFC 6960 §4.2.1): one whose status is `successful`.
fn ocsp_answer(folder: &Path, path: &str) -> Result<Vec<u8>, String> {
    let cannot = |error: std::io::Error| cannot_read(folder, path, &error);
    let file = fs::File::open(folder.join(path)).map_err(cannot)?;
    let mut answer = Vec::new();
    file.take(LARGEST_OCSP + 1).read_to_end(&mut answer).map_err(cannot)?;
    if answer.len() as u64 > LARGEST_OCSP {
        return Err(format!("`{path}` is larger than 64 KiB, which no OCSP response needs to be"));
    }
    let whole = element(&answer).filter(|(outer, rest)| outer.whole[0] == 0x30 && rest.is_empty());
    let status = whole.and_then(|(outer, _)| Some(element(outer.content)?.0.whole.to_vec()));
    match status.as_deref() {
        Some([0x0a, 1, 0]) => Ok(answer),
        Some([0x0a, 1, _]) => Err(format!("the OCSP service did not answer the question, says `{path}`")),
        _ => Err(format!("`{path}` is no OCSP response in DER")),
    }
}

/// Whether a key belongs to a certificate.
pub(super) fn check(
    cert_file: &str,
    key_file: &str,
    chain: &str,
    key: &str,
) -> Result<(), (&'static str, String)> {
    let no_chain = || ("cert_file", format!("`{cert_file}` holds no certificate in PEM"));
    let first =
        CertificateDer::pem_slice_iter(chain.as_bytes()).next().and_then(Result::ok).ok_or_else(no_chain)?;
    let wanted = public_key(&first)
        .ok_or_else(|| ("cert_file", format!("the certificate in `{cert_file}` is not valid X.509")))?;
    let no_key = || {
        (
            "key_file",
            format!("`{key_file}` holds no private key in PEM that can be used (RSA, ECDSA or Ed25519)"),
        )
    };
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|_| no_key())?;
    let has = public_of(&key).ok_or_else(no_key)?;
    if wanted == has {
        return Ok(());
    }
    Err(("key_file", format!("the key in `{key_file}` does not belong to the certificate in `{cert_file}`")))
}

/// The public key that belongs to a private one, as a SubjectPublicKeyInfo.
fn public_of(key: &PrivateKeyDer<'_>) -> Option<Vec<u8>> {
    let spki = |der: Result<PublicKeyX509Der<'_>, _>| der.ok().map(|der| der.as_ref().to_vec());
    let bytes = key.secret_der();
    if let Ok(pair) = rsa::KeyPair::from_pkcs8(bytes).or_else(|_| rsa::KeyPair::from_der(bytes)) {
        return spki(pair.public_key().as_der());
    }
    for curve in [
        &signature::ECDSA_P256_SHA256_ASN1_SIGNING,
        &signature::ECDSA_P384_SHA384_ASN1_SIGNING,
        &signature::ECDSA_P521_SHA512_ASN1_SIGNING,
    ] {
        if let Ok(pair) = EcdsaKeyPair::from_private_key_der(curve, bytes) {
            return spki(pair.public_key().as_der());
        }
    }
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(bytes).ok()?;
    spki(pair.public_key().as_der())
}

/// The SubjectPublicKeyInfo of a certificate (RFC 5280 §4.1): behind version, serial number, algorithm, issuer, validity and subject.
fn public_key(certificate: &[u8]) -> Option<Vec<u8>> {
    let (outer, _) = element(certificate)?;
    let (fields, _) = element(outer.content)?;
    let mut rest = fields.content;
    if rest.first() == Some(&0xa0) {
        rest = element(rest)?.1;
    }
    for _ in 0..5 {
        rest = element(rest)?.1;
    }
    let (spki, _) = element(rest)?;
    Some(spki.whole.to_vec())
}

struct Element<'a> {
    whole: &'a [u8],
    content: &'a [u8],
}

/// The first element of some DER, and what follows it.
fn element(der: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let short = usize::from(*der.get(1)?);
    let (header, length) = if short < 0x80 {
        (2, short)
    } else {
        let count = short & 0x7f;
        let bytes = der.get(2..2 + count).filter(|_| (1..=4).contains(&count))?;
        (2 + count, bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)))
    };
    let whole = der.get(..header.checked_add(length)?)?;
    let rest = &der[whole.len()..];
    Some((Element { whole, content: &whole[header..] }, rest))
}
