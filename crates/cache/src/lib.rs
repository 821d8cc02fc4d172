//! A shared HTTP cache (RFC 9111) without sockets, runtime or clock: what may be stored, when it may be used, and memory and a folder to
//! keep it in.
//!
//! A request becomes [`Asked`] and a [`Key`]; [`Store::find`] finds what is stored, [`Stored::usable`] says what it is good for.
//! A response becomes [`Stored`] where that is allowed, and a [`Recording`] gathers its body as it passes.

mod asked;
mod conditions;
mod counts;
mod directives;
mod disk;
mod entry;
mod flight;
mod fresh;
mod key;
mod memory;
mod purges;
mod queue;
mod range;
mod recording;
mod room;
mod status;
mod store;
mod stored;
mod sum;
mod tags;
mod vary;

pub use asked::Asked;
pub use conditions::{CONDITIONS, ask_if_changed, is_about, is_in_range, is_not_modified, is_same};
pub use counts::{Counts, Outcome};
pub use directives::{RequestDirectives, ResponseDirectives};
pub use disk::Reading;
pub use entry::{read_file, read_head, write_file};
pub use flight::{Flight, Lead, Wait};
pub use key::{Key, push_host, resource};
pub use range::Range;
pub use recording::Recording;
pub use status::{Forwarded, Handled, Why};
pub use store::{Bounds, Found, Purge, Store, Usage};
pub use stored::{Because, Fetch, NotStored, Stored, Terms, Times, Use, Wanted};
pub use tags::tenants_tag;
pub use vary::Selection;

/// Text that is a valid value of a field by construction.
pub(crate) struct Text<'a>(pub(crate) &'a str);

impl head::FieldValue for Text<'_> {
    fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[cfg(test)]
mod tests;
