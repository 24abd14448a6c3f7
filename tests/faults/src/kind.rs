//! What can go wrong with one call.

/// A way in which a call goes wrong.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    /// It never arrives, however often it is tried.
    Unreached,
    /// It takes effect and its answer is lost; whoever tries again gets one.
    AnswerLost,
    /// It takes effect, and its function dies before it reads the answer.
    Killed,
    /// Its function dies waiting, and it takes effect a while after the next delivery has begun.
    Late,
    /// It takes effect twice.
    Twice,
    /// It is throttled, however often it is tried.
    Throttled,
    /// Its transaction collides with another one's.
    Conflict,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Unreached,
        Self::AnswerLost,
        Self::Killed,
        Self::Late,
        Self::Twice,
        Self::Throttled,
        Self::Conflict,
    ];

    /// What the table calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unreached => "unreached",
            Self::AnswerLost => "answer lost",
            Self::Killed => "killed",
            Self::Late => "late",
            Self::Twice => "twice",
            Self::Throttled => "throttled",
            Self::Conflict => "conflict",
        }
    }

    /// Whether a call of this name can go wrong so.
    #[must_use]
    pub fn can_befall(self, call: &str) -> bool {
        self != Self::Conflict || call == "DynamoDB TransactWriteItems"
    }
}
