//! What is stored on disk, so that it outlives a restart: a file for every response, within a bound.
//!
//! Threads of their own read and write. What could not be written, as too much is waiting already, is not on disk; what is torn or has
//! rotted is found by its checksums and dropped.

use std::{
    collections::VecDeque,
    fs::{self, File, OpenOptions},
    future::Future,
    io::{self, IoSlice, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
        mpsc,
    },
    task::{Context, Poll, Waker},
    thread,
};

use head::Headers;

use crate::{
    Key, Selection, Stored,
    entry::{self, PREFIX, Prefix},
    key::Keys,
    memory::{Gone, Kept, Memory},
    purges::{Purged, Purges},
    room::Room,
};

/// Bodies that wait to be written, bytes.
const WAITING: u64 = 32 << 20;
/// Things to do that wait.
const JOBS: usize = 4096;
/// Threads that read.
const READERS: usize = 2;
/// What a file takes beside its bytes: a block is not shared.
const BLOCK: u64 = 4096;
const EXTENSION: &str = "response";

/// What is stored on disk.
pub(crate) struct Disk {
    shared: Arc<Shared>,
}

struct Shared {
    folder: PathBuf,
    keys: Keys,
    purges: Arc<Purges>,
    room: Arc<Room>,
    most: AtomicU64,
    index: Mutex<Memory<Filed>>,
    next: AtomicU64,
    /// Bytes that wait to be written.
    waiting: AtomicU64,
    evicted: AtomicU64,
    writes: Queue,
    reads: Queue,
}

/// A response on disk, as it is found.
#[derive(Debug)]
pub(crate) struct Filed {
    number: u64,
    id: u64,
    url: u64,
    tags: Arc<[u64]>,
    selection: Selection,
    bytes: u64,
}

impl Kept for Filed {
    fn id(&self) -> u64 {
        self.id
    }

    fn url(&self) -> u64 {
        self.url
    }

    fn tags(&self) -> &Arc<[u64]> {
        &self.tags
    }

    fn weight(&self) -> u64 {
        self.bytes.next_multiple_of(BLOCK)
    }

    // The text is in the file; it is compared when that is read.
    fn is_of(&self, _: &Key) -> bool {
        true
    }

    fn has_key_of(&self, _: &Filed) -> bool {
        true
    }

    fn replaces(&self, other: &Filed) -> bool {
        self.selection == other.selection
    }
}

enum Job {
    Load,
    Write(Arc<Stored>, u64),
    Read(Arc<Filed>, Box<str>, Arc<Slot>),
    Delete(Vec<u64>),
    Flush(mpsc::Sender<()>),
}

/// Things to do, for threads that wait for them.
#[derive(Default)]
struct Queue {
    state: Mutex<(VecDeque<Job>, bool)>,
    comes: Condvar,
}

impl Queue {
    /// Whether there was room, where that is asked for.
    fn push(&self, job: Job, is_bounded: bool) -> bool {
        let mut state = lock(&self.state);
        if is_bounded && state.0.len() >= JOBS {
            return false;
        }
        state.0.push_back(job);
        drop(state);
        self.comes.notify_one();
        true
    }

    /// Waits for the next thing to do; `None` at the end.
    fn next(&self) -> Option<Job> {
        let mut state = lock(&self.state);
        loop {
            if let Some(job) = state.0.pop_front() {
                return Some(job);
            }
            if state.1 {
                return None;
            }
            state = self.comes.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn close(&self) {
        lock(&self.state).1 = true;
        self.comes.notify_all();
    }
}

/// A response that is being read from disk: ready with it, or without where the file is not as it should be.
pub struct Reading(Arc<Slot>);

#[derive(Default)]
struct Slot(Mutex<(Option<Option<Stored>>, Option<Waker>)>);

impl Slot {
    fn fill(&self, stored: Option<Stored>) {
        let waker = {
            let mut state = lock(&self.0);
            state.0 = Some(stored);
            state.1.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Future for Reading {
    type Output = Option<Stored>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Stored>> {
        let mut state = lock(&self.0.0);
        match state.0.take() {
            Some(stored) => Poll::Ready(stored),
            None => {
                state.1 = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Disk {
    /// Stores in a folder, no more than `most` bytes; what is there already is found soon after.
    ///
    /// # Errors
    /// The folder cannot be made, or no thread can.
    pub(crate) fn open(
        folder: &Path,
        most: u64,
        keys: Keys,
        purges: Arc<Purges>,
        room: Arc<Room>,
    ) -> io::Result<Disk> {
        fs::create_dir_all(folder)?;
        let shared = Arc::new(Shared {
            folder: folder.to_owned(),
            keys,
            purges,
            room,
            most: AtomicU64::new(most),
            index: Mutex::default(),
            next: AtomicU64::new(first_free(folder)),
            waiting: AtomicU64::new(0),
            evicted: AtomicU64::new(0),
            writes: Queue::default(),
            reads: Queue::default(),
        });
        shared.writes.push(Job::Load, false);
        let disk = Disk { shared };
        for number in 0..=READERS {
            let shared = Arc::clone(&disk.shared);
            let name = if number == 0 { "cache-write".to_owned() } else { format!("cache-read-{number}") };
            thread::Builder::new().name(name).spawn(move || {
                let jobs = if number == 0 { &shared.writes } else { &shared.reads };
                while let Some(job) = jobs.next() {
                    shared.work(job);
                }
            })?;
        }
        Ok(disk)
    }

    pub(crate) fn resize(&self, most: u64) {
        if self.shared.most.swap(most, Relaxed) > most {
            let gone = lock(&self.shared.index).shrink(most);
            self.shared.forget(gone);
        }
    }

    /// Begins to read what is stored for a request.
    pub(crate) fn find(&self, key: &Key, request: &Headers) -> Option<Reading> {
        let fits =
            |all: &[Arc<Filed>]| all.iter().find(|filed| filed.selection.matches(request)).map(Arc::clone);
        let filed = lock(&self.shared.index).find(key, fits)??;
        let slot = Arc::new(Slot::default());
        let job = Job::Read(filed, key.text.clone(), Arc::clone(&slot));
        self.shared.reads.push(job, true).then_some(Reading(slot))
    }

    /// Writes a response, asked for `since`, when there is time.
    pub(crate) fn put(&self, stored: Arc<Stored>, since: u64) {
        let bytes = stored.body.len() as u64;
        if bytes > self.shared.most.load(Relaxed) / 8 {
            return;
        }
        let waiting = &self.shared.waiting;
        if waiting.fetch_add(bytes, Relaxed) + bytes > WAITING
            || !self.shared.writes.push(Job::Write(stored, since), true)
        {
            waiting.fetch_sub(bytes, Relaxed);
        }
    }

    /// Forgets what a purge is about; the files go when there is time. How many keys, where they are counted.
    pub(crate) fn purge(&self, purged: Purged) -> u64 {
        let mut index = lock(&self.shared.index);
        let gone = match purged {
            Purged::Url(url) => index.purge_url(url),
            Purged::Tag(tag) => index.purge_tag(tag),
            Purged::All => index.purge_all(),
        };
        drop(index);
        let keys = gone.keys;
        self.shared.delete(gone);
        keys
    }

    /// Waits until all that was to be written and deleted is.
    pub(crate) fn flush(&self) {
        let (sender, receiver) = mpsc::channel();
        self.shared.writes.push(Job::Flush(sender), false);
        // Where the thread has ended, nothing is written any more.
        let _ = receiver.recv();
    }

    /// Keys, bytes, and keys that went for want of room.
    pub(crate) fn usage(&self) -> (u64, u64, u64) {
        let index = lock(&self.shared.index);
        (index.count(), index.bytes, self.shared.evicted.load(Relaxed))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.shared.writes.close();
        self.shared.reads.close();
    }
}

impl Shared {
    fn work(&self, job: Job) {
        match job {
            Job::Load => self.load(),
            Job::Write(stored, since) => {
                self.waiting.fetch_sub(stored.body.len() as u64, Relaxed);
                if !self.purges.are_about(&stored, since) {
                    // What cannot be written is not on disk: the answer was given all the same.
                    let _ = self.write(&stored, since);
                }
            }
            Job::Read(filed, text, slot) => {
                // Where there is no room to read it the file stays.
                if !self.room.take(filed.bytes) {
                    return slot.fill(None);
                }
                let stored = self.read(filed.number, filed.bytes).filter(|stored| stored.key.text == text);
                if stored.is_none() {
                    let gone = lock(&self.index).remove(filed.id);
                    self.delete(gone);
                }
                slot.fill(stored);
            }
            Job::Delete(numbers) => self.remove_files(numbers),
            Job::Flush(done) => {
                // Whoever waited may have gone.
                let _ = done.send(());
            }
        }
    }

    fn write(&self, stored: &Stored, since: u64) -> io::Result<()> {
        let number = self.next.fetch_add(1, Relaxed);
        let path = self.path(number);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let head = entry::write(stored);
        let bytes = head.len() as u64 + stored.body.len() as u64;
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .and_then(|mut file| write_all(&mut file, &head, &stored.body));
        if let Err(error) = written {
            // Half a file is dropped when it is read.
            let _ = fs::remove_file(&path);
            return Err(error);
        }
        self.take_in(number, stored, bytes, since);
        Ok(())
    }

    /// Lists a file, unless what is in it was purged since. Only the thread that writes does.
    fn take_in(&self, number: u64, stored: &Stored, bytes: u64, since: u64) {
        let filed = Filed {
            number,
            id: stored.key.id,
            url: stored.key.url,
            tags: Arc::clone(&stored.tags),
            selection: stored.selection.clone(),
            bytes,
        };
        let mut index = lock(&self.index);
        if self.purges.are_about(stored, since) {
            drop(index);
            return self.remove_files([number]);
        }
        let gone = index.insert(Arc::new(filed), self.most.load(Relaxed));
        drop(index);
        self.evicted.fetch_add(gone.keys, Relaxed);
        // At once, so that whoever waits for the writes waits for this, too.
        self.remove_files(gone.things.iter().map(|filed| filed.number));
    }

    /// Reads a file whole, for which so much room was taken: it is given back when the body is not used any more.
    fn read(&self, number: u64, room: u64) -> Option<Stored> {
        let (stored, body) = match self.read_all(number) {
            Some(read) => read,
            None => {
                self.room.give(room);
                return None;
            }
        };
        Some(Stored { body: self.room.hold(body, room), ..stored })
    }

    fn read_all(&self, number: u64) -> Option<(Stored, Vec<u8>)> {
        let mut file = File::open(self.path(number)).ok()?;
        let (prefix, stored) = self.read_head(&mut file)?;
        let mut body = Vec::with_capacity(usize::try_from(prefix.body).ok()?);
        file.take(prefix.body + 1).read_to_end(&mut body).ok()?;
        prefix.has_body(&body).then_some((stored, body))
    }

    /// Reads all of a file but its body.
    fn read_head(&self, file: &mut File) -> Option<(Prefix, Stored)> {
        let mut bytes = [0; PREFIX];
        file.read_exact(&mut bytes).ok()?;
        let prefix = Prefix::read(&bytes)?;
        // Nothing is taken for a body that is not there.
        (file.metadata().ok()?.len() == prefix.file()?).then_some(())?;
        let mut head = vec![0; usize::try_from(prefix.head).ok()?];
        file.read_exact(&mut head).ok()?;
        prefix.has_head(&head).then_some(())?;
        let stored = entry::read(&head, |text, url| self.keys.key(text, url))?;
        Some((prefix, stored))
    }

    /// Lists what an earlier process has left; what is no such file goes.
    fn load(&self) {
        let mut found: Vec<(u64, PathBuf)> = Vec::new();
        for path in files(&self.folder) {
            match number_of(&path) {
                Some(number) => found.push((number, path)),
                None => continue,
            }
        }
        // The newest last, so that it takes the place of older ones.
        found.sort_unstable();
        for (number, path) in found {
            let read = File::open(&path).ok().and_then(|mut file| self.read_head(&mut file));
            match read {
                Some((prefix, stored)) => self.take_in(number, &stored, prefix.file().unwrap_or(u64::MAX), 0),
                None => {
                    // What cannot be removed is found again at the next start.
                    let _ = fs::remove_file(&path);
                }
            }
        }
    }

    fn remove_files(&self, numbers: impl IntoIterator<Item = u64>) {
        for number in numbers {
            // What is gone already need not go.
            let _ = fs::remove_file(self.path(number));
        }
    }

    fn forget(&self, gone: Gone<Filed>) {
        self.evicted.fetch_add(gone.keys, Relaxed);
        self.delete(gone);
    }

    fn delete(&self, gone: Gone<Filed>) {
        if !gone.things.is_empty() {
            let numbers = gone.things.iter().map(|filed| filed.number).collect();
            self.writes.push(Job::Delete(numbers), false);
        }
    }

    fn path(&self, number: u64) -> PathBuf {
        self.folder.join(format!("{:02x}", number & 0xff)).join(format!("{number:016x}.{EXTENSION}"))
    }
}

fn write_all(file: &mut File, head: &[u8], body: &[u8]) -> io::Result<()> {
    let mut slices = [IoSlice::new(head), IoSlice::new(body)];
    let mut left = &mut slices[..];
    while !left.is_empty() {
        let written = file.write_vectored(left)?;
        if written == 0 && left.iter().any(|slice| !slice.is_empty()) {
            return Err(io::ErrorKind::WriteZero.into());
        }
        IoSlice::advance_slices(&mut left, written);
    }
    Ok(())
}

/// Files in the folders of a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let list = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    list(folder).flat_map(|inner| list(&inner).collect::<Vec<_>>()).collect()
}

fn number_of(path: &Path) -> Option<u64> {
    (path.extension()? == EXTENSION).then_some(())?;
    u64::from_str_radix(path.file_stem()?.to_str()?, 16).ok()
}

/// A number that no file has.
fn first_free(folder: &Path) -> u64 {
    files(folder).iter().filter_map(|path| number_of(path)).max().map_or(0, |last| last.saturating_add(1))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
