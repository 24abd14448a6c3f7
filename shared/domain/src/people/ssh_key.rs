//! Public SSH keys: checked when they come in, since a machine that rejects one locks its user out.
//!
//! What OpenSSH's own reading refuses is refused here, and so is an RSA key with numbers that no
//! signature can ever fit, which OpenSSH reads and nobody can log in with.

mod blob;
mod curve;

use data_encoding::{BASE64, BASE64_NOPAD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Error;
use crate::id::SshKeyId;

/// Keys a user may keep; clouds take a handful per machine.
pub const KEYS_MAX: usize = 20;
/// Longest key line read: an RSA key of 16,384 bits has about 2,800 characters.
pub const KEY_LEN_MAX: usize = 4_096;
/// Longest name of a key.
pub const KEY_NAME_LEN_MAX: usize = 64;

/// A user's public key.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SshKey {
    /// What drafts and quotes name it by.
    pub id: SshKeyId,
    /// Name the user gave it.
    pub name: String,
    /// `algorithm base64`, without comment.
    pub public_key: String,
    /// `SHA256:` and 43 characters, as `ssh-keygen -l` shows it.
    pub fingerprint: String,
    /// When it was added.
    pub created_at: Timestamp,
}

/// A public key line that was found well-formed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicKey {
    /// `algorithm base64`.
    pub line: String,
    /// `SHA256:` and 43 characters.
    pub fingerprint: String,
}

/// Makes sure that one more key can be kept beside `kept`.
///
/// # Errors
///
/// 409 `too_many_ssh_keys` at [`KEYS_MAX`].
pub fn check_room(kept: &[SshKey]) -> Result<(), Error> {
    if kept.len() < KEYS_MAX {
        return Ok(());
    }
    let message = format!("You can keep {KEYS_MAX} SSH keys. Delete one first.");
    Err(Error::conflict("too_many_ssh_keys", message))
}

/// The refusal of a key that is kept already.
#[must_use]
pub fn exists() -> Error {
    Error::conflict("ssh_key_exists", "You have already added this key.")
}

fn invalid() -> Error {
    Error::invalid(
        "ssh_key_invalid",
        "This is not a public SSH key. Paste one line that begins with ssh-ed25519, ecdsa or \
         ssh-rsa.",
    )
}

impl PublicKey {
    /// Reads one line of an OpenSSH public key file (RFC 4253, §6.6); a comment is dropped, and
    /// numbers are spelled as OpenSSH writes them.
    ///
    /// # Errors
    ///
    /// 400 `ssh_key_invalid`; a private key is refused with a warning.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text.contains("PRIVATE KEY") {
            return Err(Error::invalid(
                "ssh_key_private",
                "This is a private key. Never send it to anyone; paste the .pub file instead.",
            ));
        }
        if text.len() > KEY_LEN_MAX || text.contains(['\n', '\r']) {
            return Err(invalid());
        }
        let mut words = text.split_ascii_whitespace();
        let (Some(algorithm), Some(encoded)) = (words.next(), words.next()) else {
            return Err(invalid());
        };
        let blob = BASE64.decode(encoded.as_bytes()).map_err(|_| invalid())?;
        let canonical = blob::canonical(algorithm, &blob).ok_or_else(invalid)?;
        let fingerprint = format!("SHA256:{}", BASE64_NOPAD.encode(&Sha256::digest(&canonical)));
        Ok(Self { line: format!("{algorithm} {}", BASE64.encode(&canonical)), fingerprint })
    }
}

#[cfg(test)]
mod tests;
