//! How many hand-overs there have been, one within another, counted where a program that clears the environment (`env -i`,
//! `sudo`) leaves it alone: in a setting of the process that every program inherits. Without it two such programs, each of
//! which starts the other, would go on for ever.
//!
//! On Linux that is the timer slack, by how many nanoseconds a sleep may be late: 50 000, and one more for each hand-over,
//! which no program can notice (prctl(2), PR_SET_TIMERSLACK). Other Unixes have none; there it is the size up to which a
//! file may grow, if that is unlimited, and one byte of 2⁶³ less for each hand-over (getrlimit(2), RLIMIT_FSIZE; not on
//! Linux, which takes such a limit for a negative one). A value that is not ours is left alone.

#[cfg(target_os = "linux")]
mod system {
    use nix::sys::prctl::{get_timerslack, set_timerslack};

    /// What every process begins with.
    const DEFAULT: usize = 50_000;

    pub(super) fn read() -> Option<usize> {
        usize::try_from(get_timerslack().ok()?).ok()?.checked_sub(DEFAULT)
    }

    pub(super) fn write(count: usize) {
        if let Ok(slack) = (DEFAULT + count).try_into() {
            let _ = set_timerslack(slack);
        }
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
mod system {
    use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit, rlim_t, setrlimit};

    pub(super) fn read() -> Option<usize> {
        let (limit, _) = getrlimit(Resource::RLIMIT_FSIZE).ok()?;
        usize::try_from(RLIM_INFINITY.checked_sub(limit)?).ok()
    }

    pub(super) fn write(count: usize) {
        let (Ok(count), Ok((_, most))) = (rlim_t::try_from(count), getrlimit(Resource::RLIMIT_FSIZE)) else {
            return;
        };
        let _ = setrlimit(Resource::RLIMIT_FSIZE, RLIM_INFINITY - count, most);
    }
}

/// Programs that clear the environment are a habit of Unix.
#[cfg(not(unix))]
mod system {
    pub(super) fn read() -> Option<usize> {
        None
    }

    pub(super) fn write(_count: usize) {}
}

/// The count; `None` where there cannot be one, or more than `most`.
pub(crate) fn read(most: usize) -> Option<usize> {
    system::read().filter(|count| *count <= most)
}

/// Where [`read`] has found a count, this is the one that the programs after us find.
pub(crate) fn write(count: usize) {
    system::write(count);
}
