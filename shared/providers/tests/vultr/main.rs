//! What is Vultr's own, at the local Vultr: its pages.

mod acts;
