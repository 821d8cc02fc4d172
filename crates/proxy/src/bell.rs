//! A waker that remembers whether it was used.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Wake, Waker},
};

use crate::worker::lock;

/// Stands between what wakes and the task that waits: whoever looks again before it rang need not ask anew.
pub(crate) struct Bell {
    rings: Arc<Rings>,
    /// What rings it.
    waker: Waker,
}

struct Rings {
    rang: AtomicBool,
    task: Mutex<Waker>,
}

impl Wake for Rings {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.rang.store(true, Relaxed);
        lock(&self.task).wake_by_ref();
    }
}

impl Bell {
    /// One that rings for this task.
    pub(crate) fn of(cx: &Context<'_>) -> Bell {
        let rings = Arc::new(Rings { rang: AtomicBool::new(false), task: Mutex::new(cx.waker().clone()) });
        Bell { waker: Waker::from(Arc::clone(&rings)), rings }
    }

    /// Rings for this task from now on.
    pub(crate) fn ring_for(&self, cx: &Context<'_>) {
        let mut task = lock(&self.rings.task);
        if !task.will_wake(cx.waker()) {
            task.clone_from(cx.waker());
        }
    }

    /// Whether it rang since it was last silenced.
    pub(crate) fn rang(&self) -> bool {
        self.rings.rang.load(Relaxed)
    }

    pub(crate) fn silence(&self) {
        self.rings.rang.store(false, Relaxed);
    }

    /// As one that rang.
    pub(crate) fn ring(&self) {
        self.rings.rang.store(true, Relaxed);
    }

    /// What rings it, for whoever is asked to.
    pub(crate) fn waker(&self) -> &Waker {
        &self.waker
    }
}
