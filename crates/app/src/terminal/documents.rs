//! Documents without a running app: the index of a data folder.

use std::path::{Path, PathBuf};

use domain::{CharacterId, Flow, Problem};
use knowledge::bench::{self, Measured};
use knowledge::{
    Document, Evidence, Knowledge, Meaning, Need, Passage, Reader, Report, Rules, Watch,
};

use crate::app::paths::Paths;
use crate::knowledge::documents::{citation, rules_file};
use crate::knowledge::lookup::{FILE, RULES};
use crate::memory::encoder::Encoding;

/// Looks at whether to stop between two words about how far the encoder is: one a passage.
const TEXTS: usize = 256;

/// The documents of one data folder.
pub struct Documents {
    knowledge: Knowledge,
    rules: PathBuf,
    encoding: Option<Encoding>,
}

/// Measures reading and finding documents in `folder`: so many small ones, and a wiki's dump of so many megabytes (0 for none).
///
/// # Errors
/// Where the folder cannot be written.
pub fn bench_know(
    count: usize,
    dump_mb: u64,
    folder: &Path,
) -> Result<(Measured, Option<Measured>), Problem> {
    let written = |file: std::io::Result<PathBuf>| {
        file.map_err(|error| {
            Problem::new(
                domain::ProblemKind::Disk,
                format!("nothing can be written to `{}`: {error}", folder.display()),
                "free some space, or set TMPDIR to a folder that can be written",
            )
        })
    };
    let [small, large] = ["small", "large"].map(|name| folder.join(name));
    let documents = written(bench::write_documents(count, &small))?;
    let documents = bench::measure(&documents, &small)?;
    if dump_mb == 0 {
        return Ok((documents, None));
    }
    let dump = written(bench::write_dump(dump_mb << 20, &large))?;
    Ok((documents, Some(bench::measure(&dump, &large)?)))
}

/// A line, tried: whether it needs documents, what is looked for, what is found, which rule fires.
#[derive(Debug, Clone)]
pub struct Tried {
    /// Whether it needs documents.
    pub need: Need,
    /// What a turn would put into its prompt, the best first.
    pub passages: Vec<Passage>,
    /// The name of the rule that fires, and its pattern.
    pub rule: Option<(String, String)>,
}

impl Documents {
    /// Opens the index, and makes it where there is none.
    pub fn open(paths: &Paths) -> Result<Self, Problem> {
        paths.dirs.create()?;
        let root = paths.dirs.root();
        let knowledge = Knowledge::open(&root.join(FILE))?;
        Ok(Self { knowledge, rules: root.join(RULES), encoding: None })
    }

    /// Finds by meaning, too, with the encoder in a folder: it reads the passages that it has not read yet, and `tell` hears how far it is.
    ///
    /// # Errors
    /// Where there is no encoder there that can be used.
    pub fn with_encoder(
        mut self,
        folder: &Path,
        mut tell: impl FnMut(Meaning),
    ) -> Result<Self, Problem> {
        let encoding = Encoding::load(folder)?;
        loop {
            let mut texts = 0;
            let stop = || {
                texts += 1;
                texts > TEXTS
            };
            let meaning = encoding.read_documents(&self.knowledge, stop)?;
            tell(meaning);
            if texts <= TEXTS {
                break;
            }
        }
        self.encoding = Some(encoding);
        Ok(self)
    }

    /// How many passages have a vector, by whatever encoder.
    pub fn meaning(&self) -> Result<Meaning, Problem> {
        Ok(self.knowledge.meaning()?)
    }

    /// Reads files and folders; with no paths, looks at everything that was added again.
    pub fn add(
        &self,
        paths: &[PathBuf],
        character: Option<&CharacterId>,
        tell: &mut dyn FnMut(Watch<'_>) -> Flow,
    ) -> Result<Report, Problem> {
        Ok(if paths.is_empty() {
            self.knowledge.refresh(tell)?
        } else {
            self.knowledge.add(paths, character, tell)?
        })
    }

    /// The documents that a character may read, or all.
    pub fn list(&self, character: Option<&CharacterId>) -> Result<Vec<Document>, Problem> {
        Ok(self.knowledge.documents(character)?)
    }

    /// The passages that answer a question best.
    pub fn search(
        &self,
        question: &str,
        character: Option<&CharacterId>,
        limit: usize,
    ) -> Result<Vec<Passage>, Problem> {
        let reader = character.map_or(Reader::Person, Reader::Character);
        let meaning = self.encoding.as_ref().and_then(|encoding| encoding.question(question));
        Ok(self.knowledge.search_near(reader, question, meaning.as_deref(), limit)?)
    }

    /// What a turn would make of a line.
    pub fn try_line(&self, line: &str, character: Option<&CharacterId>) -> Result<Tried, Problem> {
        let need = knowledge::need(line);
        let mut passages = Vec::new();
        if need != Need::No {
            passages = self.search(line, character, 6)?;
            passages.retain(|one| need.is_met_by(one));
        }
        let mut rule = None;
        for scope in character.map(Some).into_iter().chain([None]) {
            let Some(file) = rules_file(&self.rules, scope) else { continue };
            let fired = Rules::open(&file)?.fire(line, 0);
            rule = rule.or(fired.map(|fired| (fired.name, fired.pattern)));
        }
        Ok(Tried { need, passages, rule })
    }

    /// Which passages a reply leans on.
    pub fn evidence(&self, reply: &str, passages: &[Passage]) -> Vec<Evidence> {
        knowledge::evidence(reply, passages.iter().map(|passage| passage.text.as_str()))
    }

    /// Takes documents out for good; the files stay. Numbers or paths.
    pub fn remove(&self, ids: &[i64]) -> Result<(), Problem> {
        for id in ids {
            self.knowledge.remove(*id)?;
        }
        Ok(self.knowledge.purge()?)
    }

    /// Where a character's table of rules lies, or everybody's; and how many rules it has.
    ///
    /// # Errors
    /// What is wrong with which rule.
    pub fn rules(&self, character: Option<&CharacterId>) -> Result<(PathBuf, usize), Problem> {
        let file = rules_file(&self.rules, character).ok_or_else(|| {
            Problem::new(
                domain::ProblemKind::Invalid,
                "this character's id is no name for a file",
                "use the rules of all characters",
            )
        })?;
        let count = Rules::open(&file)?.len();
        Ok((file, count))
    }

    /// File, place and headings of a passage.
    pub fn citation(passage: &Passage) -> String {
        citation(passage)
    }
}
