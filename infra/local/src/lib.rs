//! The one-machine run: starts the local AWS and the fakes, deploys `template.yaml`, seeds it, and
//! serves the web app, the API and the mailbox on one origin.
//!
//! A *layout* is where a run keeps its files, a *stack* is the deployed product, the *origin* is
//! the address a browser sees. Nothing outlives the program: each process it starts leads a process
//! group of its own, which is ended with it.

pub mod command;
mod deploy;
mod emulator;
pub mod layout;
pub mod lock;
mod mend;
pub mod origin;
pub mod ports;
mod process;
mod python;
pub mod reset;
pub mod run;
pub mod say;
pub mod seed;
mod signals;
pub mod stack;
mod start;
pub mod with;

pub use fakes::BoxError;
