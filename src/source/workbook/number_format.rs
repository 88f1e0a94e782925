//! What a cell's number format says of its number (ECMA-376 part 1, 18.8.30 and 18.8.31).
//!
//! Only what changes the meaning is looked at: dates and times, durations, percent, and numbers that
//! are shown with leading zeros, which are names and no quantities.

/// How a number is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Plain,
    /// A day, a time of day, or both.
    Moment,
    /// `[h]:mm:ss`
    Elapsed,
    Percent,
    /// `00000`, `000-00-0000`: one entry a character; `None` stands for a digit.
    Padded(Vec<Option<char>>),
}

/// Of a format that the program knows by number.
pub(super) fn built_in(number: u32) -> Meaning {
    match number {
        9 | 10 => Meaning::Percent,
        // 27 to 36 and 50 to 58 are dates of East Asia.
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Meaning::Moment,
        46 => Meaning::Elapsed,
        _ => Meaning::Plain,
    }
}

/// Of a format as written out. Its first section counts, which is for positive numbers.
pub(super) fn meaning(code: &str) -> Meaning {
    let mut chars = code.chars().peekable();
    let mut pattern = Vec::new();
    let (mut n_zeros, mut is_pattern) = (0usize, true);
    let (mut has_date, mut has_percent) = (false, false);
    while let Some(c) = chars.next() {
        match c {
            ';' => break,
            '"' => pattern.extend(chars.by_ref().take_while(|c| *c != '"').map(Some)),
            '\\' => pattern.extend(chars.next().map(Some)),
            // A space as wide as the next character, or that character repeated.
            '_' | '*' => {
                chars.next();
            }
            '[' => {
                let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                let is_elapsed = matches!(inner.to_ascii_lowercase().as_str(), "h" | "hh" | "m" | "mm" | "s" | "ss");
                if is_elapsed {
                    return Meaning::Elapsed;
                }
            }
            '%' => has_percent = true,
            'y' | 'm' | 'd' | 'h' | 's' | 'Y' | 'M' | 'D' | 'H' | 'S' => has_date = true,
            'G' | 'g' if starts_general(&mut chars) => is_pattern = false,
            // Years of an era; behind a digit it is an exponent.
            'e' | 'E' if n_zeros == 0 && is_pattern && !matches!(chars.peek(), Some('+' | '-')) => has_date = true,
            '0' => {
                n_zeros += 1;
                pattern.push(None);
            }
            '-' | ' ' | '/' | '(' | ')' | ':' | '+' => pattern.push(Some(c)),
            _ => is_pattern = false,
        }
    }
    if has_date {
        Meaning::Moment
    } else if has_percent {
        Meaning::Percent
    } else if is_pattern && n_zeros >= 2 {
        Meaning::Padded(pattern)
    } else {
        Meaning::Plain
    }
}

/// "General" is no code of its letters.
fn starts_general(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    let rest: String = chars.clone().take(6).collect();
    let is_general = rest.eq_ignore_ascii_case("eneral");
    if is_general {
        chars.nth(5);
    }
    is_general
}

/// `42` in `00000` → `00042`. `None` for what such a format was not made for.
pub(super) fn padded(value: f64, pattern: &[Option<char>]) -> Option<String> {
    if !(0.0..1e15).contains(&value) || value.fract() != 0.0 {
        return None;
    }
    let digits = format!("{value:.0}");
    let n_places = pattern.iter().filter(|p| p.is_none()).count();
    // What is too long stands before the first place.
    let n_front = digits.len().saturating_sub(n_places);
    let mut next = digits.chars();
    let mut n_zeros = n_places.saturating_sub(digits.len());
    let mut is_first = true;
    let mut out = String::new();
    for place in pattern {
        match place {
            Some(c) => out.push(*c),
            None => {
                if is_first {
                    out.extend(next.by_ref().take(n_front));
                    is_first = false;
                }
                if n_zeros > 0 {
                    n_zeros -= 1;
                    out.push('0');
                } else {
                    out.extend(next.next());
                }
            }
        }
    }
    Some(out.trim().to_owned())
}

/// A share as it is shown: `0.125` → `12.5%`, by its digits and not by arithmetic.
pub(super) fn percent(share: &str) -> Option<String> {
    let (sign, digits) = share.strip_prefix('-').map_or(("", share), |rest| ("-", rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let padded = format!("{part:0<2}");
    let (up, rest) = padded.split_at_checked(2)?;
    let all = format!("{whole}{up}");
    let whole = all.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if rest.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{rest}%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_tell_what_is_meant() {
        let plain = [
            "General",
            "0",
            "0.00",
            "#,##0",
            "0.00E+00",
            "##0.0E+0",
            "@",
            "#,##0.0####\" YMD\"",
            "\"Y: \"0.00\"m\"",
            "#,##0\\ [$€-407]",
            "0.0\" mg\"",
            "_-* #,##0.00_-",
            "[Red]0",
            "GENERAL",
            "* #,##0",
            "# ?/?",
            "0_ ;[Red]\\-0\\ ",
        ];
        for code in plain {
            assert_eq!(meaning(code), Meaning::Plain, "{code}");
        }
        let moments =
            ["yyyy-mm-dd", "m\"M\"d\"D\";@", "h:mm AM/PM", "[$-409]d/m/yy", "mm:ss.0", "[$-404]e", "*-yyyy", "mmm"];
        for code in moments {
            assert_eq!(meaning(code), Meaning::Moment, "{code}");
        }
        assert_eq!(meaning("[h]:mm:ss"), Meaning::Elapsed);
        assert_eq!(meaning("[Blue]\\+[h]:mm;[Red]\\-[h]:mm"), Meaning::Elapsed);
        assert_eq!(meaning("0.0%"), Meaning::Percent);
        assert_eq!(meaning("\"%\"0"), Meaning::Plain);
        assert!(matches!(meaning("00000"), Meaning::Padded(_)));
        assert_eq!(
            [built_in(14), built_in(9), built_in(46), built_in(2)].map(|m| m != Meaning::Plain),
            [true, true, true, false]
        );
    }

    #[test]
    fn numbers_with_leading_zeros() {
        let show = |code: &str, value: f64| match meaning(code) {
            Meaning::Padded(pattern) => padded(value, &pattern),
            _ => None,
        };
        assert_eq!(show("00000", 42.0).as_deref(), Some("00042"));
        assert_eq!(show("00000", 1_234_567.0).as_deref(), Some("1234567"));
        assert_eq!(show("000\\-00\\-0000", 12_345_678.0).as_deref(), Some("012-34-5678"));
        assert_eq!(show("\"ID-\"0000", 7.0).as_deref(), Some("ID-0007"));
        assert_eq!(show("00000", 0.5), None);
        assert_eq!(show("0", 5.0), None);
    }

    #[test]
    fn shares_keep_their_digits() {
        let cases = ["0.125", "0.07", "1", "-0.5", "0.001", "12.3456", "0"];
        let shown = cases.map(|c| percent(c).unwrap());
        assert_eq!(shown, ["12.5%", "7%", "100%", "-50%", "0.1%", "1234.56%", "0%"]);
        assert_eq!(percent("1e-7"), None);
    }
}
