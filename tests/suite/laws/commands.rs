//! Undo takes back exactly what was done, redo does exactly that again, and what is saved is what
//! is opened, after any sequence of commands.

use super::super::desk::source_of;
use super::super::desk::{merge_spec, over_the_wire};
use super::super::rng::Rng;
use super::tables::table;
use tributary::base::*;
use tributary::merge::*;
use tributary::recipe::*;
use tributary::report::*;
use tributary::workspace::*;

const NAMES: [&str; 6] = ["runs", "Läufe 2", "", "select", "a\"b", "runs"];

fn any_node(rng: &mut Rng, w: &Workspace) -> NodeId {
    let nodes = w.nodes();
    // Now and then one that is not there.
    if nodes.is_empty() || rng.one_in(12) { NodeId::Table(TableId(9_999)) } else { *rng.pick(&nodes) }
}

fn any_step(rng: &mut Rng, w: &Workspace, node: NodeId) -> StepId {
    let steps = w.recipe(node).map(|r| r.steps.clone()).unwrap_or_default();
    if steps.is_empty() { StepId(9_999) } else { rng.pick(&steps).id }
}

fn any_block(rng: &mut Rng, w: &Workspace) -> BlockId {
    let blocks = w.report.blocks.clone().unwrap_or_default();
    if blocks.is_empty() { BlockId(9_999) } else { rng.pick(&blocks).id }
}

fn any_spec(rng: &mut Rng, node: NodeId) -> BlockSpec {
    match rng.below(4) {
        0 => BlockSpec::Text((*rng.pick(&NAMES)).to_owned()),
        1 => BlockSpec::finding(node, "trend|a"),
        2 => BlockSpec::Quality,
        _ => BlockSpec::VERDICT,
    }
}

fn any_op(rng: &mut Rng) -> Op {
    match rng.below(6) {
        3 => Op::Map { column: "a".into(), swaps: vec![Swap { from: (*rng.pick(&NAMES)).into(), to: None }] },
        4 => Op::Distinct { by: vec!["a".into()], keep: Keep::Largest("b".into()) },
        5 => Op::Fill { column: "a".into(), with: Filler::Value((*rng.pick(&NAMES)).into()) },
        0 => Op::Filter { column: "a".into(), test: Test::IsPresent },
        1 => Op::Compute { name: (*rng.pick(&NAMES)).into(), formula: "a + 1".into() },
        _ => Op::Remove { columns: vec!["b".into()] },
    }
}

fn any_command(rng: &mut Rng, w: &Workspace) -> Command {
    let node = any_node(rng, w);
    let name: String = (*rng.pick(&NAMES)).into();
    let at = rng.one_in(2).then(|| rng.below(6));
    let source = w.sources.first().map_or(SourceId(9_999), |s| s.id);
    let keys = [KeyPair { left: "a".into(), right: "b".into(), form: KeyForm::Folded }];
    let kind = *rng.pick(&[MergeKind::Left, MergeKind::Union, MergeKind::Anti]);
    let id = w.merges.last().map_or(MergeId(9_999), |m| m.id);
    let merge = MergeSpec { id, ..merge_spec(&name, kind, (node, any_node(rng, w)), &keys) };
    match rng.below(26) {
        0..=2 => Command::AddSource { source: Box::new(source_of("runs", &table(rng, 3))) },
        3 => Command::RenameSource { source, name },
        4 => Command::RemoveSource { source },
        5 => Command::RenameNode { node, name },
        6 | 7 => Command::AddMerge { merge: Box::new(merge) },
        8 => Command::EditMerge { merge: Box::new(merge) },
        9 => Command::RemoveMerge { merge: merge.id },
        10 => Command::RejectSuggestion { suggestion: name },
        11 => Command::SetMain { node: rng.one_in(2).then_some(node) },
        12 | 13 => Command::AddStep { node, op: any_op(rng), at },
        14 => Command::EditStep { node, step: any_step(rng, w, node), op: any_op(rng) },
        15 => Command::ToggleStep { node, step: any_step(rng, w, node) },
        16 => Command::RemoveStep { node, step: any_step(rng, w, node) },
        17 => Command::MoveStep { node, step: any_step(rng, w, node), to: rng.below(9) },
        18 => Command::SetTitle { title: name },
        19 => {
            let blocks = (5_000..).map(BlockId).zip([any_spec(rng, node), any_spec(rng, node)]);
            Command::AdoptDraft { title: name, blocks: blocks.map(|(id, spec)| Block { id, spec }).collect() }
        }
        20 => Command::AddBlock { spec: any_spec(rng, node), at },
        21 => Command::MoveBlock { block: any_block(rng, w), to: rng.below(9) },
        22 => Command::RemoveBlock { block: any_block(rng, w) },
        23 => {
            // A newer version, which may lack columns that steps need.
            let mut newer = source_of("newer", &table(rng, 3));
            newer.id = source;
            for table in &mut newer.tables {
                table.drift = Some(Default::default());
            }
            Command::ReplaceSource { source: Box::new(newer) }
        }
        24 => Command::SettleSource { source },
        _ => Command::All {
            label: "Both".into(),
            commands: vec![
                Command::DismissFinding { key: name.clone() },
                Command::AddStep { node, op: any_op(rng), at: None },
            ],
        },
    }
}

#[test]
fn undo_takes_back_and_redo_does_again() {
    for seed in 0..40 {
        let mut rng = Rng::new(seed);
        let mut history = History::new(Workspace::default());
        for _ in 0..80 {
            let command = over_the_wire(&any_command(&mut rng, history.present()));
            let before = history.present().clone();
            let n_past = history.past().len();
            if history.dispatch(&command).is_err() {
                assert_eq!(*history.present(), before, "seed {seed}: a refused command changed something");
                continue;
            }
            if history.past().len() == n_past && n_past < History::MAX_STEPS {
                assert_eq!(*history.present(), before, "seed {seed}: a change without a way back");
                continue;
            }
            let after = history.present().clone();
            assert_eq!(apply(&before, &command).unwrap(), *after, "seed {seed}: not the same twice");
            let undone = history.undo().unwrap();
            assert_eq!(*history.present(), before, "seed {seed}: {command:?}");
            assert_eq!(history.redo().unwrap(), undone);
            assert_eq!(*history.present(), after, "seed {seed}: {command:?}");
            assert!(!undone.is_empty(), "the activity log has a line without words: {command:?}");
        }
        // All the way back and forth.
        let end = history.present().clone();
        let mut n = 0;
        while history.undo().is_some() {
            n += 1;
        }
        for _ in 0..n {
            history.redo().unwrap();
        }
        assert_eq!(*history.present(), end, "seed {seed}");
    }
}

#[test]
fn what_is_saved_is_what_is_opened() {
    for seed in 100..130 {
        let mut rng = Rng::new(seed);
        let mut history = History::new(Workspace::default());
        for _ in 0..60 {
            let _ = history.dispatch(&any_command(&mut rng, history.present()));
            if rng.one_in(5) {
                history.undo();
            }
        }
        let saved = format::encode(history.present()).unwrap();
        assert_eq!(format::decode(&saved).unwrap(), **history.present(), "seed {seed}");
        assert_eq!(format::encode(&format::decode(&saved).unwrap()).unwrap(), saved, "seed {seed}");
        let with_history = format::encode_history(&history).unwrap();
        let back = format::decode_history(&with_history).unwrap();
        assert_eq!(back.present(), history.present(), "seed {seed}");
        assert_eq!(back.future(), history.future(), "seed {seed}");
        let n = back.past().len();
        assert_eq!(back.past(), &history.past()[history.past().len() - n..], "seed {seed}");
        assert_eq!(n, history.past().len().min(40), "seed {seed}");
    }
}
