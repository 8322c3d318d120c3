//! What a player chose between two rows, as far as a script tells it.

use std::collections::HashMap;

use crate::line::Line;

/// Menus that were met, with what stands under their entries.
#[derive(Default)]
pub(super) struct Menus<'a> {
    /// Entries by the file, the menu and the number in the name of the branch that they open.
    entries: HashMap<(&'a str, &'a str, u32), &'a Line>,
    /// An entry that was offered since the last row.
    open: Option<&'a Line>,
}

/// What was chosen between a row and the one before it.
pub(super) enum Chosen<'a> {
    /// No menu stands between them.
    Nothing,
    /// One does, and it is not told what was chosen: the entry jumps, or nothing is written under it.
    Unknown,
    /// These entries, the outer one first.
    Entries(Vec<&'a Line>),
}

impl<'a> Menus<'a> {
    /// Takes an entry of a menu in; `last`: the row before it that is none.
    pub(super) fn offer(&mut self, entry: &'a Line, last: Option<&Line>) {
        let Some(choice) = &entry.choice else {
            self.open = Some(entry);
            return;
        };
        let file = entry.source.file.as_str();
        let group = end_of(&choice.group);
        // Ren'Py's entries stand at their menu, and what is under them is called by their own line; elsewhere they are counted.
        let number = choice.line.filter(|_| choice.line != entry.source.line).unwrap_or(choice.n);
        self.entries.insert((file, group, number), entry);
        // Behind what another entry of this menu leads to nothing is chosen any more.
        let depth = entry.branch.len();
        let beside = last
            .filter(|last| last.source.file == file)
            .and_then(|last| last.branch.get(depth))
            .and_then(|name| place(name));
        if beside.is_none_or(|(other, _)| other != group) {
            self.open = Some(entry);
        }
    }

    /// What was chosen before `row`; `last`: the row before it that is no entry.
    pub(super) fn chosen(&mut self, last: Option<&Line>, row: &Line) -> Chosen<'a> {
        let file = row.source.file.as_str();
        if self.open.is_some_and(|open| is_caption(open, row)) {
            return Chosen::Nothing;
        }
        let open = self.open.take();
        let before = last.filter(|last| last.source.file == file).map(|last| &last.branch);
        let shared = before.map_or(0, |before| {
            before.iter().zip(&row.branch).take_while(|(one, other)| one == other).count()
        });
        let entry = |name: &String| {
            let (group, number) = place(name)?;
            self.entries.get(&(file, group, number)).copied()
        };
        let entries: Vec<&Line> = row.branch[shared..].iter().filter_map(entry).collect();
        match open {
            _ if !entries.is_empty() => Chosen::Entries(entries),
            Some(_) => Chosen::Unknown,
            None => Chosen::Nothing,
        }
    }
}

/// Whether a row is what a menu is shown with: it stands above one of its entries, and not under another.
fn is_caption(entry: &Line, row: &Line) -> bool {
    let line = entry.choice.as_ref().and_then(|choice| choice.line);
    row.source.file == entry.source.file
        && row.scene == entry.scene
        && row.branch == entry.branch
        && row.source.line.zip(line).is_some_and(|(row, entry)| row < entry)
}

/// The menu and the number in the name of a branch that a choice opens: `file:menu.number`, or without the file.
fn place(name: &str) -> Option<(&str, u32)> {
    let (group, number) = name.rsplit_once('.')?;
    Some((end_of(group), number.parse().ok()?))
}

fn end_of(group: &str) -> &str {
    group.rsplit_once(':').map_or(group, |(_, end)| end)
}
