use std::{collections::HashMap, time::Duration};

use serde_json::json;

use policy::Time;

use model::standing::{EndpointStanding, Out, Rest};

use super::*;
use crate::health::Outcome;

fn balancer(spec: serde_json::Value, before: Option<&Balancer>) -> Balancer {
    let mut sites: HashMap<String, Arc<Site>> = HashMap::new();
    for member in before.map(|before| before.sight.all()).iter().flat_map(|all| &**all) {
        let site = &member.endpoint.site;
        sites.insert(site.host.clone(), Arc::clone(site));
    }
    let site = |tls, host: &str, port| {
        let id = ring::hash(host.as_bytes());
        let protocol = model::Protocol::Auto;
        let site = || {
            Arc::new(Site { tls, host: host.to_owned(), port, id, protocol, toward: None, metadata: false })
        };
        Arc::clone(sites.entry(host.to_owned()).or_insert_with(site))
    };
    let spec: Upstream = serde_json::from_value(spec).unwrap();
    Balancer::build(&Arc::new(spec), Timeouts::default(), before, Some("here"), site).unwrap()
}

const OK: Outcome = Outcome::Answered(200);

/// An answer at a time, milliseconds.
fn answer(balancer: &Balancer, endpoint: &Endpoint, outcome: Outcome, took: u64, now: u64) {
    let at = Time { monotonic: now * 1_000_000, unix_ms: now };
    balancer.note(endpoint, outcome, Duration::from_millis(took), at);
}

fn ask(now: u64) -> Ask<'static> {
    Ask { affinity: None, tried: &[], now }
}

/// How often each endpoint is chosen.
fn counts(balancer: &Balancer, picks: usize) -> Vec<usize> {
    let mut random = Random::new();
    let now = 0;
    let mut counts = HashMap::new();
    for _ in 0..picks {
        let chosen = balancer.choose(&mut random, &ask(now)).unwrap();
        *counts.entry(Arc::clone(&chosen.url)).or_insert(0) += 1;
    }
    let members = balancer.sight.all();
    members.iter().map(|member| counts.get(&member.endpoint.url).copied().unwrap_or(0)).collect()
}

#[test]
fn every_way_of_choosing_keeps_to_the_weights_within_one_percent() {
    let endpoints = json!([
        { "url": "http://a", "weight": 5 },
        { "url": "http://b", "weight": 3 },
        { "url": "http://c", "weight": 2 },
        { "url": "http://d", "weight": 0 },
    ]);
    for balance in ["round-robin", "random", "least-request", "peak-ewma", "consistent-hash"] {
        let picks = 100_000;
        let counts = counts(&balancer(json!({ "endpoints": endpoints, "balance": balance }), None), picks);
        for (count, percent) in counts.iter().zip([50, 30, 20, 0]) {
            let off = count.abs_diff(picks * percent / 100);
            assert!(off <= picks / 100, "{balance}: {counts:?}");
        }
    }
}

#[test]
fn of_two_the_one_with_fewer_requests_in_flight_is_taken() {
    let balancer =
        balancer(json!({ "endpoints": ["http://a", "http://b"], "balance": "least-request" }), None);
    let mut random = Random::new();
    let now = 0;
    let held: Vec<_> = (0..1000).map(|_| balancer.choose(&mut random, &ask(now)).unwrap()).collect();
    let first = held.iter().filter(|chosen| &*chosen.url == "http://a").count();
    assert!((450..=550).contains(&first), "{first} of 1000");
    drop(held);
    assert!(balancer.sight.all().iter().all(|member| member.endpoint.in_flight.load(Relaxed) == 0));
}

#[test]
fn the_slower_of_two_gets_few_requests_and_the_recovered_one_its_share() {
    let balancer = balancer(json!({ "endpoints": ["http://a", "http://b"], "balance": "peak-ewma" }), None);
    let now = 0;
    let [slow, fast] = [0, 1].map(|at| Arc::clone(&balancer.sight.all()[at].endpoint));
    answer(&balancer, &slow, OK, 500, now + 500);
    answer(&balancer, &fast, OK, 5, now + 5);
    let mut random = Random::new();
    let picks = |random: &mut Random, at: u64| {
        let of_slow = |_: &usize| balancer.choose(random, &ask(at)).unwrap().url == slow.url;
        (0..1000).filter(of_slow).count()
    };
    assert!(picks(&mut random, now + 1_000) < 50, "it is drawn twice at times");
    let later = now + 120_000;
    answer(&balancer, &fast, OK, 5, later + 5);
    assert!(picks(&mut random, later) > 900, "after a while it is asked again");
    answer(&balancer, &slow, OK, 5, later + 5);
    let held: Vec<_> = (0..1000).map(|_| balancer.choose(&mut random, &ask(later)).unwrap()).collect();
    let of_slow = held.iter().filter(|chosen| chosen.url == slow.url).count();
    assert!((400..600).contains(&of_slow), "and then counts as fast as it is: {of_slow}");
}

#[test]
fn a_failure_makes_no_endpoint_the_fastest() {
    let balancer = balancer(json!({ "endpoints": ["http://a", "http://b"], "balance": "peak-ewma" }), None);
    let now = 0;
    let [broken, well] = [0, 1].map(|at| Arc::clone(&balancer.sight.all()[at].endpoint));
    answer(&balancer, &broken, Outcome::Unreachable, 1, now + 1);
    answer(&balancer, &well, OK, 50, now + 50);
    let mut random = Random::new();
    let of_broken =
        (0..1000).filter(|_| balancer.choose(&mut random, &ask(now)).unwrap().url == broken.url).count();
    assert!(of_broken < 50, "{of_broken}");
}

#[test]
fn what_is_known_of_endpoints_that_stay_outlives_a_change() {
    let first = balancer(json!({ "endpoints": ["http://a", "http://b"], "balance": "least-request" }), None);
    let mut random = Random::new();
    let now = 0;
    let held: Vec<_> = (0..10).map(|_| first.choose(&mut random, &ask(now)).unwrap()).collect();
    answer(&first, &held[0], OK, 7, now + 7);
    let second = balancer(
        json!({
            "endpoints": ["http://c", { "url": "http://b", "weight": 3 }, "http://a"],
            "balance": "least-request",
        }),
        Some(&first),
    );
    let in_flight = |at: usize| second.sight.all()[at].endpoint.in_flight.load(Relaxed);
    assert_eq!((in_flight(0), in_flight(1) + in_flight(2)), (0, 10));
    drop(held);
    assert_eq!(in_flight(1) + in_flight(2), 0, "what began under the one ends in the other");
}

#[test]
fn turns_go_on_where_they_were_after_a_change() {
    let spec = |connect: &str| json!({ "endpoints": ["http://a", "http://b", "http://c"], "timeouts": { "connect": connect } });
    let mut balancer = balancer(spec("1s"), None);
    let mut random = Random::new();
    let mut seen = String::new();
    for change in 2..8 {
        let chosen = balancer.choose(&mut random, &ask(0)).unwrap();
        seen.push_str(chosen.url.trim_start_matches("http://"));
        balancer = super::tests::balancer(spec(&format!("{change}s")), Some(&balancer));
    }
    assert_eq!(seen, "abcabc");
}

#[test]
fn the_same_key_finds_the_same_endpoint_and_another_only_when_it_was_tried() {
    let urls: Vec<_> = (0..10).map(|n| format!("http://host-{n}")).collect();
    let balancer =
        balancer(json!({ "endpoints": urls, "balance": "consistent-hash", "hash_on": ["ip"] }), None);
    let now = 0;
    let mut random = Random::new();
    for key in 0..200 {
        let affinity = Some(ring::mix(key));
        let first = balancer.choose(&mut random, &Ask { affinity, tried: &[], now }).unwrap();
        let again = balancer.choose(&mut random, &Ask { affinity, tried: &[], now }).unwrap();
        assert_eq!(first.url, again.url);
        let tried = [Arc::clone(&first)];
        let next = balancer.choose(&mut random, &Ask { affinity, tried: &tried, now }).unwrap();
        let next_again = balancer.choose(&mut random, &Ask { affinity, tried: &tried, now }).unwrap();
        assert!(next.url != first.url && next.url == next_again.url);
    }
}

#[test]
fn an_ejected_endpoint_is_asked_again_when_its_time_is_over_and_all_are_where_too_few_are_well() {
    let spec =
        |urls: &[&str]| json!({ "endpoints": urls, "health_checks": { "passive": { "eject_for": "10s" } } });
    let balancer = balancer(spec(&["http://a", "http://b", "http://c"]), None);
    let fail = |at: usize, now: u64| {
        let endpoint = Arc::clone(&balancer.sight.all()[at].endpoint);
        (0..5).for_each(|_| answer(&balancer, &endpoint, Outcome::Broken, 1, now));
    };
    let asked = |now: u64| {
        let mut random = Random::new();
        let picks = (0..30).map(|_| balancer.choose(&mut random, &ask(now)).unwrap().url.to_string());
        picks.collect::<std::collections::BTreeSet<_>>().len()
    };
    assert_eq!(asked(0), 3);
    fail(0, 1_000);
    assert_eq!((asked(1_000), asked(10_999), asked(11_000)), (2, 2, 3));
    fail(1, 12_000);
    fail(2, 12_000);
    assert_eq!(asked(12_000), 3, "one of three is less than half: better some answers than none");
    let history = balancer.sight.all()[1].endpoint.standing().history.entries();
    assert!(history.len() == 1 && history[0].what.contains("5 failures one after the other"), "{history:?}");
}

#[test]
fn what_is_held_against_an_endpoint_outlives_a_change_and_reaches_the_upstream_in_force() {
    let spec = |weight: u32| {
        json!({
            "endpoints": [{ "url": "http://a", "weight": weight }, "http://b", "http://c"],
            "health_checks": { "passive": {} },
        })
    };
    let first = Arc::new(balancer(spec(1), None));
    first.enforce();
    let a = Arc::clone(&first.sight.all()[0].endpoint);
    let fail = |through: &Balancer| (0..5).for_each(|_| answer(through, &a, Outcome::Silent, 1, 1_000));
    let second = Arc::new(balancer(spec(2), Some(&first)));
    second.enforce();
    let asks_a = |balancer: &Balancer| {
        let mut random = Random::new();
        (0..30).any(|_| balancer.choose(&mut random, &ask(2_000)).unwrap().url == a.url)
    };
    assert!(asks_a(&second));
    fail(&first);
    assert!(!asks_a(&second), "an exchange that began under the old one saw it");
    let third = balancer(spec(3), Some(&second));
    assert!(!asks_a(&third), "and a change does not make it well");
}

#[test]
fn an_endpoint_has_no_more_requests_than_it_may_and_its_breaker_lets_few_through() {
    let bounded = balancer(
        json!({ "endpoints": ["http://a", "http://b"], "limits": { "endpoint": { "max_requests": 2 } } }),
        None,
    );
    let mut random = Random::new();
    let mut held: Vec<_> = (0..4).map(|_| bounded.choose(&mut random, &ask(0)).unwrap()).collect();
    assert_eq!(bounded.choose(&mut random, &ask(0)).err(), Some(NoPick::Full));
    let freed = held.pop().unwrap().url.clone();
    assert_eq!(bounded.choose(&mut random, &ask(0)).unwrap().url, freed);

    let guarded = balancer(
        json!({
            "endpoints": ["http://a", "http://b"],
            "circuit_breaker": { "endpoint": { "consecutive_failures": 3, "open_for": "10s", "half_open_requests": 1 } },
        }),
        None,
    );
    let a = Arc::clone(&guarded.sight.all()[0].endpoint);
    (0..3).for_each(|_| answer(&guarded, &a, Outcome::Answered(503), 1, 1_000));
    let mut of_a = |now: u64| {
        let picks = (0..20).filter(|_| guarded.choose(&mut random, &ask(now)).unwrap().url == a.url);
        picks.count()
    };
    assert_eq!((of_a(1_000), of_a(10_999), of_a(11_000)), (0, 0, 1));
    answer(&guarded, &a, OK, 1, 11_001);
    assert_eq!(of_a(11_002), 10, "it closed");
}

/// How endpoints stand at a time.
fn standings(balancer: &Balancer, now: u64) -> Vec<EndpointStanding> {
    balancer.standing("upstream/a", Time { monotonic: now * 1_000_000, unix_ms: now }).endpoints
}

/// How often each endpoint is chosen at a time.
fn shares(balancer: &Balancer, now: u64, picks: usize) -> Vec<usize> {
    let mut random = Random::new();
    let mut counts = HashMap::new();
    for _ in 0..picks {
        *counts.entry(balancer.choose(&mut random, &ask(now)).unwrap().url.clone()).or_insert(0) += 1;
    }
    let all = balancer.sight.all();
    all.iter().map(|member| counts.get(&member.endpoint.url).copied().unwrap_or(0)).collect()
}

#[test]
fn those_of_the_gateways_zone_go_first_as_long_as_half_of_them_are_well() {
    let zoned = |host: &str, zone: &str| json!({ "url": format!("http://{host}"), "zone": zone });
    let spec = json!({
        "endpoints": [zoned("a", "here"), zoned("b", "here"), zoned("c", "here"), zoned("d", "there"), "http://e"],
        "health_checks": { "passive": { "eject_for": "10s" }, "panic_percent": 0 },
    });
    let balancer = balancer(spec, None);
    let fail = |at: usize, now: u64| {
        let endpoint = Arc::clone(&balancer.sight.all()[at].endpoint);
        (0..5).for_each(|_| answer(&balancer, &endpoint, Outcome::Broken, 1, now));
    };
    assert_eq!(shares(&balancer, 0, 300), [100, 100, 100, 0, 0]);
    let (here, there) = (&standings(&balancer, 0)[0], &standings(&balancer, 0)[3]);
    assert_eq!((here.zone.as_deref(), here.rests), (Some("here"), None));
    assert_eq!((there.zone.as_deref(), there.rests), (Some("there"), Some(Rest::Zone)));
    fail(0, 1);
    assert_eq!(shares(&balancer, 10, 300), [0, 150, 150, 0, 0], "two of three are well");
    let ejected = &standings(&balancer, 10)[0];
    let ejections = ejected.answers.map(|answers| answers.ejections);
    assert_eq!((ejected.out, ejected.rests, ejections), (Some(Out::Ejected), None, Some(1)));
    fail(1, 20);
    assert_eq!(shares(&balancer, 30, 300), [0, 0, 100, 100, 100], "one of three is too few to bear it all");
    assert_eq!(shares(&balancer, 20_000, 300), [100, 100, 100, 0, 0]);
    let nowhere = super::tests::balancer(json!({ "endpoints": [zoned("a", "there"), "http://e"] }), None);
    assert_eq!(shares(&nowhere, 0, 300), [150, 150], "nobody is near");
}

#[test]
fn an_endpoint_that_joins_or_is_well_again_gets_its_share_by_and_by() {
    let spec = |urls: &[&str]| {
        json!({
            "endpoints": urls, "slow_start": "18s",
            "health_checks": { "passive": { "consecutive_failures": 1, "eject_for": "10s" } },
        })
    };
    let first = balancer(spec(&["http://a", "http://b"]), None);
    assert_eq!(shares(&first, 5_000, 400), [200, 200], "those of the beginning are warm");
    let second = balancer(spec(&["http://a", "http://b", "http://c"]), Some(&first));
    let of_c = |now: u64| shares(&second, now, 4200)[2];
    // One joins with two twentieths, and gets one more each second.
    assert_eq!([of_c(10_000), of_c(10_999)], [200, 200]);
    let warming = |now| standings(&second, now).iter().map(|one| one.warming_percent).collect::<Vec<_>>();
    assert_eq!(warming(10_999), [None, None, Some(10)]);
    let grows = [11_000, 14_000, 19_000, 27_000].map(of_c);
    assert!(grows.windows(2).all(|pair| pair[0] < pair[1]), "{grows:?}");
    assert_eq!([of_c(28_000), of_c(90_000)], [1400, 1400]);
    assert_eq!(warming(90_000), [None, None, None]);
    let drained = balancer(json!({ "endpoints": ["http://a", { "url": "http://b", "weight": 0 }] }), None);
    assert_eq!(standings(&drained, 0)[1].rests, Some(Rest::Weight));

    let a = Arc::clone(&second.sight.all()[0].endpoint);
    answer(&second, &a, Outcome::Broken, 1, 100_000);
    assert_eq!(shares(&second, 100_001, 400), [0, 200, 200]);
    assert_eq!(shares(&second, 110_001, 4200), [200, 2000, 2000], "well again, and cold");
    assert_eq!(shares(&second, 130_000, 300), [100, 100, 100]);
}
