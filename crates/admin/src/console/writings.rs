//! Checks of texts that people are writing: what is known of each is kept from one check to the next, for a while.

use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use aws_lc_rs::rand;
use control::{Writing, WritingChecked};
use model::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::{sync::Mutex as Turns, time::Instant};

use crate::{endpoint::Within, problem::Refusal};

/// Texts of which something is kept, of everybody and of one person, and how many bytes they have together: what is kept takes some ten
/// times as much.
const MOST: usize = 32;
const MOST_OF_ONE: usize = 4;
const MOST_BYTES: usize = 40 << 20;
/// How long something is kept that nobody asks for.
const IDLE: Duration = Duration::from_secs(15 * 60);

/// A text that is checked again and again.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WritingAsked")]
pub(crate) struct Asked {
    /// As an earlier answer called it; one that is not known any more is begun anew.
    #[serde(default)]
    id: Option<String>,
    /// The number of the check whose findings are known: where it was the last one, only what changed since is told.
    #[serde(default)]
    known: Option<u64>,
}

/// Where the checks of a text stand.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WritingStand")]
pub(crate) struct Stand {
    /// What it is called in later requests.
    pub(crate) id: String,
    /// The number of this check.
    pub(crate) number: u64,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Writings(Arc<Mutex<All>>);

#[derive(Default)]
struct All {
    /// The one used last is the last.
    kept: Vec<Kept>,
    /// Somebody looks after what is kept for too long.
    is_watched: bool,
}

struct Kept {
    id: Arc<str>,
    workspace: Name,
    /// Who writes it.
    who: String,
    bytes: usize,
    used: Instant,
    writing: Arc<Turns<Writing>>,
}

impl Writings {
    /// Checks a text by what is known of it, and keeps what that comes to, also where whoever asked has gone meanwhile.
    ///
    /// # Errors
    /// Those of [`control::Control::check_writing`].
    pub(crate) async fn check(
        app: Within,
        who: String,
        text: Arc<str>,
        api: Option<String>,
        Asked { id, known }: Asked,
    ) -> Result<(Stand, WritingChecked), Refusal> {
        let (id, writing) = app.writings.take(&app.workspace, &who, id.as_deref(), text.len());
        let called = Arc::clone(&id);
        let checked = tokio::spawn(async move {
            // One check after the other.
            let mut turn = writing.lock_owned().await;
            let writing = std::mem::take(&mut *turn);
            let checked =
                app.control.check_writing(&app.workspace, writing, text, api.as_deref(), known).await;
            let (writing, checked) = checked.inspect_err(|_| app.writings.let_go(&called))?;
            *turn = writing;
            Ok::<_, control::Error>(checked)
        });
        let checked = checked.await.map_err(|error| Refusal::internal(&error))??;
        Ok((Stand { id: id.to_string(), number: checked.number }, checked))
    }

    /// Forgets one of which nothing is known any more: its checks would be counted anew, under numbers that somebody knows already.
    fn let_go(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).kept.retain(|kept| *kept.id != *id);
    }

    /// What is kept under an id by the same person in the same workspace; something new where there is nothing.
    fn take(
        &self,
        workspace: &Name,
        who: &str,
        id: Option<&str>,
        bytes: usize,
    ) -> (Arc<str>, Arc<Turns<Writing>>) {
        let used = Instant::now();
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let All { kept: all, is_watched } = &mut *guard;
        let is_theirs = |kept: &Kept| kept.workspace == *workspace && kept.who == who;
        let found = all.iter().position(|kept| is_theirs(kept) && Some(&*kept.id) == id);
        let kept = match found {
            Some(at) => Kept { used, bytes, ..all.remove(at) },
            None => {
                if all.iter().filter(|kept| is_theirs(kept)).count() >= MOST_OF_ONE
                    && let Some(oldest) = all.iter().position(is_theirs)
                {
                    all.remove(oldest);
                }
                let (workspace, who) = (workspace.clone(), who.to_owned());
                Kept { id: new_id(), workspace, who, bytes, used, writing: Arc::default() }
            }
        };
        let taken = (Arc::clone(&kept.id), Arc::clone(&kept.writing));
        all.push(kept);
        let mut together: usize = all.iter().map(|kept| kept.bytes).sum();
        while all.len() > 1 && (all.len() > MOST || together > MOST_BYTES) {
            together -= all.remove(0).bytes;
        }
        if !std::mem::replace(is_watched, true) {
            tokio::spawn(forget(Arc::downgrade(&self.0)));
        }
        taken
    }
}

/// Lets go of what nobody asked for in a while, until there is nothing left.
async fn forget(all: Weak<Mutex<All>>) {
    loop {
        let next = {
            let Some(all) = all.upgrade() else { return };
            let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            all.kept.retain(|kept| kept.used + IDLE > now);
            let Some(next) = all.kept.first().map(|kept| kept.used + IDLE) else {
                all.is_watched = false;
                return;
            };
            next
        };
        tokio::time::sleep_until(next).await;
    }
}

fn new_id() -> Arc<str> {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).expect("the system has random numbers");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &Writings) -> Vec<String> {
        all.0.lock().unwrap().kept.iter().map(|kept| kept.id.to_string()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_kept_is_of_one_person_in_one_workspace_and_bounded() {
        let all = Writings::default();
        let (here, elsewhere): (Name, Name) = (Name::default_workspace(), "acme".parse().unwrap());
        let (mine, _) = all.take(&here, "ann", None, 10);
        assert_eq!(all.take(&here, "ann", Some(&mine), 10).0, mine);
        assert_ne!(all.take(&here, "bob", Some(&mine), 10).0, mine, "another person");
        assert_ne!(all.take(&elsewhere, "ann", Some(&mine), 10).0, mine, "another workspace");
        assert_eq!(names(&all).len(), 3);
        let (gone, _) = all.take(&here, "joe", None, 10);
        all.let_go(&gone);
        assert_ne!(all.take(&here, "joe", Some(&gone), 10).0, gone, "of one that failed nothing is known");
        assert_eq!(names(&all).len(), 4);
        for _ in 0..MOST_OF_ONE {
            all.take(&here, "ann", None, 10);
        }
        assert_eq!(names(&all).len(), 3 + MOST_OF_ONE);
        assert!(!names(&all).contains(&mine.to_string()), "the oldest of hers went");
        let (large, _) = all.take(&here, "eve", None, MOST_BYTES);
        assert_eq!(names(&all), [large.to_string()], "there is no room for others");
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_asks_for_is_let_go() {
        let all = Writings::default();
        let here = Name::default_workspace();
        let (first, _) = all.take(&here, "ann", None, 10);
        tokio::time::sleep(IDLE / 2).await;
        let (second, _) = all.take(&here, "ann", None, 10);
        tokio::time::sleep(IDLE / 2 + Duration::from_secs(1)).await;
        assert_eq!(names(&all), [second.to_string()]);
        tokio::time::sleep(IDLE).await;
        assert_eq!(names(&all), [""; 0]);
        let (third, _) = all.take(&here, "ann", Some(&first), 10);
        assert_eq!(names(&all), [third.to_string()]);
        tokio::time::sleep(IDLE * 2).await;
        assert_eq!(names(&all), [""; 0], "also after there was nothing for a while");
    }
}
