//! What can be rented, and at what price: offers, how they are found and ranked, quotes.

pub mod alert;
pub mod browse;
pub mod cloud;
pub mod gpu;
pub mod guard;
pub mod history;
pub mod launches;
pub mod offer;
pub mod price;
pub mod quote;
pub mod ranking;
pub mod refresh;
pub mod region;
pub mod template;
