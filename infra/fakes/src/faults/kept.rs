//! The faults of one fake, kept in a file so that a restart forgets none.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::language::{Fault, Subject};
use crate::BoxError;

/// The faults that are still to strike.
#[derive(Debug)]
pub struct Faults {
    file: PathBuf,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
struct Kept {
    /// Counts the faults there ever were.
    serial: u64,
    faults: Vec<Fault>,
}

impl Faults {
    /// The faults kept in `file`.
    ///
    /// # Errors
    ///
    /// The disk's, and a damaged file.
    pub fn open(file: &Path) -> Result<Self, BoxError> {
        let kept = match fs::read(file) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                format!("{} cannot be read ({error}): `make reset` starts afresh", file.display())
            })?,
            Err(error) if error.kind() == ErrorKind::NotFound => Kept::default(),
            Err(error) => return Err(error.into()),
        };
        Ok(Self { file: file.to_path_buf(), kept: Mutex::new(kept) })
    }

    /// The first fault that strikes this call; it is used up by one.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn take(&self, subject: &Subject) -> Result<Option<Fault>, BoxError> {
        let mut kept = self.lock();
        let Some(place) = kept.faults.iter().position(|fault| fault.strikes(subject)) else {
            return Ok(None);
        };
        let fault = kept.faults[place].clone();
        if let Some(times) = fault.times {
            kept.faults[place].times = Some(times.saturating_sub(1));
            kept.faults.retain(|fault| fault.times != Some(0));
            self.save(&kept)?;
        }
        Ok(Some(fault))
    }

    /// Adds a fault; returns its number.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn add(&self, fault: Fault) -> Result<u64, BoxError> {
        let mut kept = self.lock();
        kept.serial += 1;
        let id = kept.serial;
        kept.faults.push(Fault { id, ..fault });
        self.save(&kept)?;
        Ok(id)
    }

    /// Removes a fault; one that is gone already is no error.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn remove(&self, id: u64) -> Result<(), BoxError> {
        let mut kept = self.lock();
        kept.faults.retain(|fault| fault.id != id);
        self.save(&kept)
    }

    /// Removes every fault.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn clear(&self) -> Result<(), BoxError> {
        let mut kept = self.lock();
        kept.faults.clear();
        self.save(&kept)
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the file, whole or not at all.
    fn save(&self, kept: &Kept) -> Result<(), BoxError> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        let draft = self.file.with_extension("json.part");
        fs::write(&draft, serde_json::to_vec(kept)?)?;
        Ok(fs::rename(&draft, &self.file)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::Refusal;

    fn subject(act: &str, name: &str) -> Subject {
        Subject {
            account: "lambda".to_owned(),
            act: act.to_owned(),
            names: vec![name.to_owned()],
            instance_types: vec!["gpu_1x_a10".to_owned()],
        }
    }

    #[test]
    fn a_fault_strikes_only_what_it_names_and_only_so_often() -> Result<(), BoxError> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("faults.json");
        let faults = Faults::open(&file)?;
        let no_capacity = Fault::refuse(Refusal::NoCapacity);
        faults.add(no_capacity.clone().on("launch").named("pod1").times(2))?;
        faults.add(Fault::refuse(Refusal::Quota).of_type("gpu_8x_a10"))?;
        let met = |act: &str, name: &str| {
            Ok::<_, BoxError>(faults.take(&subject(act, name))?.map(|fault| fault.what))
        };
        assert_eq!(met("launch", "gpb-pod2-1")?, None);
        assert_eq!(met("terminate", "gpb-pod1-1")?, None);
        assert_eq!(met("launch", "gpb-pod1-1")?, Some(no_capacity.what.clone()));
        // What is left of it survives a restart.
        let again = Faults::open(&file)?.take(&subject("launch", "gpb-pod1-1"))?;
        assert_eq!(again.map(|fault| fault.times), Some(Some(1)));
        assert_eq!(met("launch", "gpb-pod1-2")?, Some(no_capacity.what));
        assert_eq!(met("launch", "gpb-pod1-3")?, None);
        let mut big = subject("launch", "x");
        big.instance_types = vec!["gpu_8x_a10".into()];
        for _ in 0..2 {
            let quota = faults.take(&big)?.map(|fault| fault.what);
            assert_eq!(quota, Some(Fault::refuse(Refusal::Quota).what));
        }
        Ok(())
    }

    #[test]
    fn a_fault_of_one_account_spares_the_others() -> Result<(), BoxError> {
        let folder = tempfile::tempdir()?;
        let faults = Faults::open(&folder.path().join("faults.json"))?;
        let id = faults.add(Fault::silent().at("another"))?;
        assert_eq!(faults.take(&subject("launch", "x"))?, None);
        faults.remove(id)?;
        faults.add(Fault::silent().at("lambda"))?;
        assert!(faults.take(&subject("launch", "x"))?.is_some());
        faults.clear()?;
        assert_eq!(faults.take(&subject("launch", "x"))?, None);
        Ok(())
    }

    #[test]
    fn a_damaged_file_names_itself() -> Result<(), BoxError> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("faults.json");
        fs::write(&file, "{")?;
        let refusal = Faults::open(&file).map_err(|error| error.to_string());
        assert!(refusal.is_err_and(|message| message.contains("faults.json")));
        Ok(())
    }
}
