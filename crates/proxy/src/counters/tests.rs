use policy::Algorithm;

use super::*;

fn at(ms: u64) -> Time {
    Time { monotonic: ms * 1_000_000 + 1, unix_ms: ms }
}

fn quota(limit: u64, seconds: u64, algorithm: Algorithm) -> Quota {
    Quota { limit, window: Duration::from_secs(seconds), algorithm }
}

fn fixed(limit: u64, seconds: u64) -> Quota {
    quota(limit, seconds, Algorithm::Fixed)
}

fn counter(groups: &[Vec<Quota>]) -> Box<dyn Counter> {
    LocalCounters::default().counter("here", groups)
}

const ADA: CallerKey<'_> = CallerKey(&[b"consumer", b"ada"]);

/// Takes for one key from one group of quotas.
fn take(counter: &dyn Counter, cost: u64, ms: u64) -> Taken {
    counter.take(&[counter.key(ADA)], &[cost; 4], at(ms))
}

fn seconds(taken: Taken) -> (bool, u64, f64, Option<f64>) {
    (taken.allowed, taken.remaining, taken.reset.as_secs_f64(), taken.wait.map(|wait| wait.as_secs_f64()))
}

#[test]
fn a_fixed_window_begins_with_the_callers_first_call() {
    let counter = counter(&[vec![fixed(2, 60)]]);
    assert_eq!(take(&*counter, 1, 50_000).remaining, 1);
    assert_eq!(seconds(take(&*counter, 1, 100_000)), (true, 0, 10.0, Some(0.0)));
    assert_eq!(seconds(take(&*counter, 1, 109_000)), (false, 0, 1.0, Some(1.0)));
    assert_eq!(seconds(take(&*counter, 1, 110_000)), (true, 1, 60.0, Some(0.0)));
}

#[test]
fn a_sliding_window_never_holds_more_than_its_limit_wherever_it_begins() {
    let counter = counter(&[vec![quota(10, 15, Algorithm::Sliding)]]);
    let mut admitted: Vec<u64> = Vec::new();
    let mut random = 7_u64;
    let mut ms = 0;
    while ms < 300_000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ms += (random >> 33) % 700;
        let taken = take(&*counter, 1, ms);
        if taken.allowed {
            admitted.push(ms);
            continue;
        }
        let wait = taken.wait.unwrap().as_millis() as u64;
        assert!(wait <= 16_000, "{wait} ms is more than a window and a part");
    }
    for window in admitted.windows(11) {
        assert!(window[10] - window[0] >= 15_000, "11 calls in {} ms", window[10] - window[0]);
    }
    // And not far less: 20 windows of 10, with at most a fifteenth lost.
    assert!(admitted.len() >= 180, "{} calls passed", admitted.len());
}

#[test]
fn a_sliding_window_does_not_let_two_windows_full_pass_at_its_edge() {
    let counter = counter(&[vec![quota(10, 60, Algorithm::Sliding)]]);
    assert!(take(&*counter, 10, 59_000).allowed);
    let refused = take(&*counter, 1, 61_000);
    assert!(!refused.allowed);
    let wait = refused.wait.unwrap().as_millis() as u64;
    assert!((58_000..=62_000).contains(&wait), "{wait}");
    assert!(!take(&*counter, 1, 61_000 + wait - 1).allowed);
    assert!(take(&*counter, 10, 61_001 + wait).allowed);
}

#[test]
fn a_bucket_fills_evenly_and_saves_up_to_its_burst() {
    let counter = counter(&[vec![quota(60, 60, Algorithm::Bucket { burst: 3 })]]);
    assert_eq!(seconds(take(&*counter, 3, 0)), (true, 0, 3.0, Some(0.0)));
    assert_eq!(seconds(take(&*counter, 1, 0)), (false, 0, 3.0, Some(1.0)));
    assert!(!take(&*counter, 1, 999).allowed);
    assert!(take(&*counter, 1, 1000).allowed);
    assert_eq!(seconds(take(&*counter, 2, 1500)), (false, 0, 2.5, Some(1.5)));
    assert!(take(&*counter, 3, 100_000).allowed);
    assert!(!take(&*counter, 1, 100_000).allowed);
}

#[test]
fn a_bucket_whose_units_are_no_whole_nanoseconds_admits_exactly_its_limit() {
    for (limit, seconds) in [(3, 1), (7, 60), (700_000_000, 1), (4_294_967_295, 2_678_400)] {
        let counter = counter(&[vec![quota(limit, seconds, Algorithm::Bucket { burst: limit })]]);
        assert!(take(&*counter, limit - 1, 0).allowed);
        assert!(take(&*counter, 1, 0).allowed);
        assert!(!take(&*counter, 1, 0).allowed, "{limit} in {seconds} s");
        // What comes back in a second, and not one unit more.
        let back = limit / seconds;
        assert!(back == 0 || take(&*counter, back, 1000).allowed, "{limit} in {seconds} s");
        assert!(!take(&*counter, limit / seconds + 1, 1000).allowed);
    }
}

#[test]
fn a_call_that_costs_more_than_there_ever_is_need_not_wait() {
    for algorithm in [Algorithm::Fixed, Algorithm::Sliding, Algorithm::Bucket { burst: 10 }] {
        let counter = counter(&[vec![quota(10, 60, algorithm)]]);
        let taken = take(&*counter, 11, 5);
        assert_eq!((taken.allowed, taken.remaining, taken.wait), (false, 10, None));
        assert!(take(&*counter, 10, 5).allowed);
        assert!(take(&*counter, 0, 5).allowed, "what costs nothing always passes");
    }
}

#[test]
fn several_quotas_are_taken_from_together_or_not_at_all() {
    let counter = counter(&[vec![fixed(2, 1), fixed(3, 60)]]);
    assert!(take(&*counter, 2, 0).allowed);
    let refused = take(&*counter, 2, 2000);
    assert_eq!((refused.allowed, refused.quota, refused.remaining), (false, 1, 1));
    let last = take(&*counter, 1, 2000);
    assert_eq!((last.allowed, last.quota, last.remaining), (true, 1, 0));
    assert!(!take(&*counter, 1, 4000).allowed);
}

#[test]
fn quotas_by_different_keys_are_taken_from_together_or_not_at_all() {
    let counter = counter(&[vec![fixed(2, 60)], vec![fixed(3, 60)]]);
    let key = |word: &[u8]| counter.key(CallerKey(&[word]));
    let call = |consumer: &[u8], api: &[u8]| counter.take(&[key(consumer), key(api)], &[1, 1], at(0));
    assert!(call(b"ada", b"orders").allowed);
    assert!(call(b"ada", b"orders").allowed);
    assert_eq!(call(b"ada", b"orders").quota, 0);
    assert!(call(b"bob", b"orders").allowed);
    let refused = call(b"bob", b"orders");
    assert_eq!((refused.allowed, refused.quota), (false, 1));
    let bob = &counter.look(&[key(b"bob"), key(b"orders")], at(0))[0];
    assert_eq!(bob.remaining, 1, "the refused call used up nothing of the other quota");
}

#[test]
fn each_quota_has_a_cost_of_its_own() {
    let counter = counter(&[vec![fixed(10, 60), fixed(1000, 60)]]);
    assert!(counter.take(&[Key(1)], &[1, 600], at(0)).allowed);
    let refused = counter.take(&[Key(1)], &[1, 600], at(0));
    assert_eq!((refused.allowed, refused.quota, refused.remaining), (false, 1, 400));
    let left: Vec<_> = counter.look(&[Key(1)], at(0)).iter().map(|standing| standing.remaining).collect();
    assert_eq!(left, [9, 400]);
}

#[test]
fn looking_takes_nothing_and_knows_keys_never_seen() {
    for algorithm in [Algorithm::Fixed, Algorithm::Sliding, Algorithm::Bucket { burst: 5 }] {
        let counter = counter(&[vec![quota(5, 60, algorithm)]]);
        assert_eq!(counter.look(&[Key(9)], at(0)), [Standing { remaining: 5, reset: Duration::ZERO }]);
        counter.take(&[Key(9)], &[2], at(0));
        for _ in 0..3 {
            assert_eq!(counter.look(&[Key(9)], at(1))[0].remaining, 3);
        }
        assert_eq!(counter.look(&[Key(9)], at(70_000))[0].remaining, 5);
    }
}

#[test]
fn words_that_concatenate_alike_are_different_callers() {
    let counter = counter(&[vec![fixed(1, 60)]]);
    let pass = |words: &[&[u8]]| counter.take(&[counter.key(CallerKey(words))], &[1], at(0)).allowed;
    assert!(pass(&[b"ab", b"c"]));
    assert!(pass(&[b"a", b"bc"]));
    assert!(!pass(&[b"a", b"bc"]));
}

#[test]
fn counts_live_on_while_scope_and_quotas_stay_the_same() {
    let counters = LocalCounters::default();
    let before = counters.counter("here", &[vec![fixed(2, 60)]]);
    take(&*before, 1, 0);
    let after = counters.counter("here", &[vec![fixed(2, 60)]]);
    drop(before);
    assert_eq!(take(&*after, 1, 1000).remaining, 0);
    assert_eq!(take(&*counters.counter("here", &[vec![fixed(5, 60)]]), 1, 1000).remaining, 4);
    assert_eq!(take(&*counters.counter("there", &[vec![fixed(2, 60)]]), 1, 1000).remaining, 1);
}

#[test]
fn many_threads_never_admit_one_call_too_many() {
    for algorithm in [Algorithm::Fixed, Algorithm::Sliding, Algorithm::Bucket { burst: 1000 }] {
        let counter = counter(&[vec![quota(1000, 3600, algorithm)], vec![fixed(5000, 3600)]]);
        let admitted: usize = std::thread::scope(|scope| {
            let pass = |key: u64| counter.take(&[Key(key << 32), Key(0)], &[1, 1], at(1)).allowed;
            let threads: Vec<_> =
                (0..8).map(|n| scope.spawn(move || (0..1500).filter(|_| pass(n % 4)).count())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(admitted, 4000, "{algorithm:?}: four keys of 1000 each");
    }
}

#[test]
fn keys_that_nothing_is_remembered_of_make_room_for_new_ones() {
    for algorithm in [Algorithm::Fixed, Algorithm::Sliding, Algorithm::Bucket { burst: 1 }] {
        let counts = Counts::new(&[vec![quota(1, 1, algorithm)]]);
        for second in 0..100_u64 {
            for caller in 0..1000_u64 {
                let key = hash(&counts.seed, CallerKey(&[&caller.to_ne_bytes(), &second.to_ne_bytes()]));
                assert!(counts.take(&[key], &[1], at(second * 3000).monotonic).allowed);
            }
        }
        let (_, cells) = counts.groups[0].held();
        assert!(cells < 3000, "{algorithm:?}: {cells} cells for 1000 callers at a time");
    }
}

#[test]
fn a_flood_of_keys_is_bounded_and_takes_no_living_limit_with_it() {
    let counts = Counts::new(&[vec![fixed(1, 3600)]]);
    for caller in 0..2_200_000_u64 {
        let key = hash(&counts.seed, CallerKey(&[&caller.to_ne_bytes()]));
        assert!(counts.take(&[key], &[1], at(caller / 1000).monotonic).allowed);
    }
    let (keys, cells) = counts.groups[0].held();
    assert!(keys <= 64 << 15 && cells <= 64 << 15, "{keys} keys in {cells} cells");
}

#[test]
fn whoever_is_inside_counts_until_it_leaves() {
    let counters = LocalCounters::default();
    let gauge = counters.gauge("here");
    let key = gauge.key(ADA);
    let first = gauge.enter(key, 2).unwrap();
    let second = gauge.enter(key, 2).unwrap();
    assert!(gauge.enter(key, 2).is_none());
    assert_eq!(counters.gauge("here").inside(key), 2, "the gauge of a scope lives on");
    drop(first);
    assert!(gauge.enter(key, 2).is_some());
    assert_eq!(gauge.inside(key), 1, "what was entered and not kept has left");
    drop(second);
    assert_eq!(gauge.inside(key), 0);
}

#[test]
fn many_threads_are_never_inside_at_once_more_than_allowed() {
    let counters = LocalCounters::default();
    let gauge = counters.gauge("here");
    let inside = std::sync::atomic::AtomicU64::new(0);
    let most = std::sync::atomic::AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                use std::sync::atomic::Ordering::SeqCst;
                for _ in 0..2000 {
                    let Some(held) = gauge.enter(Key(1), 3) else { continue };
                    most.fetch_max(inside.fetch_add(1, SeqCst) + 1, SeqCst);
                    std::thread::yield_now();
                    inside.fetch_sub(1, SeqCst);
                    drop(held);
                }
            });
        }
    });
    assert!(most.into_inner() <= 3);
    assert_eq!(gauge.inside(Key(1)), 0);
}

#[test]
fn a_million_keys_take_well_under_200_mib() {
    for (algorithm, most) in
        [(Algorithm::Fixed, 80), (Algorithm::Bucket { burst: 9 }, 80), (Algorithm::Sliding, 140)]
    {
        let counts = Counts::new(&[vec![quota(9, 3600, algorithm)]]);
        for caller in 0..1_000_000_u64 {
            let key = hash(&counts.seed, CallerKey(&[&caller.to_ne_bytes()]));
            assert!(counts.take(&[key], &[1], 1).allowed);
        }
        let bytes = counts.groups[0].bytes();
        assert!(bytes / 1_000_000 < most, "{algorithm:?}: {} bytes a key", bytes / 1_000_000);
    }
}
