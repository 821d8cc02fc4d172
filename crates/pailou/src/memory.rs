//! The allocator of the process, and what is given back to the system.

use std::time::Duration;

use tokio::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Work that took so long took much memory, too.
const LONG: Duration = Duration::from_secs(1);

/// Does something, and gives what it took back to the system where that was much, as for a large change of the configuration.
pub(crate) fn returning<T>(work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = work();
    if began.elapsed() > LONG {
        give_back();
    }
    done
}

/// Gives what is free back to the system now; by itself the allocator does it bit by bit, as it is used.
pub(crate) fn give_back() {
    #[expect(
        unsafe_code,
        reason = "the allocator is C; the call takes no pointer, and may come from any thread"
    )]
    unsafe {
        libmimalloc_sys::mi_collect(true);
    }
}
