//! Everything that some schemas ask of one value: their parts, what they refer to, and one of each of their alternatives.

use super::Maker;
use crate::{
    Types,
    rules::{Alternatives, Keyword, Node},
};

/// References and parts that are followed, one within the other.
const DEEPEST: usize = 60;

/// What is asked of one value.
pub(super) struct Want<'s> {
    pub(super) types: Types,
    pub(super) nodes: Vec<&'s Node>,
    /// The schemas that were referred to.
    pub(super) slots: Vec<u32>,
    /// Properties that say which alternative is meant, with the values that do.
    pub(super) fixed: Vec<(&'s str, Vec<&'s str>)>,
    /// The parts alone do not say whether a value fits.
    pub(super) checked: bool,
    /// Nothing fits.
    pub(super) never: bool,
}

impl Default for Want<'_> {
    fn default() -> Self {
        Want {
            types: Types::ALL,
            nodes: Vec::new(),
            slots: Vec::new(),
            fixed: Vec::new(),
            checked: false,
            never: false,
        }
    }
}

/// The alternatives taken, in the order in which they were met; they are gone through like the digits of a number.
pub(super) struct Choices {
    digits: Vec<(usize, usize)>,
    at: usize,
    turn: u64,
}

impl Choices {
    pub(super) fn new(turn: u64) -> Choices {
        Choices { digits: Vec::new(), at: 0, turn }
    }

    pub(super) fn begin(&mut self) {
        self.at = 0;
    }

    /// One of `of`.
    fn next(&mut self, of: usize) -> usize {
        if self.at == self.digits.len() {
            self.digits.push((0, of));
        }
        let (digit, _) = self.digits[self.at];
        self.at += 1;
        digit
    }

    /// How far the order of the alternatives that come next is turned.
    fn turn(&self, of: usize) -> usize {
        let turned = self.turn.rotate_right((self.at as u32 * 7) % 64);
        (turned % of.max(1) as u64) as usize
    }

    /// Goes on to the next combination.
    pub(super) fn advance(&mut self) -> bool {
        while let Some((digit, of)) = self.digits.last_mut() {
            if *digit + 1 < *of {
                *digit += 1;
                return true;
            }
            self.digits.pop();
        }
        false
    }
}

impl<'s> Maker<'s> {
    pub(super) fn gather(&self, node: &'s Node, want: &mut Want<'s>, choices: &mut Choices, depth: usize) {
        if depth > DEEPEST || node.constant == Some(false) {
            want.never = true;
        }
        if want.never || want.nodes.iter().any(|known| std::ptr::eq(*known, node)) {
            return;
        }
        if !node.types.is_none() {
            want.types = want.types.both(node.types);
        }
        want.nodes.push(node);
        want.checked |= node.unevaluated_items.is_some() || node.unevaluated_properties.is_some();
        for keyword in &node.keywords {
            match keyword {
                Keyword::Reference(Some(slot)) | Keyword::Dynamic { first: slot, .. } => {
                    if !want.slots.contains(slot) {
                        want.slots.push(*slot);
                    }
                    self.gather(self.schemas.node(*slot).1, want, choices, depth + 1);
                }
                Keyword::Reference(None) => {}
                Keyword::Const(_) | Keyword::Enum(_) | Keyword::Not(_) => want.checked = true,
                Keyword::AllOf(parts) => {
                    parts.iter().for_each(|part| self.gather(part, want, choices, depth + 1));
                }
                Keyword::AnyOf(any) | Keyword::OneOf(any) => self.alternative(any, want, choices, depth),
                Keyword::If(parts) => {
                    want.checked = true;
                    let [Some(test), then, otherwise] = &**parts else { continue };
                    let branch = match choices.next(2) {
                        0 => {
                            self.gather(test, want, choices, depth + 1);
                            then
                        }
                        _ => otherwise,
                    };
                    if let Some(branch) = branch {
                        self.gather(branch, want, choices, depth + 1);
                    }
                }
            }
        }
    }

    fn alternative(&self, any: &'s Alternatives, want: &mut Want<'s>, choices: &mut Choices, depth: usize) {
        want.checked = true;
        if any.branches.is_empty() {
            want.never = true;
            return;
        }
        let count = any.branches.len();
        let turn = choices.turn(count);
        // What is nothing, and what leads back to where it is made, comes last.
        let mut order: Vec<usize> = (0..count).map(|at| (at + turn) % count).collect();
        order.sort_by_key(|at| {
            let branch = &any.branches[*at];
            let leads_back = |slot: &u32| self.open.contains(slot) || want.slots.contains(slot);
            let back = matches!(&*branch.keywords, [Keyword::Reference(Some(slot))] if leads_back(slot));
            (branch.types == Types::NULL, back)
        });
        let at = order[choices.next(count)];
        if let Some(discriminator) = &any.discriminator {
            let values = discriminator.values.iter().filter(|(_, branch)| *branch == at);
            want.fixed.push((&discriminator.property, values.map(|(value, _)| &**value).collect()));
        }
        self.gather(&any.branches[at], want, choices, depth + 1);
    }
}
