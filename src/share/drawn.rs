//! The drawings of a chart in a report file: one for each kind of page.

use super::svg::is_plain_drawing;

/// What a drawing is for. The style sheet of the file shows the one that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub is_dark: bool,
    /// For a phone: shrunk to its width, the words of a wide drawing could not be read.
    pub is_narrow: bool,
}

impl Look {
    pub const ALL: [Look; 4] = [
        Look { is_dark: false, is_narrow: false },
        Look { is_dark: true, is_narrow: false },
        Look { is_dark: false, is_narrow: true },
        Look { is_dark: true, is_narrow: true },
    ];

    /// The width to draw at. A drawing takes the width of the page: on a screen it is a little larger
    /// then, on paper a little smaller.
    pub fn width_px(self) -> f64 {
        if self.is_narrow { 358.0 } else { 760.0 }
    }
}

/// A chart as SVG in every look; nothing where it could not be drawn.
#[derive(Clone, Debug, Default)]
pub struct Drawn(Vec<(Look, String)>);

impl Drawn {
    /// From the drawings in the order of [`Look::ALL`]. One that is more than a drawing is left out; the
    /// chart's numbers are in the file in any case. One that is there stands for those that are not.
    pub fn new(svgs: impl IntoIterator<Item = Option<String>>) -> Drawn {
        let plain = |svg: Option<String>| svg.filter(|svg| is_plain_drawing(svg));
        let svgs: Vec<Option<String>> = svgs.into_iter().map(plain).collect();
        let Some(any) = svgs.iter().flatten().next().cloned() else { return Drawn::default() };
        let svgs = svgs.into_iter().chain(std::iter::repeat(None)).map(|svg| svg.unwrap_or_else(|| any.clone()));
        Drawn(Look::ALL.into_iter().zip(svgs).collect())
    }

    pub(super) fn drawings(&self) -> &[(Look, String)] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_for_every_page_or_none() {
        let svg = |name: &str| Some(format!("<svg>{name}</svg>"));
        let of = |drawn: &Drawn| drawn.drawings().iter().map(|(_, svg)| svg.len()).collect::<Vec<_>>();
        assert_eq!(of(&Drawn::new([svg("a"), svg("bb"), svg("ccc"), svg("dddd")])), [12, 13, 14, 15]);
        assert_eq!(of(&Drawn::new([None, svg("bb")])), [13; 4]);
        assert_eq!(of(&Drawn::new([Some("<svg><script/></svg>".to_owned()), svg("bb")])), [13; 4]);
        assert!(Drawn::new([None, None]).drawings().is_empty());
    }
}
