//! The bytes inside a public key's line, as OpenSSH reads them.
//!
//! <https://www.rfc-editor.org/rfc/rfc4253#section-6.6>,
//! <https://www.rfc-editor.org/rfc/rfc5656#section-3.1>,
//! <https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.u2f>, and the limits of
//! OpenSSH 9.2, measured with `ssh-keygen -l`.

use super::curve::Curve;

/// Bytes of an Ed25519 public key.
const ED25519_LEN: usize = 32;
/// Bits of the smallest and of the largest RSA modulus that OpenSSH reads.
const RSA_BITS_MIN: usize = 1_024;
const RSA_BITS_MAX: usize = 16_384;
/// The first byte of a point that is spelled with both coordinates, the only spelling OpenSSH reads.
const UNCOMPRESSED: u8 = 4;

/// What is left to read of a blob.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn field(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (field, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(field)
    }

    /// A number above zero without its leading zeros.
    fn number(&mut self) -> Option<&'a [u8]> {
        let field = self.field()?;
        // The highest bit of the first byte is the sign.
        if field.first().is_some_and(|first| *first >= 0x80) {
            return None;
        }
        let first = field.iter().position(|byte| *byte != 0)?;
        field.get(first..)
    }
}

/// A blob that is being written.
#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn field(&mut self, field: &[u8]) -> Option<()> {
        self.0.extend(u32::try_from(field.len()).ok()?.to_be_bytes());
        self.0.extend(field);
        Some(())
    }

    fn number(&mut self, number: &[u8]) -> Option<()> {
        let sign: &[u8] =
            if number.first().is_some_and(|first| *first >= 0x80) { &[0] } else { &[] };
        self.field(&[sign, number].concat())
    }
}

fn bits(number: &[u8]) -> usize {
    let zeros = number.first().map_or(0, |first| first.leading_zeros());
    (number.len() * 8).saturating_sub(usize::try_from(zeros).unwrap_or(0))
}

fn is_odd(number: &[u8]) -> bool {
    number.last().is_some_and(|last| last % 2 == 1)
}

fn rsa(from: &mut Reader<'_>, to: &mut Writer) -> Option<()> {
    let (exponent, modulus) = (from.number()?, from.number()?);
    let fits = (RSA_BITS_MIN..=RSA_BITS_MAX).contains(&bits(modulus));
    // An even modulus or exponent belongs to no key; with the exponent 1 anybody can sign.
    if !fits || !is_odd(modulus) || !is_odd(exponent) || exponent == [1] {
        return None;
    }
    to.number(exponent)?;
    to.number(modulus)
}

fn ed25519(from: &mut Reader<'_>, to: &mut Writer) -> Option<()> {
    let key = from.field().filter(|key| key.len() == ED25519_LEN)?;
    to.field(key)
}

fn ecdsa(curve: &Curve, from: &mut Reader<'_>, to: &mut Writer) -> Option<()> {
    let name = from.field().filter(|name| *name == curve.name.as_bytes())?;
    let point = from.field()?;
    let coordinates = point.strip_prefix(&[UNCOMPRESSED])?;
    if coordinates.len() != 2 * curve.len {
        return None;
    }
    let (x, y) = coordinates.split_at_checked(curve.len)?;
    if !curve.holds(x, y) {
        return None;
    }
    to.field(name)?;
    to.field(point)
}

/// What a security key signs for; a C string, so a zero byte can only end it.
fn application(from: &mut Reader<'_>, to: &mut Writer) -> Option<()> {
    let text = from.field()?;
    let text = text.strip_suffix(&[0]).unwrap_or(text);
    if text.contains(&0) {
        return None;
    }
    to.field(text)
}

/// The blob of an `algorithm`'s key as OpenSSH writes it; `None` for one that it does not read.
pub(super) fn canonical(algorithm: &str, blob: &[u8]) -> Option<Vec<u8>> {
    let (mut reader, mut to) = (Reader(blob), Writer::default());
    let from = &mut reader;
    let named = from.field().filter(|named| *named == algorithm.as_bytes())?;
    to.field(named)?;
    match algorithm {
        "ssh-ed25519" => ed25519(from, &mut to)?,
        "ssh-rsa" => rsa(from, &mut to)?,
        "ecdsa-sha2-nistp256" => ecdsa(&Curve::P256, from, &mut to)?,
        "ecdsa-sha2-nistp384" => ecdsa(&Curve::P384, from, &mut to)?,
        "ecdsa-sha2-nistp521" => ecdsa(&Curve::P521, from, &mut to)?,
        "sk-ssh-ed25519@openssh.com" => {
            ed25519(from, &mut to)?;
            application(from, &mut to)?;
        }
        "sk-ecdsa-sha2-nistp256@openssh.com" => {
            ecdsa(&Curve::P256, from, &mut to)?;
            application(from, &mut to)?;
        }
        _ => return None,
    }
    reader.0.is_empty().then_some(to.0)
}
