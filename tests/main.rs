//! One binary for all tests that look at the project from outside.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should say where"
)]

mod suite {
    mod desk;
    mod discovery;
    mod format;
    #[path = "../fuzz/src/lib.rs"]
    mod fuzz;
    mod golden;
    mod hostile;
    mod insight_samples;
    mod instruments;
    mod journey;
    mod json_suite;
    mod laws;
    mod memory;
    mod mutated;
    mod protocol;
    mod public_cases;
    mod rng;
    mod rows_behind;
    mod sample_reports;
    mod samples;
    mod sqlite;
    mod statistics_files;
    mod store_faults;
    mod tidy;
    mod typed;
    mod versions;
    mod workbooks;
}
