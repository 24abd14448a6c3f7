//! What an account's comparison passes over, on the local AWS that `make test` brings up.

use contracts::sweep::AccountDueV1;
use on_account_due::{App, Status};
use runtime::clock::now;
use testkit::{Outcome, Site, samples};

#[tokio::test]
async fn an_account_that_was_disconnected_meanwhile_is_passed_over() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let app = App::new(site.aws(), &site.config())?;
    let due = AccountDueV1 { cloud: "nimbus".to_owned(), due_at: now() };
    assert_eq!(app.handle(due, now()).await?, Status::default());
    Ok(())
}

#[tokio::test]
async fn a_deployment_that_cannot_name_machines_does_not_start() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    for stack in ["My_Stack", "a-name-of-thirty-one-characters", ""] {
        let config = site.config().with("DEPLOYMENT", format!("1/eu-west-1/{stack}"));
        let refused = App::new(site.aws(), &config).err().map(|error| error.to_string());
        assert!(refused.is_some_and(|why| why.contains("the stack's name")), "{stack}");
    }
    Ok(())
}
