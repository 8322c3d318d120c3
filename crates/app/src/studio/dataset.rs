//! The dataset on the desk: made for whoever was chosen, looked at line by line, changed.

use std::sync::Arc;

use api::{
    StudioChange, StudioChoice, StudioDataset, StudioDesk, StudioLines, StudioQuery, StudioTerms,
};
use domain::{Character, CharacterId, Problem, ProblemKind};
use novel::dataset::{
    Example, Narration, Options, Reconstruction, Remark, Show, Sources, TermAction, Unprompted,
    Workbook, collect, unprompted,
};

use super::making_up::MakingUp;
use super::project::Project;
use super::reading::same_files;
use super::views;
use crate::app::{Answer, App, lock};
use crate::characters::cards;
use crate::models::remote_model::aside;

/// Lines of a page at most.
const PAGE: u32 = 200;

impl App {
    /// Chooses whose answers are learnt, and makes the dataset; what was changed in an earlier one is gone. Where a model has to make
    /// instructions up, it is begun here, and [`api::AppEvent::StudioAsking`] tells when the dataset is made.
    ///
    /// # Errors
    /// Where that person answers nobody, the character with the attributes is gone, or the dataset is being learnt or made.
    pub async fn studio_choose(
        self: &Arc<Self>,
        id: &str,
        choice: StudioChoice,
    ) -> Answer<StudioDesk> {
        let store = self.studio_store();
        let project = store.read(id)?;
        self.studio_settled(&project)?;
        let choice = tidy(choice)?;
        let sources = self.studio_sources(&project).await?;
        let options = options(&choice);
        let described = match &choice.attributes {
            Some(id) => {
                let id = CharacterId::from(id.as_str());
                Some(cards::load(&self.shelf.library, &id)?.character)
            }
            None => None,
        };
        let making = Making { project, choice, sources, options, described };
        let (making, lines) = aside(move || {
            let lines = making.unprompted();
            Ok((making, lines))
        })
        .await?;
        let kept = if lines.is_empty() {
            let nothing = making.choice.reconstruct.then(Default::default);
            let (making, book) = aside(move || {
                let book = making.book(nothing)?;
                Ok((making, book))
            })
            .await?;
            self.keep_chosen(&making.project, making.choice, book, None)?
        } else {
            let project = making.project.clone();
            self.begin_making_up(making, lines)?;
            project
        };
        Ok(self.studio_desk(&kept)?)
    }

    /// Keeps a dataset that was made of `read`, which may have changed meanwhile; `by`: with what was made up, which may have been
    /// stopped.
    pub(super) fn keep_chosen(
        &self,
        read: &Project,
        choice: StudioChoice,
        book: Workbook,
        by: Option<&MakingUp>,
    ) -> Result<Project, Problem> {
        let _alone = lock(&self.studio.changing);
        let store = self.studio_store();
        if let Some(making) = by {
            making.goes_on()?;
        }
        let now = store.read(&read.id)?;
        match by {
            Some(_) => self.studio_not_learnt(&now)?,
            None => self.studio_settled(&now)?,
        }
        same_files(read, &now)?;
        self.studio_begin_anew(&now)?;
        store.keep_workbook(&now.id, &book)?;
        let kept = store.change(&now.id, |project| {
            project.name.clone_from(&choice.speaker);
            if book.statistics().answers == 0 {
                "prefer".clone_into(&mut project.recipe.method);
            }
            project.choice = choice;
        })?;
        *lock(&self.studio.workbook) = Some((now.id, book));
        Ok(kept)
    }

    /// A page of the dataset.
    pub fn studio_lines(&self, id: &str, query: &StudioQuery) -> Answer<StudioLines> {
        let show = Show {
            text: query.text.clone(),
            remarked: query.remarked,
            touched: query.touched,
            made_up: query.made_up,
        };
        let (from, count) = (query.from as usize, query.count.min(PAGE) as usize);
        Ok(self.with_workbook(id, |book| {
            let (lines, all) = book.lines(&show, from, count);
            StudioLines {
                all: super::reading::count(all),
                lines: lines.iter().map(views::line).collect(),
            }
        })?)
    }

    /// Changes a line, takes it out or puts it back; answers with the dataset's figures.
    pub fn studio_change(&self, id: &str, change: &StudioChange) -> Answer<StudioDataset> {
        let (entry, turn) = (change.entry as usize, change.turn as usize);
        Ok(self.change_workbook(id, |book| match change.what.as_str() {
            "edit" => Ok(book.edit(entry, turn, &change.said, &change.answer)?),
            "remove" | "keep" => Ok(book.remove(entry, turn, change.what == "remove")?),
            "restore" => Ok(book.restore(entry, turn)?),
            _ => Err(invalid("nothing of that kind can be done with a line")),
        })?)
    }

    /// Takes all lines out that have a remark; of what is repeated one stays.
    pub fn studio_tidy(&self, id: &str, remark: &str) -> Answer<StudioDataset> {
        let remark = views::REMARKS.iter().find(|(_, name)| *name == remark);
        let Some((remark, _)) = remark else { return Err(invalid("no such remark").into()) };
        Ok(self.change_workbook(id, |book| {
            book.remove_remarked(*remark);
            Ok(())
        })?)
    }

    /// Looks at a project's dataset.
    pub(super) fn with_workbook<T>(
        &self,
        id: &str,
        look: impl FnOnce(&Workbook) -> T,
    ) -> Result<T, Problem> {
        let mut held = lock(&self.studio.workbook);
        let book = match held.take() {
            Some((of, book)) if of == id => book,
            _ => self
                .studio_store()
                .workbook(id)?
                .ok_or_else(|| invalid("nobody was chosen whose answers are learnt"))?,
        };
        let (_, book) = held.insert((id.to_owned(), book));
        Ok(look(book))
    }

    /// Changes a project's dataset and keeps it; where it cannot be kept it is what it was.
    fn change_workbook(
        &self,
        id: &str,
        change: impl FnOnce(&mut Workbook) -> Result<(), Problem>,
    ) -> Result<StudioDataset, Problem> {
        let _alone = lock(&self.studio.changing);
        let store = self.studio_store();
        let project = store.read(id)?;
        self.studio_settled(&project)?;
        let mut book = self.with_workbook(id, Workbook::clone)?;
        change(&mut book)?;
        self.studio_begin_anew(&project)?;
        store.keep_workbook(id, &book)?;
        let dataset = views::dataset(&book);
        *lock(&self.studio.workbook) = Some((id.to_owned(), book));
        Ok(dataset)
    }
}

/// What a dataset is made of.
pub(super) struct Making {
    pub(super) project: Project,
    pub(super) choice: StudioChoice,
    sources: Arc<Sources>,
    pub(super) options: Options,
    /// A character whose attributes become questions and answers.
    described: Option<Character>,
}

impl Making {
    /// Lines about which a model is to be asked; none where that is not wanted.
    fn unprompted(&self) -> Vec<Unprompted> {
        if !self.choice.reconstruct {
            return Vec::new();
        }
        unprompted(&self.sources.lines, &self.options)
    }

    /// The dataset, with what a model made up.
    pub(super) fn book(
        &self,
        made_up: Option<(Reconstruction, Vec<Example>)>,
    ) -> Result<Workbook, Problem> {
        let mut sources = Arc::clone(&self.sources);
        if self.described.is_some() || made_up.is_some() {
            // A copy: what was read is kept for the next choice.
            let sources = Arc::make_mut(&mut sources);
            if let Some(described) = &self.described {
                sources.character = Some(described.clone());
            }
            sources.reconstructed = made_up;
        }
        let (dataset, preferences) = collect(&sources, &self.options)?;
        Ok(Workbook::new(dataset, preferences))
    }
}

/// A choice without names twice.
pub(super) fn tidy(mut choice: StudioChoice) -> Result<StudioChoice, Problem> {
    let speaker = choice.speaker.trim().to_owned();
    choice.speaker = speaker;
    if choice.speaker.is_empty() {
        return Err(invalid("nobody was chosen"));
    }
    let speaker = choice.speaker.clone();
    choice.aliases.retain(|alias| *alias != speaker && !alias.is_empty());
    choice.aliases.sort();
    choice.aliases.dedup();
    for term in &mut choice.known_terms {
        *term = term.trim().to_owned();
    }
    choice.known_terms.retain(|term| !term.is_empty());
    choice.known_terms.dedup();
    choice.attributes = choice.attributes.filter(|id| !id.is_empty());
    Ok(choice)
}

pub(super) fn options(choice: &StudioChoice) -> Options {
    let mut names = vec![choice.speaker.clone()];
    names.extend(choice.aliases.iter().cloned());
    Options {
        speaker: Some(choice.speaker.clone()),
        aliases: vec![names],
        narration: if choice.narration { Narration::Context } else { Narration::Drop },
        terms: match choice.terms {
            StudioTerms::Keep => TermAction::Keep,
            StudioTerms::Replace => TermAction::Replace,
            StudioTerms::Drop => TermAction::Drop,
        },
        term_list: choice.known_terms.clone(),
        learn_terms: choice.learn_terms,
        ..Options::default()
    }
}

fn invalid(what: &str) -> Problem {
    Problem::new(ProblemKind::Invalid, what, "choose who speaks, in the first step")
}

/// Names of remarks on the wire.
pub(super) const fn remark_name(remark: Remark) -> &'static str {
    match remark {
        Remark::Short => "short",
        Remark::Long => "long",
        Remark::Markup => "markup",
        Remark::Repeated => "repeated",
        Remark::MadeUp => "made_up",
    }
}
