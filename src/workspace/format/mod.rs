//! Saved workspaces, by version.
