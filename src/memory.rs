//! Keeps the memory of this process, which holds tokens, from being written to a file when it ends in a crash, and from
//! other programs of the same user that would read it.

/// For the rest of this process; a program that it starts decides for itself. A system that refuses leaves things as
/// they were: no reason not to go on.
pub(crate) fn keep_memory_private() {
    // No core dump, not through a pipe to a crash reporter either, and no debugger that attaches: prctl(2).
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_dumpable(false);
    // The programs that we start inherit this one: only git does, which is given tokens too.
    #[cfg(all(unix, not(target_os = "linux")))]
    if let Ok((_, most)) = nix::sys::resource::getrlimit(nix::sys::resource::Resource::RLIMIT_CORE) {
        let _ = nix::sys::resource::setrlimit(nix::sys::resource::Resource::RLIMIT_CORE, 0, most);
    }
}
