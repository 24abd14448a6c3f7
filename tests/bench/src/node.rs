//! The same work in Node: load the SDK, make the clients, poll.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::{Outcome, checkout, say};

/// Where the SDK is installed, outside of what is versioned.
const FOLDER: &str = ".local/bench-node";

/// A handler to compare with.
#[derive(Debug)]
pub(crate) struct Node {
    /// The handler's file.
    pub(crate) handler: PathBuf,
    /// Where it finds the SDK; it does without where there is none.
    pub(crate) variables: Vec<(String, String)>,
    /// What it is, for the table.
    pub(crate) title: String,
}

impl Node {
    /// Installs the SDK if it is not there yet.
    pub(crate) async fn prepare() -> Outcome<Self> {
        let folder = checkout().join(FOLDER);
        let source = checkout().join("tests/bench/node");
        let modules = folder.join("node_modules");
        let installed = modules.join("@aws-sdk/client-sqs/package.json");
        if !installed.is_file() {
            say::line("  Fetching the AWS SDK for Node; this is needed once …");
            std::fs::create_dir_all(&folder)?;
            std::fs::copy(source.join("package.json"), folder.join("package.json"))?;
            install(&folder).await;
        }
        let version = Command::new("node").arg("--version").output().await?.stdout;
        let version = String::from_utf8(version)?.trim().to_owned();
        let with = if installed.is_file() { "AWS SDK" } else { "no SDK, which was not to be had" };
        Ok(Self {
            handler: source.join("handler.js"),
            variables: vec![
                ("NODE_PATH".into(), modules.display().to_string()),
                // The SDK tells that it will leave this version behind; the table names the version.
                ("NODE_NO_WARNINGS".into(), "1".into()),
            ],
            title: format!("Node {version}, {with}"),
        })
    }
}

async fn install(folder: &Path) {
    let quiet = ["--no-audit", "--no-fund", "--no-package-lock"];
    let brief = ["--fetch-retries=1", "--fetch-timeout=20000"];
    let mut command = Command::new("npm");
    command.arg("install").args(quiet).args(brief).arg("--prefix").arg(folder);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Without it the comparison is with a plain handler, and the table says so.
    if let Err(error) = command.status().await {
        say::error(&format!("npm: {error}"));
    }
}
