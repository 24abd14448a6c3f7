//! What `api-statements` refuses, against the local AWS that `make test` brings up.

use api_statements::{App, router};
use axum::Router;
use testkit::{Call, DEMO, Member, Outcome, Stack};

async fn desk() -> Outcome<(Router, Member, Stack)> {
    let stack = Stack::from_env()?;
    let app = App::new(&stack.aws().await, &stack.config())?;
    let member = stack.member(DEMO).await?;
    Ok((router(app), member, stack))
}

#[tokio::test]
async fn a_page_of_the_statement_is_asked_for_in_the_documented_way() -> Outcome<()> {
    let (router, member, _) = desk().await?;
    let long = format!("cursor={}", "A".repeat(257));
    for (query, code) in [
        ("limit=many", "invalid_query"),
        ("limit=-1", "invalid_query"),
        ("limit=256", "invalid_query"),
        ("page=2", "invalid_query"),
        ("limit=0", "invalid_limit"),
        ("limit=101", "invalid_limit"),
        ("cursor=", "invalid_cursor"),
        ("cursor=newest", "invalid_cursor"),
        // The sort key `wallet`, which is no transaction's.
        ("cursor=d2FsbGV0", "invalid_cursor"),
        (long.as_str(), "invalid_cursor"),
    ] {
        let call = Call::get(&format!("/billing/statement?{query}"));
        call.by(&router, &member).await?.refused(400, code)?;
    }
    for limit in [1, 100] {
        let call = Call::get(&format!("/billing/statement?limit={limit}"));
        call.by(&router, &member).await?.with_status(200)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_page_of_charges_is_asked_for_in_the_documented_way() -> Outcome<()> {
    let (router, member, _) = desk().await?;
    for (query, code) in [
        ("limit=many", "invalid_query"),
        ("page=2", "invalid_query"),
        ("limit=1", "invalid_limit"),
        ("limit=101", "invalid_limit"),
        ("cursor=newest", "invalid_cursor"),
        // A cursor of the statement, which says no balance: `transaction#2026-11-21T00:00:00Z#a`.
        ("cursor=dHJhbnNhY3Rpb24jMjAyNi0xMS0yMVQwMDowMDowMFojYQ", "invalid_cursor"),
    ] {
        let call = Call::get(&format!("/billing/charges?{query}"));
        call.by(&router, &member).await?.refused(400, code)?;
    }
    for limit in [2, 100] {
        let call = Call::get(&format!("/billing/charges?limit={limit}"));
        call.by(&router, &member).await?.with_status(200)?;
    }
    Ok(())
}

#[tokio::test]
async fn usage_is_told_for_1_to_92_days() -> Outcome<()> {
    let (router, member, _) = desk().await?;
    let usage = |query: &str| Call::get(&format!("/billing/usage?{query}"));
    for (query, code) in [
        ("from=yesterday", "invalid_query"),
        ("from=2026-02-30", "invalid_query"),
        ("since=2026-11-01", "invalid_query"),
        ("from=2026-11-02&to=2026-11-01", "invalid_range"),
        ("from=2026-11-01&to=2027-02-01", "invalid_range"),
        ("from=1970-01-01", "invalid_range"),
        ("to=1970-01-01", "invalid_range"),
    ] {
        usage(query).by(&router, &member).await?.refused(400, code)?;
    }
    for query in ["from=2026-11-01&to=2026-11-01", "from=2026-11-01&to=2027-01-31"] {
        usage(query).by(&router, &member).await?.with_status(200)?;
    }
    Ok(())
}

#[tokio::test]
async fn an_invoice_of_no_month_is_400_and_one_of_an_unused_month_404() -> Outcome<()> {
    let (router, member, _) = desk().await?;
    let invoice = |period: &str| Call::get(&format!("/billing/invoices/{period}"));
    for period in ["november", "2026-13", "2026-00", "2026-1", "26-11", "2026-11-01", "1969-12"] {
        invoice(period).by(&router, &member).await?.refused(400, "invalid_period")?;
    }
    for period in ["1970-01", "2020-02", "9998-12"] {
        invoice(period).by(&router, &member).await?.refused(404, "not_found")?;
    }
    Ok(())
}

#[tokio::test]
async fn nobody_but_a_member_has_statements() -> Outcome<()> {
    let (router, member, stack) = desk().await?;
    let stranger = Member { host: stack.cardless().await?, ..member.clone() };
    let nowhere = Member { host: "nowhere.localhost".to_owned(), ..member.clone() };
    for path in [
        "/billing/wallet",
        "/billing/charges",
        "/billing/statement",
        "/billing/usage",
        "/billing/invoices",
        "/billing/invoices/2026-11",
    ] {
        let call = Call::get(path);
        call.by_nobody(&router, DEMO).await?.refused(401, "unauthenticated")?;
        call.by(&router, &stranger).await?.refused(403, "not_a_member")?;
        call.by(&router, &nowhere).await?.refused(404, "tenant_not_found")?;
    }
    Call::get("/billing/wallet").by(&router, &member).await?.with_status(200)?;
    Ok(())
}
