//! Parameters as clients send them: `application/x-www-form-urlencoded`, each once (RFC 6749 §3.1, §3.2).

use std::collections::BTreeMap;

use crate::{Code, Failure};

/// Parameters that are read; one sent empty is as if it were not sent (RFC 6749 §3.1).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form(BTreeMap<String, String>);

/// The longest text of parameters, bytes.
const LONGEST: usize = 32 << 10;
const MOST: usize = 64;

impl Form {
    /// Reads a body or a query.
    ///
    /// # Errors
    /// What is too long, is no text, or has a parameter twice. `resource` counts as well: tokens here are for one place.
    pub fn read(text: &str) -> Result<Form, Failure> {
        let refuse = |detail: &str| Err(Failure::new(Code::InvalidRequest, detail));
        if text.len() > LONGEST {
            return refuse("the parameters are longer than 32 KiB");
        }
        let mut form = BTreeMap::new();
        for (count, pair) in text.split('&').filter(|pair| !pair.is_empty()).enumerate() {
            if count >= MOST {
                return refuse("there are more than 64 parameters");
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Some(name), Some(value)) = (decoded(name), decoded(value)) else {
                return refuse("a parameter is not percent-encoded UTF-8");
            };
            if value.is_empty() {
                continue;
            }
            if form.insert(name, value).is_some() {
                return refuse("a parameter stands twice");
            }
        }
        Ok(Form(form))
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// # Errors
    /// That it is missing.
    pub fn need(&self, name: &str) -> Result<&str, Failure> {
        self.get(name).ok_or_else(|| Failure::new(Code::InvalidRequest, format!("{name} is missing")))
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Takes a parameter out.
    pub fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }
}

impl FromIterator<(String, String)> for Form {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Form {
        Form(pairs.into_iter().collect())
    }
}

/// Parameters carry secrets.
impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

/// A part of a form, decoded.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let text = text.replace('+', " ");
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(&text).collect();
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parameter_stands_once_and_an_empty_one_is_none() {
        let form = Form::read("grant_type=a+b&x=%C3%A4&empty=&").unwrap();
        assert_eq!(
            (form.get("grant_type"), form.get("x"), form.get("empty")),
            (Some("a b"), Some("ä"), None)
        );
        assert!(!format!("{form:?}").contains("a b"));
        let many = (0..65).map(|n| format!("p{n}=1")).collect::<Vec<_>>().join("&");
        for wrong in ["a=1&a=1", "a=1&%61=2", "a=%ff", "a=%00", &many, &"a".repeat(40_000)] {
            assert_eq!(Form::read(wrong).unwrap_err().code, Code::InvalidRequest);
        }
        assert_eq!(form.need("code").unwrap_err().detail, "code is missing");
    }
}
