//! How long to wait when a service asks for a pause.

use crate::base::wording::plural;
use chrono::{DateTime, NaiveDateTime};

/// Longer pauses are not waited for in silence: they are stated, and the user decides.
const MAX_WAIT_SECONDS: u32 = 60;
const MAX_TRIES: u32 = 5;

/// Seconds from now that a `Retry-After` header asks for: a number, or a date (RFC 9110).
pub fn retry_after(header: &str, now_ms: f64) -> Option<u32> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<u64>() {
        return Some(u32::try_from(seconds).unwrap_or(u32::MAX));
    }
    let at = DateTime::parse_from_rfc2822(header).map(|d| d.timestamp()).ok().or_else(|| obsolete_date(header))?;
    let seconds = at as f64 - now_ms / 1000.0;
    Some(seconds.ceil().clamp(0.0, f64::from(u32::MAX)) as u32)
}

/// The two older forms of a date that must still be understood.
fn obsolete_date(text: &str) -> Option<i64> {
    let forms = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()).map(|d| d.and_utc().timestamp())
}

/// Seconds to wait before the next try of a request that was answered with this status, or `None`
/// when it has failed. `attempt` counts from 1.
pub fn seconds_to_wait(status: u16, asked: Option<u32>, attempt: u32) -> Option<u32> {
    if !matches!(status, 429 | 503) || attempt >= MAX_TRIES {
        return None;
    }
    let seconds = asked.unwrap_or(1 << (attempt.clamp(1, MAX_TRIES) - 1)).max(1);
    (seconds <= MAX_WAIT_SECONDS).then_some(seconds)
}

/// "90 seconds", "5 minutes", "2 hours": never shorter than what was asked for.
pub(super) fn wait_words(seconds: u32) -> String {
    let seconds = u64::from(seconds);
    match seconds {
        0..120 => plural(seconds, "second", "seconds"),
        120..7200 => plural(seconds.div_ceil(60), "minute", "minutes"),
        7200..172_800 => plural(seconds.div_ceil(3600), "hour", "hours"),
        _ => plural(seconds.div_ceil(86_400), "day", "days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wed, 21 Oct 2015 07:28:00 GMT.
    const AT: f64 = 1_445_412_480_000.0;

    #[test]
    fn numbers_and_dates() {
        assert_eq!(retry_after(" 30 ", 0.0), Some(30));
        assert_eq!(retry_after("99999999999", 0.0), Some(u32::MAX));
        for date in ["Wed, 21 Oct 2015 07:28:00 GMT", "Wednesday, 21-Oct-15 07:28:00 GMT", "Wed Oct 21 07:28:00 2015"] {
            assert_eq!(retry_after(date, AT - 45_500.0), Some(46), "{date}");
            assert_eq!(retry_after(date, AT + 1000.0), Some(0), "{date}");
        }
        for odd in ["", "soon", "-3", "1.5"] {
            assert_eq!(retry_after(odd, 0.0), None, "{odd}");
        }
    }

    #[test]
    fn pauses_are_kept_or_refused_but_never_shortened() {
        assert_eq!(seconds_to_wait(429, Some(60), 1), Some(60));
        assert_eq!(seconds_to_wait(503, Some(0), 1), Some(1));
        assert_eq!(seconds_to_wait(429, Some(61), 1), None);
        assert_eq!(seconds_to_wait(503, Some(3600), 1), None);
        assert_eq!(
            (1..=5).map(|n| seconds_to_wait(429, None, n)).collect::<Vec<_>>(),
            [Some(1), Some(2), Some(4), Some(8), None]
        );
        assert_eq!(seconds_to_wait(500, Some(1), 1), None);
    }

    #[test]
    fn waits_in_words() {
        let words: Vec<String> = [1, 119, 121, 7199, 7200, 172_800].map(wait_words).to_vec();
        assert_eq!(words, ["1 second", "119 seconds", "3 minutes", "120 minutes", "2 hours", "2 days"]);
    }
}
