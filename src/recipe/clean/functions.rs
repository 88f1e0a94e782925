//! Functions that DataFusion lacks, under the names they have in DuckDB.

use arrow::array::{Array, ArrayRef, AsArray, GenericListBuilder, StringBuilder};
use arrow::datatypes::{DataType, Field};
use datafusion::common::{DataFusionError, exec_datafusion_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, lit,
};
use datafusion::scalar::ScalarValue;
use icu_normalizer::ComposingNormalizerBorrowed;
use regex::Regex;
use std::sync::{Arc, LazyLock};

/// Which function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// `nfc_normalize(text)`: Unicode's composed form.
    Nfc,
    /// `regexp_extract(text, pattern, group)`: what the group of the first match is; missing without one.
    Extract,
    /// `string_to_array(text, by)`: the parts between each `by`.
    Parts,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct TextFunction {
    kind: Kind,
    signature: Signature,
}

impl TextFunction {
    fn shared(kind: Kind) -> Arc<ScalarUDF> {
        let takes = match kind {
            Kind::Nfc => vec![DataType::Utf8],
            Kind::Extract => vec![DataType::Utf8, DataType::Utf8, DataType::Int64],
            Kind::Parts => vec![DataType::Utf8, DataType::Utf8],
        };
        let signature = Signature::exact(takes, Volatility::Immutable);
        Arc::new(ScalarUDF::new_from_impl(TextFunction { kind, signature }))
    }
}

static NFC: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| TextFunction::shared(Kind::Nfc));
static EXTRACT: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| TextFunction::shared(Kind::Extract));
static PARTS: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| TextFunction::shared(Kind::Parts));

/// The functions, for a session in which the SQL of recipes is to run.
pub fn functions() -> [Arc<ScalarUDF>; 3] {
    [NFC.clone(), EXTRACT.clone(), PARTS.clone()]
}

pub(super) fn nfc(text: Expr) -> Expr {
    NFC.call(vec![text])
}

pub(super) fn extract(text: Expr, pattern: &str, group: i64) -> Expr {
    EXTRACT.call(vec![text, lit(pattern), lit(group)])
}

pub(super) fn parts(text: Expr, by: &str) -> Expr {
    PARTS.call(vec![text, lit(by)])
}

fn part_field() -> Field {
    Field::new("item", DataType::Utf8, true)
}

impl ScalarUDFImpl for TextFunction {
    fn name(&self) -> &str {
        match self.kind {
            Kind::Nfc => "nfc_normalize",
            Kind::Extract => "regexp_extract",
            Kind::Parts => "string_to_array",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType, DataFusionError> {
        Ok(match self.kind {
            Kind::Parts => DataType::List(Arc::new(part_field())),
            Kind::Nfc | Kind::Extract => DataType::Utf8,
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue, DataFusionError> {
        let first = args.args.first().ok_or_else(|| self.misused())?;
        let texts = first.to_array(args.number_rows)?;
        let array = match self.kind {
            Kind::Nfc => normalized(&texts),
            Kind::Extract => {
                let pattern = constant_text(args.args.get(1)).ok_or_else(|| self.misused())?;
                let group = constant_number(args.args.get(2)).ok_or_else(|| self.misused())?;
                let regex = Regex::new(pattern).map_err(|e| exec_datafusion_err!("{e}"))?;
                extracted(&texts, &regex, group)
            }
            Kind::Parts => split(&texts, constant_text(args.args.get(1)).ok_or_else(|| self.misused())?),
        };
        Ok(ColumnarValue::Array(array))
    }
}

impl TextFunction {
    fn misused(&self) -> DataFusionError {
        exec_datafusion_err!("{} needs constants behind its text", self.name())
    }
}

fn constant_text(value: Option<&ColumnarValue>) -> Option<&str> {
    match value? {
        ColumnarValue::Scalar(ScalarValue::Utf8(Some(text))) => Some(text),
        _ => None,
    }
}

fn constant_number(value: Option<&ColumnarValue>) -> Option<usize> {
    match value? {
        ColumnarValue::Scalar(ScalarValue::Int64(Some(number))) => usize::try_from(*number).ok(),
        _ => None,
    }
}

fn texts_of(array: &ArrayRef) -> impl Iterator<Item = Option<&str>> {
    array.as_string_opt::<i32>().into_iter().flatten()
}

fn normalized(texts: &ArrayRef) -> ArrayRef {
    let form = ComposingNormalizerBorrowed::new_nfc();
    let mut out = StringBuilder::with_capacity(texts.len(), 0);
    for text in texts_of(texts) {
        match text {
            Some(text) => out.append_value(form.normalize(text)),
            None => out.append_null(),
        }
    }
    Arc::new(out.finish())
}

fn extracted(texts: &ArrayRef, regex: &Regex, group: usize) -> ArrayRef {
    let mut out = StringBuilder::with_capacity(texts.len(), 0);
    // One place for all rows: a match of its own for each would be made anew each time.
    let mut places = regex.capture_locations();
    for text in texts_of(texts) {
        let found = text.and_then(|text| {
            regex.captures_read(&mut places, text)?;
            let (from, to) = places.get(group)?;
            text.get(from..to)
        });
        out.append_option(found);
    }
    Arc::new(out.finish())
}

fn split(texts: &ArrayRef, by: &str) -> ArrayRef {
    let mut out = GenericListBuilder::<i32, _>::new(StringBuilder::new()).with_field(part_field());
    for text in texts_of(texts) {
        if let Some(text) = text {
            if by.is_empty() {
                out.values().append_value(text);
            } else {
                text.split(by).for_each(|part| out.values().append_value(part));
            }
        }
        out.append(text.is_some());
    }
    Arc::new(out.finish())
}
