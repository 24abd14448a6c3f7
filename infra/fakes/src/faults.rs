//! What goes wrong: the one language in which every fake is told to fail.
//!
//! A [`Fault`] says which calls it strikes, whether before or after their effect, what happens
//! ([`What`]), and how often. It is added with `POST /control/faults` and removed with
//! `DELETE /control/faults/{id}`. Each fake renders a [`Refusal`] in its vendor's words, and a fault
//! that a fake cannot commit is refused when it is added.

mod control;
mod course;
mod kept;
mod language;

pub use control::router;
pub use course::{Answer, Course};
pub use kept::Faults;
pub use language::{Fault, Lie, Refusal, Subject, What, When};
