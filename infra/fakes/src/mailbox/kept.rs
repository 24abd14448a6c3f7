//! The mailbox.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::Mutex;

use super::emulator;
use super::mail::Mail;
use crate::BoxError;
use crate::client::{Client, client, get};

/// How often the local AWS is asked for new mails: a crash of its loses no older ones.
const COLLECT_EVERY: Duration = Duration::from_secs(1);

/// The mails of one run, in memory and in a folder with a file each.
pub struct Mailbox {
    folder: PathBuf,
    source: String,
    client: Client,
    mails: Mutex<BTreeMap<String, Mail>>,
}

impl Mailbox {
    /// The mailbox kept in `folder`, filled from the local AWS at `endpoint`.
    ///
    /// # Errors
    ///
    /// The disk's, and a file that holds no mail.
    pub fn open(folder: &Path, endpoint: &str) -> Result<Self, BoxError> {
        fs::create_dir_all(folder)?;
        let mut mails = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let mail: Mail = serde_json::from_slice(&fs::read(&path)?).map_err(|error| {
                    format!("{} is damaged ({error}): remove it", path.display())
                })?;
                mails.insert(mail.id.clone(), mail);
            }
        }
        Ok(Self {
            folder: folder.to_path_buf(),
            source: format!("{endpoint}{}", emulator::PATH),
            client: client(),
            mails: Mutex::new(mails),
        })
    }

    /// Collects new mails each second.
    pub async fn collect_forever(&self) {
        loop {
            // The local AWS may be busy; the next turn collects what this one did not.
            let _ = self.collect().await;
            tokio::time::sleep(COLLECT_EVERY).await;
        }
    }

    /// The mails to `address`, or all of them, newest first, including those just sent.
    pub async fn list(&self, address: Option<&str>) -> Vec<Mail> {
        // What was collected before is still true.
        let _ = self.collect().await;
        let mails = self.mails.lock().await;
        let mut mails: Vec<Mail> = mails
            .values()
            .filter(|mail| address.is_none_or(|address| mail.went_to(address)))
            .cloned()
            .collect();
        mails.sort_by(|one, other| other.sent_at.cmp(&one.sent_at));
        mails
    }

    /// The mail of this id.
    pub async fn find(&self, id: &str) -> Option<Mail> {
        let _ = self.collect().await;
        self.mails.lock().await.get(id).cloned()
    }

    async fn collect(&self) -> Result<(), BoxError> {
        let answer = get(&self.client, &self.source).await?;
        let told = emulator::mails(&answer)?;
        let mut mails = self.mails.lock().await;
        for mail in told {
            if !mails.contains_key(&mail.id) {
                self.keep(&mail).await?;
                mails.insert(mail.id.clone(), mail);
            }
        }
        Ok(())
    }

    /// Writes the mail's file, whole or not at all.
    async fn keep(&self, mail: &Mail) -> Result<(), BoxError> {
        let draft = self.folder.join(format!("{}.part", mail.id));
        tokio::fs::write(&draft, serde_json::to_vec_pretty(mail)?).await?;
        tokio::fs::rename(&draft, self.folder.join(format!("{}.json", mail.id))).await?;
        Ok(())
    }
}
