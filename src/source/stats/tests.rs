//! Files that real programs wrote, against the values that those programs read from them.
