//! The schemas of a contract, as the document at rest has them.

use std::borrow::Cow;

use schema::{Documents, Json};

use crate::source::{Source, escape};

pub(super) struct Pieces(pub(super) Source);

impl Documents for Pieces {
    fn get(&self, uri: &str, pointer: &str) -> Option<Cow<'_, Json>> {
        if uri.is_empty() { self.0.get(pointer).map(Cow::Owned) } else { None }
    }

    fn parts(&self, uri: &str, with: &mut dyn FnMut(&str, &Json)) {
        if !uri.is_empty() {
            return;
        }
        for name in self.0.names("/components/schemas") {
            let pointer = format!("/components/schemas/{}", escape(&name));
            let text = self.0.text(&pointer).unwrap_or_default();
            if ["\"$id\"", "\"$anchor\"", "\"$dynamicAnchor\""].iter().any(|keyword| text.contains(keyword))
                && let Some(schema) = self.0.get(&pointer)
            {
                with(&pointer, &schema);
            }
        }
    }
}
