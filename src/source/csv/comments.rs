//! Lines that are remarks by what they begin with.

/// What else than `#` lines of remarks begin with: GEO has `!`, MATLAB `%`, SAM `@`, programs `//`.
const MARKS: [&str; 4] = ["!", "%", "@", "//"];

/// Lines looked at.
const MAX_LINES: usize = 2_000;

/// How remarks begin in this text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Comments {
    mark: Option<&'static str>,
}

impl Comments {
    /// `#` always; another mark only when the text opens with lines that have it, and those below do not.
    pub fn of(text: &str) -> Comments {
        let mut lines = text.lines().filter(|line| !line.trim().is_empty()).take(MAX_LINES);
        let none = Comments::default();
        let Some(first) = lines.next() else { return none };
        let Some(mark) = MARKS.into_iter().find(|mark| first.starts_with(mark)) else { return none };
        let mut n_above = 1usize;
        let (mut n_below, mut n_again) = (0usize, 0usize);
        for line in lines {
            let is_marked = line.starts_with(mark);
            match (is_marked, n_below) {
                (true, 0) => n_above += 1,
                (true, _) => n_again += 1,
                (false, _) => n_below += 1,
            }
        }
        // "@timestamp" and "%CPU" are names.
        let is_remark = n_above >= 2 || first.get(mark.len()..).is_some_and(|rest| rest.starts_with([' ', '\t', '/']));
        let is_clear = n_below >= 1 && n_again * 20 <= n_below.max(20);
        Comments { mark: (is_remark && is_clear).then_some(mark) }
    }

    #[inline]
    pub fn is_comment(self, line: &[u8]) -> bool {
        line.first() == Some(&b'#') || self.mark.is_some_and(|mark| line.starts_with(mark.as_bytes()))
    }

    /// The text of a comment.
    pub fn without_mark(self, text: &str) -> &str {
        text.trim_start_matches('#').trim_start_matches(self.mark.unwrap_or("#")).trim()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_told_from_names() {
        let mark = |text: &str| Comments::of(text).mark;
        assert_eq!(mark("!Series_title\t\"x\"\n!Sample\t\"a\"\nID\tGSM1\n1\t2\n!end\n"), Some("!"));
        assert_eq!(mark("% made by hand\n1,2\n"), Some("%"));
        assert_eq!(mark("@HD\tVN:1\n@SQ\tSN:1\nr1\t0\n"), Some("@"));
        assert_eq!(mark("@timestamp,value\n1,2\n"), None);
        assert_eq!(mark("%CPU,%MEM\n1,2\n"), None);
        assert_eq!(mark("@ann\n@bob\n"), None);
        assert_eq!(mark("a,b\n!x,1\n"), None);
        assert!(Comments::default().is_comment(b"# x"));
    }
}
