//! The answer of a provider (SAML 2.0 core §3.3.3, profiles §4.1.4): from the form that a browser brings to what is believed of it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use roxmltree::Node;

use crate::{
    ASSERTION, Assertion, DecryptionKey, PROTOCOL, Provider, Why,
    algorithm::shown,
    encrypted,
    signature::signed,
    xml::{LARGEST, at_most_one, attribute, is, one, parse, text},
};

/// The longest message that is read, in Base64.
pub const LONGEST_MESSAGE: usize = LARGEST / 3 * 4 + 4096;
pub(crate) const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

/// What an answer is held against.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    pub provider: &'a Provider,
    /// Who asked: the audience.
    pub entity_id: &'a str,
    /// Where the answer was to go, and has come.
    pub answers: &'a str,
    /// The id of the request that it answers.
    pub request: &'a str,
    /// Milliseconds since 1970.
    pub now: u64,
    /// By how much clocks may differ, milliseconds.
    pub skew: u64,
    pub key: Option<&'a DecryptionKey>,
}

/// Why nobody is let in by an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not what it should be.
    Wrong(Why),
    /// The provider did not sign them in, and says why; the most exact status that it gives.
    Denied(String),
}

impl From<Why> for Refusal {
    fn from(why: Why) -> Refusal {
        Refusal::Wrong(why)
    }
}

impl From<&'static str> for Refusal {
    fn from(why: &'static str) -> Refusal {
        Refusal::Wrong(why.into())
    }
}

/// What is believed of an answer, as it came in `SAMLResponse`. Whoever calls this takes the assertion's id once ([`Assertion::id`]).
///
/// # Errors
/// Why nobody is let in.
pub fn response(message: &str, expected: &Expected<'_>) -> Result<Assertion, Refusal> {
    let bytes = read_base64(message)?;
    expected.provider.holds(expected.now)?;
    let came = parse(bytes.trim_start_matches('\u{feff}').trim())?;
    let root = came.root_element();
    if !is(root, PROTOCOL, "Response") {
        return Err("it is no `Response`".into());
    }
    no_id_twice(root)?;
    // A signature that is there must be good, whether or not another would do.
    let whole = signed(root, &expected.provider.keys)?;
    let is_signed = whole.is_some();
    let Some(whole) = whole else { return answer(root, is_signed, expected) };
    let document = parse(&whole)?;
    answer(document.root_element(), is_signed, expected)
}

/// The text of a message as it comes in a form (bindings §3.5.4).
pub(crate) fn read_base64(message: &str) -> Result<String, Why> {
    if message.len() > LONGEST_MESSAGE {
        return Err("it is too long".into());
    }
    let message: String = message.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(message).map_err(|_| Why::from("it is no Base64"))?;
    String::from_utf8(bytes).map_err(|_| "it is no UTF-8".into())
}

/// Reads a response of which nothing is believed unless it `is_signed`: then what it says could only refuse.
fn answer(root: Node<'_, '_>, is_signed: bool, expected: &Expected<'_>) -> Result<Assertion, Refusal> {
    if attribute(root, "Version") != Some("2.0") {
        return Err("it is not of SAML 2.0".into());
    }
    let destination = attribute(root, "Destination").filter(|at| !at.is_empty());
    if destination.map_or(is_signed, |at| at != expected.answers) {
        return Err("it was meant to go elsewhere (`Destination`)".into());
    }
    if attribute(root, "InResponseTo").is_some_and(|id| id != expected.request) {
        return Err("it answers another request".into());
    }
    if let Some(issuer) = at_most_one(root, ASSERTION, "Issuer")?
        && text(issuer)? != expected.provider.entity_id
    {
        return Err("it is of another provider".into());
    }
    let status = one(one(root, PROTOCOL, "Status")?, PROTOCOL, "StatusCode")?;
    let code = attribute(status, "Value").unwrap_or_default();
    if code != SUCCESS {
        let exact = at_most_one(status, PROTOCOL, "StatusCode")?.and_then(|node| attribute(node, "Value"));
        return Err(Refusal::Denied(shown(exact.unwrap_or(code))));
    }
    let is_assertion =
        |node: &Node<'_, '_>| is(*node, ASSERTION, "Assertion") || is(*node, ASSERTION, "EncryptedAssertion");
    let mut found = root.descendants().filter(is_assertion);
    let (Some(assertion), None) = (found.next(), found.next()) else {
        return Err("it holds no assertion, or several".into());
    };
    if assertion.parent() != Some(root) {
        return Err("its assertion stands where none belongs".into());
    }
    if is(assertion, ASSERTION, "Assertion") {
        return believed(assertion, is_signed, expected);
    }
    let opened = encrypted::opened(assertion, expected.key)?;
    let document = parse(&opened)?;
    let mut inner = document.root_element().children().filter(|node| !node.is_comment());
    let (Some(assertion), None) = (inner.next(), inner.next()) else {
        return Err("what is encrypted is no assertion".into());
    };
    let holds_another = |node: Node<'_, '_>| node.descendants().filter(is_assertion).count() != 1;
    if !is(assertion, ASSERTION, "Assertion") || holds_another(assertion) {
        return Err("what is encrypted is no assertion".into());
    }
    no_id_twice(assertion)?;
    believed(assertion, is_signed, expected)
}

/// What an assertion says, if it or the message around it is signed.
fn believed(assertion: Node<'_, '_>, is_signed: bool, expected: &Expected<'_>) -> Result<Assertion, Refusal> {
    match signed(assertion, &expected.provider.keys)? {
        Some(bytes) => {
            let document = parse(&bytes)?;
            Ok(Assertion::read(document.root_element(), expected)?)
        }
        None if is_signed => Ok(Assertion::read(assertion, expected)?),
        None => Err("neither it nor its assertion is signed".into()),
    }
}

/// That no two elements have one id, by whichever of the attributes that have been taken for ids.
pub(crate) fn no_id_twice(root: Node<'_, '_>) -> Result<(), Why> {
    let mut ids: Vec<&str> = Vec::new();
    for node in root.descendants() {
        ids.extend(node.attributes().filter(|of| of.name().eq_ignore_ascii_case("id")).map(|of| of.value()));
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() == count { Ok(()) } else { Err("two of its elements have the same id".into()) }
}
