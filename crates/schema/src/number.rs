//! Numbers, compared exactly where both are whole.

use std::cmp::Ordering;

/// A number.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    Whole(i128),
    Float(f64),
}

impl Number {
    pub fn as_f64(self) -> f64 {
        match self {
            // What fits 64 bits, which is nearly all, has an instruction of its own.
            Number::Whole(value) => i64::try_from(value).map_or(value as f64, |value| value as f64),
            Number::Float(value) => value,
        }
    }

    /// `1.0` is whole, too.
    pub fn is_whole(self) -> bool {
        match self {
            Number::Whole(_) => true,
            Number::Float(value) => value.fract() == 0.0,
        }
    }

    /// The number a text says, written as JSON writes numbers.
    pub fn of_text(text: &str) -> Option<Number> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let starts = digits.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
        let padded = digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
        if !starts || padded || text.len() > 400 {
            return None;
        }
        if digits.bytes().all(|byte| byte.is_ascii_digit())
            && let Ok(whole) = text.parse::<i128>()
        {
            return Some(Number::Whole(whole));
        }
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
        let value = text.parse::<f64>().ok().filter(|value| plain && value.is_finite())?;
        (!text.ends_with('.') && !text.contains(".e") && !text.contains(".E")).then_some(Number::Float(value))
    }

    pub fn compare(self, other: Number) -> Ordering {
        match (self, other) {
            (Number::Whole(a), Number::Whole(b)) => a.cmp(&b),
            (a, b) => a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal),
        }
    }

    pub fn is_multiple_of(self, of: Number) -> bool {
        if let (Number::Whole(a), Number::Whole(b)) = (self, of) {
            return b != 0 && a % b == 0;
        }
        // By their decimals, as they were written: 0.0075 is a multiple of 0.0001.
        if let (Some((a, a_places)), Some((b, b_places))) = (self.decimal(), of.decimal()) {
            let places = a_places.max(b_places);
            let scaled = |value: i128, has: u32| 10_i128.checked_pow(places - has)?.checked_mul(value);
            if let (Some(a), Some(b)) = (scaled(a, a_places), scaled(b, b_places)) {
                return b != 0 && a % b == 0;
            }
        }
        let rest = (self.as_f64() / of.as_f64()).fract();
        rest == 0.0
    }

    /// The digits without the point, and how many stand after it.
    fn decimal(self) -> Option<(i128, u32)> {
        let value = match self {
            Number::Whole(value) => return Some((value, 0)),
            Number::Float(value) => value,
        };
        if value == 0.0 {
            return Some((0, 0));
        }
        if !(1e-20..1e30).contains(&value.abs()) {
            return None;
        }
        let text = format!("{value}");
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        Some((format!("{whole}{part}").parse().ok()?, part.len() as u32))
    }
}

impl From<&serde_json::Number> for Number {
    fn from(number: &serde_json::Number) -> Number {
        match (number.as_i64(), number.as_u64()) {
            (Some(value), _) => Number::Whole(value.into()),
            (None, Some(value)) => Number::Whole(value.into()),
            _ => Number::Float(number.as_f64().unwrap_or(f64::NAN)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_numbers_where_json_says_so() {
        for text in ["0", "-1", "1.5", "1e3", "-0.5E-2", "170141183460469231731687303715884105727"] {
            assert!(Number::of_text(text).is_some(), "{text}");
        }
        for text in ["", "-", "01", "1.", ".5", "+1", "1e", "0x1", "NaN", "inf", "1_0", " 1", "1e999", "--1"]
        {
            assert!(Number::of_text(text).is_none(), "{text}");
        }
    }

    #[test]
    fn multiples_are_those_of_the_decimals() {
        let number = |text: &str| Number::of_text(text).unwrap();
        for (value, of, is) in [
            ("0.0075", "0.0001", true),
            ("0.00751", "0.0001", false),
            ("4.35", "0.01", true),
            ("9", "2", false),
            ("4.5", "1.5", true),
        ] {
            assert_eq!(number(value).is_multiple_of(number(of)), is, "{value} of {of}");
        }
    }
}
