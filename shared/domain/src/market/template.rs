//! Templates: the image a pod runs, its ports, and how we tell that it is ready.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a launched machine proves that it serves its user.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Readiness {
    /// An SSH server greets on the machine's SSH port.
    SshBanner,
    /// An HTTP server answers below status 500 on this port.
    Http(u16),
}

/// What a pod runs.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct Template {
    /// Identifier: lower-case letters, digits and dashes.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// One sentence on what it is good for.
    pub summary: String,
    /// Container image.
    pub image: String,
    /// Ports that are opened, SSH aside.
    pub ports: Vec<u16>,
    /// Command run at the start; empty for the image's own.
    pub start_command: String,
    /// The port of its Jupyter, if it has one.
    pub jupyter_port: Option<u16>,
    /// Least disk it needs, GiB.
    pub disk_gib_min: u32,
    /// When it counts as ready.
    pub readiness: Readiness,
}
