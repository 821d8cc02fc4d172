//! A folder of resource files, as the command line sends it.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use contract::notation;
use model::{
    ContractSource, Finding, Kind, Place, Resource,
    tree::{self, Content, Document, TreeLimits},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ContractTexts, intake};

/// A folder of resource files with the contracts they refer to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    pub files: Vec<BundleFile>,
    /// Changes of contracts that were agreed to, as in the file of `pailou diff --suppress`; each line says after `#` why. They hold for
    /// this change alone, and are written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed: Option<String>,
}

/// A file of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BundleFile {
    /// Relative to the folder, with `/`.
    pub path: String,
    pub text: String,
}

/// A resource and the document it was read from, for the place of each of its fields.
#[derive(Clone, Debug)]
pub struct Sourced<T> {
    pub value: T,
    pub source: Option<Arc<Document>>,
}

/// What a bundle says.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Keys are hashed; contracts named by path or written in place are replaced by their hash.
    pub resources: Vec<Sourced<Resource>>,
    pub contracts: ContractTexts,
    pub findings: Vec<Finding>,
}

/// Files of one bundle.
const MOST_FILES: usize = 20_000;
/// Files that one contract leads to.
const MOST_IMPORTS: usize = 500;
/// Bytes of what was agreed to.
const MOST_AGREED: usize = 64 << 10;

/// The changes that were agreed to, a line each, with what is wrong with them.
pub(crate) fn agreed(text: &str) -> Result<Vec<String>, Vec<Finding>> {
    let wrong = |line: usize, message: &str| {
        let place = Place { file: "agreed".into(), line: u32::try_from(line).unwrap_or(u32::MAX), column: 1 };
        Finding::error("invalid-agreement", message).at(place)
    };
    if text.len() > MOST_AGREED {
        return Err(vec![wrong(1, "what was agreed to has 64 KiB at most")]);
    }
    if let Err(line) = diff::Suppressions::read(text) {
        let message = "a line is `rule-id`, `rule-id METHOD /path`, or that with the place in the message after it, and `# why`";
        return Err(vec![wrong(line, message)]);
    }
    let (mut lines, mut findings) = (Vec::new(), Vec::new());
    for (at, line) in text.lines().enumerate() {
        let (said, why) = line.split_once('#').unwrap_or((line, ""));
        if said.trim().is_empty() {
            continue;
        }
        match why.trim().is_empty() {
            true => findings.push(wrong(at + 1, "say after `#` why this break is accepted")),
            false => lines.push(line.trim().to_owned()),
        }
    }
    if findings.is_empty() { Ok(lines) } else { Err(findings) }
}

/// Reads every file of a bundle; everything that is wrong is in the findings.
pub fn read(bundle: &Bundle) -> Reading {
    let mut reader = Reader::default();
    if bundle.files.len() > MOST_FILES {
        let message = format!("a bundle has at most {MOST_FILES} files, this one has {}", bundle.files.len());
        reader.out.findings.push(Finding::error("too-many-files", message));
        return reader.out;
    }
    for file in &bundle.files {
        reader.add(file);
    }
    // Contracts are the large files. Read last, most are known to be contracts by then and need not be parsed to find out.
    let mut files: Vec<(&str, &str)> = reader.texts.iter().map(|(path, text)| (*path, *text)).collect();
    files.sort_by_key(|(path, text)| (text.len() > (64 << 10), *path));
    for (path, text) in files {
        reader.read_file(path, text);
    }
    reader.finish()
}

#[derive(Default)]
struct Reader<'a> {
    out: Reading,
    texts: BTreeMap<&'a str, &'a str>,
    /// Where each resource was first.
    places: HashMap<(Kind, String), Place>,
    contracts: BTreeSet<String>,
    /// What is wrong with files that may turn out to be contracts, which are checked as such.
    unsure: Vec<(&'a str, Finding)>,
}

impl<'a> Reader<'a> {
    fn add(&mut self, file: &'a BundleFile) {
        let path = file.path.as_str();
        let is_url = path.starts_with("https://") || path.starts_with("http://");
        let wrong = if !is_url && join("", path).as_deref() != Some(path) {
            "a path in a bundle is relative, with `/`, and without `.` and `..`"
        } else if self.texts.insert(path, &file.text).is_some() {
            "this path stands twice in the bundle"
        } else {
            return;
        };
        let place = Place { file: path.into(), line: 1, column: 1 };
        self.out.findings.push(Finding::error("invalid-path", wrong).at(place));
    }

    fn read_file(&mut self, path: &'a str, text: &str) {
        let is_resource_file = [".yaml", ".yml", ".json"].iter().any(|end| path.ends_with(end));
        if !is_resource_file || self.contracts.contains(path) {
            return;
        }
        let documents = match tree::parse(text, path, TreeLimits::default()) {
            Ok(documents) => documents,
            Err(finding) => return self.unsure.push((path, finding)),
        };
        let has_kind = |document: &Document| match &document.root.content {
            Content::Mapping(fields) => fields.iter().any(|(key, _)| &*key.text == "kind"),
            _ => false,
        };
        if !documents.iter().any(has_kind) {
            if let Some(document) = documents.first() {
                let message = "no document in this file has a `kind`, and no api names it as its contract; it is ignored";
                self.unsure.push((path, Finding::warning("ignored-file", message).at(document.place(""))));
            }
            return;
        }
        for document in documents {
            self.read_document(path, Arc::new(document));
        }
    }

    fn read_document(&mut self, path: &str, document: Arc<Document>) {
        let mut resource = match Resource::read(document.to_value()) {
            Ok(resource) => resource,
            Err(findings) => {
                return self.out.findings.extend(findings.into_iter().map(|finding| {
                    let place = document.place(finding.field.as_deref().unwrap_or_default());
                    finding.at(place)
                }));
            }
        };
        let (kind, id) = (resource.kind(), resource.id());
        let name = format!("{kind}/{id}");
        if let Some(first) = self.places.get(&(kind, id.clone())) {
            let message = format!("{name} is defined twice, first in {}:{}", first.file, first.line);
            let finding = Finding::error("duplicate-name", message).in_resource(name).in_field("name");
            return self.out.findings.push(finding.at(document.place("name")));
        }
        self.places.insert((kind, id), document.place(""));
        let mut findings = intake::take_in(&mut resource, &mut self.out.contracts);
        let (source, is_unfinished) = match &mut resource {
            Resource::Api(api) => (&mut api.contract, false),
            Resource::Design(design) => (&mut design.contract, true),
            _ => (&mut None, false),
        };
        if let Some(ContractSource::At(place)) = source {
            match self.contract(path, place, is_unfinished) {
                Ok(hash) => *source = Some(ContractSource::Stored(hash)),
                Err(finding) => findings.push(finding.in_field("contract")),
            }
        }
        self.out.findings.extend(findings.into_iter().map(|finding| {
            let place = document.place(finding.field.as_deref().unwrap_or_default());
            finding.in_resource(name.as_str()).at(place)
        }));
        self.out.resources.push(Sourced { value: resource, source: Some(document) });
    }

    /// The hash of the contract that a resource file names.
    fn contract(&mut self, from: &str, place: &str, is_unfinished: bool) -> Result<String, Finding> {
        if place.contains("://") {
            let message =
                "contracts are not fetched from URLs; save the document beside this file and name its path";
            return Err(Finding::error("contract-not-fetched", message));
        }
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let Some(path) = join(folder, place) else {
            let message = format!("`{place}` leads out of the folder; contracts are files inside it");
            return Err(Finding::error("contract-outside", message));
        };
        let Some(text) = self.texts.get(path.as_str()) else {
            let near = crate::nearest::suggestion(&path, self.texts.keys().copied());
            return Err(Finding::error("contract-missing", format!("there is no file `{path}`{near}")));
        };
        let whole = self.with_imports(&path, text);
        let hash = match is_unfinished {
            true => self.out.contracts.add_unfinished(&path, &whole),
            false => self.out.contracts.add(&path, &whole),
        };
        self.contracts.insert(path);
        Ok(hash.to_string())
    }

    /// The text of a contract with those of the files it imports, as far as they are in the bundle.
    fn with_imports<'t>(&mut self, path: &str, text: &'t str) -> Cow<'t, str> {
        let referred = self.with_referred(path, text);
        if let Some(whole) = referred {
            return Cow::Owned(whole);
        }
        let mut beside: Vec<(String, &str)> = Vec::new();
        let mut seen = BTreeSet::from([path.to_owned()]);
        let wanted = |from: &str, text: &str| {
            let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
            notation::wanted(text).into_iter().map(move |wanted| (folder.clone(), wanted))
        };
        let mut next: Vec<(String, String)> = wanted(path, text).collect();
        while let Some((folder, wanted_path)) = next.pop() {
            // Beside what imports it, or below a folder above.
            let mut folder = Some(folder.as_str());
            let found = loop {
                let Some(here) = folder else { break None };
                match join(here, &wanted_path).filter(|path| self.texts.contains_key(path.as_str())) {
                    Some(found) => break Some(found),
                    None if here.is_empty() => break None,
                    None => folder = Some(here.rsplit_once('/').map_or("", |(above, _)| above)),
                }
            };
            let Some(found) = found.filter(|found| seen.insert(found.clone())) else { continue };
            let Some(text) = self.texts.get(found.as_str()).copied() else { continue };
            next.extend(wanted(&found, text));
            self.contracts.insert(found);
            beside.push((wanted_path, text));
            if beside.len() > MOST_IMPORTS {
                break;
            }
        }
        if beside.is_empty() {
            return Cow::Borrowed(text);
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        let all = beside.iter().map(|(path, text)| (path.as_str(), *text));
        Cow::Owned(notation::bundle(std::iter::once((name, text)).chain(all)))
    }

    /// The text of a contract with those of the files that its references lead to, as far as they are in the bundle.
    fn with_referred(&mut self, path: &str, text: &str) -> Option<String> {
        let mut next = notation::referred(path, text);
        let mut seen = BTreeSet::from([path.to_owned()]);
        let mut beside: Vec<(String, &str)> = Vec::new();
        while let Some(name) = next.pop() {
            if beside.len() > MOST_IMPORTS || !seen.insert(name.clone()) {
                continue;
            }
            let Some(text) = self.texts.get(name.as_str()).copied() else { continue };
            next.extend(notation::referred(&name, text));
            self.contracts.insert(name.clone());
            beside.push((name, text));
        }
        if beside.is_empty() {
            return None;
        }
        let all = beside.iter().map(|(name, text)| (name.as_str(), *text));
        Some(notation::together((path, text), all))
    }

    fn finish(mut self) -> Reading {
        let contracts = &self.contracts;
        let unsure = self.unsure.into_iter().filter(|(path, _)| !contracts.contains(*path));
        self.out.findings.extend(unsure.map(|(_, finding)| finding));
        self.out
    }
}

/// A path relative to a folder, both with `/`; `None` where it leads out of the bundle or is no such path.
fn join(folder: &str, path: &str) -> Option<String> {
    if path.is_empty() || path.starts_with('/') || path.contains(['\\', '\0']) {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}
