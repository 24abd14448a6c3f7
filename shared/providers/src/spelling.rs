//! How clouds spell GPUs.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use domain::market::gpu::{Model, canonical};

/// What was reported of each cloud since this instance of a function started.
static REPORTED: Reported = Reported(Mutex::new(BTreeSet::new()));

/// Spellings that were already reported.
#[derive(Debug)]
struct Reported(Mutex<BTreeSet<(String, String)>>);

impl Reported {
    /// Whether nobody was told of it before.
    fn is_new(&self, cloud: &str, spelling: &str) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.insert((cloud.to_owned(), spelling.to_owned()))
    }
}

/// The GPU that a cloud spells in one of these ways, with so many MiB where it says that. One that
/// we do not know is not sold, and is reported to the operator.
pub(crate) fn known(
    cloud: &str,
    spellings: &[&str],
    memory_mib: Option<u32>,
) -> Option<&'static Model> {
    let model = spellings.iter().find_map(|spelling| canonical(spelling, memory_mib));
    if let (None, Some(spelling)) = (model, spellings.first())
        && REPORTED.is_new(cloud, spelling)
    {
        tracing::warn!(cloud, gpu = spelling, "a GPU that we do not know is not sold");
    }
    model
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gpu_is_known_by_any_of_its_spellings() {
        let name = |spellings: &[&str]| known("vast", spellings, None).map(|model| model.name);
        assert_eq!(name(&["Quantum 9000", "H100 SXM"]), name(&["H100 SXM"]));
        assert!(name(&["H100 SXM"]).is_some());
        assert_eq!(name(&["Quantum 9000"]), None);
        assert_eq!(name(&[]), None, "no GPU at all");
    }

    #[test]
    fn an_unknown_one_is_reported_once_for_each_cloud() {
        let reported = Reported(Mutex::default());
        assert!(reported.is_new("vast", "Quantum 9000"));
        assert!(!reported.is_new("vast", "Quantum 9000"));
        assert!(reported.is_new("linode", "Quantum 9000"));
    }
}
