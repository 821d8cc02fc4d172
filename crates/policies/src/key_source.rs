//! Where keys come from: a file that is watched, or an address that is asked again from time to time. What was good last stays good
//! while neither can be read.

use std::{
    fs,
    future::poll_fn,
    io::Read as _,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{
            AtomicU64,
            Ordering::{Acquire, Relaxed, Release},
        },
    },
    task::{Poll, Waker},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use head::Headers;
use http::{HeaderValue, Method, StatusCode, Uri, header};
use policy::{OutboundCall, Time, World};

use jose::KeySet;

const TIMEOUT: Duration = Duration::from_secs(5);
/// How often a file is looked at.
const LOOK: Duration = Duration::from_secs(2);
/// How old a set may be before it is asked for again, where the answer does not say (`Cache-Control: max-age`), and the bounds of that.
const AGE: Duration = Duration::from_secs(300);
const AGES: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(24 * 3600));
/// The least time between two tries, whatever tokens ask for.
const BETWEEN: Duration = Duration::from_secs(10);
/// Exchanges that wait for a set at one time.
const MOST_WAITING: usize = 1024;

/// What is read from a place.
pub(crate) trait Fetched: Sized + Send + Sync + 'static {
    /// What is asked for, as in `Accept`.
    const ACCEPT: &'static str;
    /// The largest that is read, bytes.
    const LARGEST: u64 = 256 << 10;

    /// What it says, and what of it was left out.
    ///
    /// # Errors
    /// Why it cannot be used.
    fn read(text: &Bytes) -> Result<(Self, String), String>;
}

impl Fetched for KeySet {
    const ACCEPT: &'static str = "application/jwk-set+json, application/json";

    fn read(text: &Bytes) -> Result<(KeySet, String), String> {
        let set = KeySet::read(text)?;
        let left_out = set.left_out.join("; ");
        Ok((set, left_out))
    }
}

/// Where something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    File(PathBuf),
    At(Uri),
}

/// Keys, and how they are kept up to date.
pub(crate) type KeySource = Source<KeySet>;

/// What was read from a place, and how it is kept up to date.
pub(crate) struct Source<T> {
    place: Place,
    /// Of the set in force; 0 where there is none. Beside the lock, because every request asks.
    generation: AtomicU64,
    /// When to look again, nanoseconds of the monotonic clock.
    due: AtomicU64,
    state: Mutex<State<T>>,
}

struct State<T> {
    set: Option<Arc<T>>,
    /// What the set was read from.
    text: Bytes,
    changed: Option<SystemTime>,
    /// When looking is allowed again, whoever asks; nanoseconds of the monotonic clock.
    allowed: u64,
    fetching: bool,
    /// Rises with the end of every try.
    tries: u64,
    waiting: Vec<Waker>,
    /// Why the last try failed, for operators.
    trouble: String,
}

impl Place {
    /// Reads `https://…`, `http://…`, `file:…` or a path.
    pub(crate) fn read(text: &str) -> Result<Place, String> {
        let wrong =
            || format!("`{text}` is neither an address such as `https://idp.example.com/jwks` nor a path");
        if text.is_empty() {
            return Err(wrong());
        }
        if let Some(path) = text.strip_prefix("file:") {
            return Ok(Place::File(path.strip_prefix("//").unwrap_or(path).into()));
        }
        if !text.contains("://") {
            return Ok(Place::File(text.into()));
        }
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let has_host = uri.authority().is_some_and(|host| !host.as_str().contains('@'));
        if !has_host || !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(wrong());
        }
        Ok(Place::At(uri))
    }

    /// With a path that is relative to a folder.
    pub(crate) fn within(self, folder: &Path) -> Place {
        match self {
            Place::File(path) => Place::File(folder.join(path)),
            at => at,
        }
    }
}

impl<T> Default for State<T> {
    fn default() -> State<T> {
        State {
            set: None,
            text: Bytes::new(),
            changed: None,
            allowed: 0,
            fetching: false,
            tries: 0,
            waiting: Vec::new(),
            trouble: String::new(),
        }
    }
}

impl<T: Fetched> Source<T> {
    pub(crate) fn new(place: Place) -> Source<T> {
        Source { place, generation: AtomicU64::new(0), due: AtomicU64::new(0), state: Mutex::default() }
    }

    /// Reads a file now; an address is asked when the first token comes.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub(crate) fn begin(&self) -> Result<(), String> {
        let Place::File(path) = &self.place else { return Ok(()) };
        let mut state = self.lock();
        if state.set.is_none() {
            let (text, changed) = load(path, T::LARGEST)?;
            self.take(&mut state, text, changed).map_err(|why| format!("`{}`: {why}", path.display()))?;
        }
        Ok(())
    }

    /// Which set is in force, a number that rises with each; begins to look for a newer one where it is time to.
    pub(crate) fn generation(self: &Arc<Self>, world: &Arc<dyn World>, now: Time) -> u64 {
        // An address is first asked by those who wait for the answer.
        let generation = self.generation.load(Acquire);
        if generation != 0 && now.monotonic >= self.due.load(Relaxed) {
            drop(self.look(self.lock(), world, now));
        }
        generation
    }

    /// The set in force, and its number.
    pub(crate) fn set(&self) -> Option<(Arc<T>, u64)> {
        let state = self.lock();
        state.set.clone().map(|set| (set, self.generation.load(Acquire)))
    }

    /// Looks for a newer set and waits until that has ended; `false` where it was looked for just now, or too many wait.
    pub(crate) async fn newer(self: &Arc<Self>, world: &Arc<dyn World>, now: Time) -> bool {
        let before = {
            let mut state = self.lock();
            if !state.fetching {
                if now.monotonic < state.allowed {
                    return false;
                }
                state = self.look(state, world, now);
            }
            if state.waiting.len() >= MOST_WAITING {
                return false;
            }
            state.tries
        };
        poll_fn(|cx| {
            let mut state = self.lock();
            if state.tries != before || !state.fetching {
                return Poll::Ready(());
            }
            if !state.waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
                state.waiting.push(cx.waker().clone());
            }
            Poll::Pending
        })
        .await;
        true
    }

    /// Why there is no set, for operators.
    pub(crate) fn trouble(&self) -> String {
        self.lock().trouble.clone()
    }

    fn look<'s>(
        self: &'s Arc<Self>,
        mut state: MutexGuard<'s, State<T>>,
        world: &Arc<dyn World>,
        now: Time,
    ) -> MutexGuard<'s, State<T>> {
        if state.fetching {
            return state;
        }
        state.fetching = true;
        let pause = if matches!(self.place, Place::File(_)) { LOOK } else { BETWEEN };
        state.allowed = now.monotonic + pause.as_nanos() as u64;
        // Put off further where this succeeds.
        self.due.store(state.allowed, Relaxed);
        drop(state);
        let turn = Turn(Arc::clone(self));
        let worker = Arc::clone(world);
        // Where too much is under way, the turn ends with the task that is dropped.
        world.spawn(Box::pin(async move {
            match turn.0.place.clone() {
                // A large one would hold up the worker.
                Place::File(path) => {
                    worker.compute(Box::new(move || turn.0.look_at(&path))).await;
                }
                Place::At(uri) => turn.0.ask(&uri, &worker).await,
            }
        }));
        self.lock()
    }

    fn look_at(&self, path: &PathBuf) {
        let changed = fs::metadata(path).and_then(|about| about.modified()).ok();
        if changed.is_some() && changed == self.lock().changed {
            return;
        }
        let read = load(path, T::LARGEST);
        let mut state = self.lock();
        let outcome = read.and_then(|(text, changed)| self.take(&mut state, text, changed));
        if let Err(trouble) = outcome {
            state.trouble = trouble;
        }
    }

    async fn ask(&self, uri: &Uri, world: &Arc<dyn World>) {
        let mut headers = Headers::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(T::ACCEPT));
        let call = OutboundCall {
            method: Method::GET,
            uri: uri.clone(),
            headers,
            body: Bytes::new(),
            timeout: TIMEOUT,
            bound: T::LARGEST,
        };
        let answer = world.send(call).await;
        let now = world.now();
        let mut state = self.lock();
        let outcome = match answer {
            Err(error) => Err(error.to_string()),
            Ok(answer) if answer.status != StatusCode::OK => Err(format!("it answered {}", answer.status)),
            Ok(answer) => {
                let age = max_age(&answer.headers).unwrap_or(AGE).clamp(AGES.0, AGES.1);
                let taken = self.take(&mut state, answer.body, None);
                if taken.is_ok() {
                    self.due.store(now.monotonic + age.as_nanos() as u64, Relaxed);
                }
                taken
            }
        };
        if let Err(trouble) = outcome {
            state.trouble = trouble;
        }
    }

    /// Puts a set in force, if it is one.
    fn take(&self, state: &mut State<T>, text: Bytes, changed: Option<SystemTime>) -> Result<(), String> {
        if state.set.is_none() || state.text != text {
            let (set, left_out) = T::read(&text)?;
            state.trouble = left_out;
            state.set = Some(Arc::new(set));
            state.text = text;
            self.generation.fetch_add(1, Release);
        }
        state.changed = changed;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One try; whoever waits goes on when it ends, however it ends.
struct Turn<T: Fetched>(Arc<Source<T>>);

impl<T: Fetched> Drop for Turn<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.fetching = false;
        state.tries += 1;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }
}

fn load(path: &PathBuf, largest: u64) -> Result<(Bytes, Option<SystemTime>), String> {
    let cannot = |error: std::io::Error| format!("`{}` cannot be read: {error}", path.display());
    let file = fs::File::open(path).map_err(cannot)?;
    let changed = file.metadata().and_then(|about| about.modified()).ok();
    let mut text = Vec::new();
    file.take(largest + 1).read_to_end(&mut text).map_err(cannot)?;
    if text.len() as u64 > largest {
        return Err(format!("`{}` is larger than {} KiB", path.display(), largest >> 10));
    }
    Ok((text.into(), changed))
}

/// How long an answer says it may be kept (RFC 9111 §5.2.2.1).
fn max_age(headers: &Headers) -> Option<Duration> {
    let text = headers.get(header::CACHE_CONTROL)?.to_str().ok()?;
    let seconds = text.split(',').find_map(|part| part.trim().strip_prefix("max-age="))?;
    seconds.trim_matches('"').parse().ok().map(Duration::from_secs)
}
