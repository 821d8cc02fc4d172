//! What a page of the manual says: configurations, and what is then asked and answered.

use http::{HeaderName, HeaderValue, Method, StatusCode};
use serde_json::Value;

use crate::markdown::{Block, blocks};

/// A configuration of a page and the exchanges under it.
pub(crate) struct Scenario {
    /// Where it stands: `rate-limit.md:7`.
    pub(crate) at: String,
    /// A list of policies, in YAML.
    pub(crate) policies: String,
    /// The contract of the API, where the page has one.
    pub(crate) contract: Option<String>,
    pub(crate) exchanges: Vec<Exchange>,
}

/// A request and what is expected of its answer.
pub(crate) struct Exchange {
    pub(crate) at: String,
    pub(crate) method: Method,
    pub(crate) target: String,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// Whose client certificate the connection has: what stands in a line that begins with `# with the certificate of `.
    pub(crate) certificate: Option<String>,
    /// What stands in lines that begin with `> `.
    pub(crate) content: String,
    pub(crate) status: StatusCode,
    expected: Vec<(HeaderName, Option<HeaderValue>)>,
    /// Members that the body must have; `null` for one that it must not.
    body: Option<Value>,
}

/// An answer as a client sees it.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

pub(crate) fn scenarios(name: &str, page: &str) -> Vec<Scenario> {
    let mut found: Vec<Scenario> = Vec::new();
    let mut contract = None;
    for block in blocks(page) {
        let at = format!("{name}:{}", block.line);
        match block.language {
            "yaml contract" => contract = Some(block.text.to_owned()),
            "yaml" => found.push(Scenario {
                at,
                policies: block.text.to_owned(),
                contract: contract.clone(),
                exchanges: Vec::new(),
            }),
            "http" => {
                let exchange =
                    exchange(&at, &block).unwrap_or_else(|| panic!("{at}: not `METHOD /path … STATUS`"));
                found
                    .last_mut()
                    .unwrap_or_else(|| panic!("{at}: no configuration before it"))
                    .exchanges
                    .push(exchange);
            }
            other => panic!("{at}: a block of `{other}`; a page has yaml and http"),
        }
    }
    found
}

fn exchange(at: &str, block: &Block<'_>) -> Option<Exchange> {
    let mut parts = block.text.trim_end().splitn(3, "\n\n");
    let mut asked = parts.next()?.lines();
    let mut answered = parts.next()?.lines();
    let (method, target) = asked.next()?.split_once(' ')?;
    Some(Exchange {
        at: at.to_owned(),
        method: method.parse().ok()?,
        target: target.to_owned(),
        headers: asked
            .clone()
            .filter(|line| !line.starts_with("> ") && !line.starts_with("# "))
            .map(header)
            .collect::<Option<_>>()?,
        certificate: asked
            .clone()
            .find_map(|line| line.strip_prefix("# with the certificate of "))
            .map(str::to_owned),
        content: asked.filter_map(|line| line.strip_prefix("> ")).collect::<Vec<_>>().join("\n"),
        status: answered.next()?.trim().parse().ok()?,
        expected: answered
            .map(|line| match line.strip_prefix("! ") {
                Some(name) => Some((name.parse().ok()?, None)),
                None => header(line).map(|(name, value)| (name, Some(value))),
            })
            .collect::<Option<_>>()?,
        body: parts.next().map(|json| serde_json::from_str(json).unwrap_or_else(|e| panic!("{at}: {e}"))),
    })
}

fn header(line: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = line.split_once(':')?;
    Some((name.parse().ok()?, value.trim().parse().ok()?))
}

impl Exchange {
    pub(crate) fn check(&self, answer: &Answer) {
        let Exchange { at, method, target, .. } = self;
        let transcript = || {
            let lines: Vec<_> = answer.headers.iter().map(|(n, v)| format!("{n}: {v:?}")).collect();
            let body = String::from_utf8_lossy(&answer.body);
            format!("{at}: {method} {target}\nanswered {}\n{}\n\n{body}", answer.status, lines.join("\n"))
        };
        assert_eq!(answer.status, self.status, "{}", transcript());
        for (name, value) in &self.expected {
            let lines: Vec<_> = answer.headers.get_all(name).iter().collect();
            match value {
                Some(value) => assert!(lines.contains(&value), "{name} is {lines:?}\n{}", transcript()),
                None => assert!(lines.is_empty(), "{name} is there\n{}", transcript()),
            }
        }
        if let Some(expected) = &self.body {
            let body =
                serde_json::from_slice(&answer.body).unwrap_or_else(|e| panic!("{e}\n{}", transcript()));
            assert!(has(&body, expected), "the body lacks {expected}\n{}", transcript());
        }
    }
}

fn has(body: &Value, expected: &Value) -> bool {
    match expected {
        Value::Object(fields) => fields.iter().all(|(key, value)| match (body.get(key), value) {
            (None, Value::Null) => true,
            (Some(there), value) => has(there, value),
            (None, _) => false,
        }),
        expected => body == expected,
    }
}

#[test]
fn a_block_that_is_not_met_fails() {
    let page = "```yaml\n- cors: {}\n```\n```http\nGET /a\nx-a: 1\n\n200\nx-b: 2\n! x-c\n\n{ \"a\": { \"b\": 1, \"c\": null } }\n```\n";
    let scenarios = scenarios("page.md", page);
    let exchange = &scenarios[0].exchanges[0];
    assert_eq!((exchange.target.as_str(), exchange.headers.len()), ("/a", 1));
    let answer = |status: u16, headers: &[(&'static str, &'static str)], body: &str| Answer {
        status: StatusCode::from_u16(status).unwrap(),
        headers: headers.iter().map(|(n, v)| (n.parse().unwrap(), HeaderValue::from_static(v))).collect(),
        body: body.as_bytes().to_vec(),
    };
    let fails = |answer: Answer| std::panic::catch_unwind(|| exchange.check(&answer)).is_err();
    let good = r#"{ "a": { "b": 1, "d": 2 } }"#;
    assert!(!fails(answer(200, &[("x-b", "2")], good)));
    assert!(fails(answer(201, &[("x-b", "2")], good)));
    assert!(fails(answer(200, &[("x-b", "3")], good)));
    assert!(fails(answer(200, &[], good)));
    assert!(fails(answer(200, &[("x-b", "2"), ("x-c", "")], good)));
    assert!(fails(answer(200, &[("x-b", "2")], r#"{ "a": { "b": 1, "c": 1 } }"#)));
    assert!(fails(answer(200, &[("x-b", "2")], r#"{ "a": { "b": 2 } }"#)));
}
