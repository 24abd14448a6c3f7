//! What pretends to be somebody else on one machine: Stripe, GPU clouds, and a mailbox that shows
//! the mails sent.
//!
//! Each is an HTTP server that speaks the vendor's wire format and records what it was sent. What
//! goes wrong is told to all of them in one language, that of [`faults`].

use std::error::Error;

pub mod client;
pub mod clouds;
pub mod faults;
pub mod mailbox;
pub mod ports;
pub mod stripe;

/// What went wrong and what to do about it, as a sentence for the person at the terminal.
pub type BoxError = Box<dyn Error + Send + Sync>;
