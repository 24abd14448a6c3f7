//! The deployment as data: `tests/template.rs` checks what `template.yaml` deploys.
