//! Files that resources name, such as those of certificates: they change while the resources stay as they are.

use std::{path::PathBuf, sync::Arc};

use model::{Finding, Name, Severity};

use crate::{Control, Error, compile::UNUSABLE};

impl Control {
    /// The files that resources name.
    pub fn files(&self) -> Vec<PathBuf> {
        // Files are named in `default` alone.
        self.state().of(&Name::default_workspace()).index.files(&self.inner.files, self.inner.catalogue)
    }

    /// Reads the files that resources name again, and makes live what is new. Whether anything was. What cannot be used is
    /// among [`Control::unresolved`], and what was read before stays in force.
    ///
    /// # Errors
    /// A store that cannot be read, where it had to be.
    pub async fn read_files(&self) -> Result<bool, Error> {
        // What was left out because of its files may come back.
        let is_left_out = |finding: &Finding| finding.severity == Severity::Error && finding.rule == UNUSABLE;
        if self.unresolved().iter().any(is_left_out) {
            let _writing = self.write_lock().await?;
            let before = self.snapshot();
            self.reload().await?;
            return Ok(*self.snapshot() != *before);
        }
        // So that no change is checked meanwhile against the snapshot before.
        let writing = self.write_lock().await?;
        let control = self.clone();
        let read = tokio::task::spawn_blocking(move || control.read_files_now()).await;
        drop(writing);
        read.map_err(|error| {
            tracing::error!(%error, "reading files again failed");
            Error::Internal
        })
    }

    fn read_files_now(&self) -> bool {
        let present = self.snapshot();
        let (mut next, findings) = self.state().of(&Name::default_workspace()).index.read_files(
            &self.inner.files,
            self.inner.catalogue,
            &present,
        );
        let known = self.unresolved_of(&Name::default_workspace());
        for finding in findings.iter().filter(|finding| !known.contains(finding)) {
            match finding.severity {
                Severity::Error => tracing::error!("{finding}"),
                _ => tracing::warn!("{finding}"),
            }
        }
        self.set_unusable(findings);
        let mut is_new = false;
        for (name, files) in &next.certificates {
            let before = present.certificates.get(name);
            if before.is_none_or(|before| !Arc::ptr_eq(before, files)) {
                tracing::info!("certificate/{name}: its files changed, and are in force now");
                is_new = true;
            }
        }
        if !Arc::ptr_eq(&next.gateway, &present.gateway) {
            tracing::info!("gateway/{}: files it names changed, and are in force now", next.gateway.name);
            is_new = true;
        }
        for (key, ..) in next.services.changes(&present.services, Arc::ptr_eq) {
            tracing::info!("{key}: files it names changed, and are in force now");
            is_new = true;
        }
        if is_new {
            next.reading += 1;
            self.make_live(next);
        }
        is_new
    }
}
