//! The few fields of a certificate that are shown: read from its DER (RFC 5280 §4.1), never trusted for more.

/// Seconds since 1970 from when on, and until when, a certificate is valid; `None` where it is not X.509.
pub(crate) fn validity(certificate: &[u8]) -> Option<(i64, i64)> {
    let fields = Fields::read(certificate)?;
    let (from, rest) = element(fields.validity)?;
    let (until, _) = element(rest)?;
    Some((time(&from)?, time(&until)?))
}

/// The fields of a TBSCertificate that are looked at.
struct Fields<'a> {
    validity: &'a [u8],
}

impl<'a> Fields<'a> {
    fn read(certificate: &'a [u8]) -> Option<Fields<'a>> {
        let (outer, _) = element(certificate)?;
        let (signed, _) = element(outer.content)?;
        let mut rest = signed.content;
        if rest.first() == Some(&0xa0) {
            // The version.
            rest = element(rest)?.1;
        }
        let (_serial, rest) = element(rest)?;
        let (_algorithm, rest) = element(rest)?;
        let (_issuer, rest) = element(rest)?;
        let (validity, _) = element(rest)?;
        Some(Fields { validity: validity.content })
    }
}

/// One element of DER.
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
}

/// The first element of some DER, and what follows it.
fn element(der: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&short, rest) = rest.split_first()?;
    let (length, rest) = if short < 0x80 {
        (usize::from(short), rest)
    } else {
        let count = usize::from(short & 0x7f);
        let (bytes, rest) = rest.split_at_checked(count).filter(|_| (1..=4).contains(&count))?;
        (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((Element { tag, content }, rest))
}

/// A UTCTime or GeneralizedTime as certificates write them (RFC 5280 §4.1.2.5).
fn time(element: &Element<'_>) -> Option<i64> {
    let text = std::str::from_utf8(element.content).ok()?.strip_suffix('Z')?;
    let (year, rest) = match element.tag {
        0x17 => {
            let (year, rest) = text.split_at_checked(2)?;
            let year: i64 = year.parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        0x18 => {
            let (year, rest) = text.split_at_checked(4)?;
            (year.parse().ok()?, rest)
        }
        _ => return None,
    };
    if rest.len() != 10 || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let pair = |at: usize| rest[at..at + 2].parse::<i64>().ok();
    let (month, day) = (pair(0)?, pair(2)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    Some(days(year, month, day) * 86_400 + pair(4)? * 3600 + pair(6)? * 60 + pair(8)?)
}

/// Days since 1970 of a day of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March here, so that the day that comes and goes is their last.
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let leap = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap + (month * 153 + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        for (date, expected) in [
            ((1970, 1, 1), 0),
            ((1969, 12, 31), -1),
            ((2000, 2, 29), 11_016),
            ((2000, 3, 1), 11_017),
            ((2026, 11, 29), 20_786),
            ((9999, 12, 31), 2_932_896),
        ] {
            assert_eq!(days(date.0, date.1, date.2), expected, "{date:?}");
        }
    }

    #[test]
    fn the_validity_of_a_certificate_is_read_in_both_forms_of_time() {
        for (from, until) in [((2020, 1, 2), (2049, 12, 31)), ((1999, 12, 31), (2050, 1, 1))] {
            let mut params = rcgen::CertificateParams::new(["a.example.com".to_owned()]).unwrap();
            params.not_before = rcgen::date_time_ymd(from.0, from.1, from.2);
            params.not_after = rcgen::date_time_ymd(until.0, until.1, until.2);
            let made = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
            let seconds =
                |(year, month, day): (i32, u8, u8)| days(year.into(), month.into(), day.into()) * 86_400;
            assert_eq!(validity(made.der()), Some((seconds(from), seconds(until))));
            for cut in 0..made.der().len() {
                let _ = validity(&made.der()[..cut]);
            }
        }
        assert_eq!(validity(b"no certificate"), None);
    }
}
