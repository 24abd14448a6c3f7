//! TOPSIS: the rows of a table scored by how near they are to the best and how far from the worst.
//!
//! Each column is brought to a common scale and multiplied by its weight; the best and the worst
//! value of each column make two imagined rows, and a row's score is its distance from the worst,
//! divided by the sum of its distances from both (Hwang and Yoon, *Multiple Attribute Decision
//! Making*, 1981). Scores lie in 0 to 1, and 1 is the best.
//!
//! A column comes to the common scale in one of two ways:
//!
//! - **Without a span** it is divided by its Euclidean length, as in the textbook. Multiplying it by
//!   a positive number changes no score. A cell must be finite, above 0 where less is better (a
//!   price) and not below 0 where more is. A column that holds one value tells nothing apart.
//! - **With a span** only differences matter, as between logarithms: adding a number to the column
//!   changes no score, any finite value will do, and a difference of one span counts the column's
//!   whole weight, whatever the other rows hold. The imagined worst value is at least one span from
//!   the best one, so that rows that are nearly alike score nearly alike. (Fixed ends are the usual
//!   remedy for rank reversal: García-Cascales and Lamata, *On rank reversal and TOPSIS method*, 2012.)
//!
//! What the method leaves open is settled so:
//!
//! - No rows: no scores. One row, or rows that are all equal: every score is 1, since nothing better
//!   is there.
//! - Weights are divided by their sum; a negative or non-finite weight, or none above 0, is an error.
//!
//! The order of the rows changes no score, and a row that is nowhere worse than another never scores
//! lower. Equal scores are left to the caller to order.

/// Whether less or more of something is better.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// Less is better; every value is above 0.
    Cost,
    /// More is better; no value is below 0.
    Benefit,
}

impl Direction {
    /// The least value a cell may hold; for a cost the smallest number above 0.
    fn least_allowed(self) -> f64 {
        match self {
            Self::Cost => f64::from_bits(1),
            Self::Benefit => 0.0,
        }
    }
}

/// How much a column counts, and which way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Criterion {
    /// Any finite number not below 0; only its share of the sum of all weights matters.
    pub weight: f64,
    /// Which end of the column is the good one.
    pub direction: Direction,
    /// The difference that counts the whole weight, above 0; `None` measures by the column's length.
    pub span: Option<f64>,
}

impl Criterion {
    fn least_allowed(&self) -> f64 {
        if self.span.is_some() { f64::MIN } else { self.direction.least_allowed() }
    }
}

/// Why a table cannot be ranked; rows and columns count from 0.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum RankingError {
    /// A cell is not finite, or out of range for its direction.
    #[error("row {row}, column {column} is {value}")]
    Cell {
        /// Its row.
        row: usize,
        /// Its column.
        column: usize,
        /// What it holds.
        value: f64,
    },
    /// A weight is negative or not finite.
    #[error("the weight of column {column} is {value}")]
    Weight {
        /// Its column.
        column: usize,
        /// What it is.
        value: f64,
    },
    /// No weight is above 0.
    #[error("no column has any weight")]
    NoWeight,
    /// A span is not finite, or not above 0.
    #[error("the span of column {column} is {value}")]
    Span {
        /// Its column.
        column: usize,
        /// What it is.
        value: f64,
    },
}

/// The ends of a column, and which of them is the good one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The least value, or the imagined worst below it.
    pub least: f64,
    /// The greatest value, or the imagined worst above it.
    pub greatest: f64,
    /// Which of the two is the good one.
    pub direction: Direction,
}

impl Range {
    /// Where `value` lies between the worst (0) and the best (1) of its column; 1 where they are one.
    #[must_use]
    pub fn scaled(&self, value: f64) -> f64 {
        let width = self.greatest - self.least;
        if width <= 0.0 {
            return 1.0;
        }
        let above = ((value - self.least) / width).clamp(0.0, 1.0);
        match self.direction {
            Direction::Cost => 1.0 - above,
            Direction::Benefit => above,
        }
    }

    /// With its bad end at least `span` from the good one.
    fn widened(self, span: f64) -> Self {
        match self.direction {
            Direction::Cost => Self { greatest: self.greatest.max(self.least + span), ..self },
            Direction::Benefit => Self { least: self.least.min(self.greatest - span), ..self },
        }
    }

    fn ideals(&self) -> (f64, f64) {
        match self.direction {
            Direction::Cost => (self.least, self.greatest),
            Direction::Benefit => (self.greatest, self.least),
        }
    }
}

/// The outcome: a score per row, and what explains it.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking<const COLUMNS: usize> {
    /// One score per row, 0 to 1, in the order of the rows.
    pub scores: Vec<f64>,
    /// The weights as they counted: their sum is 1.
    pub weights: [f64; COLUMNS],
    /// The range of each column; from 0 to 0 when there are no rows.
    pub ranges: [Range; COLUMNS],
    /// Whether a column holds more than one value.
    pub differs: [bool; COLUMNS],
}

/// Scores the rows of a table.
///
/// # Errors
///
/// [`RankingError`], naming the first cell, weight or span that breaks the rules of this module.
pub fn rank<const COLUMNS: usize>(
    rows: &[[f64; COLUMNS]],
    criteria: &[Criterion; COLUMNS],
) -> Result<Ranking<COLUMNS>, RankingError> {
    let weights = normalised(criteria)?;
    check_spans(criteria)?;
    let found = ranges(rows, criteria)?;
    let factors = factors(rows, &found, criteria, &weights);
    let differs = found.map(|range| range.least < range.greatest);
    let ranges = std::array::from_fn(|column| match criteria[column].span {
        Some(span) if !rows.is_empty() => found[column].widened(span),
        _ => found[column],
    });
    let ideals = ranges.map(|range| range.ideals());
    let scores = rows.iter().map(|row| {
        let (mut from_best, mut from_worst) = (0.0, 0.0);
        for ((value, (best, worst)), factor) in row.iter().zip(&ideals).zip(&factors) {
            let to_best = (value - best) * factor;
            let to_worst = (value - worst) * factor;
            from_best += to_best * to_best;
            from_worst += to_worst * to_worst;
        }
        closeness(from_best, from_worst)
    });
    Ok(Ranking { scores: scores.collect(), weights, ranges, differs })
}

fn check_spans<const COLUMNS: usize>(criteria: &[Criterion; COLUMNS]) -> Result<(), RankingError> {
    for (column, criterion) in criteria.iter().enumerate() {
        if let Some(value) = criterion.span.filter(|span| !(span.is_finite() && *span > 0.0)) {
            return Err(RankingError::Span { column, value });
        }
    }
    Ok(())
}

fn normalised<const COLUMNS: usize>(
    criteria: &[Criterion; COLUMNS],
) -> Result<[f64; COLUMNS], RankingError> {
    let mut greatest = 0.0_f64;
    for (column, criterion) in criteria.iter().enumerate() {
        let value = criterion.weight;
        if !value.is_finite() || value < 0.0 {
            return Err(RankingError::Weight { column, value });
        }
        greatest = greatest.max(value);
    }
    if greatest <= 0.0 {
        return Err(RankingError::NoWeight);
    }
    // Dividing by the greatest first keeps the sum finite whatever the weights are.
    let shares = criteria.map(|criterion| criterion.weight / greatest);
    let sum: f64 = shares.iter().sum();
    Ok(shares.map(|share| share / sum))
}

fn ranges<const COLUMNS: usize>(
    rows: &[[f64; COLUMNS]],
    criteria: &[Criterion; COLUMNS],
) -> Result<[Range; COLUMNS], RankingError> {
    let floors = criteria.map(|criterion| criterion.least_allowed());
    let first = rows.first().copied().unwrap_or([0.0; COLUMNS]);
    let (mut least, mut greatest, mut allowed) = (first, first, true);
    for row in rows {
        for column in 0..COLUMNS {
            let value = row[column];
            // Without a branch, so that the processor does several columns at once.
            allowed &= value >= floors[column];
            allowed &= value < f64::INFINITY;
            least[column] = if value < least[column] { value } else { least[column] };
            greatest[column] = if value > greatest[column] { value } else { greatest[column] };
        }
    }
    if !allowed {
        first_outside(rows, &floors)?;
    }
    Ok(std::array::from_fn(|column| Range {
        least: least[column],
        greatest: greatest[column],
        direction: criteria[column].direction,
    }))
}

fn first_outside<const COLUMNS: usize>(
    rows: &[[f64; COLUMNS]],
    floors: &[f64; COLUMNS],
) -> Result<(), RankingError> {
    for (row, values) in rows.iter().enumerate() {
        for (column, (value, floor)) in values.iter().copied().zip(floors).enumerate() {
            if !(*floor..f64::INFINITY).contains(&value) {
                return Err(RankingError::Cell { row, column, value });
            }
        }
    }
    Ok(())
}

/// What a difference in each column is multiplied by: weight ÷ span, or ÷ length of the column.
fn factors<const COLUMNS: usize>(
    rows: &[[f64; COLUMNS]],
    ranges: &[Range; COLUMNS],
    criteria: &[Criterion; COLUMNS],
    weights: &[f64; COLUMNS],
) -> [f64; COLUMNS] {
    let spans = criteria.map(|criterion| criterion.span);
    let by_length =
        if spans.iter().all(Option::is_some) { *weights } else { by_length(rows, ranges, weights) };
    std::array::from_fn(|column| match spans[column] {
        Some(span) => weights[column] / span,
        None => by_length[column],
    })
}

/// 0 where the column cannot matter: no weight, one value, or all so near to 0 (below 1e-308) that
/// dividing by them leaves the numbers.
fn by_length<const COLUMNS: usize>(
    rows: &[[f64; COLUMNS]],
    ranges: &[Range; COLUMNS],
    weights: &[f64; COLUMNS],
) -> [f64; COLUMNS] {
    // Relative to the greatest value no square overflows.
    let inverses = ranges.map(|range| 1.0 / range.greatest);
    let mut sums = [0.0_f64; COLUMNS];
    for row in rows {
        for ((sum, value), inverse) in sums.iter_mut().zip(row).zip(&inverses) {
            let relative = value * inverse;
            *sum += relative * relative;
        }
    }
    std::array::from_fn(|column| {
        let (range, inverse) = (ranges[column], inverses[column]);
        let matters = range.least < range.greatest && inverse.is_finite();
        if matters { weights[column] * inverse / sums[column].sqrt() } else { 0.0 }
    })
}

/// Written as 1 ÷ (1 + b ÷ w), in which rounding keeps the order of `b` and of `w`.
fn closeness(from_best: f64, from_worst: f64) -> f64 {
    if from_best <= 0.0 { 1.0 } else { 1.0 / (1.0 + (from_best / from_worst).sqrt()) }
}

#[cfg(test)]
mod tests;
