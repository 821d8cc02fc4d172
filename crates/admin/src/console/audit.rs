//! The audit log.

use axum::body::Body as Streamed;
use bytes::Bytes;
use control::{AuditQuery, AuditVerdict, AuditView, syslog};
use futures_util::stream;
use http::{header, uri::Authority};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    auth::Caller,
    console::session::Headers,
    endpoint::{Json, Lines, List, Query, Within, limit},
    problem::Refusal,
};

/// Records that are read at one time.
const PAGE: u32 = 1000;

/// Which records of the audit log.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Which {
    /// At most so many, 1 to 1000; 100 if absent.
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<u32>,
    /// Where the part before ended: its `next`.
    after: Option<u64>,
    /// Only of this kind of resource.
    kind: Option<String>,
    /// Only of the resource with this id.
    id: Option<String>,
    /// Only what this person did.
    actor: Option<String>,
    /// Only what is called this, such as `sign-in-failed`.
    action: Option<String>,
    /// Only from this network address.
    address: Option<String>,
    /// Not before this time (RFC 3339).
    #[schemars(with = "Option<String>")]
    from: Option<Timestamp>,
    /// Before this time (RFC 3339).
    #[schemars(with = "Option<String>")]
    to: Option<Timestamp>,
    /// Only records after the one with this number, and the oldest first. `after` does not count then.
    since: Option<u64>,
}

/// Which records are taken away, and how they are written.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Taken {
    /// `ndjson` if absent.
    format: RecordFormat,
    /// Only records after the one with this number.
    since: Option<u64>,
    /// Only of this kind of resource.
    kind: Option<String>,
    /// Only of the resource with this id.
    id: Option<String>,
    /// Only what this person did.
    actor: Option<String>,
    /// Only what is called this, such as `sign-in-failed`.
    action: Option<String>,
    /// Only from this network address.
    address: Option<String>,
    /// Not before this time (RFC 3339).
    #[schemars(with = "Option<String>")]
    from: Option<Timestamp>,
    /// Before this time (RFC 3339).
    #[schemars(with = "Option<String>")]
    to: Option<Timestamp>,
}

/// How records are written: as lines of JSON, or as messages of syslog (RFC 5424), one a line.
#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum RecordFormat {
    #[default]
    Ndjson,
    Syslog,
}

/// Whether the audit log is as it was written.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AuditVerdict")]
pub(crate) struct Verdict {
    intact: bool,
    /// How many records are as they were written, from the first.
    records: u64,
    /// The first record that is not, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    broken: Option<Broken>,
}

/// A record that is not as it was written.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "BrokenRecord")]
struct Broken {
    number: u64,
    reason: String,
}

pub(crate) async fn list(app: Within, Query(which): Query<Which>) -> Result<Json<List<AuditView>>, Refusal> {
    let limit = limit(which.limit)? as u32;
    let query = which.query(which.since, limit);
    let items = app.control.audit(&app.workspace, query).await?;
    Ok(Json(List::by_number(items, limit, |record| record.number)))
}

/// Records to be written down elsewhere, the oldest first.
///
/// Whoever takes the whole log away is written down in it.
pub(crate) async fn export(
    app: Within,
    caller: Caller,
    Headers(headers): Headers,
    Query(taken): Query<Taken>,
) -> Result<Lines, Refusal> {
    let format = taken.format;
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let host = host.map(|host| host.host().to_owned()).unwrap_or_default();
    let query = taken.query();
    let told = json!({ "since": query.after, "kind": &query.kind, "id": &query.id, "actor": &query.actor, "action": &query.action });
    app.control.note_audit_export(&caller.actor, &app.workspace, told).await?;
    // What is written while it is read is told by the next.
    let newest = AuditQuery { limit: 1, ..AuditQuery::default() };
    let newest = app.control.audit(&app.workspace, newest).await?.first().map_or(0, |record| record.number);
    let pages = stream::unfold(Some(query), move |query| {
        let (app, host) = (app.clone(), host.clone());
        async move {
            let query = query?;
            let page = match app.control.audit(&app.workspace, query.clone()).await {
                Ok(page) => page,
                Err(error) => return Some((Err(std::io::Error::other(error.to_string())), None)),
            };
            let last = page.last().map(|record| record.number);
            let mut lines = Vec::new();
            for record in page.iter().filter(|record| record.number <= newest) {
                if let Err(error) = write(record, format, &host, &mut lines) {
                    return Some((Err(std::io::Error::other(error)), None));
                }
                lines.push(b'\n');
            }
            let more = page.len() == PAGE as usize && last.is_some_and(|last| last < newest);
            let next = more.then_some(AuditQuery { after: last, ..query });
            Some((Ok(Bytes::from(lines)), next))
        }
    });
    Ok(Lines(Streamed::from_stream(pages)))
}

fn write(
    record: &AuditView,
    format: RecordFormat,
    host: &str,
    lines: &mut Vec<u8>,
) -> Result<(), serde_json::Error> {
    match format {
        RecordFormat::Ndjson => serde_json::to_writer(lines, record),
        RecordFormat::Syslog => {
            lines.extend_from_slice(syslog(&serde_json::to_value(record)?, host, true).as_bytes());
            Ok(())
        }
    }
}

fn ms(time: Option<Timestamp>) -> Option<u64> {
    time.map(|time| u64::try_from(time.as_millisecond()).unwrap_or(0))
}

impl Taken {
    fn query(self) -> AuditQuery {
        let Taken { format: _, since, kind, id, actor, action, address, from, to } = self;
        AuditQuery {
            before: None,
            after: Some(since.unwrap_or(0)),
            limit: PAGE,
            workspace: None,
            kind,
            id,
            actor,
            action,
            address,
            since: ms(from),
            until: ms(to),
        }
    }
}

impl Which {
    fn query(&self, after: Option<u64>, limit: u32) -> AuditQuery {
        AuditQuery {
            before: if after.is_some() { None } else { self.after },
            after,
            limit,
            workspace: None,
            kind: self.kind.clone(),
            id: self.id.clone(),
            actor: self.actor.clone(),
            action: self.action.clone(),
            address: self.address.clone(),
            since: ms(self.from),
            until: ms(self.to),
        }
    }
}

pub(crate) async fn verify(app: Within) -> Result<Json<Verdict>, Refusal> {
    Ok(Json(match app.control.verify_audit(&app.workspace).await? {
        AuditVerdict::Intact { records } => Verdict { intact: true, records, broken: None },
        AuditVerdict::Broken { number, reason } => Verdict {
            intact: false,
            records: number.saturating_sub(1),
            broken: Some(Broken { number, reason }),
        },
    }))
}
