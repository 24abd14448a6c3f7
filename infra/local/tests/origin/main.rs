//! The origin on the wire: requests as bytes, and servers that record in the local AWS's place.

mod edge;
mod files;
mod proxy;
mod socket;
