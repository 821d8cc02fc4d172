//! Several files as one text: a contract that imports others is kept with them.
//!
//! Each file begins with a line `--- pailou file: PATH`, the one that imports the others first.

use model::{Finding, Place};

use super::{Notation, detect, protobuf, wsdl};

const MARK: &str = "--- pailou file: ";

/// A file of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part<'t> {
    /// Relative to the folder of the first, or of what imports it.
    pub(crate) path: &'t str,
    pub(crate) text: &'t str,
    /// The line of the whole text that its first line is, from 1.
    pub(crate) line: u32,
}

/// Files as one text; of a single one the text itself.
pub fn bundle<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let files: Vec<_> = files.into_iter().collect();
    if let [(_, text)] = files.as_slice() {
        return (*text).to_owned();
    }
    let mut all = String::new();
    for (path, text) in files {
        all.push_str(MARK);
        all.push_str(path);
        all.push('\n');
        all.push_str(text);
        if !text.ends_with('\n') {
            all.push('\n');
        }
    }
    all
}

/// A file with those that references of it lead to, as one text that is the same wherever they come from: by names against the folder that
/// has all of them, in the order of names.
pub fn together<'a>(
    first: (&'a str, &'a str),
    beside: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut beside: Vec<_> = beside.into_iter().collect();
    if detect::of_words(first.1).is_some() {
        // What these import they name as it is called.
        return bundle(std::iter::once(first).chain(beside));
    }
    let paths = beside.iter().map(|(path, _)| *path).filter(|path| !path.contains("://"));
    let folder = |path: &'a str| path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut common = folder(first.0);
    for path in paths {
        while !common.is_empty() && path.strip_prefix(common).is_none_or(|rest| !rest.starts_with('/')) {
            common = folder(common);
        }
    }
    let cut = |path: &'a str| match common.is_empty() || path.contains("://") {
        true => path,
        false => path.get(common.len() + 1..).unwrap_or(path),
    };
    for (path, _) in &mut beside {
        *path = cut(path);
    }
    beside.sort_by_key(|(path, _)| *path);
    bundle(std::iter::once((cut(first.0), first.1)).chain(beside))
}

/// The files of a text; `file` is what a text that is not of several is called.
pub(crate) fn parts<'t>(text: &'t str, file: &'t str) -> Vec<Part<'t>> {
    if !text.starts_with(MARK) {
        return vec![Part { path: file, text, line: 1 }];
    }
    let mut parts: Vec<Part<'t>> = Vec::new();
    let (mut at, mut line) = (0, 1);
    let mut begin = 0;
    for one in text.split_inclusive('\n') {
        if let Some(path) = one.strip_prefix(MARK) {
            if let Some(last) = parts.last_mut() {
                last.text = &text[begin..at];
            }
            begin = at + one.len();
            parts.push(Part { path: path.trim_end(), text: "", line: line + 1 });
        }
        at += one.len();
        line += 1;
    }
    if let Some(last) = parts.last_mut() {
        last.text = &text[begin..];
    }
    parts
}

/// Whether a text is of several files.
pub(crate) fn is_several(text: &str) -> bool {
    text.starts_with(MARK)
}

/// The files of a text with their paths; of a text that is one file itself, called `file`.
pub fn files<'t>(text: &'t str, file: &'t str) -> Vec<(&'t str, &'t str)> {
    parts(text, file).into_iter().map(|part| (part.path, part.text)).collect()
}

/// The text of the first file.
pub(super) fn first(text: &str) -> &str {
    if !text.starts_with(MARK) {
        return text;
    }
    parts(text, "").first().map_or("", |part| part.text)
}

/// Places of the whole text as places of its files.
pub(crate) fn place(text: &str, findings: &mut [Finding]) {
    if !text.starts_with(MARK) {
        return;
    }
    let parts = parts(text, "");
    let first = parts.first().map_or("", |part| part.path);
    for finding in findings {
        let Some(place) = &mut finding.place else { continue };
        let Some(part) = parts.iter().rev().find(|part| part.line <= place.line) else { continue };
        // The whole is called as its first file is, perhaps with the folder it lies in.
        let above = place.file.strip_suffix(first).filter(|above| above.ends_with('/'));
        let file = match above.filter(|_| !part.path.contains("://")) {
            Some(above) => format!("{above}{}", part.path).into(),
            None => part.path.into(),
        };
        *place = Place { file, line: place.line - part.line + 1, column: place.column };
    }
}

/// What a file imports, as it is written: paths of other files. What comes with the notation itself is not among them.
pub fn wanted(text: &str) -> Vec<String> {
    match detect::of_words(text) {
        Some(Notation::Protobuf) => protobuf::imports(text),
        Some(Notation::Wsdl) => wsdl::imports(text),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_out_as_they_went_in_and_places_name_them() {
        let text = bundle([("a.proto", "one\ntwo"), ("dir/b.proto", "three\n")]);
        let parts = parts(&text, "x");
        assert_eq!(
            parts,
            [
                Part { path: "a.proto", text: "one\ntwo\n", line: 2 },
                Part { path: "dir/b.proto", text: "three\n", line: 5 }
            ]
        );
        let at = |line| Finding::error("a", "b").at(Place { file: "x".into(), line, column: 3 });
        let mut findings = [at(3), at(5)];
        place(&text, &mut findings);
        let shown = findings.map(|finding| finding.place.map(|place| (place.file.to_string(), place.line)));
        assert_eq!(shown, [Some(("a.proto".to_owned(), 2)), Some(("dir/b.proto".to_owned(), 1))]);
        assert_eq!(bundle([("a", "text")]), "text");
    }

    #[test]
    fn the_same_files_are_the_same_text_whatever_folder_they_are_seen_from() {
        let here = together(("a.yaml", "1"), [("s/c.yaml", "3"), ("b.yaml", "2"), ("https://h/d.yaml", "4")]);
        let above = together(
            ("x/y/a.yaml", "1"),
            [("x/y/b.yaml", "2"), ("https://h/d.yaml", "4"), ("x/y/s/c.yaml", "3")],
        );
        assert_eq!(here, above);
        let beside = together(("x/y/a.yaml", "1"), [("x/yz/b.yaml", "2")]);
        assert_eq!(
            files(&beside, "").iter().map(|(path, _)| *path).collect::<Vec<_>>(),
            ["y/a.yaml", "yz/b.yaml"]
        );
        let mut findings =
            [Finding::error("a", "b").at(Place { file: "api/y/a.yaml".into(), line: 4, column: 3 })];
        place(&beside, &mut findings);
        assert_eq!(&*findings[0].place.as_ref().unwrap().file, "api/yz/b.yaml");
    }
}
