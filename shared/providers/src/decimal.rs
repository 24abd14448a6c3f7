//! Decimal text to scaled integers, exactly: prices never pass through floating point.

/// A micro-dollar is the sixth place of a dollar.
pub(crate) const MICROS_PLACES: usize = 6;
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

/// A price as millionths, rounded up, so that nothing is sold below it; `None` for what is no price.
pub(crate) fn price_micros(price: &str) -> Option<i64> {
    i64::try_from(scaled(price, MICROS_PLACES, Rounding::Up)?).ok()
}

/// Dollars as micro-dollars; `None` for what is no price.
pub(crate) fn usd_micros(dollars: &str) -> Option<i64> {
    i64::try_from(scaled(dollars, MICROS_PLACES, Rounding::Nearest)?).ok()
}

/// An amount of a bill as millionths, to the nearest. Unlike a price it may be below zero, or written
/// with an exponent, as JSON writes what is next to nothing. `None` for what is no amount.
pub(crate) fn amount_micros(amount: &str) -> Option<i64> {
    let (sign, unsigned) = amount.strip_prefix('-').map_or((1, amount), |rest| (-1, rest));
    let micros = match unsigned.split_once(['e', 'E']) {
        None => usd_micros(unsigned)?,
        Some((digits, exponent)) => usd_micros(&moved(digits, exponent.parse().ok()?)?)?,
    };
    micros.checked_mul(sign)
}

/// Digits with their point moved to the right by so many places; `0` where that leaves nothing.
fn moved(digits: &str, places: i32) -> Option<String> {
    scaled(digits, 0, Rounding::Down)?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let point = i32::try_from(whole.len()).ok()?.checked_add(places)?;
    let all = format!("{whole}{fraction}");
    if point < -i32::try_from(MICROS_PLACES).ok()? {
        return Some("0".to_owned());
    }
    let before = usize::try_from(point.max(0)).ok().filter(|it| *it <= TEXT_LEN_MAX)?;
    let zeros = "0".repeat(usize::try_from(-point.min(0)).ok()?);
    let (left, right) = all.split_at(before.min(all.len()));
    let left = if left.is_empty() { "0" } else { left };
    let text = format!("{left:0<before$}.{zeros}{right}0");
    // Digits beyond those that round it make no difference.
    Some(text.chars().take(TEXT_LEN_MAX).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_of_a_bill_may_be_below_zero_and_have_an_exponent() {
        for (amount, micros) in [
            ("38.421", 38_421_000),
            ("-0.5", -500_000),
            ("1e-6", 1),
            ("-1e-6", -1),
            ("4.9e-7", 0),
            ("5e-7", 1),
            ("1.4799118041992184e-11", 0),
            ("1e-300", 0),
            ("1.4799118041992184E-1", 147_991),
            ("1.5e3", 1_500_000_000),
            ("2e+2", 200_000_000),
            ("12.34e1", 123_400_000),
            ("12.34e0", 12_340_000),
        ] {
            assert_eq!(amount_micros(amount), Some(micros), "{amount}");
        }
        for none in ["", "-", "--1", "+1", "1e", "e3", "1e3.5", "1e99", "NaN", "1e-3e1", "free"] {
            assert_eq!(amount_micros(none), None, "{none}");
        }
    }

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
