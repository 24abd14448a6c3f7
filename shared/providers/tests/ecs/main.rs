//! What is our own cluster's alone, at the local ECS: how its tasks are ordered, found and paid.

mod acts;
