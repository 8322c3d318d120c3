//! `hanashi know`: documents that characters may read.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Paths;
use app::terminal::{Documents, KnowWatch};
use clap::Subcommand;
use domain::{CharacterId, Flow, Problem};
use serde_json::json;

use crate::arguments::Common;
use crate::print;

/// What to do with the documents.
#[derive(Debug, Subcommand)]
pub(crate) enum KnowCommand {
    /// Read files, and folders with all that is in them. What has not changed is not read again.
    Add {
        /// Text, Markdown, HTML, PDF, EPUB, DOCX, CSV, subtitles, dumps of wikis (`.xml`, also `.bz2` and `.gz`).
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// For this character alone (default: for all).
        #[arg(long, short, value_name = "NAME")]
        character: Option<String>,
    },
    /// Look at everything that was added again: read what changed, forget what is gone.
    Refresh,
    /// What was added.
    List {
        /// What this character may read (default: all there is).
        #[arg(long, short, value_name = "NAME")]
        character: Option<String>,
    },
    /// The passages that answer a question best.
    Search {
        /// What to look for, in any of the three languages.
        question: String,
        /// As this character would find them (default: in all documents).
        #[arg(long, short, value_name = "NAME")]
        character: Option<String>,
        /// How many at most.
        #[arg(long, short = 'n', default_value_t = 6)]
        limit: usize,
        /// A reply: which of the passages does it lean on?
        #[arg(long, value_name = "TEXT")]
        reply: Option<String>,
        /// Find what means something like it, too: an encoder of the library by its name, or the folder of one (BERT, XLM-R, E5, BGE).
        #[arg(long, value_name = "NAME")]
        embedder: Option<String>,
    },
    /// What a turn would make of a line: whether it needs documents, what it would get, which rule fires.
    Try {
        /// What is said.
        line: String,
        /// To whom.
        #[arg(long, short, value_name = "NAME")]
        character: Option<String>,
        /// With what means something like it, too: an encoder's name or folder.
        #[arg(long, value_name = "NAME")]
        embedder: Option<String>,
    },
    /// Take documents out of the index for good. The files stay.
    Rm {
        /// Numbers from `know list`.
        #[arg(required = true)]
        ids: Vec<i64>,
    },
    /// Put a question to the search engine of the settings (`allow_search`), as a turn would: it is sent there.
    Web {
        /// What to look for.
        question: String,
        /// How many at most.
        #[arg(long, short = 'n', default_value_t = 5)]
        limit: usize,
    },
    /// Keep the key to Brave's search in the system's keychain. It is read from standard input; an empty one is forgotten.
    SearchKey,
    /// Where the table of rules lies, and whether it can be used.
    Rules {
        /// Of this character (default: the one of all).
        #[arg(long, short, value_name = "NAME")]
        character: Option<String>,
    },
}

/// Runs the command.
pub(crate) fn run(
    common: &Common,
    paths: &Paths,
    command: &KnowCommand,
) -> Result<ExitCode, Problem> {
    match command {
        KnowCommand::Web { question, limit } => return web(common, paths, question, *limit),
        KnowCommand::SearchKey => {
            app::terminal::set_search_key(paths, &crate::tools::key_from_stdin()?)?;
            if common.json {
                print::json(&json!({ "v": 1 }));
            }
            return Ok(ExitCode::SUCCESS);
        }
        _ => {}
    }
    let documents = Documents::open(paths)?;
    let id = |name: &Option<String>| whose(paths, name.as_deref());
    match command {
        KnowCommand::Add { paths: files, character } => {
            return add(common, &documents, files, id(character)?.as_ref());
        }
        KnowCommand::Refresh => return add(common, &documents, &[], None),
        KnowCommand::List { character } => list(common, &documents, id(character)?.as_ref())?,
        KnowCommand::Search { question, character, limit, reply, embedder } => {
            let documents = with_encoder(common, paths, documents, embedder.as_deref())?;
            let found = documents.search(question, id(character)?.as_ref(), *limit)?;
            let evidence = reply.as_deref().map(|reply| documents.evidence(reply, &found));
            if common.json {
                print::json(
                    &json!({ "v": 1, "question": question, "found": found, "evidence": evidence }),
                );
                return Ok(ExitCode::SUCCESS);
            }
            for passage in &found {
                show(passage);
            }
            for one in evidence.iter().flatten() {
                let place = Documents::citation(&found[one.passage]);
                print::line(&format!("leans on {place} ({:.2}): {}", one.score, one.said));
            }
            if found.is_empty() {
                print::line("nothing was found about that");
            }
        }
        KnowCommand::Try { line, character, embedder } => {
            let documents = with_encoder(common, paths, documents, embedder.as_deref())?;
            let tried = documents.try_line(line, id(character)?.as_ref())?;
            if common.json {
                let rule =
                    tried.rule.map(|(name, pattern)| json!({ "name": name, "pattern": pattern }));
                print::json(
                    &json!({ "v": 1, "need": tried.need, "found": tried.passages, "rule": rule }),
                );
                return Ok(ExitCode::SUCCESS);
            }
            print::line(&format!(
                "needs documents: {}",
                format!("{:?}", tried.need).to_lowercase()
            ));
            if let Some((name, pattern)) = &tried.rule {
                print::line(&format!("rule `{name}` fires by `{pattern}`"));
            }
            for passage in &tried.passages {
                show(passage);
            }
        }
        // Above: they need no documents.
        KnowCommand::Web { .. } | KnowCommand::SearchKey => {}
        KnowCommand::Rm { ids } => {
            documents.remove(ids)?;
            if common.json {
                print::json(&json!({ "v": 1, "removed": ids }));
            }
        }
        KnowCommand::Rules { character } => {
            let (file, rules) = documents.rules(id(character)?.as_ref())?;
            if common.json {
                print::json(&json!({ "v": 1, "file": file, "rules": rules }));
            } else {
                print::line(&format!("{}: {rules} rules", file.display()));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// For whom; documents for a name that nobody has would never be read.
fn whose(paths: &Paths, name: Option<&str>) -> Result<Option<CharacterId>, Problem> {
    name.map(|name| app::terminal::whose(paths, name)).transpose()
}

fn web(common: &Common, paths: &Paths, question: &str, limit: usize) -> Result<ExitCode, Problem> {
    let (host, found) = app::terminal::search_web(paths, question, limit)?;
    if common.json {
        let found: Vec<_> = found
            .iter()
            .map(|one| json!({ "title": one.title, "url": one.url, "text": one.text }))
            .collect();
        print::json(&json!({ "v": 1, "host": host, "question": question, "found": found }));
        return Ok(ExitCode::SUCCESS);
    }
    for one in &found {
        print::line(&format!("{} ({})", one.title, one.url));
        print::line(&format!("    {}", one.text));
    }
    if found.is_empty() {
        print::line(&format!("`{host}` found nothing about that"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Finds by meaning, too, where an encoder was named; it reads first what it has not read.
fn with_encoder(
    common: &Common,
    paths: &Paths,
    documents: Documents,
    encoder: Option<&str>,
) -> Result<Documents, Problem> {
    let Some(encoder) = encoder else { return Ok(documents) };
    let documents = documents.with_encoder(&paths.encoder(encoder)?, |meaning| {
        if !common.json {
            print::aside_in_place(&format!("{} of {} passages read", meaning.done, meaning.all));
        }
    })?;
    if !common.json {
        print::aside("");
    }
    Ok(documents)
}

fn show(passage: &app::terminal::KnowPassage) {
    let near = passage.near.map(|near| format!(", by meaning {near:.2}")).unwrap_or_default();
    let coverage = passage.coverage * 100.0;
    print::line(&format!("{} ({coverage:.0} %{near})", Documents::citation(passage)));
    for line in passage.text.lines() {
        print::line(&format!("    {line}"));
    }
}

fn list(
    common: &Common,
    documents: &Documents,
    character: Option<&CharacterId>,
) -> Result<(), Problem> {
    let all = documents.list(character)?;
    let meaning = documents.meaning()?;
    if common.json {
        print::json(&json!({ "v": 1, "documents": all, "meaning": meaning }));
        return Ok(());
    }
    for one in &all {
        let whose = one.character.as_deref().unwrap_or("all");
        let state = if one.message.is_empty() {
            format!("{} passages", one.chunks)
        } else {
            format!("not read: {}", one.message)
        };
        print::line(&format!("{:>5}  {whose}  {}  {state}", one.id, one.path));
    }
    if meaning.done > 0 {
        print::line(&format!(
            "{} of {} passages are found by what they mean, too",
            meaning.done, meaning.all
        ));
    }
    if all.is_empty() {
        print::line("nothing yet: `hanashi know add FILE…`");
    }
    Ok(())
}

/// A file that was named and could not be read is a failure; one within a folder is told and no more.
fn add(
    common: &Common,
    documents: &Documents,
    paths: &[PathBuf],
    character: Option<&CharacterId>,
) -> Result<ExitCode, Problem> {
    let began = std::time::Instant::now();
    let report = documents.add(paths, character, &mut |step| {
        match step {
            KnowWatch::Done { path, done, files, .. }
                if !common.json && (done == files || done.is_multiple_of((files / 100).max(1))) =>
            {
                print::aside_in_place(&format!("{done} of {files}: {}", path.display()));
            }
            KnowWatch::Reading { path, bytes, size } if !common.json && size > 0 => {
                print::aside_in_place(&format!("{}: {} %", path.display(), bytes * 100 / size));
            }
            _ => {}
        }
        Flow::More
    })?;
    let seconds = began.elapsed().as_secs_f64();
    let speed = report.text_bytes as f64 / 1e6 / seconds.max(1e-3);
    if common.json {
        print::json(&json!({
            "v": 1, "report": report, "seconds": seconds, "text_mb_per_s": speed,
        }));
    } else {
        print::aside("");
        for one in &report.refused {
            print::line(&format!("{}: {}", one.file, one.message));
        }
        if report.files == 0 {
            print::line(
                "there is no file here that is read: text, Markdown, HTML, PDF, EPUB, DOCX, CSV, subtitles or a wiki's dump",
            );
        }
        print::line(&format!(
            "{} read, {} unchanged, {} gone, {} refused; {} passages, {:.1} MB of text in {seconds:.1} s ({speed:.1} MB/s)",
            report.read,
            report.unchanged,
            report.gone,
            report.refused.len(),
            report.chunks,
            report.text_bytes as f64 / 1e6
        ));
    }
    let named = |file: &str| {
        paths.iter().any(|path| {
            std::path::absolute(path).is_ok_and(|path| path == std::path::Path::new(file))
        })
    };
    let failed = report.refused.iter().any(|one| named(&one.file));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
