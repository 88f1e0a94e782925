//! What the binary formats of Excel have in common: packed numbers and codes of errors.

/// A number in 30 bits ([MS-XLS] 2.5.217, [MS-XLSB] 2.5.122): the upper part of a float or a whole number,
/// possibly in hundredths.
pub(super) fn rk(raw: u32) -> f64 {
    let value =
        if raw & 2 != 0 { f64::from(raw as i32 >> 2) } else { f64::from_bits(u64::from(raw & 0xFFFF_FFFC) << 32) };
    if raw & 1 != 0 { value / 100.0 } else { value }
}

/// An error as it is shown ([MS-XLS] 2.5.10).
pub(super) fn error(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        0x2B => "#GETTING_DATA",
        _ => "#ERROR!",
    }
}

pub(super) fn float(bytes: &[u8], at: usize) -> Option<f64> {
    bytes.get(at..at.checked_add(8)?)?.try_into().ok().map(f64::from_le_bytes)
}

/// UTF-16, or Latin-1 where each character has one byte only.
pub(super) fn push_units(bytes: &[u8], is_wide: bool, out: &mut String) {
    if is_wide {
        let units = bytes.chunks_exact(2).filter_map(|c| super::cfb::half(c, 0));
        out.extend(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')));
    } else {
        out.extend(bytes.iter().map(|b| char::from(*b)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers() {
        // The examples of [MS-XLS] and of OpenOffice's description of the format.
        assert_eq!(rk(0x3FF0_0000), 1.0);
        assert_eq!(rk(0x3FF0_0001), 0.01);
        assert_eq!(rk(0x004B_5646), 1_234_321.0);
        assert_eq!(rk(0x004B_5647), 12_343.21);
        assert_eq!(rk(0xFFFF_FFFE), -1.0);
        assert_eq!(error(7), "#DIV/0!");
    }
}
