//! The mails the product sent: each is a file, because the local AWS forgets them at a restart.

mod emulator;
mod kept;
mod mail;
pub mod pages;

pub use kept::Mailbox;
pub use mail::Mail;
