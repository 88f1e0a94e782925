//! The browser: workers, files, storage, network.
