//! A month is closed once, with everything that was captured in it; the statement tells it all.

use adapters::tables::ledger::{Books, ChargesCursor, StatementCursor};
use domain::id::PodId;
use domain::money::invoice::{Invoice, Period, PodLabel};
use domain::money::ledger::TransactionKind;
use domain::money::metering::{Phase, PodUsage, Rates, UsageClock};
use domain::money::{UsdMicros, UsdMicrosPerHour};
use jiff::{SignedDuration, Timestamp};

use crate::ledger::{Bank, deposit};
use crate::world::{Outcome, now, pod_id};

/// 1,000 micro-dollars a second.
const RATE: UsdMicrosPerHour = UsdMicrosPerHour(3_600_000);

/// The month in which the bank's wallet saw its first money.
fn this() -> Period {
    Period::of(now())
}

/// A pod that runs since a minute before the end of this month.
fn usage(pod: &PodId) -> PodUsage {
    let rates = Rates { running: RATE, stopped: UsdMicrosPerHour(0) };
    let clock = UsageClock::default().begin(Phase::Running, past_the_end(-60));
    PodUsage { pod: pod.clone(), clock, user_rates: rates, provider_rates: rates }
}

fn past_the_end(secs: i64) -> Timestamp {
    this().end() + SignedDuration::from_secs(secs)
}

impl Bank {
    async fn capture(&self, usage: &PodUsage, secs_past_the_end: i64) -> Outcome<()> {
        let usages = [(usage.clone(), past_the_end(secs_past_the_end))];
        Ok(self.ledger.capture(&self.of, &usages, now()).await?)
    }

    fn invoice(&self, books: &Books, period: Period) -> Outcome<Option<Invoice>> {
        let label = PodLabel { pod_name: "trial".into(), gpu: "H100 SXM".into() };
        let accounts = books.accounts.iter();
        let accounts: Vec<_> = accounts.map(|it| (it.metered.clone(), label.clone())).collect();
        let invoice = Invoice::of(&self.of.customer(), period, &books.wallet, &accounts)?;
        Ok(invoice.issued(now()))
    }

    /// Closes the first month of `books`, as they were read.
    async fn close_month(&self, books: &Books) -> Outcome<bool> {
        let period = books.unclosed().ok_or("no money yet")?;
        let invoice = self.invoice(books, period)?;
        Ok(self.ledger.close_period(&self.of, books, invoice.as_ref()).await?)
    }

    /// The first month of this wallet that is not closed, if it is before `period`, as the index
    /// knows.
    async fn unclosed_before(&self, period: Period) -> Outcome<Option<Period>> {
        let all = self.ledger.unclosed_before(period).await?;
        let mut own = all.into_iter().filter(|(of, _)| *of == self.of);
        let found = own.next().map(|(_, period)| period);
        assert_eq!(own.next(), None);
        Ok(found)
    }
}

#[tokio::test]
async fn a_capture_across_the_end_of_a_month_goes_to_both_invoices() -> Outcome<()> {
    let (bank, pod) = (Bank::with(10).await?, pod_id()?);
    bank.hold(&pod, 4).await?;
    bank.capture(&usage(&pod), 30).await?;
    let (this, next) = (this(), this().next());
    assert!(bank.close_month(&bank.ledger.books(&bank.of).await?).await?);
    assert!(bank.close_month(&bank.ledger.books(&bank.of).await?).await?);
    let invoices = bank.ledger.invoices(&bank.of).await?;
    let told: Vec<_> =
        invoices.iter().map(|it| (it.period, it.total_usd_micros.0, it.due_usd_micros.0)).collect();
    assert_eq!(told, [(next, 30_000, 0), (this, 60_000, 0)]);
    let metered = bank.ledger.metered(&bank.of, &pod).await?;
    assert_eq!(metered.captured_usd_micros, UsdMicros(90_000));
    assert_eq!(bank.ledger.invoice(&bank.of, this).await?.as_ref(), Some(&invoices[1]));
    assert_eq!(bank.ledger.invoice(&bank.of, next.next()).await?, None);
    Ok(())
}

#[tokio::test]
async fn a_wallet_is_found_until_its_month_is_closed_and_closing_twice_is_closing_once()
-> Outcome<()> {
    let (bank, pod) = (Bank::with(10).await?, pod_id()?);
    assert_eq!(bank.unclosed_before(this()).await?, None);
    assert_eq!(bank.unclosed_before(this().next()).await?, Some(this()));
    bank.hold(&pod, 4).await?;
    bank.capture(&usage(&pod), 0).await?;
    let books = bank.ledger.books(&bank.of).await?;
    let (one, two) = tokio::join!(bank.close_month(&books), bank.close_month(&books));
    assert_eq!([one?, two?].iter().filter(|closed| **closed).count(), 1);
    assert!(!bank.close_month(&books).await?);
    assert_eq!(bank.ledger.invoices(&bank.of).await?.len(), 1);
    assert_eq!(bank.unclosed_before(this().next()).await?, None);
    assert_eq!(bank.unclosed_before(this().next().next()).await?, Some(this().next()));
    Ok(())
}

#[tokio::test]
async fn a_month_without_usage_is_closed_without_an_invoice() -> Outcome<()> {
    let bank = Bank::with(10).await?;
    assert!(bank.close_month(&bank.ledger.books(&bank.of).await?).await?);
    assert_eq!(bank.ledger.invoices(&bank.of).await?, []);
    assert_eq!(bank.ledger.books(&bank.of).await?.unclosed(), Some(this().next()));
    Ok(())
}

#[tokio::test]
async fn a_capture_after_the_books_were_read_keeps_the_month_open() -> Outcome<()> {
    let (bank, pod) = (Bank::with(10).await?, pod_id()?);
    bank.hold(&pod, 4).await?;
    bank.capture(&usage(&pod), -30).await?;
    let books = bank.ledger.books(&bank.of).await?;
    bank.capture(&usage(&pod), 0).await?;
    assert!(!bank.close_month(&books).await?);
    assert_eq!(bank.ledger.invoices(&bank.of).await?, []);
    Ok(())
}

#[tokio::test]
async fn a_capture_and_a_close_at_once_agree_on_what_the_month_holds() -> Outcome<()> {
    for _ in 0..5 {
        let (bank, pod) = (Bank::with(10).await?, pod_id()?);
        bank.hold(&pod, 4).await?;
        bank.capture(&usage(&pod), -30).await?;
        let books = bank.ledger.books(&bank.of).await?;
        let usage = usage(&pod);
        let (closed, captured) = tokio::join!(bank.close_month(&books), bank.capture(&usage, 0));
        captured?;
        let total = match bank.ledger.invoice(&bank.of, this()).await? {
            Some(invoice) => invoice.total_usd_micros.0,
            None => 0,
        };
        // Whoever was first, the invoice holds what was captured when it was written.
        assert_eq!(total, if closed? { 30_000 } else { 0 });
        bank.checked().await?;
    }
    Ok(())
}

#[tokio::test]
async fn charges_tell_what_was_left_whatever_the_pages() -> Outcome<()> {
    let (bank, pod) = (Bank::with(10).await?, pod_id()?);
    bank.hold(&pod, 4).await?;
    bank.capture(&usage(&pod), 0).await?;
    for number in 0..4 {
        bank.ledger.post(&bank.of, &format!("more-{number}"), &deposit(1), now()).await?;
    }
    bank.close(&pod).await?;
    let whole = bank.ledger.charges(&bank.of, None, 100, now()).await?;
    assert_eq!(whole.next, None);
    let wallet = bank.checked().await?;
    let newest = whole.lines.first().ok_or("no line")?;
    assert_eq!(newest.balance_usd_micros, wallet.available(now())?.plus(wallet.held()?)?);
    for two in whole.lines.windows(2) {
        let left = two[1].balance_usd_micros.plus(two[0].amount_usd_micros)?;
        assert_eq!(left, two[0].balance_usd_micros, "{two:?}");
    }
    let oldest = whole.lines.last().ok_or("no line")?;
    assert_eq!(oldest.balance_usd_micros, oldest.amount_usd_micros);
    for limit in 2..=7 {
        let (mut lines, mut cursor) = (Vec::new(), None);
        loop {
            let page = bank.ledger.charges(&bank.of, cursor.as_ref(), limit, now()).await?;
            assert!(page.lines.len() <= usize::from(limit));
            lines.extend(page.lines);
            let Some(next) = page.next else { break };
            cursor = Some(ChargesCursor::decode(&next.encode())?);
        }
        assert_eq!(lines, whole.lines, "pages of {limit}");
    }
    Ok(())
}

#[tokio::test]
async fn the_statement_has_every_transaction_once_whatever_the_pages() -> Outcome<()> {
    let (bank, pod) = (Bank::with(10).await?, pod_id()?);
    bank.hold(&pod, 4).await?;
    bank.capture(&usage(&pod), 0).await?;
    let bill = domain::money::metering::MachineBill {
        carry_usd_micros: UsdMicros(7),
        overrun_usd_micros: UsdMicros(0),
        rounding_usd_micros: UsdMicros(0),
    };
    let machine = domain::money::ledger::Entry::Machine { pod: pod.clone(), bill };
    for number in 0..3 {
        bank.ledger.post(&bank.of, &format!("machine-{number}"), &machine, now()).await?;
    }
    bank.ledger.post(&bank.of, "more", &deposit(1), now()).await?;
    bank.close(&pod).await?;
    let whole = bank.ledger.statement(&bank.of, None, 100).await?;
    assert_eq!(whole.next, None);
    let mut kinds: Vec<_> = whole.lines.iter().map(|line| line.transaction.kind).collect();
    kinds.sort_by_key(|kind| format!("{kind:?}"));
    let all = [
        TransactionKind::Capture,
        TransactionKind::Deposit,
        TransactionKind::Deposit,
        TransactionKind::Hold,
        TransactionKind::Release,
    ];
    assert_eq!(kinds, all);
    let newest_first =
        whole.lines.windows(2).all(|two| two[0].transaction.at >= two[1].transaction.at);
    assert!(newest_first, "{whole:?}");
    let free: i64 = whole.lines.iter().map(|line| line.change.free_usd_micros.0).sum();
    let held: i64 = whole.lines.iter().map(|line| line.change.held_usd_micros.0).sum();
    let wallet = bank.checked().await?;
    assert_eq!((free, held), (wallet.available(now())?.0, wallet.held()?.0));
    for limit in 1..=5 {
        let (mut lines, mut cursor) = (Vec::new(), None);
        loop {
            let page = bank.ledger.statement(&bank.of, cursor.as_ref(), limit).await?;
            assert!(page.lines.len() <= usize::from(limit));
            lines.extend(page.lines);
            let Some(next) = page.next else { break };
            cursor = Some(StatementCursor::decode(&next.encode())?);
        }
        assert_eq!(lines, whole.lines, "pages of {limit}");
    }
    Ok(())
}
