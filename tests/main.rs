//! One binary for all tests that look at the project from outside.

mod suite {
    mod format;
    mod insight_samples;
    mod samples;
    mod tidy;
}
