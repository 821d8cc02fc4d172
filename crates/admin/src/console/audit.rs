//! The audit log.

use control::{AuditQuery, AuditVerdict, AuditView};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    endpoint::{Json, List, Query, Within, limit},
    problem::Refusal,
};

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
    let Which { after, kind, id, actor, action, address, from, to, since, .. } = which;
    let ms = |time: Option<Timestamp>| time.map(|time| u64::try_from(time.as_millisecond()).unwrap_or(0));
    let query = AuditQuery {
        before: if since.is_some() { None } else { after },
        after: since,
        limit,
        workspace: None,
        kind,
        id,
        actor,
        action,
        address,
        since: ms(from),
        until: ms(to),
    };
    let items = app.control.audit(&app.workspace, query).await?;
    Ok(Json(List::by_number(items, limit, |record| record.number)))
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
