//! The system's error codes that mean that a file system cannot take a step.

use crate::fs::refusals::Step;

const INVALID_FUNCTION: i32 = 1;
pub(super) const ACCESS_DENIED: i32 = 5;
const NOT_SAME_DEVICE: i32 = 17;
const WRITE_PROTECT: i32 = 19;
/// Another program has the file open and does not share it.
pub(super) const SHARING_VIOLATION: i32 = 32;
const NOT_SUPPORTED: i32 = 50;
const INVALID_PARAMETER: i32 = 87;
const CALL_NOT_IMPLEMENTED: i32 = 120;

/// A file that another program holds is never among them: it is not to be written in place behind its back.
pub(in crate::fs) fn is_refusal(step: Step, code: i32) -> bool {
    let more: &[i32] = match step {
        Step::Lock | Step::SetMode | Step::Overwrite | Step::Flush | Step::FlushFolder => &[INVALID_PARAMETER],
        Step::Create | Step::Remove => &[ACCESS_DENIED, WRITE_PROTECT],
        Step::Rename => &[INVALID_PARAMETER, NOT_SAME_DEVICE, WRITE_PROTECT],
    };
    [INVALID_FUNCTION, NOT_SUPPORTED, CALL_NOT_IMPLEMENTED].contains(&code) || more.contains(&code)
}
