//! Structured logs.

/// Sets up JSON logs at the level `RUST_LOG` says; call once, first.
pub fn start() {
    lambda_runtime::tracing::init_default_subscriber();
}
