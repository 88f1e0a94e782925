//! Colours of charts: the only place with colour literals.

/// A colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// The share of white light sent back, by WCAG 2.
    pub fn luminance(self) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// Contrast by WCAG 2, from 1 to 21.
    pub fn contrast(self, other: Rgb) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// This colour over a background, at a share of 0 to 1.
    pub fn over(self, background: Rgb, share_frac: f64) -> Rgb {
        let mix = |a: u8, b: u8| (f64::from(a) * share_frac + f64::from(b) * (1.0 - share_frac)).round() as u8;
        Rgb(mix(self.0, background.0), mix(self.1, background.1), mix(self.2, background.2))
    }

    /// `#rrggbb`.
    pub fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// The colours of a chart.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    pub paper: Rgb,
    pub ink: Rgb,
    pub muted: Rgb,
    pub grid: Rgb,
    pub accent: Rgb,
    pub attention: Rgb,
    pub stop: Rgb,
    /// In this order; found by search for the largest smallest distance (OKLab) under normal sight,
    /// protanopia, deuteranopia and tritanopia (Machado et al., 2009), at 3:1 or more on the paper.
    pub series: [Rgb; 8],
    /// From few (0) to many (1), in even steps of lightness.
    pub sequential: fn(f64) -> Rgb,
}

impl Theme {
    pub fn light() -> Theme {
        Theme {
            paper: Rgb(0xff, 0xff, 0xff),
            ink: Rgb(0x1b, 0x1f, 0x27),
            muted: Rgb(0x5d, 0x66, 0x75),
            grid: Rgb(0xe4, 0xe7, 0xec),
            accent: Rgb(0x2c, 0x48, 0xb5),
            attention: Rgb(0xb4, 0x50, 0x03),
            stop: Rgb(0xb8, 0x22, 0x2b),
            series: [
                Rgb(0x2c, 0x48, 0xb5),
                Rgb(0xb2, 0x50, 0x03),
                Rgb(0x1c, 0x8b, 0x88),
                Rgb(0x72, 0x05, 0x43),
                Rgb(0x9f, 0x95, 0x41),
                Rgb(0x42, 0x27, 0x7d),
                Rgb(0x96, 0x21, 0x03),
                Rgb(0x14, 0x9b, 0xe2),
            ],
            sequential: sequential_light,
        }
    }

    pub fn dark() -> Theme {
        Theme {
            paper: Rgb(0x15, 0x17, 0x1c),
            ink: Rgb(0xe8, 0xea, 0xee),
            muted: Rgb(0x9c, 0xa4, 0xb1),
            grid: Rgb(0x2c, 0x30, 0x38),
            accent: Rgb(0x86, 0x97, 0xf5),
            attention: Rgb(0xf8, 0x8b, 0x18),
            stop: Rgb(0xff, 0x7a, 0x70),
            series: [
                Rgb(0x75, 0x83, 0xee),
                Rgb(0xf8, 0x8b, 0x18),
                Rgb(0x55, 0xc0, 0xaf),
                Rgb(0xb3, 0x66, 0x7d),
                Rgb(0xf9, 0xd6, 0x66),
                Rgb(0xab, 0x96, 0xfb),
                Rgb(0xd7, 0x56, 0x12),
                Rgb(0x8f, 0xd8, 0xff),
            ],
            sequential: sequential_dark,
        }
    }

    /// The colour of a series; the ninth begins again.
    pub fn series_color(&self, idx: usize) -> Rgb {
        self.series.get(idx % self.series.len()).copied().unwrap_or(self.accent)
    }

    /// Ink or paper, whichever reads better on a colour.
    pub fn on(&self, background: Rgb) -> Rgb {
        if background.contrast(self.ink) >= background.contrast(self.paper) { self.ink } else { self.paper }
    }
}

/// Pale yellow-green over teal to deep blue.
fn sequential_light(t: f64) -> Rgb {
    let t = t.clamp(0.0, 1.0);
    oklch(0.94 - 0.62 * t, 0.055 + 0.30 * t * (1.0 - t) * 0.9 + 0.06 * t, 118.0 + 152.0 * t)
}

/// Deep blue over teal to pale yellow-green: few is close to the dark paper.
fn sequential_dark(t: f64) -> Rgb {
    let t = t.clamp(0.0, 1.0);
    oklch(0.30 + 0.64 * t, 0.09 + 0.16 * t * (1.0 - t), 272.0 - 156.0 * t)
}

/// OKLCH (Ottosson, 2020) to sRGB. Chroma is lowered until the colour can be shown.
fn oklch(lightness: f64, chroma: f64, hue_deg: f64) -> Rgb {
    let mut chroma = chroma;
    for _ in 0..40 {
        let rgb = oklab_to_linear(lightness, chroma * hue_deg.to_radians().cos(), chroma * hue_deg.to_radians().sin());
        if rgb.iter().all(|c| (-1e-3..=1.001).contains(c)) || chroma < 1e-3 {
            let [r, g, b] = rgb.map(encode);
            return Rgb(r, g, b);
        }
        chroma *= 0.94;
    }
    let [r, g, b] = oklab_to_linear(lightness, 0.0, 0.0).map(encode);
    Rgb(r, g, b)
}

fn encode(linear: f64) -> u8 {
    let c = linear.clamp(0.0, 1.0);
    let coded = if c <= 0.003_130_8 { 12.92 * c } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 };
    (coded * 255.0).round() as u8
}

fn oklab_to_linear(lightness: f64, a: f64, b: f64) -> [f64; 3] {
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_and_text_stand_out_from_the_paper() {
        for theme in [Theme::light(), Theme::dark()] {
            for color in theme.series {
                assert!(color.contrast(theme.paper) >= 3.0, "{}", color.css());
            }
            assert!(theme.series_color(0).over(theme.paper, 0.72).contrast(theme.paper) >= 3.0);
            for color in [theme.ink, theme.muted, theme.accent, theme.attention, theme.stop] {
                assert!(color.contrast(theme.paper) >= 4.5, "{}", color.css());
            }
        }
    }

    #[test]
    fn sequential_scales_go_one_way() {
        for (theme, sign) in [(Theme::light(), -1.0), (Theme::dark(), 1.0)] {
            let lights: Vec<f64> = (0..=20).map(|i| (theme.sequential)(f64::from(i) / 20.0).luminance()).collect();
            assert!(lights.windows(2).all(|w| (w[1] - w[0]) * sign > 0.0));
        }
    }

    #[test]
    fn ends_of_the_range_are_kept() {
        let theme = Theme::light();
        assert_eq!((theme.sequential)(-3.0), (theme.sequential)(0.0));
        assert_eq!(theme.on(Rgb(0, 0, 0)), theme.paper);
    }
}
