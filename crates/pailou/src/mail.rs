//! Letters leave: by SMTP, or into a folder where there is no mail server.

use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use control::{Letter, Post, Posted};
use jiff::Timestamp;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};

use crate::shutdown::Failure;

/// For a mail server to take a letter.
const PATIENCE: Duration = Duration::from_secs(30);

/// Letters that this process wrote, so that no two have one name.
static WRITTEN: AtomicU64 = AtomicU64::new(0);

/// Where letters go.
pub(crate) enum Mail {
    /// A file each, for tests and for installations without a mail server.
    Folder {
        folder: PathBuf,
        from: Mailbox,
    },
    Smtp {
        transport: AsyncSmtpTransport<Tokio1Executor>,
        from: Mailbox,
    },
}

impl Mail {
    /// By what was configured; `None` where letters are not sent. `PAILOU_SMTP_URL` holds the password of the mail server, and so stands in
    /// the environment alone.
    ///
    /// # Errors
    /// A folder, address or URL that cannot be used.
    pub(crate) fn configured(folder: Option<&PathBuf>, from: Option<&str>) -> Result<Option<Mail>, Failure> {
        let url = std::env::var("PAILOU_SMTP_URL").ok().filter(|url| !url.is_empty());
        if url.is_none() && folder.is_none() {
            return Ok(None);
        }
        let from = from.unwrap_or("Pailou <pailou@localhost>");
        let from: Mailbox = from.parse().map_err(|e| {
            Failure::new(format!("`{from}` is no sender such as `Pailou <api@example.com>`: {e}"))
        })?;
        match (url, folder) {
            (Some(_), Some(_)) => {
                Err(Failure::new("letters go by PAILOU_SMTP_URL or into --mail-dir; give one of the two"))
            }
            (None, Some(folder)) => {
                fs::create_dir_all(folder)
                    .map_err(|e| Failure::new(format!("{} (--mail-dir): {e}", folder.display())))?;
                Ok(Some(Mail::Folder { folder: folder.clone(), from }))
            }
            (Some(url), None) => {
                let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url).map_err(|e| {
                    // Without the URL: it holds a password.
                    let form = "smtps://USER:PASSWORD@HOST, or smtp://HOST:587?tls=required";
                    Failure::new(format!(
                        "PAILOU_SMTP_URL is no address of a mail server such as {form}: {e}"
                    ))
                })?;
                Ok(Some(Mail::Smtp { transport: builder.timeout(Some(PATIENCE)).build(), from }))
            }
            (None, None) => Ok(None),
        }
    }

    async fn take(&self, letter: Letter) -> Result<(), String> {
        match self {
            Mail::Smtp { transport, from } => {
                let to: Mailbox = letter.to.parse().map_err(|e| format!("`{}`: {e}", letter.to))?;
                let message = Message::builder()
                    .from(from.clone())
                    .to(to)
                    .subject(letter.subject)
                    .header(ContentType::TEXT_PLAIN)
                    .body(letter.text)
                    .map_err(|e| e.to_string())?;
                transport.send(message).await.map(drop).map_err(|e| e.to_string())
            }
            Mail::Folder { folder, from } => {
                let date = Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S +0000");
                // As RFC 5322 has it, so that mail programs open it.
                let text = format!(
                    "From: {from}\nTo: {}\nSubject: {}\nDate: {date}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\
                     Content-Transfer-Encoding: 8bit\n\n{}",
                    letter.to, letter.subject, letter.text
                );
                // In the order they were sent.
                let (at, number) = (Timestamp::now().as_microsecond(), WRITTEN.fetch_add(1, Relaxed));
                let path = folder.join(format!("{at}-{number}.eml"));
                let written = tokio::task::spawn_blocking(move || write_for_owner(&path, &text)).await;
                written.map_err(|e| e.to_string())?.map_err(|e| e.to_string())
            }
        }
    }
}

/// In place whole or not at all, and readable by its owner alone: it holds a link.
fn write_for_owner(path: &std::path::Path, text: &str) -> std::io::Result<()> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    let part = path.with_extension("part");
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
    file.write_all(text.as_bytes())?;
    fs::rename(part, path)
}

impl Post for Mail {
    fn send(&self, letter: Letter) -> Posted<'_> {
        Box::pin(self.take(letter))
    }
}
