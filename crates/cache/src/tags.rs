//! Tags that responses name themselves by, to be purged together: `Surrogate-Key` and `Cache-Tag`.

use std::sync::Arc;

use head::Headers;

use crate::sum::sum;

/// Tags of one response at most; further ones are passed over.
const TAGS: usize = 64;

/// The tags of a response, hashed. Those of a tenant are its own, and what it has stored has one in common, the empty one.
pub(crate) fn of(tenant: &str, headers: &Headers) -> Arc<[u64]> {
    let hash = |tag: &str| hash_of(tenant, tag);
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
    if !tenant.is_empty() {
        tags.push(hash(""));
    }
    tags.into()
}

/// What a tag is known by. Two that are known by the same are purged together.
pub(crate) fn hash(tag: &str) -> u64 {
    sum(tag.as_bytes())
}

/// What a tag of a tenant is told by; nothing stands in it that could stand in a header.
pub fn tenants_tag(tenant: &str, tag: &str) -> String {
    if tenant.is_empty() { tag.to_owned() } else { format!("{tenant}\0{tag}") }
}

fn hash_of(tenant: &str, tag: &str) -> u64 {
    if tenant.is_empty() { hash(tag) } else { hash(&tenants_tag(tenant, tag)) }
}
