//! What is Lambda's own, at the local Lambda.

mod acts;
