//! What is shared is what is read, for the report over any table.

use super::super::rng::Rng;
use super::tables::{desk_with, table};
use tributary::share::{REPORT_CSS, from_fragment, from_html, slim, sound, to_fragment, to_html};

#[test]
fn a_report_comes_out_of_its_link_and_file_as_it_went_in() {
    for seed in 0..12 {
        let mut rng = Rng::new(seed + 900);
        let report = desk_with(&[table(&mut rng, 60)]).report();
        assert_eq!(sound(&report), report, "seed {seed}: the engine's reports are sound");
        let fragment = to_fragment(&report).unwrap();
        assert_eq!(fragment, to_fragment(&report).unwrap(), "seed {seed}");
        let read = from_fragment(&fragment).unwrap();
        assert_eq!(read, slim(&report), "seed {seed}");
        assert_eq!(to_fragment(&read).unwrap(), fragment, "seed {seed}: sent on, it is the same link");
        let file = to_html(&report, &|_, _| None, REPORT_CSS);
        assert_eq!(from_html(file.as_bytes()).unwrap(), report, "seed {seed}");
    }
}
