//! What is Vultr's own, at the local Vultr: its pages and its halted machines.

mod acts;
