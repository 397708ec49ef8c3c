//! Keeps the memory of this process, which holds tokens, from being written to a file when it ends in a crash, and from
//! other programs of the same user that would read it.

#[cfg(all(unix, not(target_os = "linux")))]
use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// For the rest of this process; a program that it starts decides for itself. A system that refuses leaves things as
/// they were: no reason not to go on.
pub(crate) fn keep_memory_private() {
    // No core dump, not through a pipe to a crash reporter either, and no debugger that attaches: prctl(2).
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_dumpable(false);
    // The programs that we start inherit this one.
    #[cfg(all(unix, not(target_os = "linux")))]
    if let Ok((limit, most)) = getrlimit(Resource::RLIMIT_CORE) {
        LIMIT.get_or_init(|| limit);
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, most);
    }
}

/// Before another program takes our place: it gets the limits that we were given.
pub(crate) fn restore_limits() {
    #[cfg(all(unix, not(target_os = "linux")))]
    if let (Some(limit), Ok((_, most))) = (LIMIT.get(), getrlimit(Resource::RLIMIT_CORE)) {
        let _ = setrlimit(Resource::RLIMIT_CORE, *limit, most);
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
static LIMIT: std::sync::OnceLock<nix::sys::resource::rlim_t> = std::sync::OnceLock::new();
