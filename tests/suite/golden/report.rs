//! Sources → the draft of the report, as its reader reads it.

use super::report_text::report_text;
use super::{Case, check, text};
use crate::suite::desk::Desk;
use tributary::recipe::Op;
use tributary::report::FrozenReport;
use tributary::source::ReaderSpec;
use tributary::workspace::Command;

#[test]
fn reports_read_as_expected() {
    check("report", |case| text(report_text(&drafted(case))));
}

/// The draft over the inputs of a case, the first `accept` suggestions accepted one after the
/// other, then the steps.
pub(super) fn drafted(case: &Case) -> FrozenReport {
    let mut desk = Desk::new();
    for (name, bytes) in case.inputs() {
        desk.add(&name, &bytes, &ReaderSpec::default()).unwrap();
    }
    let n_accepted: usize = case.get("accept");
    for _ in 0..n_accepted {
        let found = desk.suggestions();
        desk.accept(found.first().expect("a suggestion"), None);
    }
    let node = desk.history.present().main_node().unwrap();
    let ops: Vec<Op> = case.get("steps");
    for op in ops {
        desk.dispatch(Command::AddStep { node, op, at: None }).unwrap();
    }
    desk.report()
}
