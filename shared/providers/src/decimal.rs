//! Decimal text to scaled integers, exactly: prices never pass through floating point.

/// A micro-dollar is the sixth place of a dollar.
const MICROS_PLACES: usize = 6;
/// The most characters of a number; the longest in the shipped catalogue has 19.
const TEXT_LEN_MAX: usize = 40;

/// What happens to the digits that do not fit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Rounding {
    /// They are cut off.
    Down,
    /// To the nearer neighbour, a half up.
    Nearest,
    /// Anything but zeros counts one more.
    Up,
}

/// `12.5` with 3 places → 12,500. `None` unless the text is digits with at most one point among
/// them, and fits.
pub(crate) fn scaled(text: &str, places: usize, rounding: Rounding) -> Option<u64> {
    let (whole, fraction) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (text, ""),
    };
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || text.len() > TEXT_LEN_MAX || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let (kept, cut) = fraction.split_at(places.min(fraction.len()));
    let value: u64 = format!("{whole}{kept:0<places$}").parse().ok()?;
    let carries = match rounding {
        Rounding::Down => false,
        Rounding::Nearest => cut.bytes().next().is_some_and(|digit| digit >= b'5'),
        Rounding::Up => cut.bytes().any(|digit| digit != b'0'),
    };
    value.checked_add(u64::from(carries))
}

/// Dollars as micro-dollars; `None` for what is no price.
pub(crate) fn usd_micros(dollars: &str) -> Option<i64> {
    i64::try_from(scaled(dollars, MICROS_PLACES, Rounding::Nearest)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_exact_digits() {
        for (text, micros) in [("2", 2_000_000), ("0.000001", 1), ("14.8104", 14_810_400)] {
            for rounding in [Rounding::Down, Rounding::Nearest, Rounding::Up] {
                assert_eq!(scaled(text, 6, rounding), Some(micros), "{text} {rounding:?}");
            }
        }
    }

    #[test]
    fn dollars_are_micro_dollars() {
        assert_eq!(usd_micros("3.95"), Some(3_950_000));
        assert_eq!(usd_micros("0.0000005"), Some(1));
        for no_price in ["-1", "free", "1e9", "18446744073709"] {
            assert_eq!(usd_micros(no_price), None, "{no_price}");
        }
    }

    #[test]
    fn what_does_not_fit_goes_where_its_name_says() {
        let all = |text| {
            [Rounding::Down, Rounding::Nearest, Rounding::Up].map(|way| scaled(text, 2, way))
        };
        assert_eq!(all("1.000"), [Some(100), Some(100), Some(100)]);
        assert_eq!(all("1.001"), [Some(100), Some(100), Some(101)]);
        assert_eq!(all("1.005"), [Some(100), Some(101), Some(101)]);
        assert_eq!(all("119.276366632548"), [Some(11_927), Some(11_928), Some(11_928)]);
    }

    #[test]
    fn anything_but_a_plain_number_is_refused() {
        for text in ["", ".", ".5", "5.", "-1", "+1", "1e3", "1,5", " 1", "1.2.3", "٣", "NaN"] {
            assert_eq!(scaled(text, 6, Rounding::Down), None, "{text}");
        }
        assert_eq!(scaled("18446744073710", 6, Rounding::Up), None);
        assert_eq!(scaled(&"0".repeat(41), 6, Rounding::Up), None);
    }
}
