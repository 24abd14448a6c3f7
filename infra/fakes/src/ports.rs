//! The order in which a program tries the ports of a range.

use std::ops::Range;

/// Every port of `range` once. Each process begins at a different one, so that a run which is down
/// hardly ever loses the port it remembers to the next run that looks for a free one.
pub fn each_once(range: Range<u16>) -> impl Iterator<Item = u16> {
    let length = u32::try_from(range.len()).unwrap_or(u32::MAX).max(1);
    let begin = usize::try_from(std::process::id() % length).unwrap_or(0);
    range.clone().skip(begin).chain(range.take(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_port_of_a_range_is_tried_once() {
        let mut tried: Vec<u16> = each_once(10..17).collect();
        tried.sort_unstable();
        assert_eq!(tried, [10, 11, 12, 13, 14, 15, 16]);
        assert_eq!(each_once(5..5).count(), 0);
    }
}
