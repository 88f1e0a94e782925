//! Names of tables, fit for SQL without quotes.

/// Words that SQL keeps for itself, as far as a file may be called so.
const KEYWORDS: [&str; 60] = [
    "all",
    "and",
    "any",
    "as",
    "asc",
    "between",
    "by",
    "case",
    "cast",
    "column",
    "create",
    "cross",
    "current",
    "date",
    "delete",
    "desc",
    "distinct",
    "drop",
    "else",
    "end",
    "except",
    "exists",
    "false",
    "fetch",
    "from",
    "full",
    "group",
    "having",
    "in",
    "inner",
    "insert",
    "intersect",
    "into",
    "is",
    "join",
    "left",
    "like",
    "limit",
    "natural",
    "not",
    "null",
    "offset",
    "on",
    "or",
    "order",
    "outer",
    "over",
    "right",
    "select",
    "set",
    "table",
    "time",
    "true",
    "union",
    "update",
    "using",
    "values",
    "when",
    "where",
    "with",
];

const EXTENSIONS: &[&str] = &[
    "gz", "zst", "bz2", "xz", "zip", "tar", "tgz", "csv", "tsv", "tab", "txt", "json", "geojson", "ndjson", "jsonl",
    "parquet", "arrow", "feather", "ipc", "xlsx", "xlsm", "xlsb", "xls", "ods", "dta", "sav", "zsav", "sas7bdat",
    "xpt", "dat", "sqlite", "sqlite3", "db", "db3", "gpkg",
];

const MAX_CHARS: usize = 48;

/// `Run metrics (2026).csv` → `run_metrics_2026`; the part, such as a sheet's name, comes after. Of files in an archive
/// folders and endings are left out.
pub fn sql_name(file_name: &str, part: &str) -> String {
    let steps: Vec<&str> = part.split(" › ").map(|step| if is_path(step) { stem(step) } else { step }).collect();
    let (stem, part) = (snake(stem(file_name)), snake(&steps.join("_")));
    let is_plain_sheet = |part: &str| part.is_empty() || part == stem || part == "sheet1";
    let mut name = match (stem.is_empty(), is_plain_sheet(&part)) {
        (true, _) if part.is_empty() => "table".to_owned(),
        (true, _) => part,
        (false, true) => stem,
        (false, false) => format!("{stem}_{part}"),
    };
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert_str(0, "t_");
    }
    name = name.chars().take(MAX_CHARS).collect::<String>().trim_end_matches('_').to_owned();
    if KEYWORDS.contains(&name.as_str()) {
        name.push_str("_table");
    }
    name
}

/// `data/runs.csv.gz` → `runs`
fn stem(file_name: &str) -> &str {
    let mut stem = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    while let Some((rest, ext)) = stem.rsplit_once('.') {
        if rest.is_empty() || !is_extension(ext) {
            break;
        }
        stem = rest;
    }
    stem
}

fn is_extension(text: &str) -> bool {
    EXTENSIONS.contains(&text.to_ascii_lowercase().as_str())
}

/// A file's path and no sheet's name, which may hold dots and slashes of its own.
fn is_path(step: &str) -> bool {
    step.rsplit_once('.').is_some_and(|(_, ext)| is_extension(ext.trim_end_matches(|c: char| !c.is_alphanumeric())))
}

/// Lower case, digits and single underscores; accents go, other letters become underscores.
fn snake(text: &str) -> String {
    let mut out = String::new();
    let mut was_lower = false;
    for c in text.chars() {
        let plain = without_accent(c);
        if plain.is_empty() {
            was_lower = false;
            if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
            continue;
        }
        if was_lower && c.is_uppercase() {
            out.push('_');
        }
        was_lower = c.is_lowercase();
        out.push_str(&plain.to_ascii_lowercase());
    }
    out.trim_end_matches('_').to_owned()
}

fn without_accent(c: char) -> String {
    let plain = match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => return c.to_string(),
        'ä' | 'Ä' => "ae",
        'ö' | 'Ö' => "oe",
        'ü' | 'Ü' => "ue",
        'ß' => "ss",
        'à'..='å' | 'À'..='Å' => "a",
        'æ' | 'Æ' => "ae",
        'ç' | 'Ç' => "c",
        'è'..='ë' | 'È'..='Ë' => "e",
        'ì'..='ï' | 'Ì'..='Ï' => "i",
        'ñ' | 'Ñ' => "n",
        'ò'..='õ' | 'ø' | 'Ò'..='Õ' | 'Ø' => "o",
        'ù'..='û' | 'Ù'..='Û' => "u",
        'ý' | 'ÿ' | 'Ý' => "y",
        _ => "",
    };
    plain.to_owned()
}

#[cfg(test)]
mod tests {
    use super::sql_name;

    #[test]
    fn names_need_no_quotes() {
        assert_eq!(sql_name("Run metrics (2026).csv", ""), "run_metrics_2026");
        assert_eq!(sql_name("runMetrics.v2.csv.gz", ""), "run_metrics_v2");
        assert_eq!(sql_name("2026-11.tsv", ""), "t_2026_11");
        assert_eq!(sql_name("order.csv", ""), "order_table");
        assert_eq!(sql_name("chinook.sqlite", "InvoiceLine"), "chinook_invoice_line");
        assert_eq!(sql_name("Größe.xlsx", "Blatt 2"), "groesse_blatt_2");
        assert_eq!(sql_name("plates.xlsx", "Sheet1"), "plates");
        assert_eq!(sql_name("runs.zip", "2026/May/run 1.csv.gz"), "runs_run_1");
        assert_eq!(sql_name("all.tgz", "in.zip › plates.xlsx › Sheet 2"), "all_in_plates_sheet_2");
        assert_eq!(sql_name("plates.xls", "Plates › 2"), "plates_plates_2");
        assert_eq!(sql_name("データ.csv", ""), "table_table");
        assert_eq!(sql_name("", ""), "table_table");
        assert!(sql_name(&"x".repeat(500), "y").len() <= 48);
    }
}
