//! Texts that match a pattern, made from the pattern.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::random::Random;
use crate::regex;

/// The longest text that is made, in bytes.
const LONGEST: usize = 10_000;

/// A text that is likely to match: what a pattern says by looking around is left out of account, and lengths beyond those it asks for are
/// tried. Whoever asks checks what comes.
pub(super) fn make(
    pattern: &str,
    random: &mut Random,
    vary: bool,
    least: usize,
    tries: usize,
) -> Option<String> {
    let plain = regex::plain(pattern)?;
    let hir = regex_syntax::ParserBuilder::new().nest_limit(100).build().parse(&plain).ok()?;
    let mut maker = Maker { random, vary, extra: least.min(LONGEST), tries, text: String::new() };
    maker.add(&hir).then_some(maker.text)
}

struct Maker<'r> {
    random: &'r mut Random,
    vary: bool,
    /// Characters that are asked for beside the pattern.
    extra: usize,
    tries: usize,
    text: String,
}

impl Maker<'_> {
    fn add(&mut self, hir: &Hir) -> bool {
        if self.text.len() > LONGEST {
            return false;
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => true,
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) => {
                    self.text.push_str(text);
                    true
                }
                Err(_) => false,
            },
            HirKind::Class(Class::Unicode(class)) => {
                let ranges: Vec<(u32, u32)> =
                    class.iter().map(|range| (range.start() as u32, range.end() as u32)).collect();
                let picked = self.pick(&ranges);
                self.text.extend(picked);
                picked.is_some()
            }
            HirKind::Class(Class::Bytes(class)) => {
                let ranges: Vec<(u32, u32)> =
                    class.iter().map(|range| (range.start().into(), range.end().min(127).into())).collect();
                let picked = self.pick(&ranges);
                self.text.extend(picked);
                picked.is_some()
            }
            HirKind::Repetition(repetition) => {
                let least = repetition.min as usize;
                let most = repetition.max.map_or(usize::MAX, |most| most as usize);
                let lacks = self.extra.saturating_sub(self.text.len() + least);
                let spare = match (most == usize::MAX, self.tries) {
                    (true, 0) => lacks.max(usize::from(least == 0)),
                    (false, 0) => lacks,
                    (_, tries) => self.random.below(tries / 2 + 2 + lacks * 2),
                };
                let count = least.saturating_add(spare).min(most);
                if count > LONGEST {
                    return false;
                }
                (0..count).all(|_| self.add(&repetition.sub))
            }
            HirKind::Capture(capture) => self.add(&capture.sub),
            HirKind::Concat(parts) => parts.iter().all(|part| self.add(part)),
            HirKind::Alternation(parts) => {
                let at = if self.vary { self.random.below(parts.len()) } else { 0 };
                self.add(&parts[at])
            }
        }
    }

    /// A character of some ranges: letters and digits rather than others, those of ASCII rather than the rest.
    fn pick(&mut self, ranges: &[(u32, u32)]) -> Option<char> {
        const LIKED: [&[(u32, u32)]; 3] =
            [&[(0x61, 0x7A), (0x41, 0x5A), (0x30, 0x39)], &[(0x21, 0x7E)], &[(0x20, 0x7E)]];
        for liked in LIKED {
            let both: Vec<(u32, u32)> = liked
                .iter()
                .flat_map(|(from, to)| {
                    ranges.iter().map(move |(start, end)| (*from.max(start), *to.min(end)))
                })
                .filter(|(from, to)| from <= to)
                .collect();
            if let Some(picked) = self.of(&both) {
                return Some(picked);
            }
        }
        self.of(ranges)
    }

    fn of(&mut self, ranges: &[(u32, u32)]) -> Option<char> {
        if ranges.is_empty() {
            return None;
        }
        let (from, to) = ranges[if self.vary { self.random.below(ranges.len()) } else { 0 }];
        let by = if self.vary { self.random.below((to - from + 1) as usize) as u32 } else { 0 };
        char::from_u32(from + by).or_else(|| char::from_u32(from))
    }
}
