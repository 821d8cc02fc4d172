//! Texts that people are writing, kept for a while so that an editor sends what it changed and not all of it.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_lc_rs::digest;
use contract::Contract;
use model::{Design, Finding, Name};
use policy::problems;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{endpoint::Within, mocking::Mocked, problem::Refusal};

/// Texts that are kept, and how many bytes they have together.
const MOST: usize = 24;
const MOST_BYTES: usize = 48 << 20;
/// Edits of one request.
const MOST_EDITS: usize = 10_000;

/// A part of a text that another takes the place of.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    /// Where it begins, in UTF-16 units from the beginning of the text, as JavaScript counts.
    from: usize,
    /// Where it ends.
    to: usize,
    insert: String,
}

/// A text as it was sent.
pub(crate) enum Source {
    Whole(String),
    Changed { base: String, edits: Vec<Edit> },
}

/// A text, and what was made of it.
pub(crate) struct Entry {
    workspace: Name,
    /// What it is called: the SHA-256 of what it was sent as, a text or changes of another.
    pub(crate) base: Arc<str>,
    pub(crate) text: Arc<str>,
    contract: OnceLock<Result<Arc<Contract>, Vec<Finding>>>,
    mocked: OnceLock<Arc<Mocked>>,
}

/// The texts; the one used last is the last.
#[derive(Default)]
pub(crate) struct Drafts(Mutex<Vec<Arc<Entry>>>);

impl Drafts {
    /// The entry of a text, made where there is none.
    ///
    /// # Errors
    /// The text is too large, what it was made from is not kept any more, or an edit is not of it.
    pub(crate) fn take(&self, workspace: &Name, source: Source) -> Result<Arc<Entry>, Refusal> {
        let base = name_of(&source);
        if let Some(found) = self.find(workspace, &base) {
            return Ok(found);
        }
        let text = match source {
            Source::Whole(text) => text,
            Source::Changed { base, edits } => {
                let found = self.find(workspace, &base).ok_or_else(|| {
                    let detail = "the text that this was changed from is not kept any more; send all of it";
                    Refusal::new(problems::CONFLICT, detail)
                })?;
                if edits.is_empty() {
                    return Ok(found);
                }
                changed(&found.text, &edits).ok_or_else(|| {
                    let finding =
                        Finding::error("invalid-field", "edits stand in order, apart, and within the text");
                    Refusal::invalid("an edit is not of this text", vec![finding.in_field("source.edits")])
                })?
            }
        };
        if text.len() > Design::LONGEST {
            let detail = format!("a contract in the making has at most {} MiB", Design::LONGEST >> 20);
            return Err(Refusal::new(problems::CONTENT_TOO_LARGE, detail));
        }
        let entry = Arc::new(Entry {
            workspace: workspace.clone(),
            base: base.into(),
            text: text.into(),
            contract: OnceLock::new(),
            mocked: OnceLock::new(),
        });
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(Arc::clone(&entry));
        let mut bytes: usize = all.iter().map(|entry| entry.text.len()).sum();
        while all.len() > 1 && (all.len() > MOST || bytes > MOST_BYTES) {
            bytes -= all.remove(0).text.len();
        }
        Ok(entry)
    }

    fn find(&self, workspace: &Name, base: &str) -> Option<Arc<Entry>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.iter().position(|entry| *entry.base == *base && entry.workspace == *workspace)?;
        let entry = all.remove(at);
        all.push(Arc::clone(&entry));
        Some(entry)
    }
}

impl Entry {
    /// The contract, or what keeps it from being read.
    ///
    /// # Errors
    /// Reading it failed.
    pub(crate) async fn contract(
        self: &Arc<Entry>,
        app: &Within,
    ) -> Result<Result<Arc<Contract>, Vec<Finding>>, Refusal> {
        if let Some(known) = self.contract.get() {
            return Ok(known.clone());
        }
        let _turn = app.contracts.acquire().await.expect("the semaphore is never closed");
        let entry = Arc::clone(self);
        let read = tokio::task::spawn_blocking(move || {
            entry.contract.get_or_init(|| Contract::parse(&entry.text, "contract").map(Arc::new)).clone()
        });
        read.await.map_err(|error| Refusal::internal(&error))
    }

    /// The contract answering by itself. What is created stays until the text changes.
    ///
    /// # Errors
    /// The contract cannot be read.
    pub(crate) async fn mocked(self: &Arc<Entry>, app: &Within) -> Result<Arc<Mocked>, Refusal> {
        if let Some(known) = self.mocked.get() {
            return Ok(Arc::clone(known));
        }
        let contract = self.contract(app).await?;
        let contract =
            contract.map_err(|findings| Refusal::invalid("the contract cannot be read yet", findings))?;
        let made = Arc::new(Mocked::new(app.control.catalogue(), Arc::new(contract.document(&self.base)))?);
        Ok(Arc::clone(self.mocked.get_or_init(|| made)))
    }
}

/// What a text is called. A long one that changed a little is not read for that: its name is of that of the other and of the edits.
fn name_of(source: &Source) -> String {
    let mut digest = digest::Context::new(&digest::SHA256);
    match source {
        Source::Whole(text) => {
            digest.update(b"whole\0");
            digest.update(text.as_bytes());
        }
        Source::Changed { base, edits } if edits.is_empty() => return base.clone(),
        Source::Changed { base, edits } => {
            digest.update(b"changed\0");
            digest.update(base.as_bytes());
            for Edit { from, to, insert } in edits {
                digest.update(format!("\0{from} {to} {}\0{insert}", insert.len()).as_bytes());
            }
        }
    }
    digest.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A text with edits made; `None` where one is not of it.
fn changed(text: &str, edits: &[Edit]) -> Option<String> {
    if edits.len() > MOST_EDITS {
        return None;
    }
    let mut out =
        String::with_capacity(text.len() + edits.iter().map(|edit| edit.insert.len()).sum::<usize>());
    let mut places = Places { text, is_ascii: text.is_ascii(), units: 0, bytes: 0 };
    for edit in edits {
        let kept = places.bytes;
        let from = places.go_to(edit.from)?;
        out.push_str(&text[kept..from]);
        out.push_str(&edit.insert);
        places.go_to(edit.to)?;
    }
    out.push_str(&text[places.bytes..]);
    Some(out)
}

/// A place in a text, by units of UTF-16 and by bytes. It only goes on.
struct Places<'t> {
    text: &'t str,
    is_ascii: bool,
    units: usize,
    bytes: usize,
}

impl Places<'_> {
    fn go_to(&mut self, units: usize) -> Option<usize> {
        let ahead = units.checked_sub(self.units)?;
        let bytes = if self.is_ascii {
            self.bytes + ahead
        } else {
            let mut left = ahead;
            let mut bytes = self.bytes;
            for character in self.text[self.bytes..].chars() {
                if left == 0 {
                    break;
                }
                left = left.checked_sub(character.len_utf16())?;
                bytes += character.len_utf8();
            }
            if left > 0 {
                return None;
            }
            bytes
        };
        if bytes > self.text.len() {
            return None;
        }
        (self.units, self.bytes) = (units, bytes);
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(from: usize, to: usize, insert: &str) -> Edit {
        Edit { from, to, insert: insert.to_owned() }
    }

    #[test]
    fn edits_are_made_where_javascript_counts_them() {
        let text = "a: é𝄞x\nb: 2\n";
        // `é` is one unit, `𝄞` two.
        assert_eq!(changed(text, &[edit(6, 7, "yz"), edit(11, 12, "3")]).unwrap(), "a: é𝄞yz\nb: 3\n");
        assert_eq!(changed("abc", &[edit(0, 0, "x"), edit(3, 3, "y")]).unwrap(), "xabcy");
    }

    #[test]
    fn edits_out_of_order_or_outside_are_refused() {
        for edits in [
            [edit(2, 3, ""), edit(0, 1, "")],
            [edit(0, 2, ""), edit(1, 3, "")],
            [edit(2, 1, ""), edit(3, 3, "")],
            [edit(0, 0, ""), edit(4, 4, "")],
        ] {
            assert_eq!(changed("abc", &edits), None);
        }
        assert_eq!(changed("𝄞", &[edit(1, 1, "x")]), None, "inside a character");
    }

    #[test]
    fn what_was_not_used_for_long_is_forgotten_and_others_find_nothing() {
        let drafts = Drafts::default();
        let (mine, theirs) = (Name::default_workspace(), "acme".parse().unwrap());
        let first = drafts.take(&mine, Source::Whole("first".into())).unwrap();
        let again = || Source::Changed { base: first.base.to_string(), edits: vec![edit(0, 1, "F")] };
        assert_eq!(&*drafts.take(&mine, again()).unwrap().text, "First");
        assert!(drafts.take(&theirs, again()).is_err(), "another workspace");
        for number in 0..MOST {
            drafts.take(&mine, Source::Whole(number.to_string())).unwrap();
        }
        assert!(drafts.take(&mine, again()).is_err());
    }
}
