//! What a client would like (RFC 7240).

use http::HeaderName;

pub(super) const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
/// Characters that are read.
const LONGEST: usize = 4096;

/// The preferences that a mock knows. Others are left out of account, as are those it cannot read (RFC 7240 §2).
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Prefer {
    pub(super) code: Option<u16>,
    pub(super) example: Option<String>,
    pub(super) dynamic: Option<bool>,
    /// `state=reset`.
    pub(super) reset: bool,
}

impl Prefer {
    /// Reads the lines of the field, joined by commas. Of a preference that is said twice the first counts.
    pub(super) fn read(value: Option<&str>) -> Prefer {
        let mut prefer = Prefer::default();
        let Some(value) = value.filter(|value| value.len() <= LONGEST) else { return prefer };
        for (name, said) in preferences(value) {
            match &*name.to_ascii_lowercase() {
                "code" if prefer.code.is_none() => {
                    prefer.code = said.parse().ok().filter(|code| (200..600).contains(code));
                }
                "example" if prefer.example.is_none() && !said.is_empty() => prefer.example = Some(said),
                "dynamic" if prefer.dynamic.is_none() => {
                    prefer.dynamic = match &*said {
                        "" | "true" => Some(true),
                        "false" => Some(false),
                        _ => None,
                    };
                }
                "state" if said == "reset" => prefer.reset = true,
                _ => {}
            }
        }
        prefer
    }

    /// The value of `Preference-Applied` (RFC 7240 §3).
    pub(super) fn applied(&self) -> Option<String> {
        let mut all = Vec::new();
        all.extend(self.code.map(|code| format!("code={code}")));
        all.extend(self.example.as_ref().map(|name| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
            if name.bytes().all(plain) { format!("example={name}") } else { format!("example=\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")) }
        }));
        all.extend(self.dynamic.map(|dynamic| format!("dynamic={dynamic}")));
        all.extend(self.reset.then(|| "state=reset".to_owned()));
        (!all.is_empty()).then(|| all.join(", "))
    }
}

/// Names with their values, without the parameters of each. Where the syntax ends, so does what is read.
fn preferences(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.chars().peekable();
    loop {
        let (mut name, mut value, mut is_value, mut is_parameter, mut is_quoted) =
            (String::new(), String::new(), false, false, false);
        let mut ended = true;
        while let Some(character) = rest.next() {
            match character {
                '"' => is_quoted = !is_quoted,
                '\\' if is_quoted => {
                    if let (Some(escaped), false) = (rest.next(), is_parameter) {
                        value.push(escaped);
                    }
                }
                ',' if !is_quoted => {
                    ended = false;
                    break;
                }
                ';' if !is_quoted => is_parameter = true,
                '=' if !is_quoted && !is_value && !is_parameter => is_value = true,
                ' ' | '\t' if !is_quoted => {}
                _ if is_parameter => {}
                character if is_value => value.push(character),
                character => name.push(character),
            }
        }
        if is_quoted {
            return found;
        }
        if !name.is_empty() {
            found.push((name, value));
        }
        if ended {
            return found;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_are_read_as_the_standard_has_them() {
        let read = |text| Prefer::read(Some(text));
        let all = Prefer { code: Some(404), example: Some("not found, again".into()), dynamic: Some(true), reset: false };
        assert_eq!(read("code=404; x=\"a,b\", example=\"not found, again\", respond-async , dynamic"), all);
        assert_eq!(all.applied().unwrap(), "code=404, example=\"not found, again\", dynamic=true");
        assert_eq!(read("Code = \"200\" , code=500, dynamic=FALSE, state=reset").code, Some(200));
        assert_eq!(read("dynamic=false, dynamic=true").dynamic, Some(false));
        assert_eq!(read("example=a\u{e9}\\").example.as_deref(), Some("a\u{e9}\\"));
        for nothing in ["", "code", "code=abc", "code=99", "code=600", "code=70000", "example=", ";;;,,,", "code=\"404", "dynamic=1"] {
            assert_eq!(read(nothing), Prefer::default(), "{nothing}");
            assert_eq!(read(nothing).applied(), None);
        }
        assert_eq!(read(&format!("code=404, {}", "x".repeat(5000))), Prefer::default());
    }
}
