//! Figures and their table.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

/// One measured number.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    part: &'static str,
    name: String,
    value: f64,
    /// The unit of value and budget.
    unit: &'static str,
    /// What the value should not be above.
    budget: Option<f64>,
    /// What to compare it with, and how it came about.
    against: String,
}

impl Figure {
    /// A figure without a budget.
    pub(crate) fn new(
        part: &'static str,
        name: impl Into<String>,
        (value, unit): (f64, &'static str),
    ) -> Self {
        Self { part, name: name.into(), value, unit, budget: None, against: String::new() }
    }

    /// The figure with its budget.
    pub(crate) fn at_most(self, budget: f64) -> Self {
        Self { budget: Some(budget), ..self }
    }

    /// The figure with what to compare it with.
    pub(crate) fn against(self, against: impl Into<String>) -> Self {
        Self { against: against.into(), ..self }
    }

    fn row(&self) -> [String; 6] {
        let budget = self.budget.map_or_else(String::new, number);
        let held = match self.budget {
            Some(budget) if self.value > budget => "OVER",
            Some(_) => "ok",
            None => "",
        };
        let value = format!("{} {}", number(self.value), self.unit);
        [self.part.into(), self.name.clone(), value, budget, held.into(), self.against.clone()]
    }
}

/// A duration in milliseconds.
pub(crate) fn millis(duration: Duration) -> (f64, &'static str) {
    (duration.as_secs_f64() * 1e3, "ms")
}

/// A size in megabytes of a million bytes.
pub(crate) fn megabytes(bytes: u64) -> (f64, &'static str) {
    (float(bytes) / 1e6, "MB")
}

/// A count as a number to divide; exact up to four thousand million.
pub(crate) fn float(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A sum of money in millionths of a dollar.
pub(crate) fn micro_dollars(usd: f64) -> (f64, &'static str) {
    (usd * 1e6, "µ$")
}

/// A number with the digits that say something.
pub(crate) fn number(value: f64) -> String {
    let decimals = match value {
        value if value >= 100.0 => 1,
        value if value >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.decimals$}")
}

/// All figures as one table.
pub(crate) fn table(figures: &[Figure]) -> String {
    let head = ["part", "figure", "measured", "budget", "", "against"].map(str::to_owned);
    let rows: Vec<[String; 6]> =
        std::iter::once(head).chain(figures.iter().map(Figure::row)).collect();
    let mut widths = [0; 6];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for [part, name, value, budget, held, against] in rows {
        let [first, second, third, fourth, fifth, _] = widths;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{part:first$}  {name:second$}  {value:>third$}  {budget:>fourth$}  {held:fifth$}  {against}",
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_above_its_budget_is_marked() {
        let figure = |value| Figure::new("part", "name", (value, "ms")).at_most(1.0);
        assert!(table(&[figure(1.001)]).contains("OVER"));
        assert!(table(&[figure(1.0)]).contains("ok"));
    }

    #[test]
    fn a_number_keeps_the_digits_that_say_something() {
        assert_eq!([123.45, 12.345, 0.012_345].map(number), ["123.5", "12.35", "0.012"]);
        assert_eq!(number(micro_dollars(0.000_5).0), "500.0");
    }
}
