//! The different values of a text column with their counts, and which of them may be one.

use super::cache::Kept;
use super::nodes::{Computed, Shared};
use crate::base::{Place, Problem, give_way};
use crate::recipe::{Likeness, Variants, find_variants};
use crate::table::{Provenance, Table};
use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use std::collections::HashMap;
use std::sync::Arc;

/// Rows counted between two looks at the inbox.
const SLICE: usize = 16_384;

impl Shared {
    /// # Errors
    /// `unknown_column`, and `needs_text` for a column of anything else.
    pub async fn variants(&self, input: &Computed, column: &str, by: Likeness) -> Result<Arc<Variants>, Problem> {
        let key = Provenance { inputs: vec![input.key.clone()], work: format!("variants {} {column}", by.key()) }.key();
        if let Some(Kept::Variants(found)) = self.kept(&key) {
            return Ok(found);
        }
        let found = Arc::new(search(&input.table, column, by).await?);
        self.keep(key, Kept::Variants(found.clone()));
        Ok(found)
    }
}

async fn search(table: &Table, column: &str, by: Likeness) -> Result<Variants, Problem> {
    let idx = table.column_idx(column).ok_or_else(|| {
        Problem::request("unknown_column", format!("There is no column '{column}' any more.")).hint("Choose again.")
    })?;
    let mut chunks = Vec::new();
    for chunk in table.chunks(idx) {
        let text = cast(chunk, &DataType::Utf8).ok().filter(|_| is_text(chunk.data_type()));
        chunks.push(text.ok_or_else(|| {
            Problem::request("needs_text", format!("'{column}' holds no text."))
                .at(Place::column(column))
                .hint("Choose a column of text, or turn this one into text first.")
        })?);
        give_way().await;
    }
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for texts in chunks.iter().filter_map(|c| c.as_string_opt::<i32>()) {
        for (row, text) in texts.iter().enumerate() {
            if let Some(text) = text {
                *counts.entry(text).or_default() += 1;
            }
            if row % SLICE == SLICE - 1 {
                give_way().await;
            }
        }
    }
    let mut values: Vec<(&str, u64)> = counts.into_iter().collect();
    // The most frequent are looked at first; equally frequent ones in their order, so that the answer is the same each time.
    values.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    give_way().await;
    Ok(find_variants(&values, by).await)
}

fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 => true,
        DataType::Dictionary(_, value) => **value == DataType::Utf8,
        _ => false,
    }
}
