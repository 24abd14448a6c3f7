//! What is Runpod's own, at the local Runpod: its stops and starts, and its ports.

mod acts;
mod stops;
