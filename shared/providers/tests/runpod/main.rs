//! What is Runpod's own, at the local Runpod: its stops and starts, its ports and its words.

mod account;
mod acts;
mod market;
mod stops;
