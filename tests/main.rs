//! One binary for all tests that look at the project from outside.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should say where"
)]

mod suite {
    mod format;
    mod insight_samples;
    mod sample_reports;
    mod samples;
    mod tidy;
}
