//! Whether a point lies on one of NIST's curves (FIPS 186-4, D.1.2): `y² = x³ - 3x + b` modulo a
//! prime. Public points only, so nothing here has to take the same time for each.

use data_encoding::HEXLOWER;

/// Words of the largest number: a product is reduced bit by bit, so twice 521 bits never occur.
const WORDS: usize = 9;
const WORD_BITS: usize = 64;

/// A number, its lowest word first.
type Number = [u64; WORDS];

/// One curve.
pub(super) struct Curve {
    /// As a key names it.
    pub(super) name: &'static str,
    /// Bytes of one coordinate.
    pub(super) len: usize,
    /// The prime, hexadecimal.
    prime: &'static str,
    /// The constant `b`, hexadecimal.
    b: &'static str,
}

impl Curve {
    pub(super) const P256: Self = Self {
        name: "nistp256",
        len: 32,
        prime: "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        b: "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
    };
    pub(super) const P384: Self = Self {
        name: "nistp384",
        len: 48,
        prime: concat!(
            "ffffffffffffffffffffffffffffffffffffffffffffffff",
            "fffffffffffffffeffffffff0000000000000000ffffffff"
        ),
        b: concat!(
            "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe814112",
            "0314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef"
        ),
    };
    pub(super) const P521: Self = Self {
        name: "nistp521",
        len: 66,
        prime: concat!(
            "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        ),
        b: concat!(
            "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e1",
            "56193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00"
        ),
    };

    /// Whether the point of these coordinates, big-endian, lies on the curve.
    pub(super) fn holds(&self, x: &[u8], y: &[u8]) -> bool {
        let (prime, b) = (constant(self.prime), constant(self.b));
        let (x, y) = (number(x), number(y));
        if !is_less(&x, &prime) || !is_less(&y, &prime) {
            return false;
        }
        let field = Field { prime };
        let square = field.times(&x, &x);
        let cube = field.times(&square, &x);
        let three = field.plus(&field.plus(&x, &x), &x);
        field.times(&y, &y) == field.plus(&field.minus(&cube, &three), &b)
    }
}

fn constant(hex: &str) -> Number {
    number(&HEXLOWER.decode(hex.as_bytes()).unwrap_or_default())
}

/// A number of at most 72 big-endian bytes.
fn number(bytes: &[u8]) -> Number {
    let mut number = [0; WORDS];
    for (word, chunk) in number.iter_mut().zip(bytes.rchunks(8)) {
        *word = chunk.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    }
    number
}

fn is_less(left: &Number, right: &Number) -> bool {
    left.iter().rev().lt(right.iter().rev())
}

/// The sum; it needs no more words, since both are below a prime of 521 bits.
fn sum(left: &Number, right: &Number) -> Number {
    let (mut sum, mut carry) = ([0; WORDS], false);
    for (slot, (a, b)) in sum.iter_mut().zip(left.iter().zip(right)) {
        let (part, over) = a.overflowing_add(*b);
        let (whole, over_again) = part.overflowing_add(u64::from(carry));
        *slot = whole;
        carry = over || over_again;
    }
    sum
}

/// The difference of a number and one that is not larger.
fn difference(left: &Number, right: &Number) -> Number {
    let (mut difference, mut borrow) = ([0; WORDS], false);
    for (slot, (a, b)) in difference.iter_mut().zip(left.iter().zip(right)) {
        let (part, under) = a.overflowing_sub(*b);
        let (whole, under_again) = part.overflowing_sub(u64::from(borrow));
        *slot = whole;
        borrow = under || under_again;
    }
    difference
}

/// Arithmetic modulo a prime, of numbers below it.
struct Field {
    prime: Number,
}

impl Field {
    fn plus(&self, left: &Number, right: &Number) -> Number {
        let sum = sum(left, right);
        if is_less(&sum, &self.prime) { sum } else { difference(&sum, &self.prime) }
    }

    fn minus(&self, left: &Number, right: &Number) -> Number {
        if is_less(left, right) {
            difference(&sum(left, &self.prime), right)
        } else {
            difference(left, right)
        }
    }

    /// Doubles and adds, from the highest bit down.
    fn times(&self, left: &Number, right: &Number) -> Number {
        let bits = left
            .iter()
            .rev()
            .flat_map(|word| (0..WORD_BITS).rev().map(move |bit| (word >> bit) & 1 == 1));
        bits.fold([0; WORDS], |product, bit| {
            let doubled = self.plus(&product, &product);
            if bit { self.plus(&doubled, right) } else { doubled }
        })
    }
}
