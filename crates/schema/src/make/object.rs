//! Objects.

use serde_json::Map;

use super::{Maker, gather::Want};
use crate::{
    Direction, Json,
    rules::{Keyword, Node, ObjectRules},
};

/// Properties that need not be there are made down to here.
const OPTIONAL_DEPTH: usize = 7;
/// The most properties that are made because so many are asked for.
const MOST_ASKED: u64 = 1_000;

impl<'s> Maker<'s> {
    pub(super) fn object(&mut self, want: &Want<'s>, depth: usize) -> Option<Json> {
        let all: Vec<&'s ObjectRules> = want.nodes.iter().filter_map(|node| node.object.as_deref()).collect();
        let least = all.iter().filter_map(|rules| rules.least).max().unwrap_or(0);
        let most = all.iter().filter_map(|rules| rules.most).min().unwrap_or(u64::MAX);
        if least > most.min(MOST_ASKED) {
            return None;
        }
        let (names, required) = names(&all, want);
        let mut spare = usize::try_from(most).unwrap_or(usize::MAX).checked_sub(required.len());
        let mut members = Map::new();
        for name in names {
            let must = required.contains(&name);
            if !must && (spare == Some(0) || !self.takes_optional(&all, name, depth)) {
                continue;
            }
            let Some(nodes) = schemas_of(&all, name) else {
                if must {
                    return None;
                }
                continue;
            };
            if self.hides(&nodes) {
                continue;
            }
            let fixed = want.fixed.iter().find(|(property, _)| *property == name);
            let made = match fixed {
                Some((_, values)) => {
                    let values = values.iter().map(|value| Json::String((*value).to_owned()));
                    values.into_iter().find(|value| self.holds(&nodes, value))
                }
                None => self.value(&nodes, depth + 1, must),
            };
            match made {
                Some(made) => {
                    if !must {
                        self.optional = self.optional.saturating_sub(1);
                        spare = spare.map(|spare| spare.saturating_sub(1));
                    }
                    members.insert(name.to_owned(), made);
                }
                None if must => return None,
                None => {}
            }
        }
        self.further(&all, &mut members, least, most, depth)?;
        Some(Json::Object(members))
    }

    /// Properties that are not named: of a map one, to show what they are, and as many as are asked for.
    fn further(
        &mut self,
        all: &[&'s ObjectRules],
        members: &mut Map<String, Json>,
        least: u64,
        most: u64,
        depth: usize,
    ) -> Option<()> {
        let is_map = members.is_empty()
            && !self.spare
            && depth < OPTIONAL_DEPTH
            && all.iter().any(|rules| {
                rules.additional.as_ref().is_some_and(|node| node.constant.is_none())
                    || !rules.patterns.is_empty()
            })
            && all.iter().all(|rules| rules.properties.is_empty());
        let wanted = least.max(u64::from(is_map)).min(most);
        let mut tries = 0;
        while (members.len() as u64) < wanted {
            tries += 1;
            if tries > wanted * 2 + 8 {
                return if members.len() as u64 >= least { Some(()) } else { None };
            }
            let Some(name) = self.name(all, members, tries) else { continue };
            let Some(nodes) = schemas_of(all, &name) else { continue };
            // What has no schema is no more than there.
            let made = self.value(&nodes, depth + 1, members.len() as u64 <= least);
            if let Some(made) = made {
                members.insert(name, made);
            }
        }
        Some(())
    }

    /// A name that no property has yet.
    fn name(&mut self, all: &[&'s ObjectRules], members: &Map<String, Json>, tries: u64) -> Option<String> {
        let rules = all.iter().filter_map(|rules| rules.names.as_ref());
        let rules: Vec<&'s Node> = rules.collect();
        let made = if rules.is_empty() {
            let patterns = all.iter().flat_map(|rules| rules.patterns.iter());
            let patterns: Vec<&str> = patterns.map(|(pattern, _)| &*pattern.text).collect();
            let plain = if tries == 1 { "key".to_owned() } else { format!("key{tries}") };
            let closed = schemas_of(all, &plain).is_none();
            match patterns.get(tries as usize % patterns.len().max(1)) {
                Some(pattern) if closed || tries > 1 => {
                    super::pattern::make(pattern, &mut self.random, self.vary, 0, tries as usize)?
                }
                _ => plain,
            }
        } else {
            let was = self.vary;
            self.vary |= tries > 1;
            let made = self.value(&rules, 0, true);
            self.vary = was;
            made?.as_str()?.to_owned()
        };
        (!members.contains_key(&made)).then_some(made)
    }

    fn takes_optional(&mut self, all: &[&'s ObjectRules], name: &str, depth: usize) -> bool {
        if self.spare
            || depth >= OPTIONAL_DEPTH
            || self.optional == 0
            || depth > 3 && self.optional < MOST_DEEP
        {
            return false;
        }
        // What brings others with it is left out.
        let brings = |rules: &&&ObjectRules| {
            rules.dependent_names.iter().any(|(of, _)| **of == *name)
                || rules.dependent.iter().any(|(of, _)| **of == *name)
        };
        all.iter().filter(brings).count() == 0 && (!self.vary || self.random.below(10) < 7)
    }

    /// Whether a property only goes the other way.
    fn hides(&self, nodes: &[&Node]) -> bool {
        let Some(direction) = self.direction else { return false };
        nodes.iter().any(|node| {
            let of = |node: &Node| match direction {
                Direction::Request => node.read_only,
                Direction::Response => node.write_only && !node.read_only,
            };
            let referred = match &*node.keywords {
                [Keyword::Reference(Some(slot))] if !node.read_only && !node.write_only => {
                    of(self.schemas.node(*slot).1)
                }
                _ => false,
            };
            of(node) || referred
        })
    }
}

/// Below some depth only so many are left for what is higher.
const MOST_DEEP: u32 = 300;

/// The names of the properties described, in the order of the text, and those that are required.
fn names<'s>(all: &[&'s ObjectRules], want: &Want<'s>) -> (Vec<&'s str>, Vec<&'s str>) {
    let (mut names, mut required): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    let add = |to: &mut Vec<&'s str>, name: &'s str| {
        if !to.contains(&name) {
            to.push(name);
        }
    };
    for rules in all {
        let mut own: Vec<_> = rules.properties.iter().collect();
        own.sort_by_key(|(_, property)| (property.order, property.required));
        for (name, property) in own {
            add(&mut names, name);
            if property.required.is_some() {
                add(&mut required, name);
            }
        }
    }
    for (name, _) in &want.fixed {
        add(&mut names, name);
        add(&mut required, name);
    }
    // Those that others do not come without; each round may bring more.
    for _ in 0..8 {
        let brought = all.iter().flat_map(|rules| &rules.dependent_names);
        let brought: Vec<_> = brought.filter(|(of, _)| required.contains(&&**of)).collect();
        for name in brought.into_iter().flat_map(|(_, needs)| needs) {
            add(&mut names, name);
            add(&mut required, name);
        }
    }
    (names, required)
}

/// The schemas of a property, of all rules; `None` where one does not allow it.
fn schemas_of<'s>(all: &[&'s ObjectRules], name: &str) -> Option<Vec<&'s Node>> {
    let mut nodes = Vec::new();
    for rules in all {
        let mut is_known = false;
        if let Some(node) = rules.property(name).and_then(|property| property.node.as_ref()) {
            is_known = true;
            nodes.push(node);
        }
        for (pattern, node) in &rules.patterns {
            if pattern.matches(name) {
                is_known = true;
                nodes.push(node);
            }
        }
        if let Some(node) = rules.additional.as_ref().filter(|_| !is_known) {
            if node.constant == Some(false) {
                return None;
            }
            nodes.push(node);
        }
    }
    Some(nodes)
}
