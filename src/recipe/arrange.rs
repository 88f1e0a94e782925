//! Columns moved and hidden, one at a time: the order that a [`super::Op::Select`] then keeps.

use super::Shift;

impl Shift {
    /// The columns after one of them was moved or hidden; `None` where that changes nothing or would
    /// leave no column.
    pub fn of(self, name: &str, columns: &[String]) -> Option<Vec<String>> {
        let at = columns.iter().position(|c| c == name)?;
        let mut out = columns.to_vec();
        let moved = out.remove(at);
        match self {
            Shift::Hide => return (!out.is_empty()).then_some(out),
            Shift::Left => out.insert(at.checked_sub(1)?, moved),
            Shift::Right if at < out.len() => out.insert(at + 1, moved),
            Shift::Start if at > 0 => out.insert(0, moved),
            Shift::Right | Shift::Start => return None,
        }
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_move_and_hide() {
        let of = |names: &str| names.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let after = |name: &str, shift: Shift| shift.of(name, &of("a b c")).map(|c| c.join(" "));
        assert_eq!(after("b", Shift::Left).as_deref(), Some("b a c"));
        assert_eq!(after("b", Shift::Right).as_deref(), Some("a c b"));
        assert_eq!(after("c", Shift::Start).as_deref(), Some("c a b"));
        assert_eq!(after("b", Shift::Hide).as_deref(), Some("a c"));
        for (name, shift) in [("a", Shift::Left), ("a", Shift::Start), ("c", Shift::Right), ("x", Shift::Hide)] {
            assert_eq!(after(name, shift), None, "{name} {shift:?}");
        }
        assert_eq!(Shift::Hide.of("a", &of("a")), None);
    }
}
