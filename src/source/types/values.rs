//! The values of a column as they are collected, cut into batches on the way.

use super::BATCH_ROWS;
use arrow::array::builder::NullBufferBuilder;
use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::ArrowNativeType;
use std::sync::Arc;

/// The values of a whole column, with their gaps.
pub(super) struct Values<T: ArrowNativeType> {
    /// Batches that are full: they are never moved again.
    full: Vec<(ScalarBuffer<T>, Option<NullBuffer>)>,
    values: Vec<T>,
    nulls: NullBufferBuilder,
    pub n_missing: u64,
}

impl<T: ArrowNativeType> Values<T> {
    pub fn new(n_missing: usize) -> Values<T> {
        let mut values =
            Values { full: Vec::new(), values: Vec::new(), nulls: NullBufferBuilder::new(1024), n_missing: 0 };
        (0..n_missing).for_each(|_| values.push_missing());
        values
    }

    #[inline]
    pub fn push(&mut self, value: T) {
        self.values.push(value);
        self.nulls.append_non_null();
        if self.values.len() == BATCH_ROWS {
            self.close();
        }
    }

    #[inline]
    pub fn push_missing(&mut self) {
        self.values.push(T::default());
        self.nulls.append_null();
        self.n_missing += 1;
        if self.values.len() == BATCH_ROWS {
            self.close();
        }
    }

    #[inline]
    pub fn push_option(&mut self, value: Option<T>) {
        match value {
            Some(value) => self.push(value),
            None => self.push_missing(),
        }
    }

    #[cold]
    fn close(&mut self) {
        let values = std::mem::replace(&mut self.values, Vec::with_capacity(BATCH_ROWS));
        self.full.push((ScalarBuffer::from(values), self.nulls.finish()));
    }

    pub fn map<U: ArrowNativeType>(self, convert: impl Fn(T) -> U) -> Values<U> {
        let one = |values: &[T]| -> Vec<U> { values.iter().map(|v| convert(*v)).collect() };
        let full = self.full.into_iter().map(|(values, nulls)| (ScalarBuffer::from(one(&values)), nulls)).collect();
        Values { full, values: one(&self.values), nulls: self.nulls, n_missing: self.n_missing }
    }

    /// Adds the rows of an array. A whole batch where a batch begins is taken over as it is.
    pub fn append<P: ArrowPrimitiveType<Native = T>>(&mut self, array: &PrimitiveArray<P>) {
        let n_missing = array.null_count();
        self.n_missing += n_missing as u64;
        let nulls = if n_missing == 0 { None } else { array.nulls() };
        if self.values.is_empty() && array.values().len() == BATCH_ROWS {
            self.full.push((array.values().clone(), nulls.cloned()));
            return;
        }
        let mut done = 0;
        while done < array.values().len() {
            let n = (BATCH_ROWS - self.values.len()).min(array.values().len() - done);
            self.values.extend_from_slice(array.values().get(done..done + n).unwrap_or(&[]));
            match nulls {
                Some(nulls) => self.nulls.append_buffer(&nulls.slice(done, n)),
                None => self.nulls.append_n_non_nulls(n),
            }
            done += n;
            if self.values.len() == BATCH_ROWS {
                self.close();
            }
        }
    }

    /// The column's batches, cut as all other columns are.
    pub fn chunks<P: ArrowPrimitiveType<Native = T>>(mut self) -> Vec<ArrayRef> {
        if !self.values.is_empty() {
            self.values.shrink_to_fit();
            self.full.push((ScalarBuffer::from(self.values), self.nulls.finish()));
        }
        let chunk = |(values, nulls)| Arc::new(PrimitiveArray::<P>::new(values, nulls)) as ArrayRef;
        self.full.into_iter().map(chunk).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::datatypes::Int64Type;

    fn filled(rows: std::ops::Range<i64>) -> Values<i64> {
        let mut values = Values::new(0);
        rows.for_each(|i| values.push_option((i % 7 != 0).then_some(i)));
        values
    }

    #[test]
    fn values_put_together_are_those_of_one_column() {
        let batch = BATCH_ROWS as i64;
        for (middle, end) in [(batch, 3 * batch + 5), (2 * batch, 3 * batch), (1_000, 2 * batch), (0, 10)] {
            let whole = filled(0..end);
            let n_missing = whole.n_missing;
            let mut parts = filled(0..middle);
            for chunk in filled(middle..end).chunks::<Int64Type>() {
                parts.append(chunk.as_any().downcast_ref::<PrimitiveArray<Int64Type>>().unwrap());
            }
            assert_eq!(parts.n_missing, n_missing);
            let (parts, whole) = (parts.chunks::<Int64Type>(), whole.chunks::<Int64Type>());
            assert_eq!(
                parts.iter().map(|c| c.len()).collect::<Vec<_>>(),
                whole.iter().map(|c| c.len()).collect::<Vec<_>>()
            );
            assert_eq!(parts, whole);
        }
    }
}
