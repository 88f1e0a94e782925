//! How a table was read, in words.

use super::spec::{Format, Reading};
use crate::base::wording::plural;

impl Format {
    /// As in "Read as an Excel workbook".
    pub fn words(self) -> &'static str {
        match self {
            Format::Csv | Format::Tsv => "text",
            Format::Json => "JSON",
            Format::Ndjson => "JSON, a record a line",
            Format::Pages => "pages of JSON",
            Format::Parquet => "a Parquet file",
            Format::Arrow => "an Arrow file",
            Format::Xlsx => "an Excel workbook",
            Format::Xlsb => "a binary Excel workbook",
            Format::Xls => "an old Excel workbook",
            Format::Ods => "an OpenDocument sheet",
            Format::Stata => "a Stata file",
            Format::Spss => "an SPSS file",
            Format::Sas => "a SAS data set",
            Format::Xpt => "a SAS transport file",
            Format::Sqlite => "an SQLite database",
        }
    }
}

/// The name of a delimiter: "semicolon".
fn delimiter_words(mark: char) -> String {
    match mark {
        ',' => "commas".to_owned(),
        ';' => "semicolons".to_owned(),
        '\t' => "tabs".to_owned(),
        '|' => "vertical bars".to_owned(),
        ' ' => "spaces".to_owned(),
        ':' => "colons".to_owned(),
        other if other.is_control() => "control characters".to_owned(),
        other => format!("'{other}'"),
    }
}

impl Reading {
    /// "Read as text with semicolons, windows-1252, 1 header row".
    pub fn words(&self) -> String {
        let mut words = format!("Read as {}", self.format.words());
        if let Some(mark) = self.delimiter {
            words.push_str(&format!(" with {}", delimiter_words(mark)));
        }
        // What nearly every file has says nothing.
        if let Some(encoding) = self.encoding.as_ref().filter(|e| !e.eq_ignore_ascii_case("utf-8") && !e.is_empty()) {
            words.push_str(&format!(", {encoding}"));
        }
        if matches!(self.format, Format::Csv | Format::Tsv) || self.format.is_workbook() {
            let rows = match self.header_rows {
                0 => "no header".to_owned(),
                n => plural(u64::from(n), "header row", "header rows"),
            };
            words.push_str(&format!(", {rows}"));
        }
        if let Some(path) = self.record_path.as_ref().filter(|path| !path.is_empty()) {
            words.push_str(&format!(", records at {path}"));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_out_is_told_in_a_line() {
        let mut reading = Reading {
            format: Format::Csv,
            encoding: Some("windows-1252".to_owned()),
            delimiter: Some(';'),
            quote: Some('"'),
            header_rows: 1,
            skipped_lines: 0,
            record_path: None,
        };
        assert_eq!(reading.words(), "Read as text with semicolons, windows-1252, 1 header row");
        reading = Reading { encoding: Some("UTF-8".to_owned()), delimiter: None, header_rows: 0, ..reading };
        assert_eq!(reading.words(), "Read as text, no header");
        reading = Reading { format: Format::Json, record_path: Some("data.items".to_owned()), ..reading };
        assert_eq!(reading.words(), "Read as JSON, records at data.items");
        reading =
            Reading { format: Format::Sas, encoding: Some("windows-1252".to_owned()), record_path: None, ..reading };
        assert_eq!(reading.words(), "Read as a SAS data set, windows-1252");
    }
}
