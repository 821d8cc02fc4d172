//! Numbers.

use super::{Maker, gather::Want, number_of};
use crate::{Json, Number, Types, formats, rules::NumberRules};

/// Where nothing bounds it, a number that varies is less than this.
const USUAL: i128 = 1_000;

impl<'s> Maker<'s> {
    pub(super) fn number(&mut self, want: &Want<'s>) -> Option<Json> {
        let all: Vec<&NumberRules> = want.nodes.iter().filter_map(|node| node.number.as_deref()).collect();
        let whole = !want.types.has(Types::NUMBER);
        let least = all.iter().flat_map(|rules| &rules.least).map(|(bound, _)| *bound);
        let least = least.max_by(|a, b| a.compare(*b));
        let most = all.iter().flat_map(|rules| &rules.most).map(|(bound, _)| *bound);
        let most = most.min_by(|a, b| a.compare(*b));
        let steps: Vec<Number> = all.iter().filter_map(|rules| rules.multiple_of).collect();
        let mut candidates = Vec::new();
        if self.vary {
            candidates.extend((0..8).filter_map(|_| self.varied(least, most, &steps, whole)));
        }
        candidates.extend([Number::Whole(1), Number::Whole(0)]);
        // The multiples nearest to the bounds.
        for step in &steps {
            let around = |bound: Number| {
                let count = (bound.as_f64() / step.as_f64()).floor();
                (-1..=2).map(move |by| times(*step, count as i128 + by))
            };
            candidates.extend([times(*step, 1), times(*step, -1)]);
            candidates.extend(least.into_iter().chain(most).flat_map(around));
        }
        for bound in least.into_iter().chain(most) {
            candidates.push(bound);
            let floor = bound.as_f64().floor() as i128;
            candidates.extend([Number::Whole(floor + 1), Number::Whole(floor), Number::Whole(floor - 1)]);
        }
        if let (Some(least), Some(most)) = (least, most) {
            candidates.push(Number::Float((least.as_f64() + most.as_f64()) / 2.0));
        }
        let fits =
            |number: &Number| (!whole || number.is_whole()) && all.iter().all(|rules| rules.take(*number));
        candidates.into_iter().find(fits).map(number_of)
    }

    fn varied(
        &mut self,
        least: Option<Number>,
        most: Option<Number>,
        steps: &[Number],
        whole: bool,
    ) -> Option<Number> {
        let floor = |number: Number| match number {
            Number::Whole(value) => value,
            Number::Float(value) => value.floor() as i128,
        };
        let (low, high) = match (least.map(floor), most.map(floor)) {
            (Some(low), Some(high)) => (low, high),
            (Some(low), None) => (low, low.saturating_add(USUAL)),
            (None, Some(high)) => (high.saturating_sub(USUAL).max(high.min(0)), high),
            (None, None) => (0, USUAL),
        };
        if let [step] = steps {
            let of = |bound: i128| (bound as f64 / step.as_f64()) as i128;
            let count = self.random.within(of(low), of(high).max(of(low)));
            return Some(times(*step, count));
        }
        let picked = self.random.within(low, high);
        if whole {
            return Some(Number::Whole(picked));
        }
        // Two places: enough for a price.
        let cents = self.random.below(100) as f64;
        Some(Number::Float((picked as f64 * 100.0 + cents) / 100.0))
    }
}

impl NumberRules {
    fn take(&self, number: Number) -> bool {
        let above = |(bound, out): &(Number, bool)| {
            let order = number.compare(*bound);
            order.is_gt() || !*out && order.is_eq()
        };
        let below = |(bound, out): &(Number, bool)| {
            let order = number.compare(*bound);
            order.is_lt() || !*out && order.is_eq()
        };
        self.least.iter().all(above)
            && self.most.iter().all(below)
            && self.multiple_of.is_none_or(|of| number.is_multiple_of(of))
            && self.format.as_deref().is_none_or(|format| formats::fits_number(format, number.as_f64()))
    }
}

fn times(step: Number, count: i128) -> Number {
    match step {
        Number::Whole(step) => Number::Whole(step.saturating_mul(count)),
        Number::Float(step) => {
            // By its decimals, so that 3 times 0.1 is 0.3.
            let text = format!("{step}");
            let places = text.split_once('.').map_or(0, |(_, after)| after.len());
            let made = step * count as f64;
            Number::Float(format!("{made:.places$}").parse().unwrap_or(made))
        }
    }
}
