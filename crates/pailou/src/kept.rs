//! The last two snapshots on disk: what a gateway starts from while its control plane is away.
//!
//! A file begins with a line that says what it is and the SHA-256 of the rest, and is in place whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use aws_lc_rs::digest::{SHA256, digest};

const NEWEST: &str = "snapshot";
const PREVIOUS: &str = "snapshot.previous";
const UNFINISHED: &str = "snapshot.unfinished";
/// What the first line begins with; another form of the file has another number.
const TITLE: &str = "pailou-snapshot-1 ";

/// The folder they are in.
pub(crate) struct Kept {
    folder: PathBuf,
    /// Whether the newest may take the place of the one before it.
    newest_is_whole: bool,
}

/// One of them.
pub(crate) struct Copy {
    pub(crate) path: PathBuf,
    pub(crate) body: Vec<u8>,
}

impl Kept {
    /// Reads what is there: the newest first, and of each that cannot be used why.
    pub(crate) fn open(folder: &Path) -> (Kept, Vec<Result<Copy, String>>) {
        let read = [NEWEST, PREVIOUS].map(|name| read(&folder.join(name)));
        let newest_is_whole = matches!(read[0], Some(Ok(_)));
        let kept = Kept { folder: folder.to_path_buf(), newest_is_whole };
        (kept, read.into_iter().flatten().collect())
    }

    /// Keeps a snapshot; the newest until now becomes the one before. Nobody but the owner may read it: it holds private keys.
    ///
    /// # Errors
    /// A folder that cannot be written to; what was there is there still.
    pub(crate) fn write(&mut self, body: &[u8]) -> io::Result<()> {
        let [newest, previous, unfinished] =
            [NEWEST, PREVIOUS, UNFINISHED].map(|name| self.folder.join(name));
        // With the permissions of this one, not of one that was left behind.
        match fs::remove_file(&unfinished) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
        file.write_all(title(body).as_bytes())?;
        file.write_all(body)?;
        file.sync_all()?;
        if self.newest_is_whole {
            fs::rename(&newest, &previous)?;
        }
        fs::rename(&unfinished, &newest)?;
        self.newest_is_whole = true;
        File::open(&self.folder)?.sync_all()
    }
}

/// One file; `None` where there is none.
fn read(path: &Path) -> Option<Result<Copy, String>> {
    let told = |reason: &str| Some(Err(format!("{}: {reason}", path.display())));
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => return told(&error.to_string()),
    };
    let Some(end) = text.iter().position(|byte| *byte == b'\n') else { return told("this is no snapshot") };
    let (first, body) = text.split_at(end + 1);
    if first != title(body).as_bytes() {
        return told("this is no snapshot, or it is damaged");
    }
    Some(Ok(Copy { path: path.to_path_buf(), body: body.to_vec() }))
}

fn title(body: &[u8]) -> String {
    let digest = digest(&SHA256, body);
    let digits: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{TITLE}{digits}\n")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn bodies(folder: &Path) -> Vec<Result<String, String>> {
        let (_, copies) = Kept::open(folder);
        copies.into_iter().map(|copy| copy.map(|copy| String::from_utf8(copy.body).unwrap())).collect()
    }

    #[test]
    fn the_newest_comes_first_and_the_one_before_it_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let (mut kept, found) = Kept::open(dir.path());
        assert!(found.is_empty());
        for body in ["{\"a\":1}", "{\"a\":2}\nand more", "{\"a\":3}"] {
            kept.write(body.as_bytes()).unwrap();
        }
        assert_eq!(bodies(dir.path()), [Ok("{\"a\":3}".to_owned()), Ok("{\"a\":2}\nand more".to_owned())]);
        let mode = fs::metadata(dir.path().join(NEWEST)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(!dir.path().join(UNFINISHED).exists());
    }

    #[test]
    fn what_is_damaged_is_said_and_never_takes_the_place_of_what_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let (mut kept, _) = Kept::open(dir.path());
        kept.write(b"one").unwrap();
        kept.write(b"two").unwrap();
        let newest = dir.path().join(NEWEST);
        let mut text = fs::read(&newest).unwrap();
        *text.last_mut().unwrap() ^= 1;
        fs::write(&newest, &text).unwrap();
        let found = bodies(dir.path());
        assert!(found[0].as_ref().unwrap_err().contains("damaged"), "{found:?}");
        assert_eq!(found[1], Ok("one".to_owned()));
        let (mut kept, _) = Kept::open(dir.path());
        kept.write(b"three").unwrap();
        assert_eq!(bodies(dir.path()), [Ok("three".to_owned()), Ok("one".to_owned())]);
        for text in [&b""[..], b"\n", b"pailou-snapshot-1 \n", b"no line"] {
            fs::write(&newest, text).unwrap();
            assert!(bodies(dir.path())[0].is_err());
        }
    }
}
