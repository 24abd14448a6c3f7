//! Pods that boot at once at a cloud that takes few requests; `make bench PART=crowd` has 200 of them
//! at one a second.

use std::time::Duration;

use fault_tests::{BoxError, crowd};

#[tokio::test]
async fn every_pod_of_a_crowd_becomes_ready_and_the_cloud_is_hardly_pressed() -> Result<(), BoxError>
{
    let crowd = crowd(12, Duration::from_millis(100)).await?;
    assert_eq!((crowd.ready, crowd.failed.as_slice()), (12, [].as_slice()), "{crowd:?}");
    // Requests sent at the right pace can arrive closer together, so a few are turned away.
    assert!(crowd.refused * 5 <= crowd.requests, "{crowd:?}");
    Ok(())
}
