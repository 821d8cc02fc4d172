//! What plans cost, and what a change of plan costs or gives back: exact decimal arithmetic, in the smallest unit of a currency.
//!
//! Pailou says what is owed; it collects nothing.

use jiff::{Span as Calendar, Timestamp, tz::TimeZone};
use model::{BillingPeriod, Plan, Price, Subscription};
use schemars::JsonSchema;
use serde::Serialize;

use crate::resources::timestamp;

/// The largest price, in the smallest unit: a share of it is reckoned in 128 bits without loss.
const MOST: i128 = 1_000_000_000_000_000;
/// Currencies whose smallest unit is the whole (ISO 4217), and those with three digits; all others have two.
const WHOLE: [&str; 16] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF",
    "XPF",
];
const THOUSANDTHS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];
/// Periods that are looked at for the present one: no subscription is older.
const MOST_PERIODS: i64 = 12 * 200;

/// What another plan costs for the rest of the period that runs, against what is left of the present one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlanChangePreview {
    /// What is given back of the present plan.
    pub credit: Option<Money>,
    /// What is owed of the other plan at once.
    pub charge: Option<Money>,
    /// What is owed at once less what is given back; below zero, it stands to the developer's credit. Absent where the two are in different currencies.
    pub due: Option<Money>,
    /// When what is charged or given back begins (RFC 3339): now. Absent where neither is.
    pub from: Option<String>,
    /// When the period ends that it is for (RFC 3339).
    pub to: Option<String>,
    /// The share of the period that is left, percent with two decimals; 100 where a period begins with the change.
    pub left_percent: Option<String>,
    /// Until when nothing is owed under the other plan, since a trial goes on or begins (RFC 3339).
    pub trial_until: Option<String>,
    /// How it was reckoned, in a sentence.
    pub said: String,
}

/// An amount as it is written: `-4.35`, `EUR`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Money {
    pub amount: String,
    pub currency: String,
}

/// Digits of a currency behind the point.
fn digits(currency: &str) -> u32 {
    match currency {
        one if WHOLE.contains(&one) => 0,
        one if THOUSANDTHS.contains(&one) => 3,
        _ => 2,
    }
}

/// What is wrong with a price, with its field.
pub(crate) fn fault(price: &Price) -> Option<(&'static str, String)> {
    let currency = &price.currency;
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Some(("price.currency", format!("`{currency}` is no currency such as `EUR` (ISO 4217)")));
    }
    let Some(units) = units(price) else {
        let digits = digits(currency);
        let message = format!(
            "`{}` is no amount of {currency}: write digits, and {digits} behind a point at most, such as `\"{}\"`",
            price.amount,
            written(2990, digits)
        );
        return Some(("price.amount", message));
    };
    (units > MOST).then(|| ("price.amount", "is more than anything costs".to_owned()))
}

/// An amount in the smallest unit of its currency.
fn units(price: &Price) -> Option<i128> {
    let digits = digits(&price.currency);
    let (whole, part) = price.amount.split_once('.').unwrap_or((&price.amount, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let has_point = price.amount.contains('.');
    let is_wrong = whole.is_empty() || whole.len() > 18 || has_point && part.is_empty();
    if is_wrong || !is_number(whole) || !is_number(part) || part.len() > digits as usize {
        return None;
    }
    let part: i128 = format!("{part:0<width$}", width = digits as usize).parse().unwrap_or(0);
    Some(whole.parse::<i128>().ok()? * 10_i128.pow(digits) + part)
}

/// An amount in the smallest unit as it is written.
fn written(units: i128, digits: u32) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let (unit, units) = (10_u128.pow(digits), units.unsigned_abs());
    match digits {
        0 => format!("{sign}{units}"),
        _ => format!("{sign}{}.{:0width$}", units / unit, units % unit, width = digits as usize),
    }
}

/// A share of an amount, rounded to the smallest unit; half a unit is rounded up.
fn share(units: i128, part: i128, whole: i128) -> i128 {
    (2 * units * part + whole) / (2 * whole)
}

/// The period that runs at a time: counted in months from the begin, in UTC. One that began on the 31st begins on the last day of shorter months, and on the 31st
/// again after that.
fn period(began: u64, per: BillingPeriod, now: u64) -> Option<(u64, u64)> {
    let months = match per {
        BillingPeriod::Month => 1,
        BillingPeriod::Year => 12,
    };
    let first = timestamp(began).to_zoned(TimeZone::UTC);
    let at = |n: i64| -> Option<u64> {
        let begin = first.checked_add(Calendar::new().try_months(n * months).ok()?).ok()?;
        u64::try_from(begin.timestamp().as_millisecond()).ok()
    };
    // No month is longer than 31 days, so that this is never beyond the one that is looked for.
    let guess = now.saturating_sub(began) / (months as u64 * 31 * 86_400_000);
    let mut n = i64::try_from(guess).ok()?;
    loop {
        let (from, to) = (at(n)?, at(n + 1)?);
        if now < to || n > MOST_PERIODS {
            return Some((from, to));
        }
        n += 1;
    }
}

/// A time of a document, milliseconds since 1970; 0 for what is before.
pub(crate) fn milliseconds(time: Option<&String>) -> Option<u64> {
    Some(u64::try_from(time?.parse::<Timestamp>().ok()?.as_millisecond()).unwrap_or(0))
}

/// A price as letters say it: `29.90 EUR a month`.
pub(crate) fn said(price: &Price) -> String {
    let per = match price.per {
        BillingPeriod::Month => "month",
        BillingPeriod::Year => "year",
    };
    format!("{} {} a {per}", price.amount, price.currency)
}

/// Until when a trial of a plan goes on that begins now; `None` for a plan without one.
pub(crate) fn trial_from(plan: &Plan, now: u64) -> Option<u64> {
    let span = plan.price.as_ref().and(plan.trial)?;
    Some(now.saturating_add(u64::try_from(span.0.as_millis()).unwrap_or(u64::MAX)))
}

/// Until when a trial of a subscription goes on.
pub(crate) fn trial_until(subscription: &Subscription, now: u64) -> Option<u64> {
    milliseconds(subscription.trial_until.as_ref()).filter(|until| *until > now)
}

/// Whether the period of the present plan goes on under another one, so that what it costs is counted for the rest of it.
pub(crate) fn goes_on(before: &Plan, after: &Plan) -> bool {
    matches!((&before.price, &after.price), (Some(before), Some(after)) if before.per == after.per)
}

/// What another plan would cost now. `began` is since when periods of the present one are counted; `may_try` says that the app had no trial of the product yet.
pub(crate) fn preview(
    subscription: &Subscription,
    began: u64,
    (before, after): (&Plan, &Plan),
    may_try: bool,
    now: u64,
) -> PlanChangePreview {
    let money = |units: i128, price: &Price| Money {
        amount: written(units, digits(&price.currency)),
        currency: price.currency.clone(),
    };
    let none = PlanChangePreview {
        credit: None,
        charge: None,
        due: None,
        from: None,
        to: None,
        left_percent: None,
        trial_until: None,
        said: "Neither plan costs anything.".to_owned(),
    };
    if before.price.is_none() && after.price.is_none() {
        return none;
    }
    let during = trial_until(subscription, now);
    if during.is_some() && after.price.is_none() {
        let said = "The trial ends with the change, and the other plan costs nothing.";
        return PlanChangePreview { said: said.to_owned(), ..none };
    }
    let begins = trial_from(after, now).filter(|_| may_try && before.price.is_none());
    if let Some(until) = during.or(begins) {
        let said = match during {
            Some(_) => {
                "The trial goes on: nothing is owed until it ends, and periods of the plan that there is then are counted from there."
            }
            None => {
                "A trial begins with the change: nothing is owed until it ends, and periods of the other plan are counted from there."
            }
        };
        let trial_until = Some(timestamp(until).to_string());
        return PlanChangePreview { trial_until, said: said.to_owned(), ..none };
    }
    // What is left of the present period, and what of it is given back.
    let present = before.price.as_ref().and_then(|price| Some((price, period(began, price.per, now)?)));
    let left =
        present.map(|(_, (from, to))| (i128::from(to.saturating_sub(now.max(from))), i128::from(to - from)));
    let part = |price: &Price, left: Option<(i128, i128)>| {
        let (part, whole) = left.filter(|(_, whole)| *whole > 0).unwrap_or((1, 1));
        share(units(price).unwrap_or(0), part, whole)
    };
    let credit = before.price.as_ref().filter(|_| left.is_some()).map(|price| (part(price, left), price));
    let goes_on = goes_on(before, after);
    let charge = after.price.as_ref().map(|price| (part(price, left.filter(|_| goes_on)), price));
    let (from, to) = match (&after.price, present) {
        (_, Some((_, (_, to)))) if goes_on || after.price.is_none() => (now, to),
        (Some(price), _) => period(now, price.per, now).unwrap_or((now, now)),
        (None, _) => (now, now),
    };
    let due = match (&credit, &charge) {
        (Some((credit, of)), Some((charge, price))) => {
            (of.currency == price.currency).then(|| money(charge - credit, price))
        }
        (Some((credit, price)), None) => Some(money(-credit, price)),
        (None, Some((charge, price))) => Some(money(*charge, price)),
        (None, None) => None,
    };
    let percent = left
        .filter(|_| goes_on || after.price.is_none())
        .map_or(10_000, |(part, whole)| share(10_000, part, whole));
    let said = match (goes_on, after.price.is_some(), credit.is_some()) {
        (true, ..) => {
            "The period goes on: both plans are counted for the part of it that is left, to the millisecond, and rounded to the smallest unit, half of one up."
        }
        (false, true, true) => {
            "A period of the other plan begins with the change; the part of the present one that is left is given back, rounded to the smallest unit, half of one up."
        }
        (false, true, false) => "A period of the other plan begins with the change.",
        (false, false, _) => {
            "The other plan costs nothing; the part of the present period that is left is given back, rounded to the smallest unit, half of one up."
        }
    };
    PlanChangePreview {
        credit: credit.map(|(units, price)| money(units, price)),
        charge: charge.map(|(units, price)| money(units, price)),
        due,
        from: Some(timestamp(from).to_string()),
        to: Some(timestamp(to).to_string()),
        left_percent: Some(written(percent, 2)),
        trial_until: None,
        said: said.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(time: &str) -> u64 {
        time.parse::<Timestamp>().unwrap().as_millisecond() as u64
    }

    fn plan(name: &str, price: Option<(&str, &str, &str)>) -> Plan {
        let mut plan = json!({ "name": name });
        if let Some((amount, currency, per)) = price {
            plan["price"] = json!({ "amount": amount, "currency": currency, "per": per });
        }
        serde_json::from_value(plan).unwrap()
    }

    fn shown(began: &str, now: &str, before: &Plan, after: &Plan) -> PlanChangePreview {
        let one = json!({ "name": "s", "app": "a", "product": "p", "plan": before.name });
        preview(&serde_json::from_value(one).unwrap(), at(began), (before, after), false, at(now))
    }

    fn amounts(of: &PlanChangePreview) -> [Option<&str>; 3] {
        [&of.credit, &of.charge, &of.due].map(|money| money.as_ref().map(|money| &*money.amount))
    }

    #[test]
    fn both_plans_are_counted_for_the_rest_of_a_period_against_hand_worked_tables() {
        let eur = |amount| plan("x", Some((amount, "EUR", "month")));
        // April has 30 days: a third of it is left at the 21st.
        let third = shown("2026-04-01T00:00:00Z", "2026-04-21T00:00:00Z", &eur("30"), &eur("90.00"));
        assert_eq!(amounts(&third), [Some("10.00"), Some("30.00"), Some("20.00")]);
        assert_eq!(
            (third.left_percent.as_deref(), third.to.as_deref()),
            (Some("33.33"), Some("2026-05-01T00:00:00Z"))
        );
        // Down again: it stands to the developer's credit.
        let down = shown("2026-04-01T00:00:00Z", "2026-04-21T00:00:00Z", &eur("90"), &eur("30"));
        assert_eq!(amounts(&down), [Some("30.00"), Some("10.00"), Some("-20.00")]);
        // 29.99 of which 12 h of 31 days are left: 0.4837…, and 99.99: 1.6127….
        let hours = shown("2026-01-01T00:00:00Z", "2026-01-31T12:00:00Z", &eur("29.99"), &eur("99.99"));
        assert_eq!(amounts(&hours), [Some("0.48"), Some("1.61"), Some("1.13")]);
        // Half a cent is rounded up: 0.01 of half a month.
        let half = shown("2026-04-01T00:00:00Z", "2026-04-16T00:00:00Z", &eur("0.01"), &eur("0.03"));
        assert_eq!(amounts(&half), [Some("0.01"), Some("0.02"), Some("0.01")]);
        // At the very begin it is all, and at the last millisecond nothing.
        let first = shown("2026-04-01T00:00:00Z", "2026-04-01T00:00:00Z", &eur("30"), &eur("90"));
        assert_eq!(amounts(&first), [Some("30.00"), Some("90.00"), Some("60.00")]);
        let last = shown("2026-04-01T00:00:00Z", "2026-04-30T23:59:59.999Z", &eur("30"), &eur("90"));
        assert_eq!(amounts(&last), [Some("0.00"), Some("0.00"), Some("0.00")]);
        // Amounts that no number of 64 bits with a point holds.
        let large = shown(
            "2026-04-01T00:00:00Z",
            "2026-04-16T00:00:00Z",
            &eur("9007199254740.93"),
            &eur("9007199254740.95"),
        );
        assert_eq!(amounts(&large), [Some("4503599627370.47"), Some("4503599627370.48"), Some("0.01")]);
    }

    #[test]
    fn periods_end_with_their_months_and_find_their_day_again() {
        let of = |began: &str, per, now: &str| {
            let (from, to) = period(at(began), per, at(now)).unwrap();
            [from, to].map(|time| timestamp(time).to_string()[..10].to_owned())
        };
        use BillingPeriod::{Month, Year};
        assert_eq!(of("2026-01-31T09:00:00Z", Month, "2026-02-10T00:00:00Z"), ["2026-01-31", "2026-02-28"]);
        assert_eq!(of("2026-01-31T09:00:00Z", Month, "2026-03-05T00:00:00Z"), ["2026-02-28", "2026-03-31"]);
        assert_eq!(of("2026-01-31T09:00:00Z", Month, "2026-02-28T08:59:59Z"), ["2026-01-31", "2026-02-28"]);
        assert_eq!(of("2026-01-31T09:00:00Z", Month, "2026-02-28T09:00:00Z"), ["2026-02-28", "2026-03-31"]);
        // A leap day.
        assert_eq!(of("2024-02-29T00:00:00Z", Year, "2025-06-01T00:00:00Z"), ["2025-02-28", "2026-02-28"]);
        assert_eq!(of("2024-02-29T00:00:00Z", Year, "2028-03-01T00:00:00Z"), ["2028-02-29", "2029-02-28"]);
        assert_eq!(of("1990-01-15T00:00:00Z", Month, "2026-12-01T00:00:00Z"), ["2026-11-15", "2026-12-15"]);
    }

    #[test]
    fn other_periods_begin_with_the_change_and_currencies_are_not_added_up() {
        let month = plan("m", Some(("30", "EUR", "month")));
        let year = plan("y", Some(("300", "EUR", "year")));
        let free = plan("f", None);
        let (began, now) = ("2026-04-01T00:00:00Z", "2026-04-21T00:00:00Z");
        let to_year = shown(began, now, &month, &year);
        assert_eq!(amounts(&to_year), [Some("10.00"), Some("300.00"), Some("290.00")]);
        assert_eq!(
            (to_year.to.as_deref(), to_year.left_percent.as_deref()),
            (Some("2027-04-21T00:00:00Z"), Some("100.00"))
        );
        assert_eq!(amounts(&shown(began, now, &free, &month)), [None, Some("30.00"), Some("30.00")]);
        assert_eq!(amounts(&shown(began, now, &month, &free)), [Some("10.00"), None, Some("-10.00")]);
        assert_eq!(amounts(&shown(began, now, &free, &free)), [None; 3]);
        let yen = plan("j", Some(("4500", "JPY", "month")));
        assert_eq!(amounts(&shown(began, now, &month, &yen)), [Some("10.00"), Some("1500"), None]);
        assert_eq!(
            amounts(&shown(began, now, &yen, &plan("k", Some(("1.234", "KWD", "month"))))),
            [Some("1500"), Some("0.411"), None]
        );
    }

    #[test]
    fn while_a_trial_goes_on_nothing_is_owed() {
        let (month, dear) =
            (plan("m", Some(("30", "EUR", "month"))), plan("d", Some(("90", "EUR", "month"))));
        let one = json!({ "name": "s", "app": "a", "product": "p", "plan": "m", "trial_until": "2026-04-30T00:00:00Z" });
        let one: Subscription = serde_json::from_value(one).unwrap();
        let (ends, during, past) =
            (at("2026-04-30T00:00:00Z"), at("2026-04-21T00:00:00Z"), at("2026-05-01T00:00:00Z"));
        let told = preview(&one, ends, (&month, &dear), false, during);
        assert_eq!((amounts(&told), told.trial_until.as_deref()), ([None; 3], Some("2026-04-30T00:00:00Z")));
        let free = preview(&one, ends, (&month, &plan("f", None)), false, during);
        assert_eq!((amounts(&free), free.trial_until.as_deref()), ([None; 3], None));
        let after = preview(&one, ends, (&month, &dear), false, past);
        assert!(after.due.is_some() && after.trial_until.is_none());
    }

    #[test]
    fn a_trial_begins_with_the_first_plan_that_costs_something_and_not_between_two_that_do() {
        let (free, month) = (plan("f", None), plan("m", Some(("30", "EUR", "month"))));
        let mut tried = plan("t", Some(("90", "EUR", "year")));
        tried.trial = Some(model::Span::millis(14 * 86_400_000));
        let one = json!({ "name": "s", "app": "a", "product": "p", "plan": "f" });
        let one: Subscription = serde_json::from_value(one).unwrap();
        let (began, now) = (at("2026-04-01T00:00:00Z"), at("2026-04-21T00:00:00Z"));
        let told = |before, may_try| preview(&one, began, (before, &tried), may_try, now);
        let first = told(&free, true);
        assert_eq!(
            (amounts(&first), first.trial_until.as_deref()),
            ([None; 3], Some("2026-05-05T00:00:00Z"))
        );
        assert_eq!(amounts(&told(&free, false)), [None, Some("90.00"), Some("90.00")]);
        assert_eq!(amounts(&told(&month, true)), [Some("10.00"), Some("90.00"), Some("80.00")]);
    }

    #[test]
    fn what_is_no_price_is_told_with_its_field() {
        let of = |amount: &str, currency: &str| {
            fault(&Price {
                amount: amount.to_owned(),
                currency: currency.to_owned(),
                per: BillingPeriod::Month,
            })
        };
        for (amount, currency) in
            [("0", "EUR"), ("29.9", "EUR"), ("29.90", "EUR"), ("4500", "JPY"), ("1.234", "KWD")]
        {
            assert_eq!(of(amount, currency), None, "{amount} {currency}");
        }
        for (amount, currency, field) in [
            ("", "EUR", "price.amount"),
            ("-1", "EUR", "price.amount"),
            ("1e3", "EUR", "price.amount"),
            ("1.", "EUR", "price.amount"),
            (".5", "EUR", "price.amount"),
            ("1,50", "EUR", "price.amount"),
            ("1.505", "EUR", "price.amount"),
            ("1.5", "JPY", "price.amount"),
            ("10000000000001", "EUR", "price.amount"),
            ("99999999999999999999999999", "EUR", "price.amount"),
            ("1", "eur", "price.currency"),
            ("1", "EURO", "price.currency"),
        ] {
            assert_eq!(of(amount, currency).map(|(field, _)| field), Some(field), "{amount} {currency}");
        }
    }
}
