//! WSDL 1.1: one operation for each that a port has, told apart by its SOAP action; those of HTTP bindings by their paths.

mod call;

use std::collections::HashMap;

use model::{Finding, tree::Document};
use roxmltree::{Document as Xml, Node as Element, ParsingOptions};
use serde_json::{Map, Value, json};

use self::call::{Call, distinct};
use super::{
    Told, bundle,
    lines::Lines,
    make::{self, At, Fields},
    xsd::{QName, Sort, Types, XSD, qname},
};

const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
const SOAP: &str = "http://schemas.xmlsoap.org/wsdl/soap/";
const SOAP12: &str = "http://schemas.xmlsoap.org/wsdl/soap12/";
/// Namespaces of envelopes.
pub(crate) const SOAP_11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
pub(crate) const SOAP_12: &str = "http://www.w3.org/2003/05/soap-envelope";
/// Where the text itself stands in the document, where it is of one file; and what says that an operation answers with it.
pub(crate) const TEXT: &str = "x-wsdl";
/// What is called by a route: the element that its body has, and those of answers and faults.
pub(crate) const SOAP_CALLS: &str = "x-soap-calls";
const HTTP: &str = "http://schemas.xmlsoap.org/wsdl/http/";
/// Elements, attributes and texts of one file.
const MOST_NODES: u32 = 2_000_000;
/// Ports of one service.
const MOST_PORTS: usize = 200;
/// Elements in each other.
const MOST_DEPTH: usize = 200;

fn parse(text: &str) -> Result<Xml<'_>, roxmltree::Error> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    Xml::parse_with_options(text, options)
}

/// Files that a WSDL or a schema imports or includes.
pub(super) fn imports(text: &str) -> Vec<String> {
    let Ok(xml) = parse(text) else { return Vec::new() };
    let named = xml.descendants().filter_map(|element| match element.tag_name().namespace() {
        Some(WSDL) if element.tag_name().name() == "import" => element.attribute("location"),
        Some(XSD) if matches!(element.tag_name().name(), "import" | "include" | "redefine") => {
            element.attribute("schemaLocation")
        }
        _ => None,
    });
    let mut all: Vec<String> = named.filter(|path| !path.contains("://")).map(str::to_owned).collect();
    all.dedup();
    all
}

pub(super) fn read(text: &str, file: &str) -> Result<(Document, Vec<Finding>), Vec<Finding>> {
    let mut told = Told::new(file);
    let parts = bundle::parts(text, file);
    let lines: Vec<Lines<'_>> = parts.iter().map(|part| Lines::new(part.text, part.line)).collect();
    let mut files = Vec::new();
    for part in &parts {
        match parse(part.text) {
            Ok(xml) => files.push(xml),
            Err(error) => told.error("syntax", refused(&error), place(&error, part)),
        }
    }
    if !told.findings.is_empty() {
        return Err(told.findings);
    }
    for (xml, lines) in files.iter().zip(&lines) {
        if let Some(deep) = too_deep(xml) {
            told.error(
                "too-deep",
                format!("elements stand in each other deeper than {MOST_DEPTH} levels"),
                lines.at(deep),
            );
            return Err(told.findings);
        }
    }
    let root = files[0].root_element();
    if root.tag_name().namespace() != Some(WSDL) || root.tag_name().name() != "definitions" {
        let seems = match (root.tag_name().namespace(), root.tag_name().name()) {
            (Some("http://www.w3.org/ns/wsdl"), _) => "it is WSDL 2.0, which is not read".to_owned(),
            (Some(XSD), _) => "it is a schema alone; import the WSDL that uses it".to_owned(),
            (_, name) => format!("its root element is `{name}`"),
        };
        let message = format!("this is no WSDL 1.1: {seems}; `definitions` of `{WSDL}` is expected");
        told.error("not-wsdl", message, lines[0].at(root.range().start));
        return Err(told.findings);
    }
    let mut world = World::new(&files, &lines);
    world.tell_imports(&parts, &mut told);
    let whole = (parts.len() == 1).then_some(text);
    let out = world.lowered(whole, &mut told);
    told.finish(out)
}

fn refused(error: &roxmltree::Error) -> String {
    match error {
        roxmltree::Error::DtdDetected => {
            "document types are not read: they could make much of little; take `<!DOCTYPE …>` out".to_owned()
        }
        roxmltree::Error::NodesLimitReached => format!("more than {MOST_NODES} elements"),
        error => {
            let text = error.to_string();
            // The place is told beside it.
            let text = text.rsplit_once(" at ").map_or(&*text, |(text, _)| text);
            format!("this is no well-formed XML: {text}")
        }
    }
}

fn place(error: &roxmltree::Error, part: &bundle::Part<'_>) -> At {
    let at = error.pos();
    At { line: at.row.max(1) + part.line - 1, column: at.col.max(1) }
}

fn too_deep(xml: &Xml<'_>) -> Option<usize> {
    let mut depth: HashMap<roxmltree::NodeId, usize> = HashMap::new();
    for element in xml.descendants().filter(Element::is_element) {
        let around = element.parent().and_then(|parent| depth.get(&parent.id())).copied().unwrap_or_default();
        if around + 1 > MOST_DEPTH {
            return Some(element.range().start);
        }
        depth.insert(element.id(), around + 1);
    }
    None
}

/// Something with the file it stands in.
#[derive(Clone, Copy)]
struct Here<'x, 'i> {
    element: Element<'x, 'i>,
    lines: &'x Lines<'x>,
}

struct World<'x, 'i> {
    root: Here<'x, 'i>,
    messages: HashMap<QName, Here<'x, 'i>>,
    port_types: HashMap<QName, Here<'x, 'i>>,
    bindings: HashMap<QName, Here<'x, 'i>>,
    services: Vec<Here<'x, 'i>>,
    imports: Vec<(String, At)>,
    types: Types<'x, 'i>,
}

impl<'x, 'i> World<'x, 'i> {
    fn new(files: &'x [Xml<'i>], lines: &'x [Lines<'x>]) -> World<'x, 'i> {
        let root = Here { element: files[0].root_element(), lines: &lines[0] };
        let mut world = World {
            root,
            messages: HashMap::new(),
            port_types: HashMap::new(),
            bindings: HashMap::new(),
            services: Vec::new(),
            imports: Vec::new(),
            types: Types::new(),
        };
        for (xml, lines) in files.iter().zip(lines) {
            let namespace = xml.root_element().attribute("targetNamespace").unwrap_or_default();
            for element in xml.descendants().filter(Element::is_element) {
                let here = Here { element, lines };
                let location = match (element.tag_name().namespace(), element.tag_name().name()) {
                    (Some(XSD), "schema") => {
                        world.types.add(element, lines);
                        None
                    }
                    (Some(XSD), "import" | "include" | "redefine") => element.attribute("schemaLocation"),
                    (Some(WSDL), "import") => element.attribute("location"),
                    (Some(WSDL), "service") => {
                        world.services.push(here);
                        None
                    }
                    (Some(WSDL), kind @ ("message" | "portType" | "binding")) => {
                        if let Some(name) = element.attribute("name") {
                            let into = match kind {
                                "message" => &mut world.messages,
                                "portType" => &mut world.port_types,
                                _ => &mut world.bindings,
                            };
                            into.insert((namespace.to_owned(), name.to_owned()), here);
                        }
                        None
                    }
                    _ => None,
                };
                if let Some(location) = location {
                    world.imports.push((location.to_owned(), lines.at(element.range().start)));
                }
            }
        }
        world.types.name();
        world
    }

    fn tell_imports(&self, parts: &[bundle::Part<'_>], told: &mut Told<'_>) {
        for (path, at) in &self.imports {
            let name = path.rsplit('/').next().unwrap_or(path);
            if !parts.iter().any(|part| part.path.rsplit('/').next() == Some(name)) {
                let message = format!(
                    "`{path}` is not at hand, and is not fetched; import the file from the folder that has it"
                );
                told.warn("missing-import", message, *at);
            }
        }
    }

    /// The document; of one file with its text, for those who answer in the service's place.
    fn lowered(&mut self, text: Option<&str>, told: &mut Told<'_>) -> model::tree::Node {
        let at = self.root.lines.at(self.root.element.range().start);
        let mut calls = Vec::new();
        for service in self.services.clone() {
            for port in children(service.element, "port").take(MOST_PORTS) {
                self.port(service, port, &mut calls, told);
            }
        }
        if self.services.is_empty() {
            told.error(
                "no-operations",
                "there is no `service` with a `port`, so that nothing can be called",
                at,
            );
        }
        let calls = distinct(calls, told);
        let mut out = Fields::new(At::START);
        out.text("openapi", "3.1.0");
        let mut info = Fields::new(at);
        let name = self.root.element.attribute("name").map(str::to_owned);
        let service = self.services.first().and_then(|service| service.element.attribute("name"));
        info.text("title", service.map(str::to_owned).or(name).unwrap_or_else(|| "SOAP API".to_owned()));
        info.text("version", "");
        let described = self.services.first().and_then(|service| documentation(service.element));
        info.text_if("description", documentation(self.root.element).or(described));
        out.put("info", info.node());
        let mut items: Vec<(String, At, Fields)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for call in &calls {
            let key = match &call.action {
                Some(_) => format!("{}#{}", call.path, fragment(&call.id)),
                None => call.path.clone(),
            };
            let place = *places.entry(key.clone()).or_insert_with(|| {
                items.push((key, call.at, Fields::new(call.at)));
                items.len() - 1
            });
            let item = &mut items[place].2;
            if !item.has(call.method) {
                item.put_at(call.at, call.method, call.node());
            }
        }
        let mut addresses: Vec<&Call> = Vec::new();
        for call in calls.iter().filter(|call| !call.media.is_empty()) {
            if !addresses.iter().any(|known| known.path == call.path) {
                addresses.push(call);
            }
        }
        for (number, call) in addresses.iter().enumerate() {
            let description = json!({
                "operationId": if number == 0 { "wsdl".to_owned() } else { format!("wsdl{}", number + 1) },
                "summary": "The description of the service, with `?wsdl`",
                "responses": { "200": { "description": "WSDL.", "content": { "text/xml": {} } } },
                TEXT: true,
            });
            match items.iter_mut().find(|(known, ..)| *known == call.path) {
                Some((_, _, item)) if item.has("get") => {}
                Some((_, at, item)) => drop(item.put("get", make::value(*at, &description))),
                None => {
                    let mut item = Fields::new(call.at);
                    item.put("get", make::value(call.at, &description));
                    items.push((call.path.clone(), call.at, item));
                }
            }
        }
        let mut paths = Fields::new(at);
        for (path, at, item) in items {
            paths.put_at(at, &path, item.node());
        }
        out.put("paths", paths.node());
        let mut components = Fields::new(at);
        components.put("schemas", self.types.components(at));
        out.put("components", components.node());
        out.text_if(TEXT, text);
        for (name, at) in self.types.missing.drain(..) {
            let message = format!("`{name}` is not defined in what is at hand; it is taken for anything");
            told.warn("unknown-type", message, at);
        }
        if let Some(at) = self.types.too_deep {
            told.error("too-deep", "types lead into each other too deep, or in a circle", at);
        }
        out.node()
    }

    fn port(
        &mut self,
        service: Here<'x, 'i>,
        port: Element<'x, 'i>,
        calls: &mut Vec<Call>,
        told: &mut Told<'_>,
    ) {
        let at = service.lines.at(port.range().start);
        let name = port.attribute("name").unwrap_or("port").to_owned();
        let binding = port.attribute("binding").and_then(|name| qname(port, name));
        let Some(binding) = binding.as_ref().and_then(|name| self.bindings.get(name)).copied() else {
            let shown = port.attribute("binding").unwrap_or_default();
            let message = format!("the port `{name}` names the binding `{shown}`, which is not defined");
            return told.error("unknown-binding", message, at);
        };
        let address = port.children().find(|child| child.tag_name().name() == "address");
        let path = address.and_then(|address| address.attribute("location")).map_or("/".to_owned(), path_of);
        let path = match crate::template::check(&path) {
            Ok(()) => path,
            Err(why) => {
                told.error(
                    "invalid-path",
                    format!("the address of the port `{name}` cannot be routed: {why}"),
                    at,
                );
                return;
            }
        };
        let protocol = binding.element.children().find(|child| {
            child.tag_name().name() == "binding"
                && child.tag_name().namespace() != Some(WSDL)
                && child.is_element()
        });
        let namespace = protocol.and_then(|protocol| protocol.tag_name().namespace()).unwrap_or_default();
        let port_type = binding.element.attribute("type").and_then(|name| qname(binding.element, name));
        let Some(port_type) = port_type.as_ref().and_then(|name| self.port_types.get(name)).copied() else {
            let message = "the binding names a port type that is not defined";
            return told.error("unknown-port-type", message, binding.lines.at(binding.element.range().start));
        };
        for operation in children(binding.element, "operation") {
            let at = binding.lines.at(operation.range().start);
            let Some(id) = operation.attribute("name") else { continue };
            let abstract_one =
                children(port_type.element, "operation").find(|one| one.attribute("name") == Some(id));
            let Some(abstract_one) = abstract_one else {
                let message = format!("the port type has no operation `{id}`");
                told.error("unknown-operation", message, at);
                continue;
            };
            let described = documentation(abstract_one).or_else(|| documentation(operation));
            let of = Here { element: abstract_one, lines: port_type.lines };
            let call = match namespace {
                SOAP | SOAP12 => self.soap(protocol, operation, of, namespace == SOAP12),
                HTTP => self.http(protocol, operation, of),
                other => {
                    let message = format!(
                        "the binding of the port `{name}` is of `{other}`, which has no routes here; SOAP and HTTP have"
                    );
                    return told.warn("left-out", message, binding.lines.at(binding.element.range().start));
                }
            };
            let Some((method, below, mut call)) = call else { continue };
            call.at = at;
            call.path =
                format!("{}{below}", path.trim_end_matches(if below.is_empty() { '\0' } else { '/' }));
            call.method = method;
            call.id = id.to_owned();
            call.tag = name.clone();
            call.description = described;
            if let Err(why) = crate::template::check(&call.path) {
                told.warn("left-out", format!("the operation `{id}` is left out: {why}"), at);
                continue;
            }
            calls.push(call);
        }
    }

    fn soap(
        &mut self,
        protocol: Option<Element<'x, 'i>>,
        operation: Element<'x, 'i>,
        of: Here<'x, 'i>,
        is_12: bool,
    ) -> Option<(&'static str, String, Call)> {
        let soap = |element: Element<'x, 'i>, name: &str| {
            element.children().find(|child| {
                matches!(child.tag_name().namespace(), Some(SOAP | SOAP12)) && child.tag_name().name() == name
            })
        };
        let own = soap(operation, "operation");
        let style = own
            .and_then(|own| own.attribute("style"))
            .or(protocol.and_then(|all| all.attribute("style")))
            .unwrap_or("document");
        let action = own.and_then(|own| own.attribute("soapAction")).filter(|action| !action.is_empty());
        let name = operation.attribute("name").unwrap_or_default();
        let request = self.body(operation, of, "input", style, name);
        let response = self.body(operation, of, "output", style, &format!("{name}Response"));
        let names = |body: Option<&Value>| -> Vec<String> {
            let all = body.and_then(|body| body["properties"].as_object());
            all.map(|all| all.keys().cloned().collect()).unwrap_or_default()
        };
        let first = request.as_ref().and_then(|body| body["properties"].as_object()?.iter().next());
        let mut called = json!({ "element": first.map_or("", |(element, _)| element.as_str()), "answer": names(response.as_ref()) });
        if let Some(namespace) = first.and_then(|(_, of)| of.pointer("/xml/namespace")) {
            called["namespace"] = namespace.clone();
        }
        let mut faults = Vec::new();
        for fault in children(of.element, "fault") {
            let message = fault.attribute("message").and_then(|name| qname(fault, name));
            faults.extend(message.and_then(|name| self.parts(&name)).into_iter().flatten());
        }
        let envelope = |body: Option<Value>, faults: Option<Value>| {
            let mut body = body.unwrap_or_else(|| json!({ "type": "object" }));
            let soap = json!({ "prefix": "soap" });
            body["xml"] = soap.clone();
            if let Some(mut faults) = faults {
                // A fault stands in place of an answer.
                faults["xml"] = soap.clone();
                body["properties"]["Fault"] = faults;
                body.as_object_mut().map(|body| body.remove("required"));
            }
            json!({
                "type": "object",
                "xml": { "name": "Envelope", "prefix": "soap", "namespace": envelope(is_12) },
                "required": ["Body"],
                "properties": { "Header": { "type": "object", "xml": soap }, "Body": body },
            })
        };
        let detail: Map<String, Value> = faults.into_iter().collect();
        called["faults"] = detail.keys().cloned().collect();
        let fault = match is_12 {
            false => json!({ "type": "object", "properties": {
                "faultcode": { "type": "string" }, "faultstring": { "type": "string" }, "faultactor": { "type": "string" },
                "detail": { "type": "object", "properties": detail },
            } }),
            true => json!({ "type": "object", "properties": {
                "Code": { "type": "object" }, "Reason": { "type": "object" }, "Detail": { "type": "object", "properties": detail },
            } }),
        };
        let call = Call {
            at: At::START,
            path: String::new(),
            method: "post",
            id: String::new(),
            tag: String::new(),
            description: None,
            action: action.map(str::to_owned),
            media: vec![if is_12 { "application/soap+xml" } else { "text/xml" }],
            calls: vec![called],
            parameters: Vec::new(),
            request: Some(envelope(request, None)),
            response: envelope(response, Some(fault)),
        };
        Some(("post", String::new(), call))
    }

    /// What stands in `Body`.
    fn body(
        &mut self,
        operation: Element<'x, 'i>,
        of: Here<'x, 'i>,
        direction: &'static str,
        style: &str,
        wrapper: &str,
    ) -> Option<Value> {
        let message = children(of.element, direction).next()?;
        let name = message.attribute("message").and_then(|name| qname(message, name))?;
        let mut parts = self.parts(&name)?;
        // What the binding says of it: which of the parts, as others stand in the header, and the namespace of the wrapper.
        let bound = children(operation, direction).next().and_then(|bound| {
            bound.descendants().find(|inner| {
                matches!(inner.tag_name().namespace(), Some(SOAP | SOAP12))
                    && inner.tag_name().name() == "body"
            })
        });
        if let Some(named) = bound.and_then(|bound| bound.attribute("parts")) {
            let wanted: Vec<&str> = named.split_whitespace().collect();
            let all = self.part_names(&name);
            let mut at = all.iter().map(|name| wanted.contains(&&**name));
            parts.retain(|_| at.next().unwrap_or(true));
        }
        let names: Vec<String> = parts.iter().map(|(name, _)| name.clone()).collect();
        let inside = json!({ "type": "object", "properties": parts.into_iter().collect::<Map<_, _>>(), "required": names });
        Some(match style {
            "rpc" => {
                let mut inside = inside;
                if let Some(namespace) = bound.and_then(|bound| bound.attribute("namespace")) {
                    inside["xml"] = json!({ "namespace": namespace, "prefix": "m" });
                }
                json!({ "type": "object", "properties": { wrapper: inside }, "required": [wrapper] })
            }
            _ => inside,
        })
    }

    /// What the parts of a message are called, in the order of [`World::parts`].
    fn part_names(&self, message: &QName) -> Vec<String> {
        let here = self.messages.get(message);
        let parts = here.into_iter().flat_map(|here| children(here.element, "part"));
        let is_read = |part: &Element<'_, '_>| {
            let named = part.attribute("element").or(part.attribute("type"));
            named.is_some_and(|name| qname(*part, name).is_some())
        };
        parts.filter(is_read).map(|part| part.attribute("name").unwrap_or_default().to_owned()).collect()
    }

    /// The parts of a message: elements by their names, types by the names of the parts.
    fn parts(&mut self, message: &QName) -> Option<Vec<(String, Value)>> {
        let here = self.messages.get(message).copied()?;
        let mut parts = Vec::new();
        for part in children(here.element, "part") {
            let at = here.lines.at(part.range().start);
            if let Some(name) = part.attribute("element").and_then(|name| qname(part, name)) {
                let mut schema = self.types.reference(Sort::Element, &name, at);
                if !name.0.is_empty() {
                    schema["xml"] = match self.types.qualifies(&name) {
                        true => json!({ "namespace": name.0 }),
                        false => json!({ "namespace": name.0, "prefix": "m" }),
                    };
                }
                parts.push((name.1.clone(), schema));
            } else if let Some(of) = part.attribute("type").and_then(|name| qname(part, name)) {
                let name = part.attribute("name").unwrap_or("part").to_owned();
                parts.push((name, self.types.reference(Sort::Type, &of, at)));
            }
        }
        Some(parts)
    }

    fn http(
        &mut self,
        protocol: Option<Element<'x, 'i>>,
        operation: Element<'x, 'i>,
        of: Here<'x, 'i>,
    ) -> Option<(&'static str, String, Call)> {
        let method = match protocol?.attribute("verb")? {
            "GET" => "get",
            "POST" => "post",
            _ => return None,
        };
        let location = operation.children().find(|child| {
            child.tag_name().namespace() == Some(HTTP) && child.tag_name().name() == "operation"
        })?;
        let below = location.attribute("location")?.replace('(', "{").replace(')', "}");
        let below = if below.starts_with('/') { below } else { format!("/{below}") };
        let message =
            children(of.element, "input").next().and_then(|input| qname(input, input.attribute("message")?));
        let parts = message.and_then(|name| self.parts(&name)).unwrap_or_default();
        let mut parameters = Vec::new();
        let mut form = Map::new();
        for (name, schema) in parts {
            let in_path = below.contains(&format!("{{{name}}}"));
            if in_path || method == "get" {
                let place = if in_path { "path" } else { "query" };
                parameters.push(json!({ "name": name, "in": place, "required": in_path, "schema": schema }));
            } else {
                form.insert(name, schema);
            }
        }
        let request = (!form.is_empty()).then(|| json!({ "type": "object", "properties": form }));
        let call = Call {
            at: At::START,
            path: String::new(),
            method,
            id: String::new(),
            tag: String::new(),
            description: None,
            action: None,
            media: Vec::new(),
            calls: Vec::new(),
            parameters,
            request,
            response: json!({}),
        };
        Some((method, below, call))
    }
}

/// What tells operations at one path apart in the document.
fn fragment(id: &str) -> String {
    id.replace(['/', '#', '{', '}', '~', ' '], "_")
}

fn envelope(is_12: bool) -> &'static str {
    if is_12 { SOAP_12 } else { SOAP_11 }
}

/// The text with ports where `address` was called for `path`: below the same base path, each by the path it has.
pub(crate) fn addressed(text: &str, path: &str, address: &str) -> String {
    let mut out = text.to_owned();
    let Ok(xml) = parse(text) else { return out };
    let is_port = |element: &Element<'_, '_>| {
        element.tag_name().name() == "address"
            && matches!(element.tag_name().namespace(), Some(SOAP | SOAP12))
    };
    let Some(base) = address.strip_suffix(path) else { return out };
    let ports = xml.descendants().filter(is_port).filter_map(|port| port.attribute_node("location"));
    let places: Vec<_> =
        ports.map(|port| (port.range_value(), format!("{base}{}", path_of(port.value())))).collect();
    for (place, address) in places.into_iter().rev() {
        out.replace_range(place, &address.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;"));
    }
    out
}

/// The path of an address.
fn path_of(location: &str) -> String {
    let rest = location.trim().split_once("://").map_or(location.trim(), |(_, rest)| rest);
    let path = rest.find('/').map_or("/", |at| &rest[at..]);
    let path = path.split(['?', '#']).next().unwrap_or("/");
    if path.is_empty() { "/".to_owned() } else { path.to_owned() }
}

fn children<'x, 'i>(element: Element<'x, 'i>, name: &'static str) -> impl Iterator<Item = Element<'x, 'i>> {
    element
        .children()
        .filter(move |child| child.tag_name().namespace() == Some(WSDL) && child.tag_name().name() == name)
}

fn documentation(element: Element<'_, '_>) -> Option<String> {
    let text = children(element, "documentation").next()?.text()?.trim();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    (!text.is_empty()).then(|| lines.join("\n"))
}
