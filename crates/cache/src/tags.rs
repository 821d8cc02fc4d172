//! Tags that responses name themselves by, to be purged together: `Surrogate-Key` and `Cache-Tag`.

use std::sync::Arc;

use head::Headers;

use crate::sum::sum;

/// Tags of one response at most; further ones are passed over.
const TAGS: usize = 64;

/// The tags of a response, hashed.
pub(crate) fn of(headers: &Headers) -> Arc<[u64]> {
    let mut tags = Vec::new();
    let fields = [("surrogate-key", " \t,"), ("cache-tag", ",")];
    for (field, dividers) in fields {
        for line in headers.get_all(field).iter() {
            let Ok(line) = line.to_str() else { continue };
            tags.extend(
                line.split(|c| dividers.contains(c)).map(str::trim).filter(|tag| !tag.is_empty()).map(hash),
            );
        }
    }
    tags.sort_unstable();
    tags.dedup();
    tags.truncate(TAGS);
    tags.into()
}

/// What a tag is known by. Two that are known by the same are purged together.
pub(crate) fn hash(tag: &str) -> u64 {
    sum(tag.as_bytes())
}
