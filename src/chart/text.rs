//! How wide text is, from our own table, so that the host and the browser lay out the same.

/// Advance widths of Inter in thousandths of an em, from space (32) to tilde (126), measured from
/// the font (SIL OFL) at weight 400. Other sans fonts differ by a few percent.
const WIDTHS: [u16; 95] = [
    281, 288, 466, 633, 642, 982, 644, 300, 365, 365, 501, 662, 288, 460, 288, 360, 631, 407, 610, 618, 646, 593, 620,
    566, 619, 620, 288, 302, 662, 662, 662, 511, 966, 690, 654, 730, 722, 601, 590, 746, 743, 269, 571, 672, 565, 903,
    753, 765, 639, 765, 644, 642, 646, 744, 690, 985, 682, 679, 629, 365, 360, 365, 471, 456, 323, 562, 612, 571, 612,
    583, 370, 613, 591, 242, 242, 549, 242, 876, 591, 600, 612, 612, 376, 528, 327, 591, 562, 818, 546, 562, 552, 426,
    333, 426, 662,
];

/// Tabular figures are all as wide as this.
const FIGURE: u16 = 630;
/// Bold text is wider by about this factor.
pub const BOLD_FACTOR: f64 = 1.05;

fn width_em(c: char) -> f64 {
    if c.is_ascii_digit() {
        return f64::from(FIGURE) / 1000.0;
    }
    if let Some(width) = (c as usize).checked_sub(32).and_then(|i| WIDTHS.get(i)) {
        return f64::from(*width) / 1000.0;
    }
    match c as u32 {
        0xB7 => 0.288,
        0xB0 => 0.456,
        0xB2 | 0xB3 | 0xB9 => 0.442,
        0x2013 => 0.5,
        0x2212 | 0xD7 => 0.662,
        0x2026 => 0.864,
        // Marks that stand on the letter before.
        0x300..=0x36F | 0x200B..=0x200F => 0.0,
        // East Asian scripts and pictures are square.
        0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFF00..=0xFF60 | 0x1F300..=0x3FFFF => {
            1.0
        }
        _ => 0.6,
    }
}

/// The width of a line of text in pixels.
pub fn text_width_px(text: &str, size_px: f64) -> f64 {
    text.chars().map(width_em).sum::<f64>() * size_px
}

/// The width of a line of bold text in pixels.
pub fn bold_width_px(text: &str, size_px: f64) -> f64 {
    text_width_px(text, size_px) * BOLD_FACTOR
}

/// The text, or as much of it as fits with an ellipsis at the end.
pub fn ellipsize(text: &str, size_px: f64, max_width_px: f64) -> String {
    if text_width_px(text, size_px) <= max_width_px {
        return text.to_owned();
    }
    let room = max_width_px - text_width_px("…", size_px);
    let mut used = 0.0;
    let mut kept = String::new();
    for c in text.chars() {
        used += width_em(c) * size_px;
        if used > room {
            break;
        }
        kept.push(c);
    }
    format!("{}…", kept.trim_end())
}

/// Breaks text at spaces into lines that fit, at most `max_lines`; the last one is ellipsized.
pub fn wrap(text: &str, size_px: f64, max_width_px: f64, max_lines: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let joined = lines.last().map(|line| format!("{line} {word}"));
        match (joined, lines.last_mut()) {
            (Some(joined), Some(line)) if text_width_px(&joined, size_px) <= max_width_px => *line = joined,
            _ => lines.push(word.to_owned()),
        }
    }
    if lines.len() > max_lines.max(1) {
        let rest = lines.split_off(max_lines.max(1) - 1).join(" ");
        lines.push(rest);
    }
    lines.iter().map(|line| ellipsize(line, size_px, max_width_px)).collect()
}

/// Text without control characters and without marks that reverse its direction, which could break
/// a drawing or pretend to be other text.
pub fn clean(text: &str) -> String {
    let is_hidden = |c: char| matches!(c as u32, 0x202A..=0x202E | 0x2066..=0x2069 | 0xFFFE | 0xFFFF | 0xFEFF);
    text.chars().filter(|c| !is_hidden(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_add_up() {
        assert!((text_width_px("10", 10.0) - 12.6).abs() < 1e-9);
        assert!(text_width_px("WWW", 12.0) > text_width_px("iii", 12.0) * 3.0);
        assert_eq!(text_width_px("漢", 10.0), 10.0);
    }

    #[test]
    fn long_text_is_cut_to_fit() {
        let cut = ellipsize("a rather long category name", 12.0, 80.0);
        assert!(cut.ends_with('…') && text_width_px(&cut, 12.0) <= 80.0);
        assert_eq!(ellipsize("short", 12.0, 80.0), "short");
    }

    #[test]
    fn lines_wrap_at_spaces() {
        let lines = wrap("one two three four five six seven", 12.0, 80.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|l| text_width_px(l, 12.0) <= 80.0));
        assert!(wrap("", 12.0, 80.0, 2).is_empty());
    }

    #[test]
    fn hidden_characters_go() {
        assert_eq!(clean("a\u{0}b\u{202E}c"), "a bc");
    }
}
