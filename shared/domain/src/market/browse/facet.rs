//! The numbers of an offer that it is ranked by, and how much each counts.
//!
//! Amounts that people compare by ratio (a price, memory, throughput) are ranked by their logarithm
//! to the base 2: halving a price counts the same whether it was $32 or $1. Each facet has a **span**,
//! the difference that counts its whole weight, which no other offer can change.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Error;
use crate::market::ranking::{Criterion, Direction};

/// The greatest weight: weights may be written as parts of 1, of 10 or as percentages.
pub const WEIGHT_MAX: f64 = 100.0;

/// A number of an offer that it is ranked by, per GPU or per machine as the query says.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Facet {
    /// The user's rate in micro-dollars per hour; less is better.
    Price,
    /// GPU memory in GiB.
    Memory,
    /// Dense BF16 TFLOPS; where unknown, it counts as less than any that is known.
    Performance,
    /// Dense BF16 TFLOPS for each dollar an hour.
    TflopsPerDollar,
    /// Virtual processors.
    Vcpus,
    /// Main memory in GiB.
    Ram,
    /// The share of our launches at its cloud that succeeded, 0 to 1.
    Reliability,
    /// Seconds until a machine of its cloud answers; less is better.
    StartUp,
    /// Stock: 0 none, 1 low, 2 medium, 3 high.
    Availability,
}

/// The numbers of an offer by [`Facet::ALL`].
pub(super) type Values = [f64; Facet::COUNT];

impl Facet {
    /// How many there are.
    pub const COUNT: usize = 9;
    /// All of them, in the order of every explanation.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Price,
        Self::Memory,
        Self::Performance,
        Self::TflopsPerDollar,
        Self::Vcpus,
        Self::Ram,
        Self::Reliability,
        Self::StartUp,
        Self::Availability,
    ];

    /// Whether less or more is better.
    #[must_use]
    pub fn direction(self) -> Direction {
        match self {
            Self::Price | Self::StartUp => Direction::Cost,
            Self::Memory
            | Self::Performance
            | Self::TflopsPerDollar
            | Self::Vcpus
            | Self::Ram
            | Self::Reliability
            | Self::Availability => Direction::Benefit,
        }
    }

    /// The difference that counts the whole weight: doublings where ratios are compared, a share of
    /// launches, or steps of stock.
    #[must_use]
    pub fn span(self) -> f64 {
        match self {
            // Throughput differs most: an L4 and a B200 are four doublings apart.
            Self::Performance => 4.0,
            Self::Price
            | Self::Memory
            | Self::TflopsPerDollar
            | Self::Vcpus
            | Self::Ram
            | Self::StartUp
            | Self::Availability => 3.0,
            Self::Reliability => 0.25,
        }
    }

    /// Its place in [`Self::ALL`].
    pub(super) const fn place(self) -> usize {
        match self {
            Self::Price => 0,
            Self::Memory => 1,
            Self::Performance => 2,
            Self::TflopsPerDollar => 3,
            Self::Vcpus => 4,
            Self::Ram => 5,
            Self::Reliability => 6,
            Self::StartUp => 7,
            Self::Availability => 8,
        }
    }
}

/// How much each facet counts, 0 to 100 each; only their proportions matter.
///
/// By default a user looks for cheap throughput that fits the model in memory, at a cloud whose
/// launches succeed; processors and main memory break near ties, and stock keeps offers that will
/// probably fail off the top.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Weights {
    /// Of the price; 40 by default.
    pub price: f64,
    /// Of GPU memory; 12 by default.
    pub memory: f64,
    /// Of throughput; 22 by default.
    pub performance: f64,
    /// Of throughput for the money; 0 by default, since price and throughput count already.
    pub tflops_per_dollar: f64,
    /// Of virtual processors; 4 by default.
    pub vcpus: f64,
    /// Of main memory; 4 by default.
    pub ram: f64,
    /// Of launches that succeed; 8 by default.
    pub reliability: f64,
    /// Of a quick start; 2 by default.
    pub start_up: f64,
    /// Of stock; 8 by default.
    pub availability: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            price: 40.0,
            memory: 12.0,
            performance: 22.0,
            tflops_per_dollar: 0.0,
            vcpus: 4.0,
            ram: 4.0,
            reliability: 8.0,
            start_up: 2.0,
            availability: 8.0,
        }
    }
}

impl Weights {
    /// No weight at all, to name only some.
    pub const NONE: Self = Self {
        price: 0.0,
        memory: 0.0,
        performance: 0.0,
        tflops_per_dollar: 0.0,
        vcpus: 0.0,
        ram: 0.0,
        reliability: 0.0,
        start_up: 0.0,
        availability: 0.0,
    };

    /// The weight of one facet.
    #[must_use]
    pub fn of(&self, facet: Facet) -> f64 {
        match facet {
            Facet::Price => self.price,
            Facet::Memory => self.memory,
            Facet::Performance => self.performance,
            Facet::TflopsPerDollar => self.tflops_per_dollar,
            Facet::Vcpus => self.vcpus,
            Facet::Ram => self.ram,
            Facet::Reliability => self.reliability,
            Facet::StartUp => self.start_up,
            Facet::Availability => self.availability,
        }
    }

    /// Checks the limits.
    ///
    /// # Errors
    ///
    /// `invalid_weights`.
    pub fn check(&self) -> Result<(), Error> {
        let weights = Facet::ALL.map(|facet| self.of(facet));
        if !weights.iter().all(|weight| (0.0..=WEIGHT_MAX).contains(weight)) {
            let message = format!("Each weight must be between 0 and {WEIGHT_MAX}.");
            return Err(Error::invalid("invalid_weights", message));
        }
        if !weights.iter().any(|weight| *weight > 0.0) {
            return Err(Error::invalid("invalid_weights", "At least one weight must be above 0."));
        }
        Ok(())
    }

    pub(super) fn criteria(&self) -> [Criterion; Facet::COUNT] {
        Facet::ALL.map(|facet| Criterion {
            weight: self.of(facet),
            direction: facet.direction(),
            span: Some(facet.span()),
        })
    }
}
