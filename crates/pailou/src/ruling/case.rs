//! Tests of rules as files write them: who calls, with what, and what is to come of it.

use std::{collections::BTreeMap, net::IpAddr, path::Path};

use model::{
    Finding,
    tree::{Document, TreeLimits, parse},
};
use serde::Deserialize;
use serde_json::Value;

/// What the name of a file with tests ends with.
pub(crate) const ENDS: [&str; 3] = [".test.yaml", ".test.yml", ".test.json"];
/// Tests of one file.
const MOST: usize = 10_000;
/// The largest body of a test, bytes.
const LARGEST: usize = 1 << 20;

/// One document of a file of tests.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Suite {
    /// `rule-test`.
    #[serde(rename = "kind")]
    _kind: Kind,
    /// What they are about, for people.
    name: String,
    tests: Vec<Case>,
}

#[derive(Deserialize)]
enum Kind {
    #[serde(rename = "rule-test")]
    RuleTest,
}

/// A request, and what is to come of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) request: Asked,
    /// Who calls, whatever they would prove it by; found out by the policies of the API where absent.
    #[serde(default, rename = "as")]
    pub(crate) caller: Option<As>,
    pub(crate) expect: Expected,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[serde(default = "get")]
    pub(crate) method: String,
    /// With its query.
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) host: Option<String>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// A text as it is, anything else as JSON.
    #[serde(default)]
    pub(crate) body: Option<Value>,
    /// The address of the client.
    #[serde(default)]
    pub(crate) from: Option<IpAddr>,
}

fn get() -> String {
    "GET".to_owned()
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct As {
    /// A consumer of the folder, or what tokens call somebody.
    #[serde(default)]
    pub(crate) consumer: Option<String>,
    /// An app of the folder.
    #[serde(default)]
    pub(crate) app: Option<String>,
    /// What the token says. Without `consumer` and `app`, `sub` is who calls.
    #[serde(default)]
    pub(crate) claims: Option<serde_json::Map<String, Value>>,
    /// In place of those of the consumer.
    #[serde(default)]
    pub(crate) groups: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
}

/// What is to come of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) allowed: bool,
    /// The policy that refuses it, where it is said.
    pub(crate) by: Option<String>,
    pub(crate) status: Option<u16>,
    /// The code of the problem.
    pub(crate) problem: Option<String>,
    /// A part of what the log says of it, such as the id of a policy in Cedar.
    pub(crate) because: Option<String>,
}

impl<'de> Deserialize<'de> for Expected {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Expected, D::Error> {
        use serde::de::Error;
        let value = Value::deserialize(deserializer)?;
        let form =
            "is `allowed`, `refused`, or a mapping with `refused: POLICY`, `status`, `problem` and `because`";
        match &value {
            Value::String(word) if word == "allowed" => {
                return Ok(Expected { allowed: true, ..Expected::default() });
            }
            Value::String(word) if word == "refused" => return Ok(Expected::default()),
            Value::Object(fields) if !fields.is_empty() => {}
            _ => return Err(D::Error::custom(form)),
        }
        let refused =
            Refused::deserialize(value).map_err(|error| D::Error::custom(format!("{form}: {error}")))?;
        Ok(Expected {
            allowed: false,
            by: refused.refused,
            status: refused.status,
            problem: refused.problem,
            because: refused.because,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    #[serde(default)]
    refused: Option<String>,
    #[serde(default)]
    status: Option<u16>,
    #[serde(default)]
    problem: Option<String>,
    #[serde(default)]
    because: Option<String>,
}

/// A test where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub(crate) suite: String,
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) case: Case,
}

/// Whether a file holds tests, by its name.
pub(crate) fn is_tests(path: &Path) -> bool {
    let name = path.to_string_lossy().to_ascii_lowercase();
    ENDS.iter().any(|end| name.ends_with(end))
}

/// Reads the tests of a file.
///
/// # Errors
/// What is wrong, with its line and field.
pub(crate) fn read(file: &str, text: &str) -> Result<Vec<Placed>, Vec<Finding>> {
    let documents = parse(text, file, TreeLimits::default()).map_err(|finding| vec![finding])?;
    let (mut placed, mut findings) = (Vec::new(), Vec::new());
    for document in &documents {
        match suite(document) {
            Ok(Suite { name, tests, .. }) => {
                for (at, case) in tests.into_iter().enumerate() {
                    let field = format!("tests[{at}]");
                    findings.extend(
                        fault(&case)
                            .map(|(inner, message)| said(document, &format!("{field}.{inner}"), message)),
                    );
                    let line = document.place(&field).line;
                    placed.push(Placed { suite: name.clone(), file: file.to_owned(), line, case });
                }
            }
            Err(finding) => findings.push(finding),
        }
    }
    if placed.len() > MOST {
        findings.push(Finding::error("too-many-tests", format!("{file}: a file has {MOST} tests at most")));
    }
    if findings.is_empty() { Ok(placed) } else { Err(findings) }
}

fn suite(document: &Document) -> Result<Suite, Finding> {
    serde_path_to_error::deserialize(document.to_value()).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path };
        said(document, &path, error.into_inner().to_string())
    })
}

fn said(document: &Document, field: &str, message: String) -> Finding {
    let finding = Finding::error("invalid-rule-test", message).at(document.place(field));
    if field.is_empty() { finding } else { finding.in_field(field) }
}

fn fault(case: &Case) -> Option<(&'static str, String)> {
    let Asked { method, path, headers, body, host, .. } = &case.request;
    if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Some(("request.method", format!("`{method}` is no method such as `GET`")));
    }
    if !path.starts_with('/') || !path.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Some((
            "request.path",
            format!("`{path}` is no path such as `/orders/v1/orders?page=2`, in ASCII"),
        ));
    }
    let plain = |text: &str| text.bytes().all(|byte| byte >= b' ' && byte != 127);
    let fits = |(name, value): (&String, &String)| name.parse::<http::HeaderName>().is_ok() && plain(value);
    if !headers.iter().all(fits) || host.as_ref().is_some_and(|host| !plain(host) || host.contains(' ')) {
        return Some(("request.headers", "are names and values as HTTP has them".to_owned()));
    }
    let framing = ["content-length", "transfer-encoding", "connection", "host"];
    if let Some(name) = headers.keys().find(|name| framing.iter().any(|one| name.eq_ignore_ascii_case(one))) {
        return Some(("request.headers", format!("`{name}` is said by the test itself; the host by `host`")));
    }
    if body.as_ref().is_some_and(|body| body.to_string().len() > LARGEST) {
        return Some(("request.body", format!("is larger than {} MiB", LARGEST >> 20)));
    }
    if case.caller.as_ref().is_some_and(|caller| caller.consumer.is_some() && caller.app.is_some()) {
        return Some(("as", "is a `consumer` or an `app`, not both".to_owned()));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_read_with_their_lines_and_what_is_wrong_with_its_field() {
        let text = "kind: rule-test\nname: orders\ntests:\n  - name: one\n    request: { path: /orders }\n    expect: allowed\n  - name: two\n    as: { claims: { sub: ada } }\n    request: { method: POST, path: /orders, body: { owner: bob } }\n    expect: { refused: authorize, because: owner }\n";
        let tests = read("a.test.yaml", text).unwrap();
        assert_eq!((tests[0].line, tests[1].line), (4, 7));
        assert!(tests[0].case.expect.allowed);
        assert_eq!(tests[1].case.expect.by.as_deref(), Some("authorize"));
        for (wrong, field) in [
            (text.replace("allowed", "maybe"), "tests[0].expect"),
            (text.replace("because: owner", "becuase: owner"), "tests[1].expect"),
            (text.replace("path: /orders,", "path: orders,"), "tests[1].request.path"),
            (text.replace("POST", "post it"), "tests[1].request.method"),
            (text.replace("as: {", "as: { consumer: a, app: b,"), "tests[1].as"),
            (text.replace("rule-test", "rule-tests"), "kind"),
            (text.replace("name: one", "nam: one"), "tests[0].nam"),
        ] {
            let findings = read("a.test.yaml", &wrong).unwrap_err();
            assert_eq!(findings[0].field.as_deref(), Some(field), "{wrong}\n{findings:?}");
            assert!(findings[0].place.is_some(), "{findings:?}");
        }
        assert!(read("a.test.yaml", "[").is_err());
        let is = |path: &str| is_tests(Path::new(path));
        assert!(is("rules/Orders.TEST.yaml") && !is("orders.yaml") && !is("test.yaml"));
    }
}
