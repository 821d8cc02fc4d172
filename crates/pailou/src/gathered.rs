//! A document with the files it imports, from disk.

use std::{
    collections::{HashSet, VecDeque},
    fs,
    path::{Path, PathBuf},
};

use contract::notation;

use crate::shutdown::Failure;

/// The largest file that is read, and what all of them may have together.
const MAX_BYTES: u64 = 128 << 20;
/// Files that a document may lead to.
const MOST_FILES: usize = 500;
/// Folders above the document that its imports may begin in, as those of protobuf do.
const MOST_FOLDERS: usize = 8;

/// A document with what it imports.
pub(crate) struct Gathered {
    pub(crate) name: String,
    pub(crate) text: String,
    /// As they are imported, with their texts.
    pub(crate) beside: Vec<(String, String)>,
}

impl Gathered {
    /// All of it as one text, as contracts of several files are kept.
    pub(crate) fn whole(self) -> String {
        if self.beside.is_empty() {
            return self.text;
        }
        let beside = self.beside.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        notation::bundle(std::iter::once((self.name.as_str(), self.text.as_str())).chain(beside))
    }
}

/// Reads a document and, file by file, what it imports. What is not found is told when the document is read.
///
/// # Errors
/// A file that cannot be read, or too much of them.
pub(crate) fn gather(file: &Path) -> Result<Gathered, Failure> {
    let text = read(file)?;
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    let mut gathered = Gathered { name, text, beside: Vec::new() };
    let mut seen: HashSet<PathBuf> = HashSet::from([known(file)]);
    let mut bytes = gathered.text.len() as u64;
    let mut next: VecDeque<(PathBuf, String)> =
        notation::wanted(&gathered.text).into_iter().map(|wanted| (file.to_path_buf(), wanted)).collect();
    while let Some((from, wanted)) = next.pop_front() {
        let Some(found) = find(&from, file, &wanted) else { continue };
        if !seen.insert(known(&found)) {
            continue;
        }
        let text = read(&found)?;
        bytes += text.len() as u64;
        if gathered.beside.len() == MOST_FILES || bytes > MAX_BYTES {
            return Err(Failure::new(format!(
                "{}: it imports more than {MOST_FILES} files or {} MiB",
                file.display(),
                MAX_BYTES >> 20
            )));
        }
        next.extend(notation::wanted(&text).into_iter().map(|wanted| (found.clone(), wanted)));
        gathered.beside.push((wanted, text));
    }
    Ok(gathered)
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
    let wrong = |why: String| Failure::new(format!("{}: {why}", file.display()));
    let about = fs::metadata(file).map_err(|e| wrong(e.to_string()))?;
    if !about.is_file() {
        return Err(wrong("it is no file".to_owned()));
    }
    if about.len() > MAX_BYTES {
        return Err(wrong(format!("it is larger than {} MiB", MAX_BYTES >> 20)));
    }
    fs::read_to_string(file).map_err(|e| wrong(e.to_string()))
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
        let gathered = gather(&dir.path().join("shop/v1/orders.proto")).unwrap();
        let names: Vec<&str> = gathered.beside.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(names, ["common/money.proto", "common/unit.proto"]);
    }
}
