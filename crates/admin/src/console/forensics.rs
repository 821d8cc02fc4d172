//! Bundles of what is known of a caller: lines of JSON that are written as they are read, and at their end a manifest with hashes.

use std::{collections::BTreeSet, time::Duration};

use analytics::{CallQuery, Time};
use aws_lc_rs::digest::{Context, SHA256};
use axum::body::Body as Streamed;
use bytes::Bytes;
use control::{Actor, BlockAsked, Subject};
use futures_util::stream;
use jiff::Timestamp;
use model::{Finding, KeyHash, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc},
    time::Instant,
};

use crate::{
    auth::Caller,
    endpoint::{Body, Lines, Within},
    problem::Refusal,
};

/// What a bundle says it is.
const FORMAT: &str = "pailou-forensics/1";
/// The longest window, days.
const LONGEST: u16 = 366;
const USUAL: u16 = 30;
const DAY: u64 = 24 * 60 * 60 * 1000;
/// Bytes that are sent at one time, and how many of these wait for a client.
const CHUNK: usize = 64 * 1024;
const WAITING: usize = 4;
/// Calls of one bundle.
const MOST_CALLS: u64 = 500_000;
/// Records of the audit log of one bundle.
const MOST_RECORDS: usize = 100_000;
/// How long the call log is read.
const PATIENCE: Duration = Duration::from_secs(45);
/// How long a client may take for a chunk.
const STALLED: Duration = Duration::from_secs(30);

/// Whom a bundle is about, one of these, and of which days.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BundleForm {
    /// The name of a consumer, or what tokens call a caller.
    #[serde(default)]
    consumer: Option<String>,
    /// The name of an app.
    #[serde(default)]
    app: Option<Name>,
    /// An API key: the bundle is about who has it.
    #[serde(default)]
    #[schemars(extend("writeOnly" = true))]
    key: Option<String>,
    /// The SHA-256 of an API key.
    #[serde(default)]
    key_hash: Option<KeyHash>,
    /// A network address.
    #[serde(default)]
    address: Option<String>,
    /// How many days, 1 to 366; 30 where absent.
    #[serde(default)]
    #[schemars(range(min = 1, max = 366))]
    days: Option<u16>,
    /// The end of the window (RFC 3339); now, where absent.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    until: Option<Timestamp>,
}

/// Of which time, in milliseconds since 1970.
#[derive(Clone, Copy)]
struct Window {
    from: u64,
    to: u64,
}

pub(crate) async fn gather(
    app: Within,
    caller: Caller,
    Body(form): Body<BundleForm>,
) -> Result<Lines, Refusal> {
    let window = window(&form)?;
    let BundleForm { consumer, app: of_app, key, key_hash, address, .. } = form;
    let asked = BlockAsked { consumer, app: of_app, key, key_hash, address, ..BlockAsked::default() };
    let subject = app.control.subject(&app.workspace, asked)?;
    let turn = app.gathering.clone().try_acquire_owned();
    let turn = turn.map_err(|_| Refusal::overloaded("other bundles are being gathered at this moment"))?;
    // Written before anything is told: who breaks off in the middle has read what came before.
    let about = json!({ "from": said(window.from), "to": said(window.to) });
    app.control.note_gathering(&caller.actor, &subject, "gather-evidence", about).await?;
    let (send, receive) = mpsc::channel(WAITING);
    let sheet = Sheet::new(send);
    tokio::spawn(write(app, caller.actor, subject, window, sheet, turn));
    let body = stream::unfold(receive, async |mut receive: mpsc::Receiver<Chunk>| {
        receive.recv().await.map(|chunk| (chunk, receive))
    });
    Ok(Lines(Streamed::from_stream(body)))
}

fn window(form: &BundleForm) -> Result<Window, Refusal> {
    let days = form.days.unwrap_or(USUAL);
    if !(1..=LONGEST).contains(&days) {
        let finding = Finding::error("invalid-field", format!("is 1 to {LONGEST}")).in_field("days");
        return Err(Refusal::invalid("the window is not one", vec![finding]));
    }
    let ms = |time: Timestamp| u64::try_from(time.as_millisecond()).unwrap_or(0);
    let now = ms(Timestamp::now());
    // What happens in this millisecond is in.
    let to = form.until.map_or(now + 1, ms).min(now + 1);
    Ok(Window { from: to.saturating_sub(u64::from(days) * DAY), to })
}

/// Writes a bundle. What fails breaks the body off, so that it has no manifest.
async fn write(
    app: Within,
    actor: Actor,
    subject: Subject,
    window: Window,
    mut sheet: Sheet,
    _turn: OwnedSemaphorePermit,
) {
    let written = pieces(&app, &actor, &subject, window, &mut sheet).await;
    if let Err(Broken::Failed(cause)) = written {
        tracing::error!(cause, "a bundle could not be gathered");
        sheet.break_off().await;
    }
}

async fn pieces(
    app: &Within,
    actor: &Actor,
    subject: &Subject,
    window: Window,
    sheet: &mut Sheet,
) -> Result<(), Broken> {
    let head = json!({
        "format": FORMAT, "workspace": app.workspace, "subject": subject.view(), "from": said(window.from), "to": said(window.to),
        "gathered_at": Timestamp::now(), "gathered_by": actor.name,
    });
    sheet.line("bundle", &head).await?;
    for (section, value) in app.control.known_of(subject).await? {
        sheet.line(section, &value).await?;
    }
    for (section, value) in app.control.states_of(subject, (window.from, window.to)).await? {
        sheet.line(section, &value).await?;
    }
    records(app, subject, window, sheet).await?;
    if let Some(caller) = subject.caller() {
        let (rows, more) =
            app.analytics.days(app.workspace.as_str(), &caller, (window.from, window.to)).await?;
        for row in &rows {
            sheet.line("count", row).await?;
        }
        if more {
            sheet.left_out.push("counts of the later days: ask for fewer days".to_owned());
        }
    }
    calls(app, subject, window, sheet).await?;
    let manifest = sheet.manifest();
    app.control.note_gathering(actor, subject, "gathered-evidence", manifest.clone()).await?;
    sheet.end(&manifest).await
}

async fn records(app: &Within, subject: &Subject, window: Window, sheet: &mut Sheet) -> Result<(), Broken> {
    let mut told = BTreeSet::new();
    for trail in subject.trails(window.from, window.to) {
        let mut before = None;
        loop {
            let (page, next) = app.control.follow(subject, &trail, before).await?;
            for record in page {
                if told.len() == MOST_RECORDS {
                    let at = &record.at;
                    sheet.left_out.push(format!("audit records before {at}: ask again with `until`"));
                    return Ok(());
                }
                if told.insert(record.number) {
                    sheet.line("audit", &record).await?;
                }
            }
            before = next;
            if before.is_none() {
                break;
            }
        }
    }
    Ok(())
}

async fn calls(app: &Within, subject: &Subject, window: Window, sheet: &mut Sheet) -> Result<(), Broken> {
    let began = Instant::now();
    let mut query = CallQuery {
        from: Some(Time(window.from)),
        to: Some(Time(window.to)),
        caller: subject.caller(),
        client: subject.address().map(|address| address.to_string()),
        limit: Some(500),
        ..CallQuery::default()
    };
    let (mut count, mut last) = (0, window.to);
    loop {
        let page = app.analytics.calls(app.workspace.as_str(), &query).await?;
        for call in &page.items {
            (count, last) = (count + 1, call.at);
            sheet.line("call", call).await?;
        }
        query.after = page.next;
        if query.after.is_none() {
            return Ok(());
        }
        if count >= MOST_CALLS || began.elapsed() >= PATIENCE {
            sheet.left_out.push(format!("calls before {}: ask again with `until`", said(last)));
            return Ok(());
        }
    }
}

fn said(ms: u64) -> String {
    let time = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    time.unwrap_or(Timestamp::MAX).to_string()
}

type Chunk = Result<Bytes, std::io::Error>;

/// Why a bundle ends before its end.
enum Broken {
    /// Nobody reads it any more.
    Gone,
    Failed(String),
}

impl From<control::Error> for Broken {
    fn from(error: control::Error) -> Broken {
        Broken::Failed(error.to_string())
    }
}

impl From<analytics::Error> for Broken {
    fn from(error: analytics::Error) -> Broken {
        Broken::Failed(error.to_string())
    }
}

/// Lines on their way out, and their hashes.
struct Sheet {
    send: mpsc::Sender<Chunk>,
    buffer: Vec<u8>,
    whole: Context,
    sections: Vec<(&'static str, u64, Context)>,
    left_out: Vec<String>,
}

#[derive(Serialize)]
struct Line<'a, T> {
    section: &'a str,
    value: &'a T,
}

impl Sheet {
    fn new(send: mpsc::Sender<Chunk>) -> Sheet {
        let whole = Context::new(&SHA256);
        Sheet { send, buffer: Vec::with_capacity(CHUNK), whole, sections: Vec::new(), left_out: Vec::new() }
    }

    async fn line(&mut self, section: &'static str, value: &impl Serialize) -> Result<(), Broken> {
        let begin = self.buffer.len();
        let line = serde_json::to_writer(&mut self.buffer, &Line { section, value });
        line.map_err(|error| Broken::Failed(error.to_string()))?;
        self.buffer.push(b'\n');
        let line = &self.buffer[begin..];
        self.whole.update(line);
        let known = self.sections.iter().position(|(name, ..)| *name == section);
        let at = known.unwrap_or_else(|| {
            self.sections.push((section, 0, Context::new(&SHA256)));
            self.sections.len() - 1
        });
        self.sections[at].1 += 1;
        self.sections[at].2.update(line);
        if self.buffer.len() >= CHUNK { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> Result<(), Broken> {
        let chunk = Bytes::from(std::mem::take(&mut self.buffer));
        self.send.send_timeout(Ok(chunk), STALLED).await.map_err(|_| Broken::Gone)
    }

    /// What was written: lines and SHA-256 of each section and of all that stands before it.
    fn manifest(&self) -> Value {
        let hex = |context: &Context| -> String {
            context.clone().finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
        };
        let sections = self.sections.iter().map(|(name, lines, context)| {
            ((*name).to_owned(), json!({ "lines": lines, "sha256": hex(context) }))
        });
        let lines: u64 = self.sections.iter().map(|(_, lines, _)| lines).sum();
        json!({
            "lines": lines, "sha256": hex(&self.whole), "sections": sections.collect::<serde_json::Map<_, _>>(),
            "left_out": self.left_out,
        })
    }

    async fn end(&mut self, manifest: &Value) -> Result<(), Broken> {
        let line = serde_json::to_writer(&mut self.buffer, &Line { section: "manifest", value: manifest });
        line.map_err(|error| Broken::Failed(error.to_string()))?;
        self.buffer.push(b'\n');
        self.flush().await
    }

    async fn break_off(&self) {
        let broken = std::io::Error::other("the cause is in the log");
        let _ = self.send.send_timeout(Err(broken), STALLED).await;
    }
}
