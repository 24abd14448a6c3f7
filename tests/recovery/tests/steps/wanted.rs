//! Stops, starts and ends come to the same end wherever `on-pod-wanted` was interrupted, and take
//! exactly what was used.

use adapters::tables::ledger::{HoldFor, ReleaseFor, WalletOf};
use domain::pod::{NextAct, Pod, PodState};
use jiff::SignedDuration;
use recovery_tests::{Deploy, Outcome, Site, samples};
use runtime::clock::now;

/// Seconds every pod here runs.
const RUN_SECS: i64 = 100;
/// What they cost: 2,200,000 an hour, rounded down.
const RUN_USD_MICROS: i64 = 61_111;

/// A place where `on-pod-wanted` can be interrupted while it stops or ends a pod.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Cut {
    Nowhere,
    Captured,
    Released,
    MachineEnded,
    Billed,
}

const CUTS: [Cut; 5] = [Cut::Nowhere, Cut::Captured, Cut::Released, Cut::MachineEnded, Cut::Billed];

fn some(change: Option<domain::pod::Transition>) -> Result<domain::pod::Transition, domain::Error> {
    change.ok_or_else(|| domain::Error::conflict("no_change", "Nothing changed."))
}

/// Does by hand what the driver does up to `cut`.
async fn cut_at(deploy: &Deploy<'_>, cut: Cut) -> Outcome<()> {
    let (ledger, pod) = (&deploy.site.ledger, deploy.pod().await?);
    let (of, errand) = (WalletOf::pod(&pod), pod.errand());
    if cut >= Cut::Captured {
        ledger.capture(&of, &[(pod.usage()?, now())], now()).await?;
    }
    if cut >= Cut::Released && pod.next_act() == NextAct::Stop {
        let since = errand.machine_since.ok_or("no machine")?;
        ledger.release(&of, &pod.id, ReleaseFor::Stop(since), now()).await?;
    } else if cut >= Cut::Released {
        ledger.release(&of, &pod.id, ReleaseFor::End, now()).await?;
    }
    if cut >= Cut::MachineEnded {
        deploy.change(|pod| some(pod.machine_ended(errand, now()))).await?;
    }
    if cut >= Cut::Billed {
        deploy.bill().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_stop_cut_off_anywhere_takes_the_same_and_keeps_the_disk() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    for cut in CUTS {
        let (deploy, since) = site.running(2 * RUN_SECS).await?;
        let stop_at = since + SignedDuration::from_secs(RUN_SECS);
        deploy.change(|pod| some(pod.want_stop(None, stop_at)?)).await?;
        cut_at(&deploy, cut).await?;
        for _ in 0..2 {
            deploy.drive().await?;
            let (pod, end) = (deploy.pod().await?, deploy.end().await?);
            assert_eq!(
                (pod.state, pod.next_act()),
                (PodState::Stopped, NextAct::Nothing),
                "{cut:?}"
            );
            assert_eq!(deploy.captured().await?, RUN_USD_MICROS, "{cut:?}");
            // 100 GiB at 137 micro-dollars an hour with a tenth on top, for a day.
            assert_eq!(end.held.0, 15_070 * 24, "{cut:?}: {end:?}");
            let machines = end.transactions.iter().filter(|it| it.starts_with("Machine"));
            assert_eq!(machines.count(), 1, "{cut:?}: {end:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_end_cut_off_anywhere_takes_the_same_and_leaves_nothing_held() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    for cut in CUTS {
        let (deploy, since) = site.running(2 * RUN_SECS).await?;
        let end_at = since + SignedDuration::from_secs(RUN_SECS);
        deploy.change(|pod| some(pod.want_gone(None, end_at))).await?;
        cut_at(&deploy, cut).await?;
        for _ in 0..2 {
            deploy.drive().await?;
            let (pod, end) = (deploy.pod().await?, deploy.end().await?);
            assert_eq!((pod.state, pod.next_act()), (PodState::Terminated, NextAct::Nothing));
            assert_eq!((end.held.0, end.missing.0), (0, RUN_USD_MICROS), "{cut:?}: {end:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_stopped_pod_runs_again_at_its_price_and_is_charged_for_both() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    for cut in [false, true] {
        let (deploy, since) = site.running(2 * RUN_SECS).await?;
        let stop_at = since + SignedDuration::from_secs(RUN_SECS);
        deploy.change(|pod| some(pod.want_stop(None, stop_at)?)).await?;
        deploy.drive().await?;
        deploy.change(|pod| some(pod.want_start(600, now())?)).await?;
        let pod = deploy.pod().await?;
        if cut {
            // Interrupted after the money was held and before the machine was started.
            let of = WalletOf::pod(&pod);
            let start = pod.machine.map(|time| time.since).ok_or("no machine")?;
            site.ledger.capture(&of, &[(pod.usage()?, now())], now()).await?;
            site.ledger.release(&of, &pod.id, ReleaseFor::Start(start), now()).await?;
            let hold = (HoldFor::Resume(start), pod.quote.hold_usd_micros);
            site.ledger.hold(&of, &pod.id, hold, now()).await?;
        }
        deploy.drive().await?;
        deploy.drive().await?;
        let (pod, end) = (deploy.pod().await?, deploy.end().await?);
        assert_eq!((pod.state, pod.next_act()), (PodState::Running, NextAct::Nothing));
        assert_eq!(end.held, pod.quote.hold_usd_micros, "{end:?}");
        deploy.change(|pod: Pod| some(pod.want_gone(None, now()))).await?;
        deploy.drive().await?;
        let (pod, end) = (deploy.pod().await?, deploy.end().await?);
        let due = pod.usage()?.user_rates.due_rounded_down(pod.clock.until(now()))?;
        assert_eq!((end.held.0, end.missing), (0, due), "{end:?}");
    }
    Ok(())
}

#[tokio::test]
async fn an_end_wanted_at_any_point_of_a_deploy_gives_everything_back() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    for point in recovery_tests::POINTS {
        let deploy = site.deploy(None).await?;
        deploy.bring_to(point).await?;
        deploy.change(|pod| some(pod.want_gone(None, now()))).await?;
        deploy.drive().await?;
        let end = deploy.end().await?;
        assert_eq!(end.state, PodState::Terminated, "{point:?}");
        assert_eq!((end.held.0, end.missing.0), (0, 0), "{point:?}: {end:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_start_that_is_taken_back_leaves_only_the_disk_paid_for() -> Outcome<()> {
    let site = Site::with(samples::market()).await?;
    let (deploy, since) = site.running(2 * RUN_SECS).await?;
    let stop_at = since + SignedDuration::from_secs(RUN_SECS);
    deploy.change(|pod| some(pod.want_stop(None, stop_at)?)).await?;
    deploy.drive().await?;
    for _ in 0..2 {
        // The money for running is held; then its owner stops it before its machine is started.
        deploy.change(|pod| some(pod.want_start(600, now())?)).await?;
        let pod = deploy.pod().await?;
        let (of, start) =
            (WalletOf::pod(&pod), pod.machine.map(|time| time.since).ok_or("no machine")?);
        site.ledger.release(&of, &pod.id, ReleaseFor::Start(start), now()).await?;
        let hold = (HoldFor::Resume(start), pod.quote.hold_usd_micros);
        site.ledger.hold(&of, &pod.id, hold, now()).await?;
        deploy.change(|pod| some(pod.want_stop(None, now())?)).await?;
        deploy.drive().await?;
        let (pod, end) = (deploy.pod().await?, deploy.end().await?);
        assert_eq!((pod.state, pod.next_act()), (PodState::Stopped, NextAct::Nothing));
        assert_eq!(end.held.0, 15_070 * 24, "{end:?}");
    }
    Ok(())
}
