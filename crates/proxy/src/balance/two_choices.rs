//! Of two drawn by chance the better one.

use super::view::{Member, View};
use crate::random::Random;

/// Draws two by their weights and takes the one with less load; of equals the one drawn first, so that shares follow the weights
/// where nothing else tells them apart.
pub(super) fn by<'a>(view: &'a View, random: &mut Random, load: impl Fn(&Member) -> f32) -> &'a Member {
    let draw = |random: &mut Random| view.turn(random.below(view.turns.len()));
    let (one, mut other) = (draw(random), draw(random));
    for _ in 0..4 {
        if !std::ptr::eq(one, other) {
            break;
        }
        other = draw(random);
    }
    if load(one) <= load(other) { one } else { other }
}
