//! Looks over the schema of an Arrow file before Arrow does: where a type is described wrongly,
//! arrow-ipc 59 panics, and a hostile file should be a problem and not a crash.

use arrow::ipc::{
    Buffer, DateUnit, Endianness, Field, FieldNode, Int, IntervalUnit, Precision, RecordBatch, Schema, TimeUnit, Type,
};

/// Whether every type of the schema is described completely, and is one that can be read here.
pub(super) fn is_sound(schema: &Schema<'_>) -> bool {
    schema.endianness() == Endianness::Little
        && schema.fields().is_some_and(|fields| fields.iter().all(|field| field_is_sound(&field)))
}

fn int_is_sound(int: Option<Int<'_>>) -> bool {
    int.is_some_and(|int| matches!(int.bitWidth(), 8 | 16 | 32 | 64))
}

fn unit_is_sound(unit: TimeUnit) -> bool {
    matches!(unit, TimeUnit::SECOND | TimeUnit::MILLISECOND | TimeUnit::MICROSECOND | TimeUnit::NANOSECOND)
}

/// The depth of nesting is bounded: the flatbuffer was verified, which allows 64 tables in one another.
fn field_is_sound(field: &Field<'_>) -> bool {
    let n_children = field.children().map_or(0, |children| children.len());
    let children_are_sound = field.children().is_none_or(|children| children.iter().all(|c| field_is_sound(&c)));
    let dictionary_is_sound = field.dictionary().is_none_or(|d| int_is_sound(d.indexType()));
    children_are_sound && dictionary_is_sound && type_is_sound(field, n_children)
}

fn type_is_sound(field: &Field<'_>, n_children: usize) -> bool {
    match field.type_type() {
        Type::Null | Type::Bool | Type::Utf8 | Type::LargeUtf8 | Type::Utf8View => true,
        Type::Binary | Type::LargeBinary | Type::BinaryView => true,
        Type::Int => int_is_sound(field.type_as_int()),
        Type::FloatingPoint => field
            .type_as_floating_point()
            .is_some_and(|f| matches!(f.precision(), Precision::HALF | Precision::SINGLE | Precision::DOUBLE)),
        Type::Date => field.type_as_date().is_some_and(|d| matches!(d.unit(), DateUnit::DAY | DateUnit::MILLISECOND)),
        Type::Time => field.type_as_time().is_some_and(|t| {
            let is_short = matches!(t.unit(), TimeUnit::SECOND | TimeUnit::MILLISECOND);
            unit_is_sound(t.unit()) && t.bitWidth() == if is_short { 32 } else { 64 }
        }),
        Type::Timestamp => field.type_as_timestamp().is_some_and(|t| unit_is_sound(t.unit())),
        Type::Duration => field.type_as_duration().is_some_and(|d| unit_is_sound(d.unit())),
        Type::Interval => field.type_as_interval().is_some_and(|i| {
            matches!(i.unit(), IntervalUnit::YEAR_MONTH | IntervalUnit::DAY_TIME | IntervalUnit::MONTH_DAY_NANO)
        }),
        Type::Decimal => field.type_as_decimal().is_some_and(|d| {
            let most = match d.bitWidth() {
                32 => 9,
                64 => 18,
                128 => 38,
                256 => 76,
                _ => 0,
            };
            (1..=most).contains(&d.precision()) && (-most..=d.precision()).contains(&d.scale())
        }),
        Type::FixedSizeBinary => {
            field.type_as_fixed_size_binary().is_some_and(|b| (0..1 << 20).contains(&b.byteWidth()))
        }
        Type::List | Type::LargeList => n_children == 1,
        Type::Map => {
            let entry = field.children().and_then(|children| children.iter().next());
            let is_pair =
                entry.is_some_and(|e| e.type_type() == Type::Struct_ && e.children().is_some_and(|c| c.len() == 2));
            n_children == 1 && is_pair && field.type_as_map().is_some()
        }
        Type::FixedSizeList => {
            n_children == 1 && field.type_as_fixed_size_list().is_some_and(|l| (0..1 << 20).contains(&l.listSize()))
        }
        Type::Struct_ => true,
        // Unions, views of lists and run ends hardly occur in files of tables.
        _ => false,
    }
}

/// Nodes and buffers of a batch, taken in the order in which the fields use them up.
struct Supply<'a, N, B, V> {
    nodes: N,
    buffers: B,
    /// How many data buffers each column of views has.
    view_counts: V,
    marker: std::marker::PhantomData<&'a ()>,
}

/// Whether a batch brings what the schema needs, with maps of missing cells of the right size.
pub(super) fn batch_is_sound(schema: &Schema<'_>, batch: &RecordBatch<'_>) -> bool {
    let mut supply = Supply {
        nodes: batch.nodes().into_iter().flatten(),
        buffers: batch.buffers().into_iter().flatten(),
        view_counts: batch.variadicBufferCounts().into_iter().flatten(),
        marker: std::marker::PhantomData,
    };
    // Arrow 59 insists on it that no count of views is left over.
    schema.fields().is_some_and(|fields| fields.iter().all(|field| supply.take(&field).is_some()))
        && supply.view_counts.next().is_none()
}

/// The schema in the bytes of a message, or nothing where it is none or not sound.
pub(super) fn is_sound_message(bytes: &[u8]) -> bool {
    // A mark of continuation and the length may stand before it.
    let message = match bytes {
        [0xFF, 0xFF, 0xFF, 0xFF, _, _, _, _, message @ ..] => message,
        message => message,
    };
    let message = arrow::ipc::root_as_message(message);
    message.is_ok_and(|message| message.header_as_schema().is_some_and(|schema| is_sound(&schema)))
}

/// Whether the first column of a batch of dictionary values has a map of missing cells that is long enough.
pub(super) fn values_are_sound(batch: &RecordBatch<'_>) -> bool {
    let node = batch.nodes().and_then(|nodes| nodes.iter().next());
    let buffer = batch.buffers().and_then(|buffers| buffers.iter().next());
    node.is_some_and(|node| holds(node, buffer))
}

fn bits_fit(length: i64, buffer: &Buffer) -> bool {
    buffer.length().checked_mul(8).is_some_and(|bits| bits >= length)
}

fn holds(node: &FieldNode, validity: Option<&Buffer>) -> bool {
    node.null_count() == 0 || validity.is_some_and(|buffer| bits_fit(node.length(), buffer))
}

impl<'a, N, B, V> Supply<'a, N, B, V>
where
    N: Iterator<Item = &'a FieldNode>,
    B: Iterator<Item = &'a Buffer>,
    V: Iterator<Item = i64>,
{
    fn take(&mut self, field: &Field<'_>) -> Option<()> {
        let node = self.nodes.next()?;
        if field.dictionary().is_none() && field.type_type() == Type::Null {
            return Some(());
        }
        let validity = self.buffers.next()?;
        if !holds(node, Some(validity)) {
            return None;
        }
        if let Some(dictionary) = field.dictionary() {
            return self.whole(dictionary.indexType().map_or(4, |index| i64::from(index.bitWidth() / 8)));
        }
        match field.type_type() {
            Type::Bool => self.buffers.next().filter(|values| bits_fit(node.length(), values)).map(|_| ())?,
            Type::Utf8 | Type::Binary => self.whole(4).and_then(|()| self.skip(1))?,
            Type::LargeUtf8 | Type::LargeBinary => self.whole(8).and_then(|()| self.skip(1))?,
            Type::List | Type::Map => self.whole(4)?,
            Type::LargeList => self.whole(8)?,
            Type::Utf8View | Type::BinaryView => {
                let n = self.view_counts.next().and_then(|n| usize::try_from(n).ok())?;
                self.whole(16).and_then(|()| self.skip(n))?;
            }
            Type::Struct_ | Type::FixedSizeList => {}
            _ => self.skip(1)?,
        }
        field.children().into_iter().flatten().try_for_each(|child| self.take(&child))
    }

    /// A buffer of values of so many bytes each: Arrow 59 panics where bytes are left over.
    fn whole(&mut self, width: i64) -> Option<()> {
        self.buffers.next().filter(|buffer| buffer.length().checked_rem(width) == Some(0)).map(|_| ())
    }

    fn skip(&mut self, n: usize) -> Option<()> {
        (0..n).try_for_each(|_| self.buffers.next().map(|_| ()))
    }
}
