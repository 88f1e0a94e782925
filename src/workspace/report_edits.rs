//! Commands on the report.

use super::apply::gone;
use super::spec::Workspace;
use crate::base::{BlockId, Problem};
use crate::report::{Block, BlockSpec};

/// Adopting twice keeps the first: an edit that raced with another must not undo it.
pub(super) fn adopt(w: &mut Workspace, title: &str, blocks: &[Block]) {
    if w.report.blocks.is_some() {
        return;
    }
    let highest = blocks.iter().map(|b| b.id.0).max().unwrap_or(0);
    w.next_id = w.next_id.max(highest);
    w.report.blocks = Some(blocks.to_vec());
    if w.report.title.is_none() && !title.trim().is_empty() {
        w.report.title = Some(title.trim().to_owned());
    }
}

pub(super) fn add(w: &mut Workspace, spec: &BlockSpec, at: Option<usize>) -> Result<(), Problem> {
    let id = BlockId(w.take_id());
    let blocks = own(w)?;
    let at = at.unwrap_or(blocks.len()).min(blocks.len());
    blocks.insert(at, Block { id, spec: spec.clone() });
    Ok(())
}

pub(super) fn edit(w: &mut Workspace, block: BlockId, spec: &BlockSpec) -> Result<(), Problem> {
    let place = own(w)?.iter_mut().find(|b| b.id == block).ok_or_else(|| gone("block"))?;
    place.spec = spec.clone();
    Ok(())
}

pub(super) fn shift(w: &mut Workspace, block: BlockId, to: usize) -> Result<(), Problem> {
    let blocks = own(w)?;
    let from = blocks.iter().position(|b| b.id == block).ok_or_else(|| gone("block"))?;
    let moved = blocks.remove(from);
    let to = to.min(blocks.len());
    blocks.insert(to, moved);
    Ok(())
}

pub(super) fn remove(w: &mut Workspace, block: BlockId) -> Result<(), Problem> {
    let blocks = own(w)?;
    let n_before = blocks.len();
    blocks.retain(|b| b.id != block);
    if blocks.len() == n_before { Err(gone("block")) } else { Ok(()) }
}

pub(super) fn dismiss(w: &mut Workspace, key: &str) {
    if !w.report.dismissed.iter().any(|k| k == key) {
        w.report.dismissed.push(key.to_owned());
    }
    if let Some(blocks) = &mut w.report.blocks {
        blocks.retain(|b| !matches!(&b.spec, BlockSpec::Finding { key: k, .. } if k == key));
    }
}

/// The user's own blocks. A draft must be adopted before it is edited.
fn own(w: &mut Workspace) -> Result<&mut Vec<Block>, Problem> {
    w.report.blocks.as_mut().ok_or_else(|| {
        Problem::request("draft_not_adopted", "The report is still a draft that is made afresh.")
            .hint("Adopt the draft first (adopt_draft).")
    })
}
