//! The answers of a CAS server about a service ticket (CAS protocol 3.0 §2.5, `/p3/serviceValidate`), and what it says when somebody signs out
//! there (§2.3.3).

use roxmltree::Node;

use crate::{
    Attribute, PROTOCOL, Why,
    algorithm::shown,
    xml::{at_most_one, attribute, is, one, parse, text},
};

const CAS: &str = "http://www.yale.edu/tp/cas";
/// Attributes of somebody, with each value.
const MOST: usize = 1000;
/// The longest value, bytes.
const LONGEST: usize = 4096;
/// The longest answer that is read, bytes.
pub const LARGEST: usize = crate::xml::LARGEST;

/// What a server says of the ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Validated {
    /// Whose it is.
    Person(Person),
    /// It is not good, by the code the server gives.
    Refused(String),
}

/// Who somebody is, as the server says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    pub user: String,
    pub attributes: Vec<Attribute>,
}

/// Whether a text can be a service ticket (§3.1): nothing else is asked about.
pub fn is_ticket(text: &str) -> bool {
    text.starts_with("ST-")
        && (8..=256).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

/// Reads an answer.
///
/// # Errors
/// Why it is none.
pub fn validated(answer: &str) -> Result<Validated, Why> {
    let document = parse(answer.trim_start_matches('\u{feff}').trim())?;
    let root = document.root_element();
    if root.tag_name().namespace() != Some(CAS) || root.tag_name().name() != "serviceResponse" {
        return Err("it is no `serviceResponse` of CAS".into());
    }
    let failed = at_most_one(root, CAS, "authenticationFailure")?;
    let Some(success) = at_most_one(root, CAS, "authenticationSuccess")? else {
        let failed = failed.ok_or("it says neither that the ticket is good nor that it is not")?;
        return Ok(Validated::Refused(shown(attribute(failed, "code").unwrap_or("unknown"))));
    };
    if failed.is_some() {
        return Err("it says both that the ticket is good and that it is not".into());
    }
    // Whoever has a proxy's ticket is not the one who signed in here.
    if at_most_one(success, CAS, "proxies")?.is_some() {
        return Err("the ticket is of a proxy".into());
    }
    let user = short(text(one(success, CAS, "user")?)?)?;
    if user.is_empty() {
        return Err("it does not say whose the ticket is".into());
    }
    let mut person = Person { user, attributes: Vec::new() };
    if let Some(attributes) = at_most_one(success, CAS, "attributes")? {
        for (count, node) in attributes.children().filter(Node::is_element).enumerate() {
            if count >= MOST {
                return Err("it has too many attributes".into());
            }
            person.add(node)?;
        }
    }
    Ok(Validated::Person(person))
}

/// The ticket of which a server says that its session ended there (§2.3.3.1). Nothing of it is signed: that it names a ticket, which nobody
/// else has, is what it is believed by.
///
/// # Errors
/// Why it is none.
pub fn ended(message: &str) -> Result<String, Why> {
    let document = parse(message.trim_start_matches('\u{feff}').trim())?;
    let root = document.root_element();
    if !is(root, PROTOCOL, "LogoutRequest") {
        return Err("it is no `LogoutRequest`".into());
    }
    let ticket = text(one(root, PROTOCOL, "SessionIndex")?)?;
    if is_ticket(&ticket) { Ok(ticket) } else { Err("it names no service ticket".into()) }
}

impl Person {
    fn add(&mut self, node: Node<'_, '_>) -> Result<(), Why> {
        let name = node.tag_name().name();
        // §2.5.7 has a second form: `<cas:attribute name="…" value="…"/>`.
        let (name, value) = match (attribute(node, "name"), attribute(node, "value")) {
            (Some(named), Some(value)) if name == "attribute" => (named, value.to_owned()),
            _ if node.children().any(|child| child.is_element()) => return Ok(()),
            _ => (name, text(node)?),
        };
        let value = short(value)?;
        match self.attributes.iter_mut().find(|known| known.name == name) {
            Some(known) => known.values.push(value),
            None => {
                let name = short(name.to_owned())?;
                self.attributes.push(Attribute { name, friendly: None, values: vec![value] });
            }
        }
        Ok(())
    }
}

fn short(text: String) -> Result<String, Why> {
    if text.len() <= LONGEST { Ok(text) } else { Err("a text in it is too long".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(inner: &str) -> String {
        format!("<cas:serviceResponse xmlns:cas='{CAS}'>{inner}</cas:serviceResponse>")
    }

    #[test]
    fn a_good_ticket_says_whose_it_is_and_what_is_known_of_them() {
        let answer = said(
            "<cas:authenticationSuccess><cas:user>ada</cas:user><cas:attributes><cas:mail>ada@example.com</cas:mail>\
             <cas:memberOf>staff</cas:memberOf><cas:memberOf>admins</cas:memberOf><cas:attribute name='team' value='one'/>\
             <cas:tree><cas:leaf>x</cas:leaf></cas:tree></cas:attributes></cas:authenticationSuccess>",
        );
        let Validated::Person(person) = validated(&answer).unwrap() else { panic!() };
        assert_eq!(person.user, "ada");
        let known: Vec<_> = person.attributes.iter().map(|one| (&*one.name, one.values.join(","))).collect();
        assert_eq!(
            known,
            [
                ("mail", "ada@example.com".to_owned()),
                ("memberOf", "staff,admins".to_owned()),
                ("team", "one".to_owned())
            ]
        );
        // A comment takes nothing away.
        let answer = said(
            "<cas:authenticationSuccess><cas:user>ada<!-- x -->.evil</cas:user></cas:authenticationSuccess>",
        );
        assert!(
            matches!(validated(&answer).unwrap(), Validated::Person(person) if person.user == "ada.evil")
        );
    }

    #[test]
    fn a_ticket_that_is_not_good_names_nobody() {
        let answer =
            said("<cas:authenticationFailure code='INVALID_TICKET'>no <b/>such</cas:authenticationFailure>");
        assert_eq!(validated(&answer).unwrap(), Validated::Refused("INVALID_TICKET".to_owned()));
        let good = "<cas:authenticationSuccess><cas:user>ada</cas:user></cas:authenticationSuccess>";
        for wrong in [
            said(""),
            said(&format!("{good}{good}")),
            said(&format!("{good}<cas:authenticationFailure code='x'/>")),
            said("<cas:authenticationSuccess/>"),
            said("<cas:authenticationSuccess><cas:user> </cas:user></cas:authenticationSuccess>"),
            said(
                "<cas:authenticationSuccess><cas:user>ada</cas:user><cas:user>eve</cas:user></cas:authenticationSuccess>",
            ),
            said("<cas:authenticationSuccess><cas:user>a<b/></cas:user></cas:authenticationSuccess>"),
            said(
                "<cas:authenticationSuccess><cas:user>ada</cas:user><cas:proxies><cas:proxy>x</cas:proxy></cas:proxies></cas:authenticationSuccess>",
            ),
            said("<x><cas:authenticationSuccess><cas:user>ada</cas:user></cas:authenticationSuccess></x>"),
            format!("<serviceResponse xmlns='urn:other'>{good}</serviceResponse>").replace("cas:", ""),
            format!("<!DOCTYPE a [<!ENTITY b 'ada'>]>{}", said(good).replace("ada", "&b;")),
            "yes\nada\n".to_owned(),
            String::new(),
        ] {
            assert!(!matches!(validated(&wrong), Ok(Validated::Person(_))), "{wrong}");
        }
    }

    #[test]
    fn only_what_can_be_a_service_ticket_is_asked_about() {
        assert!(is_ticket("ST-1856339-aA5Yuvrxzpv8Tau1cYQ7"));
        for wrong in [
            "",
            "ST-",
            "PT-1856339-aA5Yuvrxzpv8Tau1cYQ7",
            "ST-1&ticket=ST-2",
            "ST-1234 5",
            "ST-12345\n",
            &format!("ST-{}", "a".repeat(300)),
        ] {
            assert!(!is_ticket(wrong), "{wrong}");
        }
    }
}
