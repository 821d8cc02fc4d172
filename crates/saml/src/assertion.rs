//! What an assertion says of somebody, and whether it may be believed here and now (SAML 2.0 core §2, profiles §4.1.4.2).

use roxmltree::Node;

use crate::{
    ASSERTION, Expected, Why,
    instant::instant,
    xml::{all, attribute, is, one, text},
};

const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
/// The format of a name that is an entity's (core §8.3.6).
const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
/// Attributes, and values of one.
const MOST_ATTRIBUTES: usize = 200;
const MOST_VALUES: usize = 1000;
/// The longest id, name and value, bytes.
const LONGEST: usize = 4096;
/// How long an assertion may be good at most, milliseconds: its id is remembered for so long.
const MOST_TIME: u64 = 24 * 3_600_000;

/// What a provider says of somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assertion {
    /// Of the assertion; it is taken once.
    pub id: String,
    /// Until when it could be shown, milliseconds since 1970.
    pub until: u64,
    /// Who it is, as the provider names them.
    pub subject: String,
    pub format: Option<String>,
    pub qualifier: Option<String>,
    pub party_qualifier: Option<String>,
    /// The session at the provider.
    pub session_index: Option<String>,
    /// Until when a session may last, milliseconds since 1970.
    pub session_until: Option<u64>,
    /// When they signed in there, milliseconds since 1970.
    pub signed_in_at: Option<u64>,
    pub attributes: Vec<Attribute>,
}

/// An attribute of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    pub name: String,
    /// What people call it, where the name is an address or an object identifier.
    pub friendly: Option<String>,
    pub values: Vec<String>,
}

impl Assertion {
    /// Reads an assertion that was signed.
    ///
    /// # Errors
    /// Why it is not believed here and now.
    pub(crate) fn read(node: Node<'_, '_>, expected: &Expected<'_>) -> Result<Assertion, Why> {
        let mut all_the_same = node.descendants().filter(|inner| is(*inner, ASSERTION, "Assertion"));
        if !is(node, ASSERTION, "Assertion") || all_the_same.nth(1).is_some() {
            return Err("it holds another assertion".into());
        }
        if attribute(node, "Version") != Some("2.0") {
            return Err("its assertion is not of SAML 2.0".into());
        }
        let id = attribute(node, "ID").filter(|id| !id.is_empty() && id.len() <= LONGEST);
        let id = id.ok_or("its assertion has no `ID`")?.to_owned();
        let issuer = one(node, ASSERTION, "Issuer")?;
        let is_entity = attribute(issuer, "Format").is_none_or(|format| format == ENTITY);
        if text(issuer)? != expected.provider.entity_id || !is_entity {
            return Err("its assertion is of another provider".into());
        }
        let subject = one(node, ASSERTION, "Subject")?;
        let until = confirmed(subject, expected)?;
        let until = conditions(node, expected)?.map_or(until, |other| other.min(until));
        if until > expected.now.saturating_add(MOST_TIME) {
            return Err("it is good for longer than a day".into());
        }
        let name = one(subject, ASSERTION, "NameID")?;
        let mut read = Assertion {
            id,
            until: until.saturating_add(expected.skew),
            subject: short(text(name)?)?,
            format: of(name, "Format")?,
            qualifier: of(name, "NameQualifier")?,
            party_qualifier: of(name, "SPNameQualifier")?,
            ..Assertion::default()
        };
        if read.subject.is_empty() {
            return Err("its subject has no name".into());
        }
        read.statements(node, expected)?;
        Ok(read)
    }

    fn statements(&mut self, node: Node<'_, '_>, expected: &Expected<'_>) -> Result<(), Why> {
        let mut signed_in = false;
        for statement in all(node, ASSERTION, "AuthnStatement") {
            signed_in = true;
            self.signed_in_at =
                Some(time(statement, "AuthnInstant")?.ok_or("it does not say when they signed in")?);
            if self.signed_in_at > Some(expected.now.saturating_add(expected.skew)) {
                return Err("they signed in later than now".into());
            }
            let until = time(statement, "SessionNotOnOrAfter")?;
            if until.is_some_and(|until| ended(until, expected)) {
                return Err("their session at the provider has ended".into());
            }
            self.session_until = match (self.session_until, until) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
            self.session_index = of(statement, "SessionIndex")?.or(self.session_index.take());
        }
        if !signed_in {
            return Err("it does not say that they signed in (`AuthnStatement`)".into());
        }
        for statement in all(node, ASSERTION, "AttributeStatement") {
            for attribute in all(statement, ASSERTION, "Attribute") {
                if self.attributes.len() >= MOST_ATTRIBUTES {
                    return Err("it has too many attributes".into());
                }
                self.attributes.push(read_attribute(attribute)?);
            }
        }
        Ok(())
    }
}

fn read_attribute(node: Node<'_, '_>) -> Result<Attribute, Why> {
    let name = of(node, "Name")?.filter(|name| !name.is_empty()).ok_or("an attribute has no `Name`")?;
    let mut values = Vec::new();
    for value in all(node, ASSERTION, "AttributeValue") {
        if values.len() >= MOST_VALUES {
            return Err("an attribute has too many values".into());
        }
        // Some give a name in XML, such as that of `eduPersonTargetedID`.
        let value = match one(value, ASSERTION, "NameID") {
            Ok(name) => text(name)?,
            Err(_) if value.children().any(|child| child.is_element()) => continue,
            Err(_) => text(value)?,
        };
        values.push(short(value)?);
    }
    Ok(Attribute { name, friendly: of(node, "FriendlyName")?, values })
}

/// Whether one of the ways to confirm the subject is that whoever brings the assertion is it, here and now; until when.
fn confirmed(subject: Node<'_, '_>, expected: &Expected<'_>) -> Result<u64, Why> {
    let mut why = Why::from("nothing in it confirms its subject as whoever brings it");
    for way in all(subject, ASSERTION, "SubjectConfirmation") {
        if attribute(way, "Method") != Some(BEARER) {
            continue;
        }
        match bearer(way, expected) {
            Ok(until) => return Ok(until),
            Err(other) => why = other,
        }
    }
    Err(why)
}

fn bearer(way: Node<'_, '_>, expected: &Expected<'_>) -> Result<u64, Why> {
    let about = one(way, ASSERTION, "SubjectConfirmationData")?;
    if attribute(about, "Recipient") != Some(expected.answers) {
        return Err("it was meant for another recipient".into());
    }
    if attribute(about, "InResponseTo") != Some(expected.request) {
        return Err("its assertion answers another request, or none".into());
    }
    if time(about, "NotBefore")?.is_some_and(|from| from > expected.now.saturating_add(expected.skew)) {
        return Err("it is not good yet".into());
    }
    let until = time(about, "NotOnOrAfter")?.ok_or("it does not say until when it may be brought")?;
    if ended(until, expected) {
        return Err("it has expired".into());
    }
    Ok(until)
}

/// Holds the conditions: that it is for us, and now; until when. A condition that is not understood is not met (core §2.5.1).
fn conditions(node: Node<'_, '_>, expected: &Expected<'_>) -> Result<Option<u64>, Why> {
    let conditions = one(node, ASSERTION, "Conditions")?;
    if time(conditions, "NotBefore")?.is_some_and(|from| from > expected.now.saturating_add(expected.skew)) {
        return Err("it is not good yet".into());
    }
    let until = time(conditions, "NotOnOrAfter")?;
    if until.is_some_and(|until| ended(until, expected)) {
        return Err("it has expired".into());
    }
    let mut is_ours = false;
    for condition in conditions.children().filter(Node::is_element) {
        if is(condition, ASSERTION, "OneTimeUse") || is(condition, ASSERTION, "ProxyRestriction") {
            continue;
        }
        if !is(condition, ASSERTION, "AudienceRestriction") {
            return Err("it has a condition that is not understood".into());
        }
        let mut names_us = false;
        for audience in all(condition, ASSERTION, "Audience") {
            names_us |= text(audience)? == expected.entity_id;
        }
        if !names_us {
            return Err("it is for another audience".into());
        }
        is_ours = true;
    }
    if is_ours { Ok(until) } else { Err("it does not say for whom it is (`AudienceRestriction`)".into()) }
}

fn ended(until: u64, expected: &Expected<'_>) -> bool {
    until.saturating_add(expected.skew) <= expected.now
}

/// An attribute of XML that is a point in time.
fn time(node: Node<'_, '_>, name: &str) -> Result<Option<u64>, Why> {
    let Some(text) = attribute(node, name) else { return Ok(None) };
    instant(text).map(Some).ok_or_else(|| format!("its `{name}` is no point in time").into())
}

/// An attribute of XML that is a text.
fn of(node: Node<'_, '_>, name: &str) -> Result<Option<String>, Why> {
    attribute(node, name).map(|text| short(text.to_owned())).transpose()
}

fn short(text: String) -> Result<String, Why> {
    if text.len() <= LONGEST { Ok(text) } else { Err("a text in it is too long".into()) }
}
