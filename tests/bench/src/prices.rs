//! AWS's list prices, in picodollars: a millionth of a micro-dollar.

use serde::Deserialize;

use crate::Outcome;

const PRICES: &str = include_str!("../prices.json");

/// What AWS bills by.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    /// 4 KiB read eventually consistent; a consistent read is two.
    DynamodbHalfRead,
    /// 1 KiB written; in a transaction it is two.
    DynamodbWrite,
    /// 64 KiB sent, or a receive or delete.
    SqsRequest,
    /// A state entered.
    StatesTransition,
    /// An invocation.
    LambdaRequest,
    /// A GiB of memory for a second.
    LambdaGibSecond,
    /// 512 KiB of a request to an HTTP API.
    ApigatewayRequest,
    /// An object read.
    S3Get,
    /// A call of Secrets Manager.
    SecretsmanagerCall,
    /// A mail.
    SesMail,
    /// Somebody who signed in this month.
    CognitoMonthlyUser,
}

/// The price of one unit.
#[derive(Debug, Deserialize)]
struct Price {
    unit: Unit,
    usd_picos: u64,
    /// Where it stands.
    source: String,
}

/// One region's prices on one day.
#[derive(Debug, Deserialize)]
pub(crate) struct Prices {
    /// The region.
    pub(crate) region: String,
    /// The day they were compiled, `YYYY-MM-DD`.
    pub(crate) as_of: String,
    units: Vec<Price>,
}

impl Prices {
    /// The prices that come with the source.
    pub(crate) fn read() -> Outcome<Self> {
        Ok(serde_json::from_str(PRICES)?)
    }

    /// The price of a unit in picodollars.
    pub(crate) fn of(&self, unit: Unit) -> Outcome<u64> {
        let price = self.units.iter().find(|price| price.unit == unit);
        let price = price.ok_or_else(|| format!("there is no price of {unit:?}"))?;
        if price.source.starts_with("https://") {
            return Ok(price.usd_picos);
        }
        Err(format!("nobody knows where the price of {unit:?} stands").into())
    }
}
