//! Files that resources name, such as those of certificates: when they change, what they say is put in force.

use std::{
    collections::BTreeSet,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::Duration,
};

use control::{Control, SecretReference};
use model::Snapshot;

/// How often the files are looked at. Polling sees what file events miss: network drives and swapped symbolic links.
const POLL: Duration = Duration::from_millis(500);

/// Has a control plane read files again whenever they changed.
pub(crate) async fn follow(control: Control) {
    let mut read = look(control.clone()).await;
    let mut before = read;
    loop {
        tokio::time::sleep(POLL).await;
        let now = look(control.clone()).await;
        // A certificate and its key are two files: what changes at this moment is read once it rests.
        if now != read && now == before {
            read = now;
            if let Err(error) = control.read_files().await {
                tracing::error!(%error, "files that resources name could not be read again");
            }
        }
        before = now;
    }
}

async fn look(control: Control) -> u64 {
    tokio::task::spawn_blocking(move || hash_all(&control.files())).await.unwrap_or_default()
}

/// A number that differs when one of some files was written or replaced.
pub(crate) fn hash_all(files: &[PathBuf]) -> u64 {
    let mut hasher = DefaultHasher::new();
    files.iter().for_each(|file| hash(file, &mut hasher));
    hasher.finish()
}

/// What differs when a file was written or replaced.
pub(crate) fn hash(file: &Path, into: &mut DefaultHasher) {
    file.hash(into);
    if let Ok(metadata) = fs::metadata(file) {
        (metadata.ino(), metadata.len(), metadata.mtime(), metadata.mtime_nsec()).hash(into);
    }
}

/// The files that the resources of a snapshot name, and those of certificates that authorities give.
pub(crate) fn named(snapshot: &Snapshot, folder: &Path, obtained: Option<&Path>) -> Vec<PathBuf> {
    let certificates = snapshot.certificates.values().map(|files| &files.certificate);
    let given = certificates.clone().filter(|certificate| certificate.acme.is_some());
    let given = given.filter_map(|certificate| Some(obtained?.join(format!("{}.pem", certificate.name))));
    let certificates = certificates.flat_map(|certificate| {
        let roots = certificate.acme.as_ref().and_then(|acme| acme.ca_file.as_ref());
        let all = [&certificate.cert_file, &certificate.key_file, &certificate.ocsp_file];
        all.into_iter().flatten().chain(roots).map(|path| &**path)
    });
    let upstreams = snapshot.services.values().filter_map(|service| service.upstream.tls.as_ref());
    let upstreams = upstreams.flat_map(|tls| tls.files().map(|(_, path)| path));
    let secrets = snapshot.secrets.0.keys().filter_map(|reference| match SecretReference::read(reference) {
        Ok(SecretReference::File(path)) => Some(folder.join(path)),
        _ => None,
    });
    // Services that share an upstream name the same files.
    let others = control::files_of(snapshot);
    let named = certificates.chain(upstreams).chain(others).map(|path| folder.join(path));
    let all: BTreeSet<PathBuf> = named.chain(given).chain(secrets).collect();
    all.into_iter().collect()
}
