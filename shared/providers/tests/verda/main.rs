//! What is Verda's own, at the local Verda: its tokens, its scripts, its disks and its words.

mod account;
mod acts;
mod market;
mod tokens;
