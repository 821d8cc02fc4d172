//! From a tree to operations, with everything that is wrong on the way.

use std::collections::{BTreeMap, HashMap, HashSet};

use model::{
    Finding, Place, Severity,
    tree::{Document, Key, Node},
};

use crate::{
    Dialect, Operation, dialect,
    page::SecurityNeed,
    references,
    source::{Finder, escape, local_pointer},
    template,
};

pub(crate) const METHODS: [&str; 9] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// What a document says, without its pieces.
pub(crate) struct Reading {
    pub(crate) dialect: Dialect,
    pub(crate) title: String,
    pub(crate) version: String,
    pub(crate) description: Option<String>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) findings: Vec<Finding>,
}

/// Reads the operations of a document.
///
/// # Errors
/// Every finding, at least one of them an error.
pub(crate) fn read(document: &Document) -> Result<Reading, Vec<Finding>> {
    let root = &document.root;
    let dialect = dialect::recognize(root).map_err(|finding| {
        let place = document.place(finding.field.as_deref().unwrap_or_default());
        vec![finding.at(place)]
    })?;
    let finder = Finder::new(root);
    let mut reader = Reader {
        document,
        finder: &finder,
        dialect,
        security: Vec::new(),
        operations: Vec::new(),
        findings: Vec::new(),
    };
    let (title, version, description) = reader.about();
    reader.security = security(root.get("security"));
    reader.paths();
    reader.unique_ids();
    reader.unique_routes();
    reader.findings.extend(references::check(document, &finder));
    let Reader { operations, findings, .. } = reader;
    let findings = worth_reading(findings);
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(findings);
    }
    Ok(Reading { dialect, title, version, description, operations, findings })
}

/// Errors first, and of each rule only as many as anybody reads; the rest is counted.
fn worth_reading(mut findings: Vec<Finding>) -> Vec<Finding> {
    const MOST: usize = 50;
    findings.sort_by_key(|finding| finding.severity);
    let mut counts: BTreeMap<(Severity, String), usize> = BTreeMap::new();
    findings.retain(|finding| {
        let count = counts.entry((finding.severity, finding.rule.clone())).or_default();
        *count += 1;
        *count <= MOST
    });
    for ((severity, rule), count) in counts.into_iter().filter(|(_, count)| *count > MOST) {
        let mut finding =
            Finding::warning(&rule, format!("{} more findings of this rule are not shown", count - MOST));
        finding.severity = severity;
        findings.push(finding);
    }
    findings
}

struct Reader<'a> {
    document: &'a Document,
    finder: &'a Finder<'a>,
    dialect: Dialect,
    /// What holds where an operation says nothing.
    security: Vec<SecurityNeed>,
    operations: Vec<Operation>,
    findings: Vec<Finding>,
}

impl<'a> Reader<'a> {
    fn about(&mut self) -> (String, String, Option<String>) {
        let root = &self.document.root;
        let info = root.get("info");
        if info.is_none_or(|info| info.fields().is_none()) {
            self.warn("missing-field", "`info` with a `title` and a `version` is missing", "info", root);
        }
        let title = text(info, "title");
        if title.is_none()
            && let Some(info) = info
        {
            self.warn("missing-field", "the API has no `title`", "info.title", info);
        }
        let title = title.unwrap_or_else(|| "Untitled API".to_owned());
        (title, text(info, "version").unwrap_or_default(), text(info, "description"))
    }

    fn paths(&mut self) {
        let root = &self.document.root;
        let Some((key, paths)) = root.entry("paths").map(|(key, node)| (key, node)) else {
            let message = "there are no `paths`, so that no operation can be routed";
            match self.dialect {
                Dialect::Swagger20 | Dialect::OpenApi30 => {
                    self.error("missing-field", message, "paths", root)
                }
                _ => self.warn("no-operations", message, "paths", root),
            }
            return;
        };
        let Some(fields) = paths.fields() else {
            let message = format!(
                "`paths` is {}; a mapping from paths such as `/orders` to operations is expected",
                paths.kind()
            );
            self.findings.push(Finding::error("wrong-type", message).in_field("paths").at(self.at_key(key)));
            return;
        };
        for (path, item) in fields {
            if !path.text.starts_with("x-") {
                self.path(path, item);
            }
        }
        if self.operations.is_empty()
            && self.findings.iter().all(|finding| finding.severity != Severity::Error)
        {
            self.warn("no-operations", "`paths` has no operation", "paths", paths);
        }
    }

    fn path(&mut self, path: &'a Key, item: &'a Node) {
        let field = format!("paths.{}", path.text);
        // Operations that their SOAP action tells apart stand at one path, with a word after `#` each.
        let is_soap = |item: &Node| {
            let mut all = item.fields().unwrap_or_default().iter();
            all.all(|(_, operation)| operation.get("x-soap-action").is_some())
        };
        let route = match path.text.split_once('#') {
            Some((route, _)) if is_soap(item) => route,
            _ => &path.text,
        };
        if let Err(message) = template::check(route) {
            self.findings
                .push(Finding::error("invalid-path", message).in_field(&field).at(self.at_key(path)));
            return;
        }
        let Some((pointer, item)) = self.path_item(path, item, &field) else { return };
        let Some(fields) = item.fields() else {
            if item.kind() != "nothing" {
                let message = format!(
                    "a path item is {}; a mapping from methods to operations is expected",
                    item.kind()
                );
                self.findings
                    .push(Finding::error("wrong-type", message).in_field(&field).at(self.at_key(path)));
            }
            return;
        };
        for (key, operation) in fields {
            let name = &*key.text;
            if METHODS.contains(&name) && (name != "query" || self.dialect == Dialect::OpenApi32) {
                self.operation(path, &pointer, name, name, key, operation, item);
            } else if name == "additionalOperations" && self.dialect == Dialect::OpenApi32 {
                for (key, operation) in operation.fields().unwrap_or_default() {
                    let field = format!("additionalOperations/{}", escape(&key.text));
                    self.operation(path, &pointer, &field, &key.text, key, operation, item);
                }
            } else if METHODS.contains(&name.to_ascii_lowercase().as_str()) && name != "query" {
                let message = format!("`{name}` is written in lower case: `{}`", name.to_ascii_lowercase());
                self.findings
                    .push(Finding::error("unknown-method", message).in_field(&field).at(self.at_key(key)));
            }
        }
    }

    /// The path item with its pointer, through its `$ref` where it has one.
    fn path_item(&mut self, path: &Key, item: &'a Node, field: &str) -> Option<(String, &'a Node)> {
        let mut pointer = format!("/paths/{}", escape(&path.text));
        let mut item = item;
        for _ in 0..8 {
            let Some(target) = item.get("$ref") else { return Some((pointer, item)) };
            let reference = target.as_str().unwrap_or_default();
            let found = local_pointer(reference).and_then(|to| Some((self.finder.find(&to)?, to)));
            let Some((node, to)) = found else {
                let message = if reference.starts_with('#') {
                    format!("the path item `{reference}` leads nowhere")
                } else {
                    format!(
                        "the path item `{reference}` is in another file, which did not come with this one or does not have it"
                    )
                };
                let place = self.at(target);
                self.findings.push(Finding::error("unresolved-path-item", message).in_field(field).at(place));
                return None;
            };
            (pointer, item) = (to, node);
        }
        let place = self.at(item);
        let message = "the path item leads back to itself through `$ref`";
        self.findings.push(Finding::error("unresolved-path-item", message).in_field(field).at(place));
        None
    }

    #[expect(clippy::too_many_arguments, reason = "one call per place an operation may stand")]
    fn operation(
        &mut self,
        path: &Key,
        item_at: &str,
        field: &str,
        method: &str,
        key: &Key,
        node: &'a Node,
        item: &'a Node,
    ) {
        let named = format!("paths.{}.{}", path.text, key.text);
        if node.fields().is_none() {
            let message = format!("an operation is {}; a mapping with `responses` is expected", node.kind());
            self.findings.push(Finding::error("wrong-type", message).in_field(named).at(self.at_key(key)));
            return;
        }
        let method = method.to_ascii_uppercase();
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if method.is_empty() || !method.bytes().all(is_token) {
            let message = format!("`{}` is not a method", key.text);
            self.findings
                .push(Finding::error("unknown-method", message).in_field(named).at(self.at_key(key)));
            return;
        }
        self.undeclared_parameters(path, node, item, &named, key);
        let tags = node.get("tags").and_then(Node::items).unwrap_or_default();
        let soap_action = text(Some(node), "x-soap-action");
        let summary = text(Some(node), "summary").or_else(|| text(Some(item), "summary"));
        self.operations.push(Operation {
            id: text(Some(node), "operationId").unwrap_or_default(),
            method,
            path: match soap_action {
                Some(_) => path.text.split('#').next().unwrap_or_default().to_owned(),
                None => path.text.to_string(),
            },
            soap_action,
            summary,
            description: text(Some(node), "description").or_else(|| text(Some(item), "description")),
            tags: tags.iter().filter_map(|tag| Some(tag.scalar_text()?.into_owned())).collect(),
            deprecated: node.get("deprecated").and_then(Node::as_bool).unwrap_or(false),
            security: node
                .get("security")
                .map_or_else(|| self.security.clone(), |needs| security(Some(needs))),
            item: item_at.into(),
            field: field.into(),
        });
    }

    /// A parameter of the template that the operation does not describe is worth a note: the portal shows it as a string.
    fn undeclared_parameters(&mut self, path: &Key, operation: &Node, item: &Node, field: &str, key: &Key) {
        if !path.text.contains('{') {
            return;
        }
        let lists = [operation.get("parameters"), item.get("parameters")];
        let declared: HashSet<&str> = lists
            .into_iter()
            .flatten()
            .flat_map(|list| list.items().unwrap_or_default())
            .filter_map(|parameter| match parameter.get("$ref").and_then(Node::as_str) {
                Some(target) => self.finder.find(&local_pointer(target)?),
                None => Some(parameter),
            })
            .filter(|parameter| parameter.get("in").and_then(Node::as_str) == Some("path"))
            .filter_map(|parameter| parameter.get("name")?.as_str())
            .collect();
        let missing: Vec<&str> =
            template::names(&path.text).filter(|name| !declared.contains(name)).collect();
        if let [first, ..] = missing.as_slice() {
            let message = format!("the path parameter `{first}` is not described under `parameters`");
            let mut finding =
                Finding::warning("undeclared-path-parameter", message).in_field(field).at(self.at_key(key));
            finding.severity = Severity::Note;
            self.findings.push(finding);
        }
    }

    /// Gives every operation an id of its own.
    fn unique_ids(&mut self) {
        let mut taken: HashMap<String, usize> = HashMap::with_capacity(self.operations.len());
        let mut findings = Vec::new();
        for at in 0..self.operations.len() {
            let operation = &self.operations[at];
            let fallback = format!("{} {}", operation.method, operation.path);
            let id = if operation.id.is_empty() { fallback.clone() } else { operation.id.clone() };
            let id = match taken.get(&id) {
                None => id,
                Some(first) => {
                    let first = &self.operations[*first];
                    let message = format!(
                        "the operationId `{id}` is that of {} {} too; this operation is called `{fallback}`",
                        first.method, first.path
                    );
                    let field = format!("paths.{}.{}.operationId", operation.path, operation.field);
                    let place = self.document.place(&field);
                    findings
                        .push(Finding::warning("duplicate-operation-id", message).in_field(field).at(place));
                    fallback
                }
            };
            taken.insert(id.clone(), at);
            self.operations[at].id = id;
        }
        self.findings.extend(findings);
    }

    fn unique_routes(&mut self) {
        let mut seen: HashMap<(&str, String, Option<&str>), &Operation> =
            HashMap::with_capacity(self.operations.len());
        let mut findings = Vec::new();
        for operation in &self.operations {
            let place =
                (&*operation.method, template::shape(&operation.path), operation.soap_action.as_deref());
            let Some(first) = seen.insert(place, operation) else { continue };
            let message = format!(
                "{} {} matches the same requests as {} {}; keep one of them",
                operation.method, operation.path, first.method, first.path
            );
            let field = format!("paths.{}.{}", operation.path, operation.field);
            let place = self.document.place(&field);
            findings.push(Finding::error("duplicate-operation", message).in_field(field).at(place));
        }
        self.findings.extend(findings);
    }

    fn error(&mut self, rule: &str, message: &str, field: &str, at: &Node) {
        let place = self.at(at);
        self.findings.push(Finding::error(rule, message).in_field(field).at(place));
    }

    fn warn(&mut self, rule: &str, message: &str, field: &str, at: &Node) {
        let place = self.at(at);
        self.findings.push(Finding::warning(rule, message).in_field(field).at(place));
    }

    fn at(&self, node: &Node) -> Place {
        Place { file: self.document.file.clone(), line: node.line, column: node.column }
    }

    fn at_key(&self, key: &Key) -> Place {
        Place { file: self.document.file.clone(), line: key.line, column: key.column }
    }
}

fn text(node: Option<&Node>, field: &str) -> Option<String> {
    let text = node?.get(field)?.scalar_text()?;
    (!text.trim().is_empty()).then(|| text.into_owned())
}

fn security(node: Option<&Node>) -> Vec<SecurityNeed> {
    let needs = node.and_then(Node::items).unwrap_or_default();
    needs
        .iter()
        .map(|need| {
            let schemes = need.fields().unwrap_or_default().iter();
            schemes
                .map(|(name, scopes)| {
                    let scopes = scopes.items().unwrap_or_default();
                    (
                        name.text.to_string(),
                        scopes.iter().filter_map(|scope| Some(scope.as_str()?.to_owned())).collect(),
                    )
                })
                .collect::<BTreeMap<String, Vec<String>>>()
        })
        .collect()
}
