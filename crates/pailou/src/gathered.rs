//! A document with the files it imports and refers to.

use std::{
    collections::{HashSet, VecDeque},
    fs,
    path::{Path, PathBuf},
};

use contract::notation;

use crate::{
    fetched::{self, Reach, Reader},
    shutdown::Failure,
};

/// The largest file that is read, and what all of them may have together.
const MAX_BYTES: u64 = 128 << 20;
/// Files that a document may lead to.
const MOST_FILES: usize = 500;
/// Folders above the document that its imports may begin in, as those of protobuf do.
const MOST_FOLDERS: usize = 8;

/// A document with what it imports and refers to.
pub(crate) struct Gathered {
    pub(crate) name: String,
    pub(crate) text: String,
    /// As they are imported or referred to, with their texts.
    pub(crate) beside: Vec<(String, String)>,
}

impl Gathered {
    /// All of it as one text, as contracts of several files are kept.
    pub(crate) fn whole(self) -> String {
        let beside = self.beside.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        notation::together((&self.name, &self.text), beside)
    }

    /// All of it as one document, for what is kept as one.
    pub(crate) fn one(self) -> String {
        let name = self.name.clone();
        notation::one(&self.whole(), &name).into_owned()
    }
}

/// Reads a document and, file by file, what it imports and refers to. What is not found is told when the document is read; why something is
/// not read that may be there is told here.
///
/// # Errors
/// A file that cannot be read, or too much of them.
pub(crate) fn gather(file: &Path, reach: &Reach) -> Result<Gathered, Failure> {
    let reader = Reader::new(&reach.fetch)?;
    let text = read(file)?;
    let folder = file.parent().unwrap_or(Path::new("")).to_path_buf();
    let root = reach.root.clone().unwrap_or(folder);
    let name = match (&reach.root, fs::canonicalize(file)) {
        (Some(root), Ok(whole)) => {
            let inside = fs::canonicalize(root)
                .map_err(|e| Failure::new(format!("--root {}: {e}", root.display())))?;
            let below = whole.strip_prefix(&inside).map_err(|_| {
                Failure::new(format!("--root {}: {} lies outside of it", root.display(), file.display()))
            })?;
            below.to_string_lossy().into_owned()
        }
        _ => file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned(),
    };
    let mut gathered = Gathered { name, text, beside: Vec::new() };
    let mut seen: HashSet<PathBuf> = HashSet::from([known(file)]);
    let mut named: HashSet<String> = HashSet::from([gathered.name.clone()]);
    let mut bytes = gathered.text.len() as u64;
    let mut next: VecDeque<Next> = VecDeque::new();
    let mut add = |next: &mut VecDeque<Next>, from: &Path, name: &str, text: &str| {
        next.extend(
            notation::wanted(text).into_iter().map(|wanted| Next::Import(from.to_path_buf(), wanted)),
        );
        let referred = notation::referred(name, text).into_iter().filter(|name| named.insert(name.clone()));
        next.extend(referred.map(Next::Reference));
    };
    add(&mut next, file, &gathered.name, &gathered.text);
    while let Some(one) = next.pop_front() {
        let (path, name, text) = match one {
            Next::Import(from, wanted) => {
                let Some(found) = find(&from, file, &wanted) else { continue };
                if !seen.insert(known(&found)) {
                    continue;
                }
                let text = read(&found)?;
                (found, wanted, text)
            }
            Next::Reference(name) => match fetched::text(&root, &name, &reader) {
                Ok(text) => (root.join(&name), name, text),
                Err(why) => {
                    eprintln!("{name}: {why}");
                    continue;
                }
            },
        };
        bytes += text.len() as u64;
        if gathered.beside.len() == MOST_FILES || bytes > MAX_BYTES {
            return Err(Failure::new(format!(
                "{}: it leads to more than {MOST_FILES} files or {} MiB",
                file.display(),
                MAX_BYTES >> 20
            )));
        }
        add(&mut next, &path, &name, &text);
        gathered.beside.push((name, text));
    }
    Ok(gathered)
}

/// What is read next.
enum Next {
    /// An import of a file, which may be beside it or below a folder above.
    Import(PathBuf, String),
    /// The name of a file or a URL.
    Reference(String),
}

/// The files that a contract imports.
pub(crate) fn imports(file: &Path, text: &str) -> Vec<PathBuf> {
    notation::wanted(text).iter().filter_map(|wanted| find(file, file, wanted)).collect()
}

/// A file by how it is imported: beside what imports it, or below a folder above.
fn find(from: &Path, first: &Path, wanted: &str) -> Option<PathBuf> {
    let wanted = Path::new(wanted);
    if wanted.is_absolute() {
        return None;
    }
    let folders = [from, first].into_iter().flat_map(|file| file.ancestors().skip(1).take(MOST_FOLDERS));
    folders.map(|folder| folder.join(wanted)).find(|path| path.is_file())
}

fn known(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// A contract's file, whole and within bounds.
///
/// # Errors
/// It is no file, too large, or no text.
pub(crate) fn read(file: &Path) -> Result<String, Failure> {
    text(file).map_err(|why| Failure::new(format!("{}: {why}", file.display())))
}

/// As [`read`], with why not alone.
///
/// # Errors
/// As [`read`].
pub(crate) fn text(file: &Path) -> Result<String, String> {
    let about = fs::metadata(file).map_err(|e| e.to_string())?;
    if !about.is_file() {
        return Err("it is no file".to_owned());
    }
    if about.len() > MAX_BYTES {
        return Err(format!("it is larger than {} MiB", MAX_BYTES >> 20));
    }
    let bytes = fs::read(file).map_err(|e| e.to_string())?;
    String::from_utf8(bytes).map_err(|e| {
        let before = &e.as_bytes()[..e.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        format!("it is no UTF-8: line {line}, column {column}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_document_imports_comes_along_each_once_however_they_lead_to_each_other() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("shop/v1")).unwrap();
        fs::create_dir(dir.path().join("common")).unwrap();
        let write = |path: &str, text: &str| fs::write(dir.path().join(path), text).unwrap();
        write(
            "shop/v1/orders.proto",
            "import \"common/money.proto\";\nimport \"google/api/http.proto\";\nimport \"gone.proto\";\n",
        );
        write("common/money.proto", "import \"shop/v1/orders.proto\";\nimport \"common/unit.proto\";\n");
        write("common/unit.proto", "message Unit {}\n");
        let gathered = gather(&dir.path().join("shop/v1/orders.proto"), &Reach::default()).unwrap();
        let names: Vec<&str> = gathered.beside.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(names, ["common/money.proto", "common/unit.proto"]);
    }

    #[test]
    fn what_a_document_refers_to_comes_along_from_its_folder_or_the_one_that_was_named() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("api/schemas")).unwrap();
        let write = |path: &str, text: &str| fs::write(dir.path().join(path), text).unwrap();
        write("api/openapi.yaml", "a: { $ref: ./schemas/a.yaml }\nb: { $ref: '../common.yaml#/b' }\n");
        write("api/schemas/a.yaml", "a: { $ref: '../openapi.yaml#/b' }\nc: { $ref: c.json }\n");
        write("api/schemas/c.json", "{}");
        write("common.yaml", "b: 1\n");
        let file = dir.path().join("api/openapi.yaml");
        let names = |reach: &Reach| {
            let gathered = gather(&file, reach).unwrap();
            std::iter::once(gathered.name)
                .chain(gathered.beside.into_iter().map(|(path, _)| path))
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&Reach::default()), ["openapi.yaml", "schemas/a.yaml", "schemas/c.json"]);
        let reach = Reach { root: Some(dir.path().to_path_buf()), ..Reach::default() };
        assert_eq!(
            names(&reach),
            ["api/openapi.yaml", "api/schemas/a.yaml", "common.yaml", "api/schemas/c.json"]
        );
        let reach = Reach { root: Some(dir.path().join("api/schemas")), ..Reach::default() };
        assert!(gather(&file, &reach).is_err());
    }
}
