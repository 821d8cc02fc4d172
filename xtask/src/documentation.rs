//! Rules for the pages of the documentation, as tests over their text.

use std::{
    collections::BTreeMap,
    fs,
    path::{Component, Path, PathBuf},
};

use crate::{shell::root, tidy::collect};

/// The pages, with their text: those of `docs`, and those beside it.
fn pages() -> BTreeMap<PathBuf, String> {
    let mut files = Vec::new();
    collect(&root().join("docs"), "md", &mut files);
    let beside = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "STYLE.md"];
    files.extend(beside.map(|name| root().join(name)));
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        (path, text)
    };
    files.into_iter().map(read).collect()
}

/// The lines of a page that are no code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// Where the links of a page lead, without those to other hosts.
fn links(text: &str) -> Vec<&str> {
    let of = |line| -> Vec<&str> {
        str::split(line, "](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0)).collect()
    };
    prose(text).flat_map(of).filter(|link| !link.contains("://") && !link.starts_with("mailto:")).collect()
}

/// What a heading is found by.
fn anchor(heading: &str) -> String {
    // Of a link its words count.
    let mut words = String::new();
    let mut rest = heading;
    while let Some((before, after)) = rest.split_once("](") {
        words.push_str(before);
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    words.push_str(rest);
    let kept = words.trim().to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' '))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

fn anchors(text: &str) -> Vec<String> {
    prose(text)
        .filter(|line| line.starts_with('#'))
        .map(|line| anchor(line.trim_start_matches('#')))
        .collect()
}

/// A path against the folder of a page, without `..`.
fn against(page: &Path, link: &str) -> PathBuf {
    let mut path = page.parent().unwrap().to_path_buf();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            part => path.push(part),
        }
    }
    path
}

#[test]
fn each_link_of_a_page_leads_somewhere() {
    let pages = pages();
    let mut complaints = Vec::new();
    for (page, text) in &pages {
        for link in links(text) {
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { page.clone() } else { against(page, path) };
            let is_there = match pages.get(&target) {
                Some(text) => heading.is_empty() || anchors(text).iter().any(|anchor| anchor == heading),
                None => target.exists(),
            };
            if !is_there {
                let shown = page.strip_prefix(root()).unwrap().display();
                complaints.push(format!("{shown}: `{link}` leads nowhere"));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn each_page_is_listed_by_the_first_page_of_the_documentation() {
    let pages = pages();
    let docs = root().join("docs");
    let index = docs.join("README.md");
    let listed: Vec<PathBuf> = links(&pages[&index]).into_iter().map(|link| against(&index, link)).collect();
    let missing =
        pages.keys().filter(|page| page.starts_with(&docs) && **page != index && !listed.contains(page));
    let missing: Vec<String> = missing.map(|page| page.display().to_string()).collect();
    assert!(missing.is_empty(), "docs/README.md does not list\n{}", missing.join("\n"));
}
