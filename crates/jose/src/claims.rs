//! What a verified token must claim (RFC 7519 §4.1).

use serde_json::{Map, Number, Value};

use super::Why;

/// What is asked of claims.
#[derive(Debug)]
pub struct Rules {
    /// Any of these; none means any.
    pub issuers: Vec<String>,
    /// Any of these; none means any.
    pub audiences: Vec<String>,
    /// Claims that must be there.
    pub required: Vec<String>,
    /// By how much clocks may differ, milliseconds.
    pub skew: u64,
}

/// When claims hold, milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    pub from: u64,
    /// The first moment at which they do not hold any more.
    pub until: u64,
}

impl Times {
    pub fn hold(self, now: u64) -> Result<(), Why> {
        if now >= self.until {
            return Err("it has expired".into());
        }
        if now < self.from {
            return Err("it is not valid yet".into());
        }
        Ok(())
    }
}

impl Rules {
    /// Whether claims are as asked, and when they hold.
    ///
    /// # Errors
    /// Why they are not.
    pub fn check(&self, claims: &Map<String, Value>) -> Result<Times, Why> {
        for name in &self.required {
            if claims.get(name).is_none_or(Value::is_null) {
                return Err(format!("it has no `{name}`").into());
            }
        }
        let text = |name: &str| match claims.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(format!("its `{name}` is no text")),
        };
        let issuer = text("iss")?;
        text("sub")?;
        text("jti")?;
        if !self.issuers.is_empty()
            && !issuer.is_some_and(|issuer| self.issuers.iter().any(|known| known == issuer))
        {
            return Err("its issuer is not one that is trusted here".into());
        }
        let audiences = match claims.get("aud") {
            None => Vec::new(),
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(all)) => {
                let texts: Option<Vec<_>> = all.iter().map(Value::as_str).collect();
                texts.ok_or("its `aud` holds something else than texts")?
            }
            Some(_) => return Err("its `aud` is neither a text nor a list of texts".into()),
        };
        if !self.audiences.is_empty()
            && !audiences.iter().any(|audience| self.audiences.iter().any(|known| known == audience))
        {
            return Err("it is not made for an audience that is served here".into());
        }
        let time = |name: &str| match claims.get(name) {
            None => Ok(None),
            Some(Value::Number(number)) => match milliseconds(number) {
                Some(time) => Ok(Some(time)),
                None => Err(format!("its `{name}` is no time")),
            },
            Some(_) => Err(format!("its `{name}` is no number")),
        };
        let (until, not_before, issued) = (time("exp")?, time("nbf")?, time("iat")?);
        let from = not_before.max(issued).unwrap_or(0);
        Ok(Times {
            from: from.saturating_sub(self.skew),
            until: until.map_or(u64::MAX, |until| until.saturating_add(self.skew)),
        })
    }
}

/// Seconds since 1970, with or without a fraction.
fn milliseconds(number: &Number) -> Option<u64> {
    if let Some(seconds) = number.as_u64() {
        return seconds.checked_mul(1000);
    }
    let seconds = number.as_f64()?;
    // Before 1970, and after what a number with a fraction says exactly, there are no tokens.
    (0.0..9e12).contains(&seconds).then_some((seconds * 1000.0) as u64)
}
