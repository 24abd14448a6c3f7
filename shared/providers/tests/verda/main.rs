//! What is Verda's own, at the local Verda: its tokens, its scripts and its disks.

mod acts;
mod tokens;
