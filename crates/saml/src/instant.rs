//! Points in time as XML has them (`xs:dateTime`; SAML core §1.3.3), as milliseconds since 1970.

const DAY: u64 = 86_400_000;

/// Reads one; without a zone it is UTC.
pub fn instant(text: &str) -> Option<u64> {
    let (date, rest) = text.split_once('T')?;
    let mut date = date.splitn(3, '-');
    let (year, month, day) = (digits(date.next()?, 4)?, digits(date.next()?, 2)?, digits(date.next()?, 2)?);
    let (time, zone) = match rest.find(['Z', '+', '-']) {
        Some(at) => rest.split_at(at),
        None => (rest, "Z"),
    };
    let (whole, fraction) = time.split_once('.').unwrap_or((time, "0"));
    if fraction.is_empty() || fraction.len() > 20 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let millis = format!("{fraction:0<3}")[..3].parse::<u64>().ok()?;
    let mut time = whole.splitn(3, ':');
    let (hour, minute, second) =
        (digits(time.next()?, 2)?, digits(time.next()?, 2)?, digits(time.next()?, 2)?);
    let fits = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=length(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !fits {
        return None;
    }
    let at = days(year, month, day) * DAY + ((hour * 60 + minute) * 60 + second) * 1000 + millis;
    let offset = match zone {
        "Z" => return Some(at),
        zone => {
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
            if hours > 14 || minutes > 59 {
                return None;
            }
            (hours * 60 + minutes) * 60_000
        }
    };
    if zone.starts_with('+') { at.checked_sub(offset) } else { Some(at + offset) }
}

/// Writes one, in UTC to the second.
pub fn text_of_instant(at: u64) -> String {
    let (mut left, mut year) = (at / DAY, 1970);
    let of_year = |year| if is_leap(year) { 366 } else { 365 };
    while left >= of_year(year) && year < 9999 {
        left -= of_year(year);
        year += 1;
    }
    let mut month = 1;
    while month < 12 && left >= length(year, month) {
        left -= length(year, month);
        month += 1;
    }
    let seconds = at % DAY / 1000;
    format!(
        "{year:04}-{month:02}-{:02}T{:02}:{:02}:{:02}Z",
        left + 1,
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
    )
}

fn digits(text: &str, length: usize) -> Option<u64> {
    let are = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    are.then(|| text.parse().ok()).flatten()
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn length(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days(year: u64, month: u64, day: u64) -> u64 {
    let before = year - 1;
    let leaps = before / 4 - before / 100 + before / 400 - (1969 / 4 - 1969 / 100 + 1969 / 400);
    let of_months: u64 = (1..month).map(|month| length(year, month)).sum();
    (year - 1970) * 365 + leaps + of_months + day - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_as_they_are_written() {
        for (text, at) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T12:30:15.250Z", 951_827_415_250),
            ("2026-12-01T00:00:00", 1_796_083_200_000),
            ("2026-12-01T02:00:00.1+02:00", 1_796_083_200_100),
            ("2026-11-30T22:30:00.123456789-01:30", 1_796_083_200_123),
            ("9999-12-31T23:59:59Z", 253_402_300_799_000),
        ] {
            assert_eq!(instant(text), Some(at), "{text}");
            assert_eq!(instant(&text_of_instant(at)), Some(at / 1000 * 1000), "{text}");
        }
    }

    #[test]
    fn what_is_no_instant_is_none() {
        for text in [
            "",
            "2026-12-01",
            "2026-12-01 00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-12-01T24:00:00Z",
            "2026-12-01T00:60:00Z",
            "2026-12-01T00:00:60Z",
            "2026-12-01T00:00:00.Z",
            "1969-12-31T23:59:59Z",
            "10000-01-01T00:00:00Z",
            "2026-12-01T00:00:00ZZ",
            "2026-12-01T00:00:00+2",
            "1970-01-01T00:00:00+01:00",
            "2026-12-01T00:00:00.1x",
            "-2026-12-01T00:00:00Z",
            "2026-12-01T0:00:00Z",
            "2026-12-01T00:00:00+15:00",
            "\u{0662}026-12-01T00:00:00Z",
            "2026-12-01T00:00:00+\u{e9}0:00",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
    }
}
