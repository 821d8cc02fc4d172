//! Lists.

use super::{Maker, gather::Want};
use crate::{
    Json, Value,
    rules::{ListRules, Node},
};

/// The longest list that is made because so many items are asked for.
const LONGEST: u64 = 1_000;
/// Lists that need not have an item have one down to here.
const FILLED_DEPTH: usize = 7;

impl<'s> Maker<'s> {
    pub(super) fn list(&mut self, want: &Want<'s>, depth: usize) -> Option<Json> {
        let all: Vec<&'s ListRules> = want.nodes.iter().filter_map(|node| node.list.as_deref()).collect();
        let contained = all.iter().filter_map(|rules| rules.contains.as_ref());
        let contained: Vec<_> = contained.filter(|contains| contains.least > 0).collect();
        let asked: u64 = contained.iter().map(|contains| contains.least).fold(0, u64::saturating_add);
        let least = all.iter().filter_map(|rules| rules.least).max().unwrap_or(0).max(asked);
        let most = all.iter().filter_map(|rules| rules.most).min().unwrap_or(u64::MAX);
        let tuple = all.iter().map(|rules| rules.tuple.len()).max().unwrap_or(0) as u64;
        let closed =
            all.iter().any(|rules| rules.rest.as_ref().is_some_and(|rest| rest.constant == Some(false)));
        let most = if closed { most.min(tuple) } else { most };
        if least > most.min(LONGEST) {
            return None;
        }
        let shown = match (self.spare || depth > FILLED_DEPTH || self.optional == 0, self.vary) {
            (true, _) => 0,
            (false, true) => 1 + self.random.below(3) as u64,
            (false, false) => tuple.max(1),
        };
        let count = shown.clamp(least, most.max(least)).min(most);
        let unique = all.iter().any(|rules| rules.unique);
        let mut items: Vec<Json> = Vec::new();
        // Which of the items must be of what is contained, from the first on.
        let mut kinds = contained.iter().flat_map(|contains| {
            std::iter::repeat_n(
                &contains.node,
                usize::try_from(contains.least).unwrap_or(0).min(LONGEST as usize),
            )
        });
        for at in 0..count as usize {
            let mut nodes: Vec<&'s Node> = all
                .iter()
                .filter_map(|rules| rules.tuple.get(at).or(rules.rest.as_ref()))
                .filter(|node| node.constant != Some(true))
                .collect();
            nodes.extend(kinds.next());
            let must = (at as u64) < least;
            match self.item(&nodes, unique.then_some(&items), depth, must) {
                Some(item) => items.push(item),
                None if must => return None,
                None => break,
            }
        }
        Some(Json::Array(items))
    }

    /// An item; one that `known` does not have, where that is asked for.
    fn item(
        &mut self,
        nodes: &[&'s Node],
        known: Option<&Vec<Json>>,
        depth: usize,
        must: bool,
    ) -> Option<Json> {
        let was = (self.vary, self.examples);
        for _ in 0..24 {
            let made = self.value(nodes, depth + 1, must);
            let is_new = match (&made, known) {
                (Some(made), Some(known)) => {
                    let made = Value::from(made);
                    !known.iter().any(|other| Value::from(other).equals(&made))
                }
                _ => true,
            };
            if is_new {
                (self.vary, self.examples) = was;
                return made;
            }
            (self.vary, self.examples) = (true, false);
        }
        (self.vary, self.examples) = was;
        None
    }
}
