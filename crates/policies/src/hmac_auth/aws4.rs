//! Signatures as clients of AWS make them: Signature Version 4, in `Authorization`.

use aws_lc_rs::{
    digest::{SHA256, digest},
    hmac,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use policy::prelude::*;

use super::message::field;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// Headers that one signature covers.
const MOST: usize = 64;
/// What stays as it is (RFC 3986 §2.3).
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const KEPT_IN_PATHS: &AsciiSet = &KEPT.remove(b'/');

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
        let hash = hex(digest(&SHA256, content).as_ref());
        match field(&req.head.headers, "x-amz-content-sha256") {
            Some(said) if !self.covers("x-amz-content-sha256") || said != hash => {
                return Err("the content is not what `x-amz-content-sha256` says");
            }
            _ => {}
        }
        let uri = &req.head.uri;
        let mut canonical = format!("{}\n", req.head.method);
        canonical.push_str(&utf8_percent_encode(uri.path(), KEPT_IN_PATHS).to_string());
        let again = |text: &str| utf8_percent_encode(&percent_decode_str(text).decode_utf8_lossy(), KEPT).to_string();
        let pairs = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let mut pairs: Vec<(String, String)> = pairs.map(|(name, value)| (again(name), again(value))).collect();
        pairs.sort();
        let query: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        canonical.push_str(&format!("\n{}\n", query.join("&")));
        for name in &self.headers {
            let value = field(&req.head.headers, name).ok_or("it covers a header that is not there")?;
            let words: Vec<&str> = value.split(' ').filter(|word| !word.is_empty()).collect();
            canonical.push_str(&format!("{name}:{}\n", words.join(" ").replace(", ", ",")));
        }
        canonical.push_str(&format!("\n{}\n{hash}", self.headers.join(";")));
        let hash = hex(digest(&SHA256, canonical.as_bytes()).as_ref());
        Ok(format!("{ALGORITHM}\n{}\n{}\n{hash}", self.at, self.scope))
    }

    /// Whether it is the signature of a text by a secret; in constant time.
    pub(super) fn is_of(&self, text: &str, secret: &[u8]) -> bool {
        let mut key = [b"AWS4", secret].concat();
        for part in self.scope.split('/') {
            let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), part.as_bytes());
            key = mac.as_ref().to_vec();
        }
        hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &key), text.as_bytes(), &self.signature).is_ok()
    }
}

/// The time that `20150830T123600Z` says, in seconds since 1970.
fn seconds(text: &str) -> Option<i64> {
    let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
    if day.len() != 8 || time.len() != 6 || !day.bytes().chain(time.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |text: &str| text.parse::<i64>().ok();
    let (year, month, day) = (number(&day[..4])?, number(&day[4..6])?, number(&day[6..])?);
    let (hour, minute, second) = (number(&time[..2])?, number(&time[2..4])?, number(&time[4..])?);
    let leaps = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leaps { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let length = *lengths.get(usize::try_from(month - 1).ok()?)?;
    if !(1970..=9999).contains(&year) || !(1..=length).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Leap days before this year.
    let before = year - 1;
    let leap_days = before / 4 - before / 100 + before / 400 - (1969 / 4 - 1969 / 100 + 1969 / 400);
    let months: i64 = lengths[..(month - 1) as usize].iter().sum();
    let days = (year - 1970) * 365 + leap_days + months + day - 1;
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
    fn times_are_those_of_the_calendar() {
        for (text, expected) in [
            ("19700101T000000Z", Some(0)),
            ("20000229T000000Z", Some(951_782_400)),
            ("20240301T235959Z", Some(1_709_337_599)),
            ("20991231T000000Z", Some(4_102_358_400)),
            ("20230229T000000Z", None),
            ("20231301T000000Z", None),
            ("20230100T000000Z", None),
            ("20230101T240000Z", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
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
