//! What is Vultr's own, at the local Vultr: its pages, its halted machines and its words.

mod account;
mod acts;
mod market;
