//! A person's account in one tenant: registration, proof of the address, forgotten passwords.
//!
//! Answers never tell whether an address is registered: what differs goes into the mail.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::money::plan::PlanId;
use crate::people::code::{Pepper, Purpose, same_secret};
use crate::people::parameters::Parameters;
use crate::{Error, Kind};

/// Longest address that mail can carry (RFC 5321, §4.5.3.1.3).
pub const EMAIL_LEN_MAX: usize = 254;
/// Shortest password: the user pool's policy says the same.
pub const PASSWORD_LEN_MIN: usize = 10;
/// Seconds a registration has to finish before another request may carry it on; the function is
/// stopped well before.
pub const ENROLLING_SECS: i64 = 30;
/// Longest password; the user pool takes 256 bytes, and four bytes make a character.
pub const PASSWORD_LEN_MAX: usize = 64;
/// Codes of one kind an account is mailed in a day: few enough that guessing is hopeless and a
/// mailbox is not flooded.
pub const CODES_PER_DAY_MAX: u32 = 10;
const DAY_SECS: i64 = 86_400;
/// Longest name of a person.
pub const NAME_LEN_MAX: usize = 100;

/// A mail address in the one spelling we compare: trimmed and lower case.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Reads what a person typed.
    ///
    /// # Errors
    ///
    /// 400 `email_invalid`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let email = text.trim().to_lowercase();
        let well_formed = email.split_once('@').is_some_and(|(local, host)| {
            !local.is_empty()
                && local.len() <= 64
                && host.contains('.')
                && host
                    .split('.')
                    .all(|l| !l.is_empty() && !l.starts_with('-') && !l.ends_with('-'))
                && local.split('.').all(|part| !part.is_empty())
                && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
                && local.bytes().all(|b| b.is_ascii_graphic() && !br#"@"(),:;<>[\]"#.contains(&b))
        });
        if well_formed && email.len() <= EMAIL_LEN_MAX {
            Ok(Self(email))
        } else {
            Err(Error::invalid("email_invalid", "Please enter a valid email address."))
        }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks a new password against the policy.
///
/// # Errors
///
/// 400 `password_invalid`, saying the limit.
pub fn check_password(password: &str, email: &Email) -> Result<(), Error> {
    let length = password.chars().count();
    let refuse = |message: String| Err(Error::invalid("password_invalid", message));
    if !(PASSWORD_LEN_MIN..=PASSWORD_LEN_MAX).contains(&length) {
        return refuse(format!(
            "A password must have {PASSWORD_LEN_MIN} to {PASSWORD_LEN_MAX} characters."
        ));
    }
    if password.chars().any(char::is_control) || password.trim() != password {
        return refuse(
            "A password must not contain control characters or begin or end with a space.".into(),
        );
    }
    if password.to_lowercase() == email.as_str() {
        return refuse("Please choose a password that is not your email address.".into());
    }
    Ok(())
}

/// Checks a person's name and trims it.
///
/// # Errors
///
/// 400 `name_invalid`, saying the limit.
pub fn check_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    let length = name.chars().count();
    if (1..=NAME_LEN_MAX).contains(&length) && !name.chars().any(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err(Error::invalid(
            "name_invalid",
            format!("A name must have 1 to {NAME_LEN_MAX} characters."),
        ))
    }
}

/// How far a registration got.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The intent is written; the user pool may not know the person yet.
    Registering,
    /// The person exists and has not proved the address.
    Unverified,
    /// The person may sign in.
    Active,
}

/// A code that was mailed; the digits themselves are derived, never stored.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct IssuedCode {
    /// Makes this code differ from the one before.
    pub nonce: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Wrong tries left.
    pub tries_left: u32,
    /// How many were issued on that day (UTC), this one included.
    pub number_of_day: u32,
}

/// A person in one tenant.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Account {
    /// Identifier, also the user name in the user pool.
    pub user_id: UserId,
    /// Where mail goes.
    pub email: Email,
    /// What to call them.
    pub name: String,
    /// How far the registration got.
    pub standing: Standing,
    /// Whether they proved the address by a mailed code.
    pub email_verified: bool,
    /// The plan they chose before they registered; paid plans begin with a payment.
    pub plan_wanted: PlanId,
    /// When they registered.
    pub created_at: Timestamp,
    /// Until when the request that registers the person has it for itself; another one may carry
    /// it on after that.
    pub enrolling_until: Timestamp,
    /// The code that proves the address.
    pub verification: Option<IssuedCode>,
    /// The code that allows a new password.
    pub password_reset: Option<IssuedCode>,
}

/// The answer to every wrong, used, expired or foreign code, so that none reveals more than another.
#[must_use]
pub fn code_invalid() -> Error {
    Error::invalid("code_invalid", "This code is wrong or no longer valid. Ask for a new one.")
}

/// The answer to every failed sign-in.
#[must_use]
pub fn credentials_invalid() -> Error {
    Error::new(
        Kind::Unauthenticated,
        "credentials_invalid",
        "The email address or the password is wrong.",
    )
}

/// Digits that somebody typed, with all that decides whether they are the mailed ones.
pub struct Proof<'a> {
    /// What the code is for: an address or a new password.
    pub purpose: Purpose,
    /// What was typed.
    pub digits: &'a str,
    /// What codes are derived from.
    pub pepper: &'a Pepper,
    /// Lifetime of a code.
    pub parameters: &'a Parameters,
    /// The instant that decides whether the code is still open.
    pub now: Timestamp,
}

impl Proof<'_> {
    /// The account with one try less, and whether the digits are right. The try is to be written
    /// before the answer counts, so that no race gives one for free.
    ///
    /// # Errors
    ///
    /// 400 `code_invalid` when no code is open.
    pub fn decide(&self, account: &Account) -> Result<(Account, bool), Error> {
        let mut tried = account.clone();
        let code = match self.purpose {
            Purpose::ResetPassword => &mut tried.password_reset,
            _ => &mut tried.verification,
        };
        let open = code.as_mut().filter(|code| code.is_open(self.parameters, self.now));
        let code = open.ok_or_else(code_invalid)?;
        code.tries_left = code.tries_left.saturating_sub(1);
        let mailed = code.digits(self.pepper, self.purpose, &account.user_id);
        Ok((tried, same_secret(self.digits.trim(), &mailed)))
    }
}

fn secs(count: u32) -> SignedDuration {
    SignedDuration::from_secs(i64::from(count))
}

impl IssuedCode {
    /// A new code, or `None` while the one before is too fresh or the day has had its codes.
    #[must_use]
    pub fn follow(
        before: Option<&Self>,
        nonce: String,
        parameters: &Parameters,
        now: Timestamp,
    ) -> Option<Self> {
        let day = |at: Timestamp| at.as_second().div_euclid(DAY_SECS);
        let same_day = before.filter(|code| day(code.issued_at) == day(now));
        let number_of_day = same_day.map_or(0, |code| code.number_of_day).saturating_add(1);
        let fresh =
            before.is_some_and(|code| now < code.issued_at + secs(parameters.code_resend_secs));
        let tries_left = parameters.code_tries_max;
        let issued = Self { nonce, issued_at: now, tries_left, number_of_day };
        (!fresh && number_of_day <= CODES_PER_DAY_MAX).then_some(issued)
    }

    /// The digits that are mailed.
    #[must_use]
    pub fn digits(&self, pepper: &Pepper, purpose: Purpose, user_id: &UserId) -> String {
        pepper.code(purpose, &[user_id.as_str(), &self.nonce])
    }

    /// Whether a try may be made at all: the code has not expired and has tries left.
    #[must_use]
    pub fn is_open(&self, parameters: &Parameters, now: Timestamp) -> bool {
        self.tries_left > 0 && now < self.issued_at + secs(parameters.code_secs)
    }
}

/// Names the code that was mailed last, while it can still be used.
#[must_use]
pub fn open_nonce(
    code: Option<&IssuedCode>,
    parameters: &Parameters,
    now: Timestamp,
) -> Option<String> {
    code.filter(|code| code.is_open(parameters, now)).map(|code| code.nonce.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::parameters;

    #[test]
    fn an_address_is_compared_in_one_spelling() {
        assert_eq!(Email::parse(" Ada@Example.COM ").ok(), Email::parse("ada@example.com").ok());
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@host",
            "a b@example.com",
            "a@b..c",
            ".a@b.c",
            "a@-b.c",
            "a@b-.c",
            "a@b_d.c",
            "a@b d.c",
        ] {
            assert!(Email::parse(text).is_err(), "{text}");
        }
        assert!(Email::parse(&format!("{}@example.com", "a".repeat(65))).is_err());
        for text in ["a-b.c+d@my-host.example.com", &format!("{}@b.c", "a".repeat(64))] {
            assert_eq!(Email::parse(text).ok().as_ref().map(Email::as_str), Some(text));
        }
    }

    #[test]
    fn a_persons_name_is_one_line_of_bounded_length() {
        let name = |text: &str| check_name(text).map_err(|error| error.code);
        assert_eq!(name("  Ada Lovelace "), Ok("Ada Lovelace".to_owned()));
        let longest = "ü".repeat(NAME_LEN_MAX);
        assert_eq!(name(&longest), Ok(longest.clone()));
        for wrong in ["", "   ", "two\nlines", &format!("{longest}x")] {
            assert_eq!(name(wrong), Err("name_invalid"), "{wrong:?}");
        }
    }

    #[test]
    fn a_password_keeps_its_limits() {
        let email = Email::parse("ada.lovelace@example.com").unwrap_or_else(|_| unreachable!());
        assert!(check_password("correct horse", &email).is_ok());
        for bad in ["nine char", "Ada.Lovelace@example.com", " leading space", "tab\tinside it"] {
            assert!(check_password(bad, &email).is_err(), "{bad}");
        }
        assert!(check_password(&"a".repeat(PASSWORD_LEN_MAX + 1), &email).is_err());
    }

    fn waiting(pepper: &Pepper) -> (Account, String) {
        let user_id = UserId::new(Timestamp::UNIX_EPOCH, [1; 10]);
        let code = IssuedCode::follow(None, "n".into(), &parameters(), Timestamp::UNIX_EPOCH);
        let digits = code.as_ref().map(|c| c.digits(pepper, Purpose::VerifyAddress, &user_id));
        let account = Account {
            user_id,
            email: Email::parse("ada@example.com").unwrap_or_else(|_| unreachable!()),
            name: "Ada".into(),
            standing: Standing::Unverified,
            email_verified: false,
            plan_wanted: PlanId::Free,
            created_at: Timestamp::UNIX_EPOCH,
            enrolling_until: Timestamp::UNIX_EPOCH,
            verification: code,
            password_reset: None,
        };
        (account, digits.unwrap_or_default())
    }

    #[test]
    fn every_try_is_counted_and_the_last_one_is_the_last() {
        let pepper = Pepper::new("a pepper");
        let (mut account, digits) = waiting(&pepper);
        let parameters = parameters();
        let proof = |purpose, digits| Proof {
            purpose,
            digits,
            pepper: &pepper,
            parameters: &parameters,
            now: Timestamp::UNIX_EPOCH,
        };
        let (_, right) = proof(Purpose::VerifyAddress, &digits).decide(&account).expect("open");
        assert!(right);
        assert!(proof(Purpose::ResetPassword, &digits).decide(&account).is_err());
        for _ in 0..parameters.code_tries_max {
            let (tried, right) = proof(Purpose::VerifyAddress, "x").decide(&account).expect("open");
            assert!(!right);
            account = tried;
        }
        assert!(proof(Purpose::VerifyAddress, &digits).decide(&account).is_err());
    }

    #[test]
    fn a_code_is_followed_only_after_its_pause_and_expires() {
        let now = Timestamp::UNIX_EPOCH;
        let first = IssuedCode::follow(None, "a".into(), &parameters(), now);
        let after = |s| now + SignedDuration::from_secs(s);
        assert!(IssuedCode::follow(first.as_ref(), "b".into(), &parameters(), after(59)).is_none());
        assert!(IssuedCode::follow(first.as_ref(), "b".into(), &parameters(), after(60)).is_some());
        let last =
            first.clone().map(|code| IssuedCode { number_of_day: CODES_PER_DAY_MAX, ..code });
        assert!(
            IssuedCode::follow(last.as_ref(), "b".into(), &parameters(), after(80_000)).is_none()
        );
        assert!(
            IssuedCode::follow(last.as_ref(), "b".into(), &parameters(), after(86_400)).is_some()
        );
        let code = first.unwrap_or_else(|| unreachable!());
        assert!(code.is_open(&parameters(), after(1_799)));
        assert!(!code.is_open(&parameters(), after(1_800)));
        let nonce = |secs| open_nonce(Some(&code), &parameters(), after(secs));
        assert_eq!([nonce(1_799), nonce(1_800)], [Some("a".to_owned()), None]);
        assert!(!IssuedCode { tries_left: 0, ..code }.is_open(&parameters(), now));
    }

    #[test]
    fn the_digits_of_a_code_are_its_own() {
        let pepper = Pepper::new("a pepper");
        let digits = |nonce: &str, purpose, number| {
            let issued =
                IssuedCode::follow(None, nonce.into(), &parameters(), Timestamp::UNIX_EPOCH);
            let user_id = UserId::new(Timestamp::UNIX_EPOCH, [number; 10]);
            issued.map(|code| code.digits(&pepper, purpose, &user_id)).expect("the first code")
        };
        let one = digits("n", Purpose::VerifyAddress, 1);
        assert_eq!(one.len(), 6);
        assert_ne!(one, digits("m", Purpose::VerifyAddress, 1));
        assert_ne!(one, digits("n", Purpose::ResetPassword, 1));
        assert_ne!(one, digits("n", Purpose::VerifyAddress, 2));
    }
}
