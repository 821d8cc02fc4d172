//! SOAP 1.1 and 1.2 as a service speaks it: envelopes, answers by the body's element, and faults.

mod write;

use schema::{Direction, Json, Making};
use serde_json::Value;

use self::write::Writer;
use super::{
    Answer, Origin,
    voice::{Call, answered},
};
use crate::{
    conform::{Breaches, Conformance, Expected},
    notation::wsdl::{SOAP_11, SOAP_12, SOAP_CALLS},
    source::escape,
};

/// Elements, attributes and texts of a request.
const MOST_NODES: u32 = 100_000;
/// What is wrong that one fault tells.
const MOST_TOLD: usize = 5;

/// A route of SOAP, and what is called by it.
pub(super) struct Port {
    operation: Box<str>,
    /// Where its content stands.
    content: String,
    /// The types of its content.
    media: Vec<String>,
    calls: Vec<Entry>,
}

/// What is called by the element of a body.
struct Entry {
    element: String,
    namespace: Option<String>,
    /// The elements of its answer.
    answer: Vec<String>,
    /// Those that faults of it have in their details.
    faults: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    V11,
    V12,
}

/// Whose fault it is.
#[derive(Clone, Copy)]
enum Whose {
    Client,
    Server,
    /// The envelope is of no version that is known.
    Version,
}

struct Fault {
    whose: Whose,
    why: String,
}

impl Fault {
    fn client(why: impl Into<String>) -> Fault {
        Fault { whose: Whose::Client, why: why.into() }
    }
}

impl Port {
    pub(super) fn read(conformance: &Conformance, operation: &str, said: &Value) -> Option<Port> {
        let text = |of: &Value, name: &str| Some(of.get(name)?.as_str()?.to_owned());
        let names = |of: &Value, name: &str| -> Vec<String> {
            let all = of.get(name).and_then(Value::as_array).into_iter().flatten();
            all.filter_map(|name| Some(name.as_str()?.to_owned())).collect()
        };
        let calls = said.get(SOAP_CALLS)?.as_array()?.iter().filter_map(|call| {
            Some(Entry {
                element: text(call, "element")?,
                namespace: text(call, "namespace"),
                answer: names(call, "answer"),
                faults: names(call, "faults"),
            })
        });
        let place = conformance.place(operation)?;
        let content = format!("{}/{}/responses/200/content", place.item, place.field);
        let media = said.pointer("/responses/200/content")?.as_object()?.keys().cloned().collect();
        Some(Port { operation: operation.into(), content, media, calls: calls.collect() })
    }

    pub(super) fn answer(&self, conformance: &Conformance, call: &Call<'_>) -> Answer {
        // What an unreadable envelope is answered in is what its type says.
        let seems = match call.content_type.is_some_and(|of| of.contains("application/soap+xml")) {
            true => Version::V12,
            false => Version::V11,
        };
        let (version, chosen) = match self.request(conformance, call) {
            Ok((version, at)) => (version, Ok(at)),
            Err((version, fault)) => (version.unwrap_or(seems), Err(fault)),
        };
        let mut writer = Writer::new(conformance);
        let status = match chosen {
            Ok(at) if call.fails.is_some() => {
                let fault = Fault { whose: Whose::Server, why: "the mock fails on purpose".to_owned() };
                let detail = |writer: &mut Writer<'_>| self.detail(writer, &self.calls[at], call.seed);
                version.fault(&fault, &mut writer, Some(&detail))
            }
            Ok(at) => self.response(&mut writer, &self.calls[at], call.seed),
            Err(fault) => version.fault(&fault, &mut writer, None),
        };
        let body = writer.envelope(version.namespace()).into_bytes();
        let content_type = format!("{}; charset=utf-8", version.content_type());
        answered(status, content_type, body, if call.fails.is_some() { Origin::Empty } else { Origin::Made })
    }

    /// The version of a request, and which of the calls it is.
    fn request(
        &self,
        conformance: &Conformance,
        call: &Call<'_>,
    ) -> Result<(Version, usize), (Option<Version>, Fault)> {
        let read = |why: String| (None, Fault::client(format!("the body is no well-formed XML: {why}")));
        let text = std::str::from_utf8(call.body).map_err(|_| read("it is not UTF-8".to_owned()))?;
        let options = roxmltree::ParsingOptions {
            allow_dtd: false,
            nodes_limit: MOST_NODES,
            ..roxmltree::ParsingOptions::default()
        };
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let xml = roxmltree::Document::parse_with_options(text, options).map_err(|e| read(e.to_string()))?;
        let root = xml.root_element();
        let version = match root.tag_name().namespace() {
            Some(SOAP_11) => Version::V11,
            Some(SOAP_12) => Version::V12,
            _ => {
                let why = format!("an `Envelope` of `{SOAP_11}` or `{SOAP_12}` is expected");
                return Err((None, Fault { whose: Whose::Version, why }));
            }
        };
        let wrong = |why: String| (Some(version), Fault::client(why));
        if root.tag_name().name() != "Envelope" {
            return Err(wrong("the root is no `Envelope`".to_owned()));
        }
        let body = root.children().find(|child| child.has_tag_name((version.namespace(), "Body")));
        let body = body.ok_or_else(|| wrong("the envelope has no `Body`".to_owned()))?;
        let content = body.children().find(roxmltree::Node::is_element).map(|found| found.tag_name());
        let at = self.called(content).map_err(wrong)?;
        if call.validates {
            self.check(conformance, version, text.as_bytes()).map_err(wrong)?;
        }
        Ok((version, at))
    }

    /// Which of the calls has an element of a body.
    fn called(&self, content: Option<roxmltree::ExpandedName<'_, '_>>) -> Result<usize, String> {
        let shown = |entry: &Entry| match &entry.namespace {
            Some(namespace) => format!("`{}` of `{namespace}`", entry.element),
            None => format!("`{}`", entry.element),
        };
        let fits = |entry: &Entry| match content {
            Some(name) => name.name() == entry.element && name.namespace() == entry.namespace.as_deref(),
            // Of a message without parts.
            None => entry.element.is_empty(),
        };
        self.calls.iter().position(fits).ok_or_else(|| {
            let found = match content {
                Some(name) => match name.namespace() {
                    Some(namespace) => format!("`{}` of `{namespace}`", name.name()),
                    None => format!("`{}` of no namespace", name.name()),
                },
                None => "nothing".to_owned(),
            };
            let all: Vec<String> = self.calls.iter().map(shown).collect();
            format!("`Body` has {found}; {} is expected", all.join(" or "))
        })
    }

    fn check(&self, conformance: &Conformance, version: Version, body: &[u8]) -> Result<(), String> {
        let Some(terms) = conformance.operation(&self.operation) else { return Ok(()) };
        let mut breaches = Breaches::at_most(MOST_TOLD);
        let essence = version.content_type();
        let (content_type, media) = match conformance.expected(terms, Some(essence)) {
            Expected::Body(media) => (essence, media),
            // The other version is described, and has the same body.
            _ => match terms.body_content() {
                [media, ..] => (media.media_type(), media),
                [] => return Ok(()),
            },
        };
        conformance.check_body(media, Some(content_type), body, Direction::Request, &mut breaches);
        if breaches.is_empty() {
            return Ok(());
        }
        let all: Vec<String> = breaches.list.iter().map(ToString::to_string).collect();
        Err(all.join("; "))
    }

    /// Where the elements of an answer's body stand.
    fn body(&self) -> String {
        let media = self.media.first().map(|media| escape(media)).unwrap_or_default();
        format!("{}/{media}/schema/properties/Body/properties", self.content)
    }

    fn response(&self, writer: &mut Writer<'_>, entry: &Entry, seed: Option<u64>) -> u16 {
        let body = self.body();
        entry.answer.iter().for_each(|name| self.part(writer, &body, name, seed));
        200
    }

    /// What the service says of its first fault.
    fn detail(&self, writer: &mut Writer<'_>, entry: &Entry, seed: Option<u64>) {
        let fault = format!("{}/Fault/properties", self.body());
        let Some(first) = entry.faults.first() else { return };
        for name in ["detail", "Detail"] {
            let parts = format!("{fault}/{name}/properties");
            if writer.get(&parts).is_some() {
                return self.part(writer, &parts, first, seed);
            }
        }
    }

    fn part(&self, writer: &mut Writer<'_>, parts: &str, name: &str, seed: Option<u64>) {
        let pointer = format!("{parts}/{}", escape(name));
        let schemas = writer.conformance().schemas();
        let making = Making { direction: Some(Direction::Response), seed };
        let made = schemas.at(&pointer).and_then(|id| schemas.make(id, making));
        if let Some(schema) = writer.get(&pointer) {
            writer.part(name, &schema, made.as_ref().unwrap_or(&Json::Null));
        }
    }
}

/// Writes what a fault says further.
type Detail<'d> = &'d dyn Fn(&mut Writer<'_>);

impl Version {
    fn namespace(self) -> &'static str {
        match self {
            Version::V11 => SOAP_11,
            Version::V12 => SOAP_12,
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Version::V11 => "text/xml",
            Version::V12 => "application/soap+xml",
        }
    }

    /// SOAP 1.1 §4.4 and §6.2; SOAP 1.2 part 1 §5.4, part 2 §7.5.2.
    fn fault(self, fault: &Fault, writer: &mut Writer<'_>, detail: Option<Detail<'_>>) -> u16 {
        let code = match (self, fault.whose) {
            (_, Whose::Version) => "VersionMismatch",
            (Version::V11, Whose::Client) => "Client",
            (Version::V11, Whose::Server) => "Server",
            (Version::V12, Whose::Client) => "Sender",
            (Version::V12, Whose::Server) => "Receiver",
        };
        writer.open("soap:Fault");
        let name = match self {
            Version::V11 => {
                writer.leaf("faultcode", &format!("soap:{code}"));
                writer.leaf("faultstring", &fault.why);
                "detail"
            }
            Version::V12 => {
                writer.open("soap:Code");
                writer.leaf("soap:Value", &format!("soap:{code}"));
                writer.close("soap:Code");
                writer.open("soap:Reason");
                writer.leaf("soap:Text xml:lang=\"en\"", &fault.why);
                writer.close("soap:Reason");
                "soap:Detail"
            }
        };
        if let Some(detail) = detail {
            writer.open(name);
            detail(writer);
            writer.close(name);
        }
        writer.close("soap:Fault");
        match (self, fault.whose) {
            (Version::V12, Whose::Client) => 400,
            _ => 500,
        }
    }
}
