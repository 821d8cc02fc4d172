use std::{collections::HashMap, time::Duration};

use serde_json::json;

use super::*;

fn balancer(spec: serde_json::Value, before: Option<&Balancer>) -> Balancer {
    let mut sites: HashMap<String, Arc<Site>> = HashMap::new();
    for member in before.iter().flat_map(|before| &before.view.members) {
        let site = &member.endpoint.site;
        sites.insert(site.host.clone(), Arc::clone(site));
    }
    let site = |tls, host: &str, port| {
        let id = ring::hash(host.as_bytes());
        let site = || Arc::new(Site { tls, host: host.to_owned(), port, id });
        Arc::clone(sites.entry(host.to_owned()).or_insert_with(site))
    };
    let spec: Upstream = serde_json::from_value(spec).unwrap();
    Balancer::build(&Arc::new(spec), Timeouts::default(), before, site).unwrap()
}

fn ask(now: Instant) -> Ask<'static> {
    Ask { affinity: None, tried: &[], now }
}

/// How often each endpoint is chosen.
fn counts(balancer: &Balancer, picks: usize) -> Vec<usize> {
    let mut random = Random::new();
    let now = Instant::now();
    let mut counts = HashMap::new();
    for _ in 0..picks {
        let chosen = balancer.choose(&mut random, &ask(now)).unwrap();
        *counts.entry(Arc::clone(&chosen.url)).or_insert(0) += 1;
    }
    let members = balancer.view.members.iter();
    members.map(|member| counts.get(&member.endpoint.url).copied().unwrap_or(0)).collect()
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
    let now = Instant::now();
    let held: Vec<_> = (0..1000).map(|_| balancer.choose(&mut random, &ask(now)).unwrap()).collect();
    let first = held.iter().filter(|chosen| &*chosen.url == "http://a").count();
    assert!((450..=550).contains(&first), "{first} of 1000");
    drop(held);
    assert!(balancer.view.members.iter().all(|member| member.endpoint.in_flight.load(Relaxed) == 0));
}

#[test]
fn the_slower_of_two_gets_few_requests_and_the_recovered_one_its_share() {
    let balancer = balancer(json!({ "endpoints": ["http://a", "http://b"], "balance": "peak-ewma" }), None);
    let now = Instant::now();
    let [slow, fast] = [0, 1].map(|at| Arc::clone(&balancer.view.members[at].endpoint));
    balancer.note(&slow, now, now + Duration::from_millis(500), false);
    balancer.note(&fast, now, now + Duration::from_millis(5), false);
    let mut random = Random::new();
    let picks = |random: &mut Random, at: Instant| {
        let of_slow = |_: &usize| balancer.choose(random, &ask(at)).unwrap().url == slow.url;
        (0..1000).filter(of_slow).count()
    };
    assert!(picks(&mut random, now + Duration::from_secs(1)) < 50, "it is drawn twice at times");
    let later = now + Duration::from_secs(120);
    balancer.note(&fast, later, later + Duration::from_millis(5), false);
    assert!(picks(&mut random, later) > 900, "after a while it is asked again");
    balancer.note(&slow, later, later + Duration::from_millis(5), false);
    let held: Vec<_> = (0..1000).map(|_| balancer.choose(&mut random, &ask(later)).unwrap()).collect();
    let of_slow = held.iter().filter(|chosen| chosen.url == slow.url).count();
    assert!((400..600).contains(&of_slow), "and then counts as fast as it is: {of_slow}");
}

#[test]
fn a_failure_makes_no_endpoint_the_fastest() {
    let balancer = balancer(json!({ "endpoints": ["http://a", "http://b"], "balance": "peak-ewma" }), None);
    let now = Instant::now();
    let [broken, well] = [0, 1].map(|at| Arc::clone(&balancer.view.members[at].endpoint));
    balancer.note(&broken, now, now + Duration::from_millis(1), true);
    balancer.note(&well, now, now + Duration::from_millis(50), false);
    let mut random = Random::new();
    let of_broken =
        (0..1000).filter(|_| balancer.choose(&mut random, &ask(now)).unwrap().url == broken.url).count();
    assert!(of_broken < 50, "{of_broken}");
}

#[test]
fn what_is_known_of_endpoints_that_stay_outlives_a_change() {
    let first = balancer(json!({ "endpoints": ["http://a", "http://b"], "balance": "least-request" }), None);
    let mut random = Random::new();
    let now = Instant::now();
    let held: Vec<_> = (0..10).map(|_| first.choose(&mut random, &ask(now)).unwrap()).collect();
    first.note(&held[0], now, now + Duration::from_millis(7), false);
    let second = balancer(
        json!({
            "endpoints": ["http://c", { "url": "http://b", "weight": 3 }, "http://a"],
            "balance": "least-request",
        }),
        Some(&first),
    );
    let in_flight = |at: usize| second.view.members[at].endpoint.in_flight.load(Relaxed);
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
        let chosen = balancer.choose(&mut random, &ask(Instant::now())).unwrap();
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
    let now = Instant::now();
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
