//! Contracts of recorded traffic: HAR 1.2, as browsers and proxies write it.
//!
//! As of traffic that is watched, names and types are kept and no values: recordings are full of what is nobody else's business.

use std::collections::BTreeMap;

use contract::Notation;
use model::{
    Finding, Place,
    event::{Observed, ObservedPart},
    tree::Node,
};
use serde_json::Value;

use crate::{Span, draft::document, segment, watch::ServiceSeen};

/// Entries of a recording.
const MOST_ENTRIES: usize = 50_000;

/// An OpenAPI document that has what was recorded of the host that was called most, with what there is to say of it.
///
/// # Errors
/// What is no recording, or has no call in it.
pub fn of_har(text: &str, file: &str, title: Option<&str>) -> Result<(Value, Vec<Finding>), Vec<Finding>> {
    let read = contract::notation::read(text, file, Some(Notation::Har))?;
    let at = |node: &Node| Place { file: file.into(), line: node.line, column: node.column };
    let root = &read.document.root;
    let entries =
        root.get("log").and_then(|log| log.get("entries")).and_then(Node::items).unwrap_or_default();
    if entries.len() > MOST_ENTRIES {
        let message =
            format!("the recording has more than {MOST_ENTRIES} entries; record less, or take a part of it");
        return Err(vec![Finding::error("too-large", message).at(at(root))]);
    }
    let calls: Vec<Call<'_>> = entries.iter().filter_map(Call::read).collect();
    let mut hosts: BTreeMap<&str, usize> = BTreeMap::new();
    for call in &calls {
        *hosts.entry(&call.origin).or_default() += 1;
    }
    let Some((host, _)) = hosts.iter().max_by_key(|(_, count)| **count) else {
        let message =
            "no call of an API was recorded: pages, styles, scripts, fonts and pictures are left out";
        return Err(vec![Finding::error("no-operations", message).at(at(root))]);
    };
    let mut findings = Vec::new();
    for (other, count) in hosts.iter().filter(|(other, _)| *other != host) {
        let message = format!("{count} calls of {other} are left out: {host} was called most");
        findings.push(Finding::warning("left-out", message).at(at(root)));
    }
    let mut seen = ServiceSeen::default();
    for call in calls.iter().filter(|call| call.origin == *host) {
        let method = if call.method == "HEAD" { "GET" } else { &call.method };
        let Some(known) = seen.paths.at(method, &call.path, false, 1) else { continue };
        known.count(Span::at(1), Some(call.status));
        known.look(1, Some(call.status), "", &call.observed());
    }
    let title = title
        .map_or_else(|| host.split_once("://").map_or(*host, |(_, host)| host).to_owned(), str::to_owned);
    let made = document(&seen, &title, "", |found| !segment::is_probe(&found.template));
    made.map(|made| (made, findings)).ok_or_else(|| {
        let message = "no call could be described: what was recorded has methods or paths that contracts have no place for";
        vec![Finding::error("no-operations", message).at(at(root))]
    })
}

/// One entry that is the call of an API.
struct Call<'h> {
    origin: String,
    path: String,
    query: Vec<Box<str>>,
    method: String,
    status: u16,
    request: Option<&'h str>,
    response: Option<(&'h str, bool)>,
}

impl<'h> Call<'h> {
    fn read(entry: &'h Node) -> Option<Call<'h>> {
        let (request, response) = (entry.get("request")?, entry.get("response")?);
        let method = request.get("method")?.as_str()?.to_ascii_uppercase();
        let url = url::Url::parse(request.get("url")?.as_str()?).ok()?;
        let status = response
            .get("status")?
            .scalar_text()?
            .parse()
            .ok()
            .filter(|status| (100..600).contains(status))?;
        if !matches!(url.scheme(), "http" | "https") || method == "OPTIONS" || method == "CONNECT" {
            return None;
        }
        let content = response.get("content");
        let media = |node: Option<&Node>| {
            let media = node.and_then(|node| node.get("mimeType")?.as_str()).unwrap_or_default();
            media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
        };
        let is_json = |media: &str| media == "application/json" || media.ends_with("+json");
        let (sent, answered) = (media(request.get("postData")), media(content));
        let is_asked_by_script =
            matches!(entry.get("_resourceType").and_then(Node::as_str), Some("xhr" | "fetch"));
        let is_of_a_page = answered.starts_with("text/html")
            || answered.starts_with("text/css")
            || answered.starts_with("image/")
            || answered.starts_with("font/")
            || answered.starts_with("video/")
            || answered.contains("javascript")
            || answered == "application/wasm";
        if is_of_a_page && !is_json(&sent)
            || !is_asked_by_script && method == "GET" && answered == "text/plain"
        {
            return None;
        }
        let text = |node: Option<&'h Node>| node.and_then(|node| node.get("text")?.as_str());
        let is_base64 = content.and_then(|content| content.get("encoding")?.as_str()) == Some("base64");
        Some(Call {
            origin: url.origin().ascii_serialization(),
            path: url.path().to_owned(),
            query: url.query_pairs().map(|(name, _)| name.into()).collect(),
            method,
            status,
            request: text(request.get("postData")).filter(|_| is_json(&sent)),
            response: text(content).filter(|_| is_json(&answered)).map(|text| (text, is_base64)),
        })
    }

    fn observed(&self) -> Observed {
        let part = |body: Vec<u8>| ObservedPart { body };
        Observed {
            path: self.path.as_str().into(),
            query: self.query.clone(),
            request: self.request.map(|text| part(text.as_bytes().to_vec())),
            response: self.response.and_then(|(text, is_base64)| {
                use base64::{Engine, engine::general_purpose::STANDARD};
                match is_base64 {
                    true => STANDARD.decode(text).ok().map(part),
                    false => Some(part(text.as_bytes().to_vec())),
                }
            }),
        }
    }
}
