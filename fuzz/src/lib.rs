//! Throws bytes at whatever reads bytes that others wrote: begins with a corpus, changes it at random, keeps what led to something new,
//! and shows the smallest input that broke what must hold.
//!
//! No instrumentation and no nightly compiler: what a target returns about a run says whether the run was new.

mod mutate;
mod random;

use std::{
    cell::Cell,
    collections::HashSet,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::Once,
    time::{Duration, Instant},
};

pub use mutate::Mutator;
pub use random::Random;

/// The longest input, bytes.
const LONGEST: usize = 16 << 10;
/// Inputs kept for being new, beside the corpus.
const KEPT: usize = 4096;
/// Attempts to make a failing input smaller.
const SHRINKS: usize = 3000;

/// Runs a target over its corpus and over changed forms of it for `FUZZ_SECONDS` (2 where that is not set), beginning at
/// `FUZZ_SEED`. What a target returns, an outcome, says whether an input led to something new.
///
/// # Panics
/// Where the target did: with the smallest input found that makes it, which is also written to `fuzz/failures`.
pub fn fuzz<T: Hash>(name: &str, words: &[&str], target: impl FnMut(&[u8]) -> T) {
    fuzz_from(name, words, corpus(name), target);
}

/// As [`fuzz`], with these inputs to begin with.
///
/// # Panics
/// As there.
#[expect(clippy::print_stderr, reason = "says how much was tried")]
pub fn fuzz_from<T: Hash>(
    name: &str,
    words: &[&str],
    mut inputs: Vec<Vec<u8>>,
    mut target: impl FnMut(&[u8]) -> T,
) {
    say_nothing_while_shrinking();
    let seconds = setting("FUZZ_SECONDS").unwrap_or(2);
    let mut random = Random::new(setting("FUZZ_SEED").unwrap_or(1) ^ digest(&name));
    assert!(!inputs.is_empty(), "{name} begins with something");
    let mut known = HashSet::new();
    for input in &inputs {
        known.insert(digest(&attempt(name, input, &mut target)));
    }
    let mutator = Mutator::new(words);
    let (until, mut count) = (now() + Duration::from_secs(seconds), inputs.len());
    let given = inputs.len();
    while now() < until {
        let mut input = random.pick(&inputs).clone();
        mutator.change(&mut input, &inputs, &mut random);
        input.truncate(LONGEST);
        let outcome = digest(&attempt(name, &input, &mut target));
        if known.insert(outcome) && inputs.len() < given + KEPT {
            inputs.push(input);
        }
        count += 1;
    }
    eprintln!("{name}: {count} inputs, {} outcomes", known.len());
}

#[expect(clippy::disallowed_methods, reason = "a target may hold its own time still")]
fn now() -> Instant {
    Instant::now()
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

fn digest(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The files of a target's corpus.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry of the corpus").path()).collect();
    files.sort();
    files.iter().map(|file| fs::read(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))).collect()
}

fn attempt<T>(name: &str, input: &[u8], target: &mut impl FnMut(&[u8]) -> T) -> T {
    let first = match catch_unwind(AssertUnwindSafe(|| target(input))) {
        Ok(outcome) => return outcome,
        Err(panic) => panic,
    };
    SHRINKS_NOW.set(true);
    let smallest = shrink(input.to_vec(), |input| catch_unwind(AssertUnwindSafe(|| target(input))).is_err());
    SHRINKS_NOW.set(false);
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("failures");
    let file = folder.join(format!("{name}-{:016x}", digest(&smallest)));
    let _ = fs::create_dir_all(&folder).and_then(|()| fs::write(&file, &smallest));
    let why = first.downcast_ref::<String>().map(String::as_str);
    let why = why.or_else(|| first.downcast_ref::<&str>().copied()).unwrap_or("it panicked");
    panic!("{name} fails on \"{}\" ({}): {why}", smallest.escape_ascii(), file.display());
}

thread_local! {
    static SHRINKS_NOW: Cell<bool> = const { Cell::new(false) };
}

fn say_nothing_while_shrinking() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !SHRINKS_NOW.get() {
                before(panic);
            }
        }));
    });
}

/// Takes pieces out for as long as the input fails.
fn shrink(mut input: Vec<u8>, mut fails: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let (mut size, mut tries) = (input.len() / 2, 0);
    while size > 0 && tries < SHRINKS {
        let mut at = 0;
        while at < input.len() && tries < SHRINKS {
            let mut shorter = input[..at].to_vec();
            shorter.extend_from_slice(&input[(at + size).min(input.len())..]);
            tries += 1;
            if fails(&shorter) {
                input = shorter;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    input
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_input_is_shown_at_its_smallest() {
        let input = b"a long text with a b\0d byte in it, and more after it".to_vec();
        assert_eq!(shrink(input, |input| input.windows(2).any(|w| w == b"b\0")), b"b\0");
    }
}
