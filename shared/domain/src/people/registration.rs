//! How a stranger becomes a member, how they get in, and how they get a new password.
//!
//! A registration can be cut off anywhere and be sent again by anybody, so each step is decided by
//! the account's row alone, and no answer tells a stranger what stands there.

use jiff::{SignedDuration, Timestamp};

use crate::id::UserId;
use crate::money::UsdMicros;
use crate::money::ledger::{Entry, GrantId};
use crate::money::plan::PlanId;
use crate::people::account::{
    Account, ENROLLING_SECS, Email, IssuedCode, Standing, credentials_invalid,
};
use crate::people::parameters::Parameters;
use crate::{Error, Kind};

/// Name of the credit that a new account is granted, and its idempotency key.
pub const SIGNUP_GRANT: &str = "signup";

/// What a person who registers says of themselves, checked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Newcomer {
    /// The address that the person has to prove.
    pub email: Email,
    /// What mails call the person.
    pub name: String,
    /// The plan they chose before; a paid one begins with a payment.
    pub plan_wanted: PlanId,
}

/// What a request to register is followed by.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Registration {
    /// The address is new: make the person known to the user pool.
    Enrol,
    /// An earlier request died on the way: write this row, then go on as with a new address.
    TakeOver(Box<Account>),
    /// An earlier request is still at it.
    Wait,
    /// The address waits for its proof: mail another code.
    SendCode,
    /// The address has an account: mail its owner that somebody tried.
    TellOwner,
}

/// What follows once the user pool knows the person.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Enrolled {
    /// Nothing has to be proved: the person joins the tenant.
    Join,
    /// The address has to be proved: write this row, then mail a code.
    Prove(Box<Account>),
}

fn enrolling_until(now: Timestamp) -> Timestamp {
    now + SignedDuration::from_secs(ENROLLING_SECS)
}

impl Account {
    /// The row that a registration begins with.
    #[must_use]
    pub fn registering(user_id: UserId, newcomer: Newcomer, now: Timestamp) -> Self {
        Self {
            user_id,
            email: newcomer.email,
            name: newcomer.name,
            standing: Standing::Registering,
            email_verified: false,
            plan_wanted: newcomer.plan_wanted,
            created_at: now,
            enrolling_until: enrolling_until(now),
            verification: None,
            password_reset: None,
        }
    }

    /// What a request to register this row's address is followed by; `ours` says whether that very
    /// request wrote the row.
    #[must_use]
    pub fn registration(&self, ours: bool, now: Timestamp) -> Registration {
        match self.standing {
            Standing::Registering if ours => Registration::Enrol,
            Standing::Registering if now < self.enrolling_until => Registration::Wait,
            Standing::Registering => {
                let enrolling_until = enrolling_until(now);
                Registration::TakeOver(Box::new(Self { enrolling_until, ..self.clone() }))
            }
            Standing::Unverified => Registration::SendCode,
            Standing::Active => Registration::TellOwner,
        }
    }

    /// What follows once the user pool knows the person.
    #[must_use]
    pub fn enrolled(&self, parameters: &Parameters) -> Enrolled {
        if parameters.auto_confirm {
            return Enrolled::Join;
        }
        let unverified = Self { standing: Standing::Unverified, ..self.clone() };
        Enrolled::Prove(Box::new(unverified))
    }

    /// The row of a member, `email_verified` by a code or not; `None` for somebody who is one already.
    #[must_use]
    pub fn joined(&self, email_verified: bool) -> Option<Self> {
        (self.standing != Standing::Active).then(|| Self {
            standing: Standing::Active,
            email_verified,
            verification: None,
            ..self.clone()
        })
    }

    /// What a new member is granted; `None` where the tenant grants nothing. It is counted from
    /// the registration, so that a repeated grant is the same grant.
    ///
    /// # Errors
    ///
    /// `internal` if [`SIGNUP_GRANT`] is not the name of a grant.
    pub fn signup_grant(&self, parameters: &Parameters) -> Result<Option<Entry>, Error> {
        let amount_usd_micros = parameters.signup_grant_usd_micros;
        if amount_usd_micros <= UsdMicros::ZERO {
            return Ok(None);
        }
        let grant = GrantId::new(SIGNUP_GRANT)
            .ok_or_else(|| Error::broken("the name of the sign-up grant", SIGNUP_GRANT))?;
        let days = SignedDuration::from_hours(24 * i64::from(parameters.signup_grant_days));
        let expires_at = self.created_at + days;
        Ok(Some(Entry::Grant { grant, amount_usd_micros, expires_at }))
    }

    /// Whether the address waits for its proof.
    #[must_use]
    pub fn is_unverified(&self) -> bool {
        self.standing == Standing::Unverified
    }

    /// The row with a new code for the address, named by `nonce`, and that code; `None` when none
    /// may be mailed now.
    #[must_use]
    pub fn with_verification(
        &self,
        nonce: String,
        parameters: &Parameters,
        now: Timestamp,
    ) -> Option<(Self, IssuedCode)> {
        let code = IssuedCode::follow(self.verification.as_ref(), nonce, parameters, now)?;
        Some((Self { verification: Some(code.clone()), ..self.clone() }, code))
    }

    /// The row with a new code for a new password, named by `nonce`; `None` when none may be mailed
    /// now, as to somebody whose registration has not got far enough to have a password.
    #[must_use]
    pub fn with_password_reset(
        &self,
        nonce: String,
        parameters: &Parameters,
        now: Timestamp,
    ) -> Option<Self> {
        if self.standing == Standing::Registering {
            return None;
        }
        let code = IssuedCode::follow(self.password_reset.as_ref(), nonce, parameters, now)?;
        Some(Self { password_reset: Some(code), ..self.clone() })
    }

    /// The row once the code of `used` has set a new password; `None` when another code was mailed
    /// since, which stays good. The code was mailed, so it proves the address too.
    #[must_use]
    pub fn without_password_reset(&self, used: &Self) -> Option<Self> {
        let nonce = |of: &Self| of.password_reset.as_ref().map(|code| code.nonce.clone());
        (nonce(self) == nonce(used)).then(|| Self {
            password_reset: None,
            email_verified: true,
            ..self.clone()
        })
    }

    /// Makes sure that there is a password to be tried.
    ///
    /// # Errors
    ///
    /// 401 `credentials_invalid`, the answer to a wrong password too.
    pub fn check_has_password(&self) -> Result<(), Error> {
        if self.standing == Standing::Registering {
            return Err(credentials_invalid());
        }
        Ok(())
    }

    /// Makes sure that the address is proved. To be asked after the password, so that nobody else
    /// learns of the account.
    ///
    /// # Errors
    ///
    /// 403 `address_unverified`.
    pub fn check_verified(&self) -> Result<(), Error> {
        if self.is_unverified() {
            let message = "Please enter the code we emailed you first.";
            return Err(Error::new(Kind::Forbidden, "address_unverified", message));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::parameters;

    fn at(secs: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
    }

    fn account(standing: Standing) -> Account {
        let newcomer = Newcomer {
            email: Email::parse("ada@example.com").expect("an address"),
            name: "Ada".into(),
            plan_wanted: PlanId::Free,
        };
        let account = Account::registering(UserId::new(at(0), [1; 10]), newcomer, at(0));
        Account { standing, ..account }
    }

    #[test]
    fn a_registration_is_carried_on_only_once_its_request_must_be_dead() {
        let begun = account(Standing::Registering);
        assert_eq!(begun.registration(true, at(0)), Registration::Enrol);
        assert_eq!(begun.registration(false, at(ENROLLING_SECS - 1)), Registration::Wait);
        let late = at(ENROLLING_SECS);
        let Registration::TakeOver(taken) = begun.registration(false, late) else {
            panic!("not taken over");
        };
        assert_eq!(taken.registration(false, late), Registration::Wait);
    }

    #[test]
    fn an_address_that_is_known_is_only_written_to() {
        let unverified = account(Standing::Unverified).registration(false, at(0));
        assert_eq!(unverified, Registration::SendCode);
        let active = account(Standing::Active).registration(false, at(0));
        assert_eq!(active, Registration::TellOwner);
    }

    #[test]
    fn an_address_is_proved_unless_the_tenant_confirms_by_itself() {
        let begun = account(Standing::Registering);
        let confirming = Parameters { auto_confirm: true, ..parameters() };
        assert_eq!(begun.enrolled(&confirming), Enrolled::Join);
        let proving = Parameters { auto_confirm: false, ..parameters() };
        let Enrolled::Prove(waiting) = begun.enrolled(&proving) else { panic!("joined") };
        assert!(waiting.is_unverified());
        let member = waiting.joined(true).expect("a member");
        assert_eq!((member.standing, member.email_verified), (Standing::Active, true));
        assert_eq!(member.joined(false), None);
    }

    #[test]
    fn only_who_has_a_password_can_try_one_or_get_another() {
        let begun = account(Standing::Registering);
        let code = |outcome: Result<(), Error>| outcome.err().map(|error| error.code);
        assert_eq!(code(begun.check_has_password()), Some("credentials_invalid"));
        assert!(begun.with_password_reset("n".into(), &parameters(), at(0)).is_none());
        let waiting = account(Standing::Unverified);
        assert_eq!(code(waiting.check_has_password()), None);
        assert_eq!(code(waiting.check_verified()), Some("address_unverified"));
        assert_eq!(code(account(Standing::Active).check_verified()), None);
        assert!(waiting.with_password_reset("n".into(), &parameters(), at(0)).is_some());
    }

    #[test]
    fn a_code_that_was_mailed_meanwhile_stays_good() {
        let parameters = parameters();
        let reset = |nonce: &str| {
            let account = account(Standing::Active);
            account.with_password_reset(nonce.into(), &parameters, at(0)).expect("a code")
        };
        let done = reset("a").without_password_reset(&reset("a")).expect("a change");
        assert_eq!((done.password_reset, done.email_verified), (None, true));
        assert_eq!(reset("b").without_password_reset(&reset("a")), None);
    }

    #[test]
    fn a_grant_is_the_same_whenever_it_is_posted() {
        let member = account(Standing::Active);
        let parameters = parameters();
        let grant = member.signup_grant(&parameters).expect("a name").expect("a grant");
        let Entry::Grant { amount_usd_micros, expires_at, .. } = grant else { panic!("no grant") };
        assert_eq!(amount_usd_micros, parameters.signup_grant_usd_micros);
        let hours = 24 * i64::from(parameters.signup_grant_days);
        assert_eq!(expires_at, at(hours * 3_600));
        let none = Parameters { signup_grant_usd_micros: UsdMicros::ZERO, ..parameters };
        assert_eq!(member.signup_grant(&none).expect("a name"), None);
    }

    #[test]
    fn a_code_for_the_address_is_kept_until_it_has_proved_it() {
        let (waiting, code) = account(Standing::Unverified)
            .with_verification("n".into(), &parameters(), at(0))
            .expect("the first code");
        assert_eq!(waiting.verification, Some(code));
        assert_eq!(waiting.with_verification("m".into(), &parameters(), at(1)), None, "too soon");
        assert_eq!(waiting.joined(true).expect("a member").verification, None);
    }
}
