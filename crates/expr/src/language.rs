//! Which texts two patterns have in common: what is certain about them before anything is asked.

use std::collections::{HashMap, VecDeque, hash_map::Entry};

use regex_automata::{
    Anchored, MatchKind,
    dfa::{Automaton, StartKind, dense},
    util::{primitives::StateID, start, syntax},
};

/// How much memory the automaton of a pattern may take, and the work to make it, in bytes.
const LARGEST: usize = 256 << 10;
/// How many steps a comparison takes at most.
const LONGEST_WALK: usize = 50_000;

/// All texts of visible ASCII that a pattern matches, as an automaton.
pub struct Language {
    automaton: dense::DFA<Vec<u32>>,
    start: StateID,
}

/// What two languages have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlap {
    /// No text is in both.
    None,
    /// Every text of the other is in this one.
    All,
    /// Every text of this one is in the other, and not the other way round.
    Within,
    /// Some text is in both, such as this shortest one, and each has texts of its own.
    Some(String),
}

/// A state of each automaton.
type Pair = (StateID, StateID);

impl Language {
    /// The language of a [`Pattern`](crate::Pattern)'s text; `None` where it is no pattern, or one that is too large to compare.
    pub fn of(pattern: &str) -> Option<Language> {
        let config = dense::Config::new()
            .start_kind(StartKind::Anchored)
            .match_kind(MatchKind::All)
            .accelerate(false)
            .dfa_size_limit(Some(LARGEST))
            .determinize_size_limit(Some(LARGEST));
        let mut builder = dense::Builder::new();
        builder.configure(config).syntax(syntax::Config::new().unicode(false).utf8(false));
        let automaton = builder.build(&format!("^(?:{pattern})$")).ok()?;
        let start = automaton.start_state(&start::Config::new().anchored(Anchored::Yes)).ok()?;
        Some(Language { automaton, start })
    }

    /// What this and another have in common; `None` where finding out takes too long.
    pub fn overlap(&self, other: &Language) -> Option<Overlap> {
        let bytes = self.unlike_bytes(other);
        let first = (self.start, other.start);
        // How each pair was reached, for the shortest text.
        let mut seen: HashMap<Pair, Option<(Pair, u8)>> = HashMap::from([(first, None)]);
        let mut next = VecDeque::from([first]);
        let (mut both, mut only_this, mut only_other) = (None, false, false);
        let mut steps = 0;
        while let Some(pair) = next.pop_front() {
            match (self.ends(pair.0), other.ends(pair.1)) {
                (true, true) => both = both.or(Some(pair)),
                (true, false) => only_this = true,
                (false, true) => only_other = true,
                (false, false) => {}
            }
            if both.is_some() && only_this && only_other {
                break;
            }
            for &byte in &bytes {
                steps += 1;
                if steps > LONGEST_WALK {
                    return None;
                }
                let after =
                    (self.automaton.next_state(pair.0, byte), other.automaton.next_state(pair.1, byte));
                if self.automaton.is_dead_state(after.0) && other.automaton.is_dead_state(after.1) {
                    continue;
                }
                if let Entry::Vacant(place) = seen.entry(after) {
                    place.insert(Some((pair, byte)));
                    next.push_back(after);
                }
            }
        }
        let Some(both) = both else { return Some(Overlap::None) };
        Some(match (only_this, only_other) {
            (_, false) => Overlap::All,
            (false, true) => Overlap::Within,
            (true, true) => Overlap::Some(text_to(both, &seen)),
        })
    }

    /// Whether the text that led to a state is one of the language.
    fn ends(&self, state: StateID) -> bool {
        self.automaton.is_match_state(self.automaton.next_eoi_state(state))
    }

    /// One byte of visible ASCII of every kind that one of the two tells apart, letters first.
    fn unlike_bytes(&self, other: &Language) -> Vec<u8> {
        let (mine, others) = (self.automaton.byte_classes(), other.automaton.byte_classes());
        let mut kinds = Vec::new();
        let all = (b'a'..=b'z').chain(b'0'..=b'9').chain(b'A'..=b'Z').chain(b'!'..=b'~');
        all.filter(|byte| {
            let kind = (mine.get(*byte), others.get(*byte));
            let is_new = !kinds.contains(&kind);
            if is_new {
                kinds.push(kind);
            }
            is_new
        })
        .collect()
    }
}

/// The text by which a pair was reached.
fn text_to(pair: Pair, seen: &HashMap<Pair, Option<(Pair, u8)>>) -> String {
    let mut bytes = Vec::new();
    let mut at = pair;
    while let Some(Some((before, byte))) = seen.get(&at) {
        bytes.push(*byte);
        at = *before;
    }
    bytes.reverse();
    bytes.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pattern;

    fn overlap(one: &str, other: &str) -> Overlap {
        Language::of(one).unwrap().overlap(&Language::of(other).unwrap()).unwrap()
    }

    #[test]
    fn what_two_patterns_have_in_common_is_certain() {
        for (one, other, expected) in [
            ("/a/.*", "/a/[0-9]+", Overlap::All),
            ("/a/[0-9]+", "/a/[a-z0-9]+", Overlap::Within),
            ("/a/[0-9]+", "/a/\\d\\d*", Overlap::All),
            ("/a/[0-9]+", "/a/[a-z]+", Overlap::None),
            ("/a/[0-9]+", "/b/[0-9]+", Overlap::None),
            ("/a/[a-m]+", "/a/[k-z]+", Overlap::Some("/a/k".to_owned())),
            ("/a(/.*)?", "/a|/a/b", Overlap::All),
            ("(?i)/abc", "/AbC", Overlap::All),
            ("/a|/b", "/b|/c", Overlap::Some("/b".to_owned())),
            ("^/a$", "/a", Overlap::All),
            ("/x\\b.*", "/x-[a-z]", Overlap::All),
            // Where no visible character is between them, they are the same.
            ("/[^/]*", "/[!-.0-~]*", Overlap::All),
        ] {
            assert_eq!(overlap(one, other), expected, "{one} and {other}");
        }
    }

    #[test]
    fn a_text_that_both_are_said_to_match_is_matched_by_both() {
        for (one, other) in
            [("/(a|b)+c?", "/(b|c)*"), ("/[a-z]{2,5}", "/.{4,9}"), ("/v[0-9]+/.*x", "/v1.*/y?.*")]
        {
            let Overlap::Some(text) = overlap(one, other) else { panic!("{one} and {other}") };
            for pattern in [one, other] {
                assert!(Pattern::parse(pattern).unwrap().matches(text.as_bytes()), "{pattern}: {text}");
            }
        }
    }

    #[test]
    fn what_is_too_large_to_compare_is_left_alone() {
        assert!(Language::of("(").is_none());
        assert!(Language::of("[ab]*a[ab]{12}").is_none());
    }
}
