//! Signatures as clients of AWS make them: Signature Version 4, in `Authorization`.

use aws_lc_rs::hmac;
use percent_encoding::utf8_percent_encode;
use policy::prelude::*;

use super::message::field;
use crate::aws4::{ALGORITHM, KEPT_IN_PATHS, canonical, hash_of, key, seconds, text};

/// Headers that one signature covers.
const MOST: usize = 64;

/// What a request says of its signature.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) key: String,
    /// Day, region, service and `aws4_request`.
    scope: String,
    headers: Vec<String>,
    signature: Vec<u8>,
    /// `20150830T123600Z`.
    at: String,
    /// The same, seconds since 1970.
    pub(super) created: i64,
}

/// Whether a request is signed in this way.
pub(super) fn is_sent(headers: &Headers) -> bool {
    field(headers, "authorization").is_some_and(|text| text.starts_with(ALGORITHM))
}

impl Sent {
    /// # Errors
    /// What is wrong with it, for operators.
    pub(super) fn read(headers: &Headers) -> Result<Sent, &'static str> {
        let text = field(headers, "authorization").unwrap_or_default();
        let rest = text.strip_prefix(ALGORITHM).and_then(|rest| rest.strip_prefix(' '));
        let rest = rest.ok_or("`Authorization` cannot be read")?;
        let (mut credential, mut signed, mut signature) = (None, None, None);
        for part in rest.split(',').map(str::trim) {
            let (name, value) = part.split_once('=').ok_or("`Authorization` cannot be read")?;
            let place = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed,
                "Signature" => &mut signature,
                _ => return Err("`Authorization` says something that is not understood"),
            };
            if place.replace(value).is_some() {
                return Err("`Authorization` says something twice");
            }
        }
        let (Some(credential), Some(signed), Some(signature)) = (credential, signed, signature) else {
            return Err("`Authorization` lacks a part");
        };
        let (key, scope) = credential.split_once('/').ok_or("its credential has no scope")?;
        let at = field(headers, "x-amz-date").ok_or("there is no `x-amz-date`")?;
        let created = seconds(&at).ok_or("`x-amz-date` is no time")?;
        let mut parts = scope.split('/');
        let (day, last) = (parts.next(), scope.rsplit('/').next());
        if day != at.get(..8) || last != Some("aws4_request") || scope.split('/').count() != 4 {
            return Err("its scope is none, or of another day");
        }
        let headers: Vec<String> = signed.split(';').map(str::to_owned).collect();
        let sorted = headers.windows(2).all(|pair| pair[0] < pair[1]);
        if headers.len() > MOST || !sorted {
            return Err("its headers are not sorted");
        }
        let signature = unhex(signature).ok_or("its signature is no hexadecimal number")?;
        Ok(Sent { key: key.to_owned(), scope: scope.to_owned(), headers, signature, at, created })
    }

    pub(super) fn covers(&self, name: &str) -> bool {
        self.headers.iter().any(|known| known == name)
    }

    /// What was signed, with the hash of the content as it came.
    ///
    /// # Errors
    /// What of it the request lacks, or does not cover.
    pub(super) fn text(&self, req: &Request, content: &[u8]) -> Result<String, &'static str> {
        if !self.covers("host") || !self.covers("x-amz-date") {
            return Err("it must cover `host` and `x-amz-date`");
        }
        let hash = hash_of(content);
        match field(&req.head.headers, "x-amz-content-sha256") {
            Some(said) if !self.covers("x-amz-content-sha256") || said != hash => {
                return Err("the content is not what `x-amz-content-sha256` says");
            }
            _ => {}
        }
        let uri = &req.head.uri;
        let mut headers = Vec::with_capacity(self.headers.len());
        for name in &self.headers {
            let value = field(&req.head.headers, name).ok_or("it covers a header that is not there")?;
            headers.push((name.as_str(), value));
        }
        let path = utf8_percent_encode(uri.path(), KEPT_IN_PATHS).to_string();
        let canonical = canonical(req.head.method.as_str(), &path, uri.query(), &headers, &hash);
        Ok(text(&self.at, &self.scope, &canonical))
    }

    /// Whether it is the signature of a text by a secret; in constant time.
    pub(super) fn is_of(&self, text: &str, secret: &[u8]) -> bool {
        hmac::verify(&key(secret, &self.scope), text.as_bytes(), &self.signature).is_ok()
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if digits.len() != 64 || digits.iter().any(u8::is_ascii_uppercase) {
        return None;
    }
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::RequestBuilder;

    const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

    fn request(authorization: &str, at: &str) -> Request {
        RequestBuilder::get("/?Version=2010-05-08&Action=ListUsers")
            .header("host", "iam.amazonaws.com")
            .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            .header("x-amz-date", at)
            .header("authorization", authorization)
            .build()
    }

    #[test]
    fn the_documented_example_verifies_and_a_changed_one_does_not() {
        let req = request(SIGNED, "20150830T123600Z");
        let sent = Sent::read(&req.head.headers).unwrap();
        assert_eq!((&*sent.key, sent.created), ("AKIDEXAMPLE", 1_440_938_160));
        let text = sent.text(&req, b"").unwrap();
        assert!(text.ends_with("f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"), "{text}");
        assert!(sent.is_of(&text, SECRET));
        assert!(!sent.is_of(&text, b"another"));
        assert!(!sent.is_of(&sent.text(&req, b"content").unwrap(), SECRET));
    }

    #[test]
    fn what_cannot_be_read_or_covers_too_little_is_refused() {
        let day = SIGNED.replace("20150830", "20150829");
        for wrong in [
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-SHA256 Credential=a",
            &day,
            &SIGNED.replace("aws4_request", "aws4"),
            &SIGNED.replace("content-type;host", "host;content-type"),
            &SIGNED.replace("5d672d", "5D672D"),
            &SIGNED.replace("5d672d", "5d67"),
            &format!("{SIGNED}, Signature=00"),
            &format!("{SIGNED}, X=00"),
        ] {
            assert!(Sent::read(&request(wrong, "20150830T123600Z").head.headers).is_err(), "{wrong}");
        }
        for at in ["", "2015-08-30", "20150830T1236", "20151330T123600Z"] {
            assert!(Sent::read(&request(SIGNED, at).head.headers).is_err(), "{at}");
        }
        let without_host = SIGNED.replace("content-type;host;", "content-type;");
        let req = request(&without_host, "20150830T123600Z");
        assert!(Sent::read(&req.head.headers).unwrap().text(&req, b"").is_err());
    }
}
