//! What gateways of other processes are to forget: the latest purges, in a file, so that none is lost with a restart.

use std::{
    collections::VecDeque,
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use admin::{PurgeNews, PurgedItem};
use cache::Purge;
use serde::{Deserialize, Serialize};

/// Purges kept: a gateway that missed more forgets everything.
const KEPT: usize = 1000;
const FILE: &str = "purges";

/// The latest purges.
pub(crate) struct PurgeLog {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Clone, Serialize, Deserialize)]
struct State {
    /// Another one for every file that was begun anew.
    epoch: u64,
    /// The number of the newest.
    last: u64,
    items: VecDeque<PurgedItem>,
}

impl PurgeLog {
    pub(crate) fn open(data: &Path) -> PurgeLog {
        let path = data.join(FILE);
        let read = fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok());
        let state = read.unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let epoch = u64::try_from(now.as_millis()).unwrap_or_default();
            State { epoch, last: 0, items: VecDeque::new() }
        });
        PurgeLog { path, state: Mutex::new(state) }
    }

    /// # Errors
    /// It cannot be written, and is not told to anybody.
    pub(crate) fn add(&self, purge: Purge<'_>) -> Result<(), String> {
        let item = match purge {
            Purge::Url(url) => PurgedItem::Url(url.to_owned()),
            Purge::Tag(tag) => PurgedItem::Tag(tag.to_owned()),
            Purge::All => PurgedItem::All,
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = state.clone();
        next.last += 1;
        next.items.push_back(item);
        if next.items.len() > KEPT {
            next.items.pop_front();
        }
        write(&self.path, &next).map_err(|error| format!("{}: {error}", self.path.display()))?;
        *state = next;
        Ok(())
    }

    pub(crate) fn mark(&self) -> String {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.mark()
    }

    /// What came after a mark; everything where that is not known.
    pub(crate) fn since(&self, mark: Option<&str>) -> PurgeNews {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let missed = mark.and_then(|mark| {
            let (epoch, number) = mark.split_once('-')?;
            let number: u64 = number.parse().ok()?;
            (epoch == state.epoch.to_string()).then_some(())?;
            usize::try_from(state.last.checked_sub(number)?).ok()
        });
        match missed.and_then(|missed| state.items.len().checked_sub(missed)) {
            Some(known) => {
                let items = state.items.iter().skip(known).cloned().collect();
                PurgeNews { mark: state.mark(), everything: false, items }
            }
            None => PurgeNews { mark: state.mark(), everything: true, items: Vec::new() },
        }
    }
}

impl State {
    fn mark(&self) -> String {
        format!("{}-{}", self.epoch, self.last)
    }
}

fn write(path: &Path, state: &State) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    fs::write(&unfinished, serde_json::to_vec(state)?)?;
    fs::rename(&unfinished, path)
}

/// How far a gateway of its own has come with purges, over restarts.
pub(crate) struct Mark {
    path: PathBuf,
    pub(crate) known: Option<String>,
}

impl Mark {
    pub(crate) fn open(data: &Path) -> Mark {
        let path = data.join("purged");
        let known = fs::read_to_string(&path).ok().filter(|mark| mark.len() < 100);
        Mark { path, known }
    }

    /// One that cannot be written is forgotten with the process: then everything is forgotten at the next start.
    pub(crate) fn put(&mut self, mark: String) {
        if let Err(error) = fs::write(&self.path, &mark) {
            tracing::warn!(%error, "how far purges have come cannot be kept in {}", self.path.display());
        }
        self.known = Some(mark);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_after_a_mark_is_told_and_everything_where_that_is_not_known() {
        let folder = tempfile::tempdir().unwrap();
        let log = PurgeLog::open(folder.path());
        let start = log.mark();
        assert_eq!(log.since(Some(&start)).items, []);
        for purge in [Purge::Tag("a"), Purge::Url("//a/b"), Purge::All] {
            log.add(purge).unwrap();
        }
        let all = [PurgedItem::Tag("a".into()), PurgedItem::Url("//a/b".into()), PurgedItem::All];
        let news = log.since(Some(&start));
        assert_eq!((news.everything, &news.items[..]), (false, &all[..]));
        let log = PurgeLog::open(folder.path());
        assert_eq!(log.since(Some(&start)).items, all, "a restart forgets nothing");
        assert_eq!(log.since(Some(&news.mark)).items, []);
        for mark in [None, Some("1-1"), Some("x"), Some("")] {
            assert!(log.since(mark).everything, "{mark:?}");
        }
        for _ in 0..KEPT {
            log.add(Purge::All).unwrap();
        }
        assert!(log.since(Some(&start)).everything, "it missed more than is kept");
        assert_eq!(log.since(Some(&news.mark)).items.len(), KEPT);
    }
}
