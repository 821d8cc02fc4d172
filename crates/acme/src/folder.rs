//! The folder of what was given: `NAME.pem` with key and chain, `NAME.json` with how it came, and the accounts.
//!
//! A file is in place whole or not at all, and nobody but the owner may read it.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use aws_lc_rs::digest::{SHA256, digest};
use instant_acme::AccountCredentials;
use model::{Acme, Certificate, Name, OpenChallenge};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// No name of a resource has an underscore.
const POSTED: &str = "open_challenges.json";

pub(crate) struct Folder(PathBuf);

/// What is known of a certificate beside itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Record {
    /// Who gave it.
    pub(crate) directory: Option<String>,
    /// When, seconds since 1970.
    pub(crate) obtained_at: Option<i64>,
    /// The document that was last asked by, as its hash.
    pub(crate) asked: Option<String>,
    /// In a row.
    pub(crate) failures: u32,
    /// Not before, seconds since 1970, where there were failures.
    pub(crate) next_attempt: Option<i64>,
    /// What the last one was.
    pub(crate) error: Option<String>,
    /// When the directory suggests to renew it (RFC 9773), and when it is asked for that again.
    pub(crate) window: Option<(i64, i64)>,
    pub(crate) look_again: Option<i64>,
}

impl Record {
    /// Whether the last attempt asked for what this says.
    pub(crate) fn asks_for(&self, certificate: &Certificate) -> bool {
        self.asked.as_deref() == Some(&*hash_of(certificate))
    }

    pub(crate) fn ask_for(&mut self, certificate: &Certificate) {
        self.asked = Some(hash_of(certificate));
    }
}

/// An account, and whom its authority may write to.
#[derive(Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) contact: Vec<String>,
    pub(crate) credentials: AccountCredentials,
}

impl Folder {
    pub(crate) fn new(path: PathBuf) -> Folder {
        Folder(path)
    }

    /// The right to ask for certificates, which one process has at a time; `None` where another has it.
    ///
    /// # Errors
    /// A folder that cannot be written to.
    pub(crate) fn lock(&self) -> io::Result<Option<File>> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(self.0.join("lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// The chain of a certificate.
    pub(crate) fn chain(&self, name: &Name) -> Option<String> {
        fs::read_to_string(self.0.join(format!("{name}.pem"))).ok()
    }

    /// Keeps a certificate, in one file with its key, so that the two are never of different times.
    pub(crate) fn keep_certificate(&self, name: &Name, key: &str, chain: &str) -> io::Result<()> {
        self.write(&format!("{name}.pem"), format!("{}\n{chain}", key.trim_end()).as_bytes())
    }

    pub(crate) fn record(&self, name: &Name) -> Record {
        self.read(&format!("{name}.json")).unwrap_or_default()
    }

    pub(crate) fn keep_record(&self, name: &Name, record: &Record) -> io::Result<()> {
        self.write(&format!("{name}.json"), &serde_json::to_vec(record)?)
    }

    /// The account that there is for a directory.
    pub(crate) fn account(&self, acme: &Acme) -> Option<Account> {
        self.read(&account_of(acme))
    }

    pub(crate) fn keep_account(&self, acme: &Acme, account: &Account) -> io::Result<()> {
        self.write(&account_of(acme), &serde_json::to_vec(account)?)
    }

    pub(crate) fn forget_account(&self, acme: &Acme) {
        let _ = fs::remove_file(self.0.join(account_of(acme)));
    }

    /// Posts the challenges that are open, for processes that share the folder.
    pub(crate) fn post(&self, challenges: &[OpenChallenge]) -> io::Result<()> {
        if self.posted() == challenges {
            return Ok(());
        }
        self.write(POSTED, &serde_json::to_vec(challenges)?)
    }

    pub(crate) fn posted(&self) -> Vec<OpenChallenge> {
        self.read(POSTED).unwrap_or_default()
    }

    fn read<T: DeserializeOwned>(&self, file: &str) -> Option<T> {
        let text = fs::read(self.0.join(file)).ok()?;
        match serde_json::from_slice(&text) {
            Ok(read) => Some(read),
            Err(_) => {
                // Its text may be a key.
                tracing::error!("{}: cannot be read and is made anew", self.0.join(file).display());
                None
            }
        }
    }

    fn write(&self, file: &str, text: &[u8]) -> io::Result<()> {
        let unfinished = self.0.join(format!("{file}.unfinished"));
        match fs::remove_file(&unfinished) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
        out.write_all(text)?;
        out.sync_all()?;
        fs::rename(&unfinished, self.0.join(file))?;
        sync(&self.0)
    }
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// One account for a directory, or for each account that somebody has there by other means. No name of a resource has an underscore.
fn account_of(acme: &Acme) -> String {
    let elsewhere = acme.eab.as_ref().map_or("", |eab| &eab.key_id);
    format!("account_{}.json", &hexadecimal(format!("{}\n{elsewhere}", acme.directory).as_bytes())[..16])
}

fn hash_of(certificate: &Certificate) -> String {
    hexadecimal(&serde_json::to_vec(certificate).unwrap_or_default())
}

fn hexadecimal(text: &[u8]) -> String {
    digest(&SHA256, text).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_is_kept_is_whole_and_for_its_owner_alone_and_one_process_writes_it() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().join("acme"));
        let held = folder.lock().unwrap();
        assert!(held.is_some() && folder.lock().unwrap().is_none());
        drop(held);
        assert!(folder.lock().unwrap().is_some());
        let name: Name = "api".parse().unwrap();
        assert_eq!((folder.chain(&name), folder.record(&name)), (None, Record::default()));
        for text in ["first", "second"] {
            folder.keep_certificate(&name, "KEY\n", text).unwrap();
            assert_eq!(folder.chain(&name).unwrap(), format!("KEY\n{text}"));
        }
        let record = Record { failures: 3, window: Some((1, 2)), ..Record::default() };
        folder.keep_record(&name, &record).unwrap();
        assert_eq!(folder.record(&name), record);
        assert!(folder.posted().is_empty());
        let open = OpenChallenge {
            host: "a.example.com".to_owned(),
            challenge: model::ChallengeType::TlsAlpn01,
            token: "t".to_owned(),
            key_authorization: "t.k".to_owned(),
        };
        folder.post(std::slice::from_ref(&open)).unwrap();
        assert_eq!(folder.posted(), [open]);
        for file in fs::read_dir(dir.path().join("acme")).unwrap() {
            let file = file.unwrap();
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.path());
            assert!(!file.path().ends_with("unfinished"));
        }
        let mode = fs::metadata(dir.path().join("acme")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        fs::write(dir.path().join("acme/api.json"), "{").unwrap();
        assert_eq!(folder.record(&name), Record::default());
    }
}
