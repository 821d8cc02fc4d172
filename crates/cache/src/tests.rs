//! Storing and using responses, as a cache does both.

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Waker},
};

use head::Headers;
use http::{HeaderValue, StatusCode};

use crate::{
    Asked, Because, Bounds, Fetch, Flight, Found, Key, NotStored, Purge, Recording, Store, Stored, Terms,
    Use, Wanted,
};

const NOW: u64 = 1_700_000_000_000;

fn headers(lines: &[(&str, &str)]) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in lines {
        headers.append(*name, HeaderValue::from_str(value).unwrap());
    }
    headers
}

fn key(store: &Store, url: &str) -> Key {
    store.key(format!("{url}\n"), url.len())
}

fn stored_at(
    key: Key,
    request: &[(&str, &str)],
    response: &[(&str, &str)],
    status: u16,
    terms: &Terms,
) -> Result<Stored, NotStored> {
    let request = headers(request);
    let fetch = Fetch { request: &request, asked_ms: NOW, came_ms: NOW };
    let status = StatusCode::from_u16(status).unwrap();
    Stored::of(key, &fetch, status, &headers(response), terms, Wanted::Usual)
}

fn stored(response: &[(&str, &str)]) -> Result<Stored, NotStored> {
    stored_at(key(&Store::default(), "//a/"), &[], response, 200, &Terms::default())
}

fn put(store: &Arc<Store>, key: Key, request: &[(&str, &str)], response: &[(&str, &str)], body: &str) {
    let stored = stored_at(key, request, response, 200, &Terms::default()).unwrap();
    let mut recording = Recording::begin(store, stored, None, u64::MAX, store.now(), None).ok().unwrap();
    for piece in body.as_bytes().chunks(1000) {
        recording.push(piece);
    }
    recording.end();
}

fn body(store: &Store, key: &Key, request: &[(&str, &str)]) -> Option<String> {
    match store.find(key, &headers(request)) {
        Found::Stored(stored) => Some(String::from_utf8(stored.body.to_vec()).unwrap()),
        _ => None,
    }
}

#[test]
fn what_may_not_be_stored_is_not() {
    let why = |response: &[(&str, &str)]| stored(response).err();
    assert_eq!(why(&[("cache-control", "max-age=60")]), None);
    assert_eq!(why(&[("cache-control", "no-store, max-age=60")]), Some(NotStored::NoStore));
    assert_eq!(why(&[("cache-control", "private, max-age=60")]), Some(NotStored::Private));
    assert_eq!(why(&[("cache-control", "private=\"x\", max-age=60"), ("x", "1")]), None);
    assert_eq!(why(&[("cache-control", "max-age=60"), ("vary", "*")]), Some(NotStored::VariesByAnything));
    assert_eq!(why(&[("cache-control", "max-age=60"), ("set-cookie", "a=b")]), Some(NotStored::SetsCookie));
    assert_eq!(why(&[("cache-control", "max-age=0")]), Some(NotStored::Useless));
    assert_eq!(why(&[]), Some(NotStored::Useless));
    assert_eq!(why(&[("cache-control", "max-age=0"), ("etag", "\"a\"")]), None);
    let of = |status, lines: &[(&str, &str)], terms: &Terms| {
        stored_at(key(&Store::default(), "//a/"), &[], lines, status, terms).err()
    };
    assert_eq!(of(206, &[("cache-control", "max-age=60")], &Terms::default()), Some(NotStored::NotCacheable));
    assert_eq!(of(599, &[("cache-control", "max-age=60")], &Terms::default()), None);
    let understand = [("cache-control", "max-age=60, must-understand")];
    assert_eq!(of(599, &understand, &Terms::default()), Some(NotStored::NotCacheable));
    assert_eq!(
        of(200, &[("cache-control", "max-age=9, must-understand, no-store")], &Terms::default()),
        None
    );
    let ttl = Terms { ttl: Some(60), ..Terms::default() };
    assert_eq!(of(200, &[], &ttl), None);
    assert_eq!(of(500, &[], &ttl), Some(NotStored::NotCacheable));
    assert_eq!(of(200, &[("cache-control", "no-store")], &ttl), Some(NotStored::NoStore));
}

#[test]
fn answers_to_callers_who_prove_who_they_are_are_theirs_alone() {
    let of = |control: &str, terms: &Terms| {
        let request = [("authorization", "Bearer x")];
        stored_at(key(&Store::default(), "//a/"), &request, &[("cache-control", control)], 200, terms).err()
    };
    assert_eq!(of("max-age=60", &Terms::default()), Some(NotStored::Authorized));
    for allowed in ["max-age=60, public", "s-maxage=60", "max-age=60, must-revalidate"] {
        assert_eq!(of(allowed, &Terms::default()), None, "{allowed}");
    }
    assert_eq!(of("max-age=60", &Terms { own_authorized: true, ..Terms::default() }), None);
}

#[test]
fn a_response_is_fresh_then_stale_then_asked_about() {
    let usable = |control: &str, wants: &str, after: u64| {
        let request = headers(&[("cache-control", wants)]);
        stored(&[("cache-control", control), ("etag", "\"a\"")])
            .unwrap()
            .usable(&Asked::read(&request, true), NOW + after * 1000)
    };
    const STALE: Use = Use::Ask(Because::Stale);
    const REQUEST: Use = Use::Ask(Because::Request);
    assert_eq!((usable("max-age=60", "", 59), usable("max-age=60", "", 60)), (Use::Fresh, STALE));
    assert_eq!(usable("max-age=60, stale-while-revalidate=30", "", 89), Use::StaleWhile);
    assert_eq!(usable("max-age=60, stale-while-revalidate=30", "", 90), STALE);
    assert_eq!(usable("s-maxage=60, stale-while-revalidate=30", "", 89), Use::StaleWhile);
    assert_eq!(usable("max-age=60, must-revalidate, stale-while-revalidate=30", "", 89), STALE);
    assert_eq!(usable("max-age=60", "max-stale", 1000), Use::Stale);
    assert_eq!(
        (usable("max-age=60", "max-stale=9", 69), usable("max-age=60", "max-stale=9", 70)),
        (Use::Stale, STALE)
    );
    assert_eq!(usable("s-maxage=60", "max-stale", 1000), STALE);
    assert_eq!(
        (usable("max-age=60", "min-fresh=30", 30), usable("max-age=60", "min-fresh=30", 31)),
        (Use::Fresh, REQUEST)
    );
    assert_eq!(
        (usable("max-age=60", "max-age=9", 9), usable("max-age=60", "max-age=9", 10)),
        (Use::Fresh, REQUEST)
    );
    assert_eq!(usable("max-age=60", "max-age=0", 0), REQUEST);
    assert_eq!(usable("max-age=60", "no-cache", 0), REQUEST);
    assert_eq!(usable("no-cache, max-age=60", "", 0), STALE);
}

#[test]
fn a_stale_response_stands_in_for_an_error_where_that_is_allowed() {
    let usable = |control: &str, client: Option<u64>, after: u64| {
        let stored = stored(&[("cache-control", control), ("etag", "\"a\"")]).unwrap();
        stored.is_usable_on_error(client, NOW + after * 1000)
    };
    assert!(
        usable("max-age=60, stale-if-error=30", None, 89)
            && !usable("max-age=60, stale-if-error=30", None, 90)
    );
    assert!(usable("max-age=60", Some(30), 89) && !usable("max-age=60", None, 61));
    assert!(!usable("max-age=60, must-revalidate, stale-if-error=30", Some(30), 61));
    assert!(!usable("no-cache, stale-if-error=30", Some(30), 1));
}

#[test]
fn a_304_makes_what_is_stored_fresh_again() {
    let old =
        stored(&[("cache-control", "max-age=60"), ("etag", "\"a\""), ("age", "50"), ("x", "1")]).unwrap();
    assert_eq!(old.age(NOW), 50);
    let request = headers(&[]);
    let fetch = Fetch { request: &request, asked_ms: NOW + 60_000, came_ms: NOW + 60_000 };
    let later = headers(&[("cache-control", "max-age=10"), ("x", "2")]);
    let new = old.renewed(&fetch, &later, &Terms::default()).unwrap();
    assert_eq!((new.age(NOW + 61_000), new.ttl(NOW + 61_000)), (1, 9));
    assert_eq!(new.headers.get("x").unwrap(), "2");
    let forbidden = old.renewed(&fetch, &headers(&[("cache-control", "no-store")]), &Terms::default());
    assert_eq!(forbidden.err(), Some(NotStored::NoStore));
}

#[test]
fn variants_stand_beside_each_other_and_are_bounded() {
    let store = Arc::new(Store::default());
    let key = key(&store, "//a/x");
    let lines = [("cache-control", "max-age=60"), ("vary", "foo")];
    for n in 0..40 {
        put(&store, key.clone(), &[("foo", &n.to_string())], &lines, &n.to_string());
    }
    assert_eq!(body(&store, &key, &[("foo", "39")]).unwrap(), "39");
    assert_eq!(body(&store, &key, &[("foo", "24")]).unwrap(), "24");
    assert!(matches!(store.find(&key, &headers(&[("foo", "23")])), Found::OtherVariant));
    put(&store, key.clone(), &[("foo", "39")], &lines, "new");
    assert_eq!(body(&store, &key, &[("foo", "39")]).unwrap(), "new");
    assert_eq!(body(&store, &key, &[("foo", "24")]).unwrap(), "24");
    assert_eq!(store.usage().stored, 1);
}

#[test]
fn what_is_stored_is_bounded_and_what_is_used_stays() {
    let store = Arc::new(Store::new(Bounds { memory: 800_000, disk: 0 }));
    let lines = [("cache-control", "max-age=60")];
    let of = |n: usize| key(&store, &format!("//a/{n}"));
    for round in 0..3 {
        for n in 0..50 {
            if body(&store, &of(n), &[]).is_none() {
                put(&store, of(n), &[], &lines, &"x".repeat(1000));
            }
        }
        assert!(store.usage().bytes <= 800_000, "{round}");
    }
    // Ten times as many that are used once each.
    for n in 1000..2000 {
        put(&store, of(n), &[], &lines, &"y".repeat(1000));
    }
    let usage = store.usage();
    assert!(usage.bytes <= 800_000 && usage.evicted > 400, "{usage:?}");
    let kept = (0..50).filter(|n| body(&store, &of(*n), &[]).is_some()).count();
    assert!(kept >= 45, "{kept}");
    store.resize(Bounds { memory: 8000, disk: 0 });
    assert!(store.usage().bytes <= 8000);
}

#[test]
fn a_thousand_renewals_take_no_more_room_than_one() {
    let store = Arc::new(Store::new(Bounds { memory: 80_000, disk: 0 }));
    for n in 0..1000 {
        let tag = format!("t{n}");
        put(&store, key(&store, "//a/x"), &[], &[("cache-control", "max-age=60"), ("cache-tag", &tag)], "x");
    }
    assert_eq!(store.usage().stored, 1);
    assert_eq!(store.purge(Purge::Tag("t5")), 0, "what an earlier one was tagged with is forgotten");
    assert_eq!(store.purge(Purge::Tag("t999")), 1);
    assert_eq!(store.usage(), Default::default());
}

#[test]
fn purges_take_all_there_is_of_a_resource_a_tag_or_everything() {
    let store = Arc::new(Store::default());
    let lines =
        [("cache-control", "max-age=60"), ("surrogate-key", "shoes red"), ("cache-tag", "a tag, shoes")];
    let apart = store.key("//a/x\nconsumer/ann".to_owned(), 5);
    put(&store, apart.clone(), &[], &lines, "1");
    put(&store, key(&store, "//a/x"), &[], &lines, "2");
    put(&store, key(&store, "//a/y"), &[], &lines[..1], "3");
    assert_eq!(body(&store, &apart, &[]).unwrap(), "1");
    assert_eq!(store.purge(Purge::Url("//a/x")), 2);
    assert_eq!(store.purge(Purge::Url("//a/x")), 0);
    put(&store, apart.clone(), &[], &lines, "1");
    assert_eq!(store.purge(Purge::Tag("a tag")), 1);
    assert_eq!(body(&store, &apart, &[]), None);
    assert_eq!(store.purge(Purge::All), 1);
    assert_eq!(store.usage(), Default::default());
}

#[test]
fn what_was_purged_while_it_was_on_its_way_does_not_come_in() {
    let store = Arc::new(Store::default());
    let of = |url: &str| {
        let lines = [("cache-control", "max-age=60"), ("cache-tag", "t")];
        stored_at(key(&store, url), &[], &lines, 200, &Terms::default()).unwrap()
    };
    let since = store.now();
    store.purge(Purge::Url("//a/x"));
    store.insert(of("//a/x"), since);
    store.insert(of("//a/y"), since);
    assert!(body(&store, &key(&store, "//a/x"), &[]).is_none());
    assert!(body(&store, &key(&store, "//a/y"), &[]).is_some());
    store.insert(of("//a/x"), store.now());
    assert!(body(&store, &key(&store, "//a/x"), &[]).is_some());
    let since = store.now();
    store.purge(Purge::Tag("t"));
    store.insert(of("//a/x"), since);
    assert_eq!(store.usage().stored, 0);
    let since = store.now();
    for n in 0..5000 {
        store.purge(Purge::Url(&n.to_string()));
    }
    store.insert(of("//a/x"), since);
    assert_eq!(store.usage().stored, 0, "after more purges than are remembered nothing old comes in");
}

#[test]
fn others_wait_for_the_first_and_go_on_when_it_has_come() {
    let store = Arc::new(Store::default());
    let key = key(&store, "//a/x");
    let Flight::Lead(lead) = store.join(&key, NOW) else { panic!("the first leads") };
    let Flight::Wait(wait) = store.join(&key, NOW) else { panic!("others wait") };
    let mut wait = pin!(wait);
    let poll = |wait: Pin<&mut crate::Wait>| wait.poll(&mut Context::from_waker(Waker::noop()));
    assert_eq!(poll(wait.as_mut()), Poll::Pending);
    assert!(store.lead(&key).is_none());
    lead.pass(NOW);
    assert_eq!(poll(wait.as_mut()), Poll::Ready(()));
    assert!(matches!(store.join(&key, NOW + 9_999), Flight::Alone), "nobody waits for what is not stored");
    assert!(matches!(store.join(&key, NOW + 10_000), Flight::Lead(_)));
    assert!(matches!(store.join(&key, NOW + 10_000), Flight::Lead(_)));
}

#[test]
fn a_body_that_breaks_off_or_is_too_large_is_not_stored() {
    let store = Arc::new(Store::new(Bounds { memory: 80_000, disk: 0 }));
    let of =
        || stored_at(key(&store, "//a/"), &[], &[("cache-control", "max-age=60")], 200, &Terms::default());
    let begin = |length, most| Recording::begin(&store, of().unwrap(), length, most, store.now(), None);
    let mut broken = begin(None, 100).ok().unwrap();
    broken.push(b"half");
    drop(broken);
    let mut large = begin(None, 100).ok().unwrap();
    large.push(&[0; 101]);
    large.end();
    assert!(begin(Some(101), 100).is_err() && begin(Some(5001), u64::MAX).is_err());
    assert_eq!(store.usage().stored, 0);
    let several: Vec<_> = (0..16).map(|_| begin(Some(5000), u64::MAX).ok().unwrap()).collect();
    assert!(begin(Some(5000), u64::MAX).is_err(), "what is under way is bounded, too");
    drop(several);
    assert!(begin(Some(5000), u64::MAX).is_ok());
}

/// What is read from disk for a key, waiting for it.
fn from_disk(store: &Store, key: &Key) -> Option<Stored> {
    let mut reading = store.find_on_disk(key, &headers(&[]))?;
    loop {
        if let Poll::Ready(read) = Pin::new(&mut reading).poll(&mut Context::from_waker(Waker::noop())) {
            return read;
        }
        std::thread::yield_now();
    }
}

fn on_disk(folder: &std::path::Path, memory: u64, disk: u64) -> Arc<Store> {
    let store = Arc::new(Store::on_disk(Bounds { memory, disk }, folder).unwrap());
    // What was there is listed.
    store.flush();
    store
}

const LINES: [(&str, &str); 3] = [("cache-control", "max-age=60"), ("etag", "\"a\""), ("cache-tag", "t")];

#[test]
fn what_is_on_disk_outlives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let store = on_disk(folder.path(), 1 << 20, 1 << 20);
    put(&store, key(&store, "//a/x"), &[], &LINES, "content");
    put(&store, key(&store, "//a/x"), &[], &LINES, "newer");
    put(&store, key(&store, "//a/y"), &[], &LINES, "");
    store.flush();
    drop(store);
    let store = on_disk(folder.path(), 1 << 20, 1 << 20);
    let key_x = key(&store, "//a/x");
    assert!(matches!(store.find(&key_x, &headers(&[])), Found::Nothing));
    let read = from_disk(&store, &key_x).unwrap();
    assert_eq!((&*read.body, read.age(NOW + 5000), read.ttl(NOW)), (&b"newer"[..], 5, 60));
    assert_eq!(read.headers.get("etag").unwrap(), "\"a\"");
    store.keep(&Arc::new(read), store.now());
    assert_eq!(body(&store, &key_x, &[]).unwrap(), "newer");
    assert_eq!(from_disk(&store, &key(&store, "//a/y")).unwrap().body.len(), 0);
    assert_eq!(store.usage().on_disk, 2);
    assert_eq!(store.purge(Purge::Tag("t")), 2);
    store.flush();
    drop(store);
    let store = on_disk(folder.path(), 1 << 20, 1 << 20);
    assert_eq!(store.usage(), Default::default(), "what was purged does not come back");
}

#[test]
fn files_that_are_torn_or_have_rotted_are_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let store = on_disk(folder.path(), 1 << 20, 1 << 20);
    for n in 0..4 {
        put(&store, key(&store, &format!("//a/{n}")), &[], &LINES, "content");
    }
    store.flush();
    drop(store);
    let mut files: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .flat_map(|inner| std::fs::read_dir(inner.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let mut bytes = std::fs::read(&files[0]).unwrap();
    let last = bytes.len() - 1;
    std::fs::write(&files[0], &bytes[..last]).unwrap();
    bytes[60] ^= 1;
    std::fs::write(&files[1], &bytes).unwrap();
    bytes[60] ^= 1;
    bytes[last] ^= 1;
    std::fs::write(&files[2], &bytes).unwrap();
    let store = on_disk(folder.path(), 1 << 20, 1 << 20);
    // That the body of one has rotted is seen when it is read.
    assert_eq!(store.usage().on_disk, 2);
    let read: Vec<_> = (0..4).filter_map(|n| from_disk(&store, &key(&store, &format!("//a/{n}")))).collect();
    assert_eq!(read.len(), 1);
    store.flush();
    assert_eq!(store.usage().on_disk, 1);
    assert_eq!(files.iter().filter(|file| file.exists()).count(), 1);
}

#[test]
fn the_disk_is_bounded_and_holds_what_memory_is_too_small_for() {
    let folder = tempfile::tempdir().unwrap();
    let store = on_disk(folder.path(), 4 << 20, 2 << 20);
    let large = "x".repeat(300_000);
    put(&store, key(&store, "//a/large"), &[], &LINES, &large[..260_000]);
    store.flush();
    let read = from_disk(&store, &key(&store, "//a/large")).unwrap();
    assert_eq!(read.body.len(), 260_000);
    for n in 0..50 {
        put(&store, key(&store, &format!("//a/{n}")), &[], &LINES, &large[..100_000]);
    }
    store.flush();
    let usage = store.usage();
    assert!(usage.disk_bytes <= 2 << 20 && usage.disk_evicted > 30, "{usage:?}");
    let sizes = std::fs::read_dir(folder.path()).unwrap().flat_map(|inner| {
        std::fs::read_dir(inner.unwrap().path()).unwrap().map(|file| file.unwrap().metadata().unwrap().len())
    });
    assert!(sizes.sum::<u64>() <= 2 << 20);
    store.resize(Bounds { memory: 4 << 20, disk: 0 });
    store.flush();
    assert_eq!(store.usage().on_disk, 0);
}

#[test]
fn a_response_is_the_same_after_it_was_a_file() {
    let mut stored = stored_at(
        key(&Store::default(), "//a/x"),
        &[("foo", "a,  b")],
        &[
            ("cache-control", "s-maxage=60, stale-while-revalidate=5"),
            ("vary", "foo, bar"),
            ("x", "1"),
            ("x", "2"),
        ],
        404,
        &Terms::default(),
    )
    .unwrap();
    stored.body = "content".into();
    let file = crate::write_file(&stored);
    let read = crate::read_file(&file).unwrap();
    assert_eq!((read.status, read.times, &read.selection), (stored.status, stored.times, &stored.selection));
    assert_eq!((&read.body, &read.key.text, &read.tags), (&stored.body, &stored.key.text, &stored.tags));
    assert_eq!(format!("{:?}", read.headers), format!("{:?}", stored.headers));
    for at in 0..file.len() {
        assert!(crate::read_file(&file[..at]).is_none());
        let mut other = file.clone();
        other[at] ^= 4;
        assert!(crate::read_file(&other).is_none(), "{at}");
    }
}
