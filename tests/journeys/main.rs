//! What people do with the whole product, from the outside. `make test` brings it up first.
#![cfg(test)]

mod activation;
mod activity;
mod billing;
mod branding;
mod browsing;
mod deploy_failures;
mod documented_errors;
mod invoices;
mod live_cloud;
mod live_ecs;
mod live_failures;
mod live_failures_interrupted;
mod live_failures_sweep;
mod live_outage;
mod live_relaunch;
mod live_stops;
mod live_wanted;
mod notifications;
mod other_people;
mod plan_changes;
mod realtime;
mod sign_up_to_running_pod;
mod verification;
mod webhooks;
mod wrong_input;
