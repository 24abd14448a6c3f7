//! The one-machine run: starts the local AWS, deploys `template.yaml` to it, seeds it, and serves
//! the web app, the API and the mailbox on one origin.
//!
//! A *layout* is where a run keeps its files, a *stack* is the deployed product, the *origin* is
//! the address a browser sees. Nothing outlives the program: each process it starts leads a process
//! group of its own, which is ended with it.

use std::error::Error;

mod client;
pub mod clouds;
pub mod command;
mod deploy;
mod emulator;
pub mod layout;
pub mod lock;
pub mod mail;
mod mend;
pub mod origin;
pub mod ports;
mod process;
mod python;
pub mod reset;
pub mod run;
pub mod say;
pub mod seed;
pub mod seed_stripe;
mod signals;
pub mod stack;
pub mod stripe;
pub mod with;

/// What went wrong and what to do about it, as a sentence for the person at the terminal.
pub type BoxError = Box<dyn Error + Send + Sync>;
