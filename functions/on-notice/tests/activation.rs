//! The mail that holds an activation link, and what its pod is told of it.

use adapters::tables::notifications::{Notifications, Reader};
use contracts::notice::NoticeV1;
use domain::people::account::{Account, Standing};
use domain::pod::{ActivationMails, Pod};
use jiff::Timestamp;
use on_notice::App;
use runtime::clock::now;
use testkit::site::FIFTY_DOLLARS;
use testkit::{Outcome, Site, Stack, newcomer, samples};

/// The sender that a deployment has unless told otherwise; `template.yaml` names it.
const MAIL_FROM: &str = "no-reply@gpubroker.invalid";

/// A ready pod, whose owner has a mailbox.
struct World {
    stack: Stack,
    site: Site,
    app: App,
    pod: Pod,
    email: String,
}

impl World {
    async fn new() -> Outcome<Self> {
        let site = Site::with(samples::market()).await?;
        let payer = site.payer(FIFTY_DOLLARS).await?;
        let user_id = payer.user_id.clone();
        let account = Account { user_id, standing: Standing::Active, ..newcomer()? };
        site.accounts()?.begin(&site.tenant_id, &account).await?;
        let pod = site.open(&payer, None).await?;
        let pod = site.ready(&pod, now()).await?;
        let app = App::new(site.aws(), &site.config().with("MAIL_FROM", MAIL_FROM))?;
        let email = account.email.as_str().to_owned();
        Ok(Self { stack: Stack::from_env()?, site, app, pod, email })
    }

    /// How many links were mailed, and when the pod was told of the first.
    async fn mailed(&self) -> Outcome<(usize, Option<Timestamp>)> {
        let pod = self.site.pods.load(&self.pod.tenant_id, &self.pod.id).await?;
        Ok((self.stack.mails(&self.email).await?.len(), pod.activation_mailed_at))
    }
}

#[tokio::test]
async fn a_pod_is_told_when_its_first_link_was_mailed() -> Outcome<()> {
    let world = World::new().await?;
    let before = now();
    assert_eq!(world.mailed().await?, (0, None));
    let first = NoticeV1::activate_pod(&world.pod);
    world.app.handle(first.clone(), before).await?;
    let (mails, mailed_at) = world.mailed().await?;
    assert!(mailed_at.is_some_and(|at| (before..=now()).contains(&at)), "{mailed_at:?}");
    assert_eq!(mails, 1);
    world.app.handle(first, now()).await?;
    assert_eq!(world.mailed().await?, (1, mailed_at));
    let activation_mails = ActivationMails { asked: 1, asked_at: Some(now()) };
    let asked = Pod { activation_mails, ..world.pod.clone() };
    world.app.handle(NoticeV1::activate_pod(&asked), now()).await?;
    assert_eq!(world.mailed().await?, (2, mailed_at));
    Ok(())
}

#[tokio::test]
async fn a_pod_that_was_not_told_of_its_mail_is_told_when_the_notice_comes_again() -> Outcome<()> {
    let world = World::new().await?;
    let notice = NoticeV1::activate_pod(&world.pod);
    let table = world.site.output("AccountsTable")?;
    let (tenant_id, user_id) = (notice.tenant_id.clone(), notice.user_id.clone());
    let reader = Reader { tenant_id, user_id };
    let notifications = Notifications::new(world.site.aws(), table);
    notifications.mark_sent(&reader, &notice.key, now(), None).await?;
    world.app.handle(notice, now()).await?;
    let (mails, mailed_at) = world.mailed().await?;
    assert_eq!((mails, mailed_at.is_some()), (0, true));
    Ok(())
}

#[tokio::test]
async fn a_link_that_is_of_no_use_any_more_is_not_mailed() -> Outcome<()> {
    let world = World::new().await?;
    let notice = NoticeV1::activate_pod(&world.pod);
    world.site.change(&world.pod, |pod| pod.activate(now())).await?;
    world.app.handle(notice, now()).await?;
    assert_eq!(world.mailed().await?, (0, None));
    Ok(())
}
