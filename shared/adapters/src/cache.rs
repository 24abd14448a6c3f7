//! Values a warm function trusts for some seconds instead of reading them again.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};

/// How long a value is trusted, so that a changed parameter or plan works soon.
const TRUST_SECS: i64 = 10;

/// The values read last, by key.
#[derive(Debug)]
pub(crate) struct Cache<K, V> {
    read: Mutex<HashMap<K, (V, Timestamp)>>,
}

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Self { read: Mutex::default() }
    }
}

impl<K: Eq + Hash, V: Clone> Cache<K, V> {
    /// The value of `key`, if it was read shortly before `now`.
    pub(crate) fn get(&self, key: &K, now: Timestamp) -> Option<V> {
        let (value, read_at) = self.read.lock().ok()?.get(key).cloned()?;
        (now < read_at + SignedDuration::from_secs(TRUST_SECS)).then_some(value)
    }

    /// Keeps a value that was read at `now`.
    pub(crate) fn keep(&self, key: K, value: V, now: Timestamp) {
        if let Ok(mut read) = self.read.lock() {
            read.insert(key, (value, now));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_trusted_for_ten_seconds() {
        let cache = Cache::default();
        let at = |secs| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs);
        cache.keep("a", 1, at(0));
        assert_eq!(cache.get(&"a", at(9)), Some(1));
        assert_eq!(cache.get(&"a", at(10)), None);
        assert_eq!(cache.get(&"b", at(0)), None);
    }
}
