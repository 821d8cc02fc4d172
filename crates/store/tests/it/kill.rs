//! Killed at any moment, a store has lost nothing it acknowledged.

use std::{
    collections::BTreeMap,
    env,
    io::{BufRead, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use model::{Kind, Name};
use serde_json::json;
use store::{AuditQuery, AuditVerdict, Commit, Expected, Key, Origin, SqliteStore, Store, Write};

const FILE: &str = "PAILOU_TEST_KILLED_STORE";
const ROUNDS: u32 = 40;
/// Resources that every commit of the child changes together.
const TOGETHER: u64 = 3;

fn workspace() -> Name {
    "default".parse().unwrap()
}

/// Commit number `n`: the same number in each of several resources.
fn commit(n: u64, revision: Option<u64>) -> Commit {
    let expected = revision.map_or(Expected::Absent, Expected::Revision);
    let writes = (0..TOGETHER).map(|id| Write {
        kind: Kind::Plan,
        id: format!("p{id}").into(),
        expected,
        document: Some(json!({ "n": n, "filler": "x".repeat(usize::try_from(n % 7).unwrap() * 500) })),
        origin: Origin::Api,
        action: "update",
        before: None,
        after: Some(json!({ "n": n })),
    });
    Commit {
        workspace: workspace(),
        at: n,
        actor: "ada".into(),
        address: None,
        after: n - 1,
        writes: writes.collect(),
        contracts: vec![(format!("c{n}").into(), "openapi: 3.1.0".into())],
    }
}

/// The process that is killed: writes as fast as it can, and says what was acknowledged.
#[tokio::test]
#[ignore = "started by the test below"]
async fn writes_until_it_is_killed() {
    let Some(path) = env::var_os(FILE).map(PathBuf::from) else { return };
    let store = SqliteStore::open(&path).await.unwrap();
    let mut last = store.load().await.unwrap();
    loop {
        let revision = last.rows.first().map(|row| row.revision);
        let done = store.commit(commit(last.snapshot + 1, revision)).await.unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "acknowledged {} {}", done.snapshot, done.revisions[0]).unwrap();
        out.flush().unwrap();
        last.snapshot = done.snapshot;
        last.rows = store.load().await.unwrap().rows;
    }
}

fn writer(path: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "kill::writes_until_it_is_killed", "--ignored", "--nocapture"])
        .env(FILE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The number in `acknowledged 7 7`, if the line is whole.
fn acknowledged(line: &str) -> Option<u64> {
    // The test harness may have begun the line.
    let (_, rest) = line.split_once("acknowledged ")?;
    let mut numbers = rest.split_ascii_whitespace().map(|n| n.parse::<u64>().ok());
    let snapshot = numbers.next()??;
    (line.ends_with('\n') && numbers.next()? == Some(snapshot)).then_some(snapshot)
}

#[tokio::test]
async fn killed_at_any_moment_every_acknowledged_write_is_there_and_nothing_is_half_applied() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("control.db");
    let mut chance: u64 = 0x9e37_79b9;
    let mut promised = 0;
    for round in 0..ROUNDS {
        let mut child = writer(&path);
        let mut out = BufReader::new(child.stdout.take().unwrap());
        // Killed after a number of acknowledgements and a number of spins that differ each time: during a commit as well as
        // between two, and sometimes before the first.
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (after, spins) = ((chance >> 33) % 12, (chance >> 40) % 300_000);
        let mut line = String::new();
        let mut seen = 0;
        while seen < after {
            line.clear();
            assert!(out.read_line(&mut line).unwrap() > 0, "the writer ended by itself in round {round}");
            if let Some(snapshot) = acknowledged(&line) {
                promised = promised.max(snapshot);
                seen += 1;
            }
        }
        for spin in 0..spins {
            std::hint::black_box(spin);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it had said before it died counts too.
        loop {
            line.clear();
            if out.read_line(&mut line).unwrap() == 0 {
                break;
            }
            promised = promised.max(acknowledged(&line).unwrap_or(0));
        }

        let store = SqliteStore::open(&path).await.unwrap_or_else(|error| panic!("round {round}: {error}"));
        holds(&store, promised, round).await;
        store.database().close().await;
    }
    assert!(promised >= u64::from(ROUNDS), "only {promised} commits were acknowledged");
}

async fn holds(store: &SqliteStore, promised: u64, round: u32) {
    let loaded = store.load().await.unwrap();
    let n = loaded.snapshot;
    assert!(n >= promised, "round {round}: commit {promised} was acknowledged, {n} is the last one there");
    if n == 0 {
        return;
    }
    let documents: BTreeMap<_, _> = loaded
        .rows
        .iter()
        .map(|row| (row.key.id.clone(), (row.revision, row.document["n"].as_u64())))
        .collect();
    assert_eq!(documents.len() as u64, TOGETHER);
    assert!(documents.values().all(|is| *is == (n, Some(n))), "round {round}: half-applied: {documents:?}");
    for id in documents.keys() {
        let key = Key { workspace: workspace(), kind: Kind::Plan, id: id.clone() };
        let history = store.revisions(key, None, u32::MAX).await.unwrap();
        assert!(history.iter().map(|r| r.revision).eq((1..=n).rev()), "round {round}: a revision is missing");
    }
    assert!(store.contract(format!("c{n}")).await.unwrap().is_some());
    assert!(store.contract(format!("c{}", n + 1)).await.unwrap().is_none());
    assert_eq!(store.verify_audit().await.unwrap(), AuditVerdict::Intact { records: n * TOGETHER });
    let newest = store.audit(AuditQuery { limit: 1, ..AuditQuery::default() }).await.unwrap();
    assert_eq!(newest[0].snapshot, Some(n));
}
