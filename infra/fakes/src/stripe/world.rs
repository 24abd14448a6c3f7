//! Everything the local Stripe knows, in one file.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::account::Account;
use crate::BoxError;

/// The accounts by name, and where they are kept.
#[derive(Debug)]
pub(super) struct World {
    pub(super) accounts: BTreeMap<String, Account>,
    path: PathBuf,
}

impl World {
    pub(super) fn open(path: &Path) -> Result<Self, BoxError> {
        let accounts = match fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                format!("{} cannot be read ({error}): `make reset` starts afresh", path.display())
            })?,
            Err(error) if error.kind() == ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error.into()),
        };
        Ok(Self { accounts, path: path.to_owned() })
    }

    /// Keeps everything: whole or not at all.
    pub(super) fn save(&self) -> std::io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let unfinished = self.path.with_extension("tmp");
        fs::write(&unfinished, serde_json::to_vec(&self.accounts)?)?;
        fs::rename(unfinished, &self.path)
    }

    /// The account that `key` opens, and whether the key is the secret one.
    pub(super) fn opened_by(&self, key: &str) -> Option<(String, bool)> {
        self.accounts.iter().find_map(|(name, account)| {
            let secret = account.secret_key == key;
            (secret || account.publishable_key == key).then(|| (name.clone(), secret))
        })
    }
}
