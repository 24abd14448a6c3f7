//! A pod configuration that its user has not deployed yet.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::id::{DraftId, SshKeyId};
use crate::market::offer::OfferId;

/// Drafts a user may keep; more would only bury the one being looked for.
pub const DRAFTS_MAX: usize = 50;
/// Longest name of a pod.
pub const POD_NAME_LEN_MAX: usize = 63;

/// What the user may fill in, all of it optional until a price is asked for.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct DraftFields {
    /// What to call the pod.
    pub name: Option<String>,
    /// The machine.
    pub offer_id: Option<OfferId>,
    /// What it runs.
    pub template_id: Option<String>,
    /// Its disk in GiB.
    pub disk_gib: Option<u32>,
    /// Who may log in.
    pub ssh_key_ids: Vec<SshKeyId>,
    /// Whether a machine anywhere will do when the chosen region is full.
    #[serde(default)]
    pub any_region: bool,
    /// Whether it is deployed again when its cloud takes its machine away.
    #[serde(default)]
    pub relaunch: bool,
}

/// A saved configuration.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Draft {
    /// Identifier.
    pub id: DraftId,
    /// What was filled in.
    pub fields: DraftFields,
    /// Counts the saves; a save names the one it changes.
    pub version: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was saved last.
    pub updated_at: Timestamp,
}

/// Checks and trims the name of a pod.
///
/// # Errors
///
/// 400 `name_invalid`, saying the limit.
pub fn check_pod_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    let length = name.chars().count();
    if (1..=POD_NAME_LEN_MAX).contains(&length) && !name.chars().any(char::is_control) {
        return Ok(name.to_owned());
    }
    Err(Error::invalid(
        "name_invalid",
        format!("A pod's name must have 1 to {POD_NAME_LEN_MAX} characters."),
    ))
}

/// Makes sure that one more draft can be kept beside `kept`.
///
/// # Errors
///
/// 409 `too_many_drafts` at [`DRAFTS_MAX`].
pub fn check_room(kept: &[Draft]) -> Result<(), Error> {
    if kept.len() < DRAFTS_MAX {
        return Ok(());
    }
    let message = format!("You can keep {DRAFTS_MAX} drafts. Delete one first.");
    Err(Error::conflict("too_many_drafts", message))
}

/// The refusal to save over what somebody else saved.
#[must_use]
pub fn changed() -> Error {
    let message = "This draft was changed elsewhere. Load it again before you save.";
    Error::conflict("draft_changed", message)
}

impl Draft {
    /// The draft with other fields, if `version` is the one that was read.
    ///
    /// # Errors
    ///
    /// 409 `draft_changed` when somebody saved it in between.
    pub fn edit(&self, fields: DraftFields, version: u64, now: Timestamp) -> Result<Self, Error> {
        if version != self.version {
            return Err(changed());
        }
        Ok(Self {
            fields,
            version: self.version.saturating_add(1),
            updated_at: now,
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(number: u8) -> Draft {
        let now = Timestamp::UNIX_EPOCH;
        let fields = DraftFields::default();
        let id = DraftId::new(now, [number; 10]);
        Draft { id, fields, version: 1, created_at: now, updated_at: now }
    }

    #[test]
    fn a_pods_name_is_one_to_sixty_three_characters_on_one_line() {
        let name = |text: &str| check_pod_name(text).map_err(|error| error.code);
        assert_eq!(name("  a name "), Ok("a name".to_owned()));
        let longest = "ü".repeat(POD_NAME_LEN_MAX);
        assert_eq!(name(&longest), Ok(longest.clone()));
        for wrong in ["", "   ", "two\nlines", "a\u{7}bell", &format!("{longest}x")] {
            assert_eq!(name(wrong), Err("name_invalid"), "{wrong:?}");
        }
    }

    #[test]
    fn fifty_drafts_are_kept_and_not_one_more() {
        let kept = vec![draft(1); DRAFTS_MAX + 1];
        assert!(check_room(&[]).is_ok());
        assert!(check_room(&kept[..DRAFTS_MAX - 1]).is_ok());
        for full in [&kept[..DRAFTS_MAX], &kept] {
            let refused = check_room(full).map_err(|error| error.code);
            assert_eq!(refused, Err("too_many_drafts"));
        }
    }

    #[test]
    fn a_draft_is_saved_over_what_was_read_and_over_nothing_else() {
        let fields = || DraftFields { disk_gib: Some(100), ..DraftFields::default() };
        let later = Timestamp::MAX;
        let edited = draft(1).edit(fields(), 1, later).expect("the version that was read");
        let expected = Draft { fields: fields(), version: 2, updated_at: later, ..draft(1) };
        assert_eq!(edited, expected);
        let refused = edited.edit(fields(), 1, later).map_err(|error| error.code);
        assert_eq!(refused, Err("draft_changed"));
    }
}
