//! Packages: what is uploaded for each function.

use std::fs;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::Outcome;
use crate::figure::{Figure, megabytes, number};
use crate::functions::Function;

const PART: &str = "package";
/// DESIGN §11.
const ZIPPED_MB_MAX: f64 = 6.0;
/// A zip of one file called `bootstrap` is its deflated bytes and the three records around them.
/// <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>, sections 4.3.7, 4.3.12, 4.3.16.
const RECORDS_BYTES: u64 = 30 + 46 + 22 + 2 * 9;

/// Measures every function's package, as small as deflate makes it.
pub(crate) fn figures() -> Outcome<Vec<Figure>> {
    let functions = Function::all()?;
    // Two at a time, and nothing is timed meanwhile.
    let (some, others) = functions.split_at(functions.len() / 2);
    let packages = std::thread::scope(|scope| {
        let other = scope.spawn(|| others.iter().map(package).collect::<io::Result<Vec<_>>>());
        let mut packages = some.iter().map(package).collect::<io::Result<Vec<_>>>()?;
        packages.extend(other.join().map_err(|_| io::Error::other("a thread panicked"))??);
        Ok::<_, io::Error>(packages)
    })?;
    let figures = functions.iter().zip(packages).map(|(function, (binary, zipped))| {
        Figure::new(PART, format!("{}, zipped", function.name), megabytes(zipped))
            .at_most(ZIPPED_MB_MAX)
            .against(format!("binary {} MB", number(megabytes(binary).0)))
    });
    Ok(figures.collect())
}

/// The bytes of a binary and of its package.
fn package(function: &Function) -> io::Result<(u64, u64)> {
    let binary = fs::read(&function.binary)?;
    let mut encoder = DeflateEncoder::new(Counted(0), Compression::best());
    encoder.write_all(&binary)?;
    let Counted(deflated) = encoder.finish()?;
    Ok((u64::try_from(binary.len()).unwrap_or(u64::MAX), deflated + RECORDS_BYTES))
}

/// Keeps nothing but how much it was given.
struct Counted(u64);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
