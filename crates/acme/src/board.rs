//! Where open challenges are posted, for gateways to answer.

use std::{sync::Arc, time::Duration};

use model::OpenChallenge;
use tokio::{sync::watch, time::sleep};

use crate::folder::Folder;

/// Has the gateway of this process answer challenges.
type Answer = Arc<dyn Fn(&[OpenChallenge]) + Send + Sync>;

/// Where open challenges are posted. Cheap to clone.
#[derive(Clone)]
pub struct Board {
    posted: watch::Sender<Arc<Posted>>,
    answer: Option<Answer>,
    /// Where processes that share the folder look.
    folder: Option<Arc<Folder>>,
    /// How long gateways of other processes take to hear of it.
    others: Duration,
}

/// What is posted.
#[derive(Debug, Default)]
pub struct Posted {
    /// Rises with every change.
    pub number: u64,
    pub challenges: Vec<OpenChallenge>,
}

impl Board {
    /// `answer` tells the gateway of this process at once; those of others have heard of it after `others`.
    pub fn new(answer: Option<Answer>, others: Duration) -> Board {
        Board { posted: watch::Sender::new(Arc::default()), answer, folder: None, others }
    }

    /// Posts in a folder, too.
    pub(crate) fn beside(self, folder: &Arc<Folder>) -> Board {
        Board { folder: Some(Arc::clone(folder)), ..self }
    }

    pub fn posted(&self) -> Arc<Posted> {
        Arc::clone(&self.posted.borrow())
    }

    /// Posts these in place of what was posted before; returns when every gateway answers them.
    pub(crate) async fn post(&self, challenges: Vec<OpenChallenge>) {
        let are_new = !challenges.is_empty();
        self.put(challenges);
        if are_new && !self.others.is_zero() {
            sleep(self.others).await;
        }
    }

    fn put(&self, challenges: Vec<OpenChallenge>) {
        if let Some(Err(error)) = self.folder.as_ref().map(|folder| folder.post(&challenges)) {
            tracing::error!("challenges cannot be posted for other processes: {error}");
        }
        self.tell(challenges);
    }

    /// What another process has posted in the folder.
    pub(crate) fn relay(&self, challenges: Vec<OpenChallenge>) {
        if self.posted.borrow().challenges != challenges {
            self.tell(challenges);
        }
    }

    fn tell(&self, challenges: Vec<OpenChallenge>) {
        if let Some(answer) = &self.answer {
            answer(&challenges);
        }
        self.posted.send_modify(|posted| {
            *posted = Arc::new(Posted { number: posted.number + 1, challenges });
        });
    }

    /// Takes down what is posted when dropped, whatever became of it.
    pub(crate) fn until_dropped(&self) -> TakeDown<'_> {
        TakeDown(self)
    }
}

/// See [`Board::until_dropped`].
pub(crate) struct TakeDown<'a>(&'a Board);

impl Drop for TakeDown<'_> {
    fn drop(&mut self) {
        self.0.put(Vec::new());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use model::ChallengeType;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_posted_is_answered_here_at_once_and_taken_down_in_any_case() {
        let answered = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&answered);
        let answer = move |open: &[OpenChallenge]| seen.lock().unwrap().push(open.len());
        let board = Board::new(Some(Arc::new(answer)), Duration::from_secs(2));
        let one = OpenChallenge {
            host: "a.example.com".to_owned(),
            challenge: ChallengeType::Http01,
            token: "t".to_owned(),
            key_authorization: "t.k".to_owned(),
        };
        let down = board.until_dropped();
        let before = tokio::time::Instant::now();
        board.post(vec![one.clone()]).await;
        assert_eq!(before.elapsed(), Duration::from_secs(2), "others have heard of it");
        assert_eq!((board.posted().number, &board.posted().challenges[..]), (1, &[one][..]));
        drop(down);
        assert_eq!((board.posted().number, board.posted().challenges.len()), (2, 0));
        assert_eq!(*answered.lock().unwrap(), [1, 0]);
    }
}
