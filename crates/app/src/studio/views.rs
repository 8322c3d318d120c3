//! What the page sees of datasets and trainings.

use api::{StudioDataset, StudioLine, StudioMadeUp, StudioPoint, StudioRun, StudioWarning};
use novel::dataset::{LineView, Reconstruction, Remark, Split, Warning, Workbook};

use super::dataset::remark_name;
use super::project::{Project, RunState, Store};
use super::reading::count;
use super::training::Running;

/// Remarks by their names.
pub(super) const REMARKS: [(Remark, &str); 5] = [
    (Remark::Short, remark_name(Remark::Short)),
    (Remark::Long, remark_name(Remark::Long)),
    (Remark::Markup, remark_name(Remark::Markup)),
    (Remark::Repeated, remark_name(Remark::Repeated)),
    (Remark::MadeUp, remark_name(Remark::MadeUp)),
];

pub(super) fn dataset(book: &Workbook) -> StudioDataset {
    let of = book.statistics();
    StudioDataset {
        conversations: count(of.conversations),
        answers: count(of.answers),
        watched: count(of.watched),
        removed: count(of.removed),
        changed: count(of.changed),
        characters: count(of.characters),
        median: count(of.median),
        lengths: of.lengths.iter().map(|n| count(*n)).collect(),
        preferences: count(of.preferences),
        warnings: book.warnings().into_iter().map(warning).collect(),
        made_up: book.reconstruction.as_ref().map(made_up),
    }
}

fn made_up(of: &Reconstruction) -> StudioMadeUp {
    StudioMadeUp {
        model: of.model.clone(),
        asked: count(of.asked),
        made_up: count(of.made_up),
        no_room: count(of.no_room),
        empty: count(of.empty),
        long: count(of.long),
        same: count(of.same),
        alike: count(of.alike),
        foreign: count(of.foreign),
        copied: count(of.copied),
    }
}

fn warning(warning: Warning) -> StudioWarning {
    let (kind, figure) = match warning {
        Warning::Nothing => ("nothing", 0),
        Warning::VeryFew(n) => ("very_few", n),
        Warning::Few(n) => ("few", n),
        Warning::NotWatched => ("not_watched", 0),
        Warning::Markup(n) => ("markup", n),
        Warning::Repeated(n) => ("repeated", n),
        Warning::Long(n) => ("long", n),
        Warning::Mixed(n) => ("mixed", n),
    };
    StudioWarning { kind: kind.to_owned(), count: count(figure) }
}

pub(super) fn line(line: &LineView<'_>) -> StudioLine {
    StudioLine {
        entry: count(line.entry),
        turn: count(line.turn),
        said: line.exchange.said.clone(),
        answer: line.exchange.answer.clone(),
        removed: line.exchange.removed,
        changed: line.exchange.before.is_some(),
        watched: line.split != Split::Train,
        remarks: line.remarks.iter().map(|remark| remark_name(*remark).to_owned()).collect(),
    }
}

/// A point of the curves.
pub(super) fn point(point: &::tuning::Point) -> StudioPoint {
    StudioPoint {
        step: count(point.step),
        loss: point.loss,
        accuracy: point.accuracy,
        score: point.score,
        kl: point.kl,
        learning_rate: point.learning_rate,
    }
}

/// How a project's training stands, with its curves; `None` where there is none.
pub(super) fn run(
    store: &Store,
    project: &Project,
    running: Option<&Running>,
) -> Option<StudioRun> {
    let mut run = standing(store, project, running)?;
    let folder = store.run(&project.id, project.run).ok()?;
    let curves = ::tuning::curves(&folder);
    let reached = run.step;
    let up_to = |point: &StudioPoint| point.step <= reached;
    run.train = curves.train.iter().map(point).filter(up_to).collect();
    run.watched = curves.watched.iter().map(point).filter(up_to).collect();
    run.samples = Store::samples(&folder, reached as usize);
    Some(run)
}

/// How a project's training stands; `None` where there is none.
pub(super) fn standing(
    store: &Store,
    project: &Project,
    running: Option<&Running>,
) -> Option<StudioRun> {
    let folder = store.run(&project.id, project.run).ok()?;
    let live = running.filter(|running| running.project == project.id).map(Running::now);
    if live.is_none() && project.state == RunState::None {
        return None;
    }
    let kept = ::tuning::checkpoint_of(&folder).unwrap_or(0);
    // Where a training was given up the one before counts again: of that it is known whether it made a judge.
    let judges = project.judge == Some(project.run) && project.trained != project.judge;
    let method = match &project.frozen {
        Some(frozen) => frozen.method.as_str(),
        None if judges => "reward",
        None => "",
    };
    Some(live.unwrap_or_else(|| {
        StudioRun {
            state: match project.state {
                // The program ended while it ran: it goes on where it was kept last.
                RunState::None | RunState::Open | RunState::Paused => "paused",
                RunState::Finished => "finished",
                RunState::Failed => "failed",
            }
            .to_owned(),
            step: count(kept),
            total: count(project.frozen.as_ref().map_or(kept, |frozen| frozen.steps)),
            no_better: project.no_better,
            method: method.to_owned(),
            problem: project.problem.clone(),
            ..StudioRun::default()
        }
    }))
}
