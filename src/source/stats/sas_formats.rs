//! SAS's display formats for dates and times, by name.
//!
//! After "Formats by Category" in SAS's manual "SAS Formats and Informats: Reference".

use super::clock::Count;
use super::column::Shown;

/// Formats of days, without the letter for the separator that some of them end with.
const DAYS: [&str; 33] = [
    "DATE", "DAY", "DDMMYY", "DOWNAME", "JULDAY", "JULIAN", "MMDDYY", "MMYY", "MONNAME", "MONTH", "MONYY", "NENGO",
    "PDJULG", "PDJULI", "QTR", "QTRR", "WEEKDATE", "WEEKDATX", "WEEKDAY", "WEEKU", "WEEKV", "WEEKW", "WORDDATE",
    "WORDDATX", "YEAR", "YYMM", "YYMMDD", "YYMON", "YYQ", "YYQR", "MINGUO", "YYWEEKV", "NLDATE",
];

/// Those whose names say the separator: B(lank), C(olon), D(ash), N(one), P(eriod), S(lash).
const WITH_SEPARATOR: [&str; 7] = ["DDMMYY", "MMDDYY", "MMYY", "YYMM", "YYMMDD", "YYQ", "YYQR"];

const MOMENTS: [&str; 10] =
    ["DATETIME", "DATEAMPM", "DTDATE", "DTMONYY", "DTWKDATX", "DTYEAR", "DTYYQC", "MDYAMPM", "NLDATM", "NLDATMS"];

const TIMES: [&str; 8] = ["TIME", "TIMEAMPM", "HHMM", "HOUR", "MMSS", "TOD", "NLTIME", "NLTIMAP"];

/// What a format makes of a number. `name` may have a width and decimals: `DATE9.`
pub(super) fn shown(name: &str) -> Shown {
    let name = bare(name).to_ascii_uppercase();
    let iso = ["E8601", "B8601", "IS8601", "ND8601"].iter().find_map(|start| name.strip_prefix(start));
    if let Some(kind) = iso {
        return match kind.as_bytes() {
            [b'D', b'A', ..] => Shown::Date(Count::Days),
            [b'D' | b'L', b'T' | b'N' | b'X' | b'Z', ..] if kind != "LZ" => Shown::DateTime(Count::Seconds),
            [b'T', ..] | [b'L', b'Z'] => Shown::Time,
            _ => Shown::Number,
        };
    }
    let stem = name.strip_suffix(['B', 'C', 'D', 'N', 'P', 'S']).filter(|stem| WITH_SEPARATOR.contains(stem));
    let is = |list: &[&str]| list.contains(&name.as_str());
    if stem.is_some() || is(&DAYS) || name.starts_with("EURDFD") && name != "EURDFDT" {
        Shown::Date(Count::Days)
    } else if is(&MOMENTS) || name == "EURDFDT" {
        Shown::DateTime(Count::Seconds)
    } else if is(&TIMES) {
        Shown::Time
    } else {
        Shown::Number
    }
}

/// The name without width and decimals. The digits of `E8601DA` are part of it.
fn bare(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_dates_are_known() {
        for name in ["DATE9.", "date", "MMDDYY10", "YYMMDDN8", "E8601DA10.", "YYQC", "MONYY7.", "EURDFDD"] {
            assert_eq!(shown(name), Shown::Date(Count::Days), "{name}");
        }
        for name in ["DATETIME20.", "E8601DT", "B8601DZ", "DTDATE", "E8601LX26.3"] {
            assert_eq!(shown(name), Shown::DateTime(Count::Seconds), "{name}");
        }
        for name in ["TIME8.", "HHMM", "E8601TM", "E8601LZ", "TOD9"] {
            assert_eq!(shown(name), Shown::Time, "{name}");
        }
        for name in ["", "BEST12.", "COMMA8.2", "DOLLAR", "SEX", "F8.2", "$", "DATES", "8."] {
            assert_eq!(shown(name), Shown::Number, "{name}");
        }
    }
}
