//! Pages of the call log.

use crate::{
    Analytics, CallPage, CallQuery, Error, database,
    query::{
        Call,
        call_filter::{CallFilter, Cursor},
    },
};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 500;

impl Analytics {
    /// Logged calls of a workspace, the newest first. A search over very many calls hands back what it found so far, with
    /// `next` to go on.
    ///
    /// # Errors
    /// As [`Analytics::traffic`].
    pub async fn calls(&self, workspace: &str, query: &CallQuery) -> Result<CallPage, Error> {
        let limit = match query.limit.unwrap_or(DEFAULT_LIMIT) {
            limit @ 1..=MAX_LIMIT => limit as usize,
            _ => return Err(Error::invalid("limit", format!("must be 1 to {MAX_LIMIT}"))),
        };
        let filter = CallFilter::of(workspace, query)?;
        self.collect();
        // Memory first: what is written meanwhile is then found twice, not missed.
        let mut found: Vec<(Cursor, Call)> = {
            let memory = self.memory();
            let matching = memory.log.iter().filter(|call| filter.matches(call));
            let mut cursors: Vec<_> = matching.map(|call| (Cursor::of(call), call)).collect();
            cursors.sort_unstable_by_key(|(cursor, _)| std::cmp::Reverse(*cursor));
            cursors.iter().take(limit + 1).map(|(cursor, call)| (*cursor, call.show())).collect()
        };
        let mut stopped_at = None;
        if let Some(database) = self.database() {
            let scanned = database::calls(database, &filter, limit + 1).await?;
            stopped_at = scanned.stopped_at;
            found.extend(scanned.calls);
            found.retain(|(cursor, _)| stopped_at.is_none_or(|bound| *cursor >= bound));
            found.sort_by_key(|(cursor, _)| std::cmp::Reverse(*cursor));
            found.dedup_by_key(|(cursor, _)| *cursor);
        }
        let next = match found.len() > limit {
            true => found.get(limit - 1).map(|(cursor, _)| *cursor),
            false => stopped_at,
        };
        found.truncate(limit);
        Ok(CallPage {
            items: found.into_iter().map(|(_, call)| call).collect(),
            next: next.map(|cursor| cursor.to_string()),
        })
    }

    /// One logged call of a workspace.
    ///
    /// # Errors
    /// As [`Analytics::traffic`].
    pub async fn call(&self, workspace: &str, id: &str) -> Result<Option<Call>, Error> {
        let Ok(id) = id.parse() else { return Ok(None) };
        self.collect();
        {
            let memory = self.memory();
            let found = memory.log.iter().find(|call| call.id == id && call.place().0 == workspace);
            if let Some(call) = found {
                return Ok(Some(call.show()));
            }
        }
        match self.database() {
            Some(database) => database::call(database, workspace, id).await,
            None => Ok(None),
        }
    }
}
