//! A folder of resource documents on disk.

use std::{
    fs,
    hash::{DefaultHasher, Hasher},
    path::{Path, PathBuf},
    time::Duration,
};

use contract::notation;
use control::{Bundle, BundleFile};
use model::tree::{TreeLimits, parse};

use crate::{
    fetched::{self, Reach, Reader},
    gathered, ruling,
    shutdown::Failure,
    watched,
};

/// The largest folder that is read.
const MAX_FILES: usize = 10_000;
const MAX_BYTES: u64 = 512 << 20;

/// How often a folder is looked at for changes. Polling sees what file events miss: network drives and swapped symbolic links.
const POLL: Duration = Duration::from_millis(500);

/// Reads one file, or every file of a folder and its subfolders, in the order of their names. Hidden ones are left out.
///
/// # Errors
/// A file that cannot be read or is no UTF-8, or a folder that is too large.
pub(crate) fn read(path: &Path) -> Result<Bundle, Failure> {
    read_within(path, &Reach::default(), &mut |_| {})
}

/// As [`read`], with what references of contracts lead to as far as it may be read. Why something may not is told to `tell`.
///
/// # Errors
/// As [`read`], and a host or a root that is none.
pub(crate) fn read_within(
    path: &Path,
    reach: &Reach,
    tell: &mut dyn FnMut(String),
) -> Result<Bundle, Failure> {
    let mut files = Vec::new();
    let is_file = fs::metadata(path).map_err(|e| at(path, &e))?.is_file();
    if is_file {
        files.push(path.to_path_buf());
    } else {
        collect(path, &|file| !ruling::is_tests(file), &mut files)?;
    }
    let base = base_within(path, reach)?;
    let reader = Reader::new(&reach.fetch)?;
    let mut bundle = Bundle::default();
    let mut bytes = 0;
    let mut pending: Vec<Pending> =
        files.into_iter().map(|file| Pending { name: name_of(&file, &base), file: Some(file) }).collect();
    let mut next = 0;
    while next < pending.len() {
        let Pending { name, file } = pending[next].clone();
        next += 1;
        let text = match &file {
            Some(file) => fs::read_to_string(file).map_err(|e| at(file, &e))?,
            None => match reader.fetch(&name) {
                Ok(text) => text,
                Err(why) => {
                    tell(format!("{name}: {why}"));
                    continue;
                }
            },
        };
        bytes += text.len() as u64;
        if bytes > MAX_BYTES {
            return Err(Failure::new(format!(
                "{}: more than {} MiB of documents",
                path.display(),
                MAX_BYTES >> 20
            )));
        }
        let mut more = Vec::new();
        if let Some(file) = &file {
            // A single file may refer to contracts beside it; those that are no YAML or JSON are not found by their names either way.
            let folder = file.parent().unwrap_or(&base);
            let imported: Vec<PathBuf> = if !is_resource_file(file) {
                gathered::imports(file, &text)
            } else if is_file && next == 1 || OTHERS.iter().any(|end| text.contains(end)) {
                let named = contracts_of(&name, &text).into_iter();
                named.map(|path| folder.join(path)).filter(|path| path.is_file()).collect()
            } else {
                Vec::new()
            };
            let inside =
                fs::canonicalize(if base.as_os_str().is_empty() { Path::new(".") } else { &base }).ok();
            for path in imported {
                let whole = fs::canonicalize(&path).ok();
                // What leads out of the folder is told when it is checked.
                if let (Some(inside), Some(whole)) = (&inside, &whole)
                    && let Ok(below) = whole.strip_prefix(inside)
                {
                    let file = base.join(below);
                    more.push(Pending { name: name_of(&file, &base), file: Some(file) });
                }
            }
        }
        for name in notation::referred(&name, &text) {
            if fetched::is_url(&name) {
                more.push(Pending { name, file: None });
                continue;
            }
            match fetched::below(&base, &name) {
                Ok(Some(file)) if file.is_file() => more.push(Pending { file: Some(base.join(&name)), name }),
                // What is not there is told when it is checked.
                Ok(_) => {}
                Err(why) => tell(format!("{name}: {why}")),
            }
        }
        bundle.files.push(BundleFile { path: name, text });
        for one in more {
            if pending.len() < MAX_FILES && pending.iter().all(|known| known.name != one.name) {
                pending.push(one);
            }
        }
    }
    Ok(bundle)
}

/// A file that is to be read: of this folder, or at a URL.
#[derive(Clone)]
struct Pending {
    name: String,
    file: Option<PathBuf>,
}

/// A file's path from the folder that all are named from.
fn name_of(file: &Path, base: &Path) -> String {
    if let Ok(name) = file.strip_prefix(base) {
        return name.to_string_lossy().into_owned();
    }
    let whole = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let (file, base) = (whole(file), whole(base));
    file.strip_prefix(base).unwrap_or(&file).to_string_lossy().into_owned()
}

/// What paths are relative to, where a root was named.
///
/// # Errors
/// A root that does not have the file.
pub(crate) fn base_within(path: &Path, reach: &Reach) -> Result<PathBuf, Failure> {
    let Some(root) = &reach.root else { return Ok(base(path)) };
    let wrong = |why: String| Failure::new(format!("--root {}: {why}", root.display()));
    let inside = fs::canonicalize(root).map_err(|e| wrong(e.to_string()))?;
    let whole = fs::canonicalize(path).map_err(|e| at(path, &e))?;
    match whole.starts_with(&inside) {
        true => Ok(root.clone()),
        false => Err(wrong(format!("{} lies outside of it", path.display()))),
    }
}

/// How the names of contracts end that are no YAML or JSON.
const OTHERS: [&str; 5] = [".proto", ".graphql", ".graphqls", ".gql", ".wsdl"];

fn is_resource_file(path: &Path) -> bool {
    let is_one =
        |end: &std::ffi::OsStr| ["yaml", "yml", "json"].iter().any(|known| end.eq_ignore_ascii_case(known));
    path.extension().is_some_and(is_one)
}

/// What paths in resource documents are relative to.
pub(crate) fn base(path: &Path) -> PathBuf {
    if path.is_file() { path.parent().unwrap_or(Path::new("")).to_path_buf() } else { path.to_path_buf() }
}

/// The paths of contracts that a resource file names. What is wrong with the file is told when it is checked.
fn contracts_of(name: &str, text: &str) -> Vec<String> {
    let documents = parse(text, name, TreeLimits::default()).unwrap_or_default();
    let contract =
        |document: &model::tree::Document| document.to_value()["contract"].as_str().map(str::to_owned);
    documents.iter().filter_map(contract).filter(|path| !path.contains(':')).collect()
}

/// Sees when a folder, or a file with the contracts it refers to, is changed.
pub(crate) struct Watch {
    path: PathBuf,
    /// The folder that references may lead into, where it is another than the file's.
    reach: Reach,
    /// For a single file: it, and the contracts beside it that it referred to when it was last read. Of a folder those that are no
    /// YAML or JSON.
    beside: Vec<PathBuf>,
    seen: u64,
    /// Files that resources name.
    named: Vec<PathBuf>,
    seen_named: u64,
}

impl Watch {
    /// Remembers what is there now. To be made before the folder is read, so that no change falls between.
    pub(crate) fn new(path: &Path) -> Watch {
        Watch::within(path, None)
    }

    /// With what references lead to below a folder.
    pub(crate) fn within(path: &Path, root: Option<&Path>) -> Watch {
        let mut watch = Watch {
            path: path.to_path_buf(),
            reach: Reach { root: root.map(Path::to_path_buf), ..Reach::default() },
            beside: Vec::new(),
            seen: 0,
            named: Vec::new(),
            seen_named: watched::hash_all(&[]),
        };
        watch.look();
        watch
    }

    /// Looks at files that resources name as well. Whether they are others than before: then they must be read once more, so that
    /// no change falls between.
    pub(crate) fn also(&mut self, named: Vec<PathBuf>) -> bool {
        if self.named == named {
            return false;
        }
        self.seen_named = watched::hash_all(&named);
        self.named = named;
        true
    }

    /// Waits until a file was added, removed or written.
    pub(crate) async fn changed(&mut self) {
        loop {
            tokio::time::sleep(POLL).await;
            let (path, beside, named) = (self.path.clone(), self.beside.clone(), self.named.clone());
            // Many files on a slow disk take their time.
            let look = move || (fingerprint(&path, &beside), watched::hash_all(&named));
            let Ok((seen, seen_named)) = tokio::task::spawn_blocking(look).await else { continue };
            if seen != self.seen || seen_named != self.seen_named {
                self.look();
                self.seen_named = seen_named;
                return;
            }
        }
    }

    fn look(&mut self) {
        let base = base_within(&self.path, &self.reach).unwrap_or_else(|_| base(&self.path));
        let is_file = self.path.is_file();
        let read = read_within(&self.path, &self.reach, &mut |_| {});
        let files = read.map(|bundle| bundle.files).unwrap_or_default();
        let paths = files.iter().map(|file| base.join(&file.path));
        self.beside = paths.filter(|path| is_file || !is_resource_file(path)).collect();
        self.seen = fingerprint(&self.path, &self.beside);
    }
}

/// A number that differs when a file was added, removed or written.
fn fingerprint(path: &Path, beside: &[PathBuf]) -> u64 {
    let mut files = beside.to_vec();
    if path.is_file() {
        files.push(path.to_path_buf());
    } else if collect(path, &|file| !ruling::is_tests(file), &mut files).is_err() {
        return 0;
    }
    let mut hasher = DefaultHasher::new();
    for file in files {
        watched::hash(&file, &mut hasher);
    }
    hasher.finish()
}

/// Files with tests of rules: one, or those of a folder and its subfolders.
///
/// # Errors
/// As [`read`].
pub(crate) fn tests(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    if path.is_dir() {
        collect(path, &ruling::is_tests, &mut files)?;
    } else if ruling::is_tests(path) {
        files.push(path.to_path_buf());
    }
    Ok(files)
}

fn collect(dir: &Path, wanted: &dyn Fn(&Path) -> bool, into: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let entries = fs::read_dir(dir).map_err(|e| at(dir, &e))?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(|e| at(dir, &e))?.path());
    }
    paths.sort();
    for path in paths {
        if path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")) {
            continue;
        }
        if path.is_dir() {
            collect(&path, wanted, into)?;
        } else if is_resource_file(&path) && wanted(&path) {
            if into.len() == MAX_FILES {
                return Err(Failure::new(format!("{}: more than {MAX_FILES} files", dir.display())));
            }
            into.push(path);
        }
    }
    Ok(())
}

fn at(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_in_order_without_hidden_files_and_changes_are_seen() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("sub")).unwrap();
        for (name, text) in [("b.yaml", "b"), ("sub/a.json", "a"), (".hidden.yaml", "h"), ("notes.txt", "n")]
        {
            fs::write(dir.path().join(name), text).unwrap();
        }
        let bundle = read(dir.path()).unwrap();
        let names: Vec<_> = bundle.files.iter().map(|file| &*file.path).collect();
        assert_eq!(names, ["b.yaml", "sub/a.json"]);

        let before = fingerprint(dir.path(), &[]);
        fs::write(dir.path().join("c.yaml"), "c").unwrap();
        assert_ne!(fingerprint(dir.path(), &[]), before);
    }

    #[tokio::test(start_paused = true)]
    async fn what_stays_as_it_is_is_read_once() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.yaml"), "a").unwrap();
        let mut watch = Watch::new(dir.path());
        assert!(tokio::time::timeout(POLL * 5, watch.changed()).await.is_err());
        fs::write(dir.path().join("a.yaml"), "other").unwrap();
        assert!(tokio::time::timeout(POLL * 5, watch.changed()).await.is_ok());
    }

    #[tokio::test]
    async fn a_file_is_watched_with_the_contract_it_refers_to() {
        let dir = tempfile::tempdir().unwrap();
        let (api, contract) = (dir.path().join("api.yaml"), dir.path().join("contract.yaml"));
        fs::write(&contract, "openapi: 3.1.0").unwrap();
        fs::write(&api, "kind: api\ncontract: ./contract.yaml\n").unwrap();
        let mut watch = Watch::new(&api);
        fs::write(&contract, "openapi: 3.1.0 # changed").unwrap();
        watch.changed().await;
        fs::write(&api, "kind: api\n").unwrap();
        watch.changed().await;
        assert_eq!(watch.beside, [dir.path().join("api.yaml")]);
    }
}
