//! `hanashi vault`, and the question for the passphrase that other commands need.

use std::io::IsTerminal as _;
use std::path::Path;
use std::process::ExitCode;

use app::Paths;
use app::api::VaultProgress;
use app::housekeeping::encryption::{self, Proof};
use clap::Subcommand;
use domain::{Problem, ProblemKind};
use serde_json::json;

use crate::arguments::{Command, Common};
use crate::novel::NovelCommand;
use crate::print;
use crate::upkeep::UpkeepCommand;

/// A passphrase is a line; what is longer is the wrong file.
const LONGEST: u64 = 64 << 10;

#[derive(Debug, Subcommand)]
pub(crate) enum VaultCommand {
    /// How the data folder is kept.
    Status,
    /// Encrypt everything that was said, with a passphrase. Prints the recovery code.
    On {
        /// Keep the key in the keychain of the system as well: nothing is asked on this machine then.
        #[arg(long)]
        remember: bool,
        /// Delete the copies from before, which are not encrypted.
        #[arg(long)]
        delete_old_copies: bool,
    },
    /// Decrypt everything.
    Off,
    /// Another passphrase.
    Change {
        /// A file whose first line is the new passphrase.
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<std::path::PathBuf>,
    },
    /// Choose a new passphrase with the recovery code.
    Recover {
        /// A file whose first line is the recovery code.
        #[arg(long, value_name = "FILE")]
        code_file: Option<std::path::PathBuf>,
        /// A file whose first line is the new passphrase.
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<std::path::PathBuf>,
    },
    /// Keep the key in the keychain of the system: nothing is asked on this machine then.
    Remember,
    /// Ask for the passphrase at every start again.
    Forget,
    /// Delete the copies from before, which are not encrypted.
    Clean,
}

/// Runs the command.
pub(crate) fn run(
    common: &Common,
    paths: &Paths,
    command: &VaultCommand,
) -> Result<ExitCode, Problem> {
    let dirs = &paths.dirs;
    match command {
        VaultCommand::Status => status(common, paths)?,
        VaultCommand::On { remember, delete_old_copies } => {
            on(common, paths, *remember, *delete_old_copies)?;
        }
        VaultCommand::Off => {
            let proof = proof(common, "Passphrase (or recovery code)")?;
            encryption::leave_vault(dirs, &proof)?;
            encryption::open_vault(dirs, &proof, false, &mut progress)?;
            say(common, &json!({ "v": 1, "phase": "off" }), "Everything is decrypted.");
        }
        VaultCommand::Change { new_passphrase_file } => {
            let old = proof(common, "Passphrase")?;
            let new = new_passphrase(new_passphrase_file.as_deref())?;
            encryption::change_passphrase(dirs, &old, &new.into())?;
            say(
                common,
                &json!({ "v": 1, "changed": true }),
                "The passphrase is changed; the recovery code stays.",
            );
        }
        VaultCommand::Recover { code_file, new_passphrase_file } => {
            let code = match code_file {
                Some(file) => first_line(file)?,
                None => ask("Recovery code")?,
            };
            let new = new_passphrase(new_passphrase_file.as_deref())?;
            encryption::change_passphrase(dirs, &Proof::code(code), &new.into())?;
            say(
                common,
                &json!({ "v": 1, "changed": true }),
                "The new passphrase opens everything.",
            );
        }
        VaultCommand::Remember => {
            encryption::remember_vault(dirs, &proof(common, "Passphrase")?)?;
            say(
                common,
                &json!({ "v": 1, "remembered": true }),
                "The keychain of the system keeps the key.",
            );
        }
        VaultCommand::Forget => {
            encryption::forget_vault(dirs)?;
            say(
                common,
                &json!({ "v": 1, "remembered": false }),
                "The keychain of the system keeps no key.",
            );
        }
        VaultCommand::Clean => {
            let copies = encryption::plain_copies(dirs);
            let freed = encryption::delete_plain_copies(dirs)?;
            let text = format!(
                "{} old copies are deleted. Their traces on the disk are not in our power.",
                copies.len()
            );
            say(common, &json!({ "v": 1, "deleted": copies.len(), "bytes": freed }), &text);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn status(common: &Common, paths: &Paths) -> Result<(), Problem> {
    // A lost key file is an error here, with the command that makes a new one.
    encryption::has_its_key_file(&paths.dirs)?;
    let view = encryption::vault_view(&paths.dirs)?;
    let copies = encryption::plain_copies(&paths.dirs);
    if common.json {
        let copies: Vec<_> =
            copies.iter().map(|(path, bytes)| json!({ "path": path, "bytes": bytes })).collect();
        let locked = encryption::is_locked(&paths.dirs);
        print::json(
            &json!({ "v": 1, "phase": view.phase, "locked": locked, "plain_copies": copies }),
        );
        return Ok(());
    }
    print::line(match view.phase.as_str() {
        "off" => {
            "Not encrypted: anybody who can read your files can read it. `hanashi vault on` encrypts it."
        }
        "prepared" => {
            "To be encrypted at the next start of the window, or with `hanashi vault on`."
        }
        "on" => "Encrypted.",
        "leaving" => {
            "Encrypted; to be decrypted at the next start of the window, or with `hanashi vault off`."
        }
        _ => {
            "A change was interrupted. The next command that asks for the passphrase finishes it; nothing is lost."
        }
    });
    if !copies.is_empty() {
        print::line(
            "Copies from before that are not encrypted (`hanashi vault clean` deletes them):",
        );
        for (path, bytes) in copies {
            print::line(&format!("{:>10}  {}", app::terminal::bytes(bytes), path.display()));
        }
    }
    Ok(())
}

#[expect(clippy::fn_params_excessive_bools, reason = "two switches of the command")]
fn on(
    common: &Common,
    paths: &Paths,
    remember: bool,
    delete_old_copies: bool,
) -> Result<(), Problem> {
    let dirs = &paths.dirs;
    let passphrase = match passphrase_file(common) {
        Some(file) => first_line(&file)?,
        None => new_passphrase(None)?,
    };
    let code = encryption::prepare_vault(dirs, &passphrase.clone().into())?;
    if !common.json {
        print::line(
            "The recovery code. Write it down and keep it apart from this machine: without it and without the passphrase",
        );
        print::line(
            "nobody can read your conversations again, we cannot either. It is shown this once.",
        );
        print::line("");
        print::line(&format!("    {}", code.as_str()));
        print::line("");
    }
    let proof = Proof::passphrase(passphrase);
    let opened = encryption::open_vault(dirs, &proof, remember, &mut progress);
    let opened = match opened {
        Ok(opened) => opened,
        Err(error) => {
            // The code that was shown must not be the key of anything.
            encryption::cancel_vault(dirs)?;
            return Err(error);
        }
    };
    if let Some(trouble) = &opened {
        print::aside(&format!("{}; {}", trouble.message, trouble.remedy));
    }
    if delete_old_copies {
        encryption::delete_plain_copies(dirs)?;
    }
    let copies = encryption::plain_copies(dirs);
    if common.json {
        print::json(&json!({
            "v": 1, "phase": "on", "recovery_code": code.as_str(), "remembered": remember && opened.is_none(),
            "plain_copies": copies.len(),
        }));
    } else {
        print::line("Everything that was said is encrypted now.");
        if !copies.is_empty() {
            print::line(&format!(
                "{} copies from before are not: see `hanashi vault status`, delete them with `hanashi vault clean`.",
                copies.len()
            ));
        }
    }
    Ok(())
}

/// Opens an encrypted data folder where a command needs what is in it. Others are left alone: they ask for nothing.
pub(crate) fn open_for(common: &Common, command: &Command) -> Result<(), Problem> {
    let needs = match command {
        Command::Chat { .. }
        | Command::Talk(_)
        | Command::Talks(_)
        | Command::Memory(_)
        | Command::Know(_)
        | Command::Scenery(_)
        | Command::Prompt(_)
        | Command::Appraise(_)
        | Command::Upkeep(UpkeepCommand::Check { .. } | UpkeepCommand::Pack { .. }) => true,
        Command::Novel(NovelCommand::Dataset(dataset)) => dataset.own_chats,
        Command::Complete(_)
        | Command::Say { .. }
        | Command::Hear { .. }
        | Command::Mic(_)
        | Command::Lore(_)
        | Command::Card(_)
        | Command::Models(_)
        | Command::Novel(_)
        | Command::Generate { .. }
        | Command::Upkeep(_)
        | Command::Tune(_)
        | Command::Vault(_)
        | Command::Bench(_) => false,
    };
    if !needs {
        return Ok(());
    }
    let paths = Paths::find(common.data_dir.as_deref(), Path::new(""))?;
    let dirs = &paths.dirs;
    encryption::has_its_key_file(dirs)?;
    let by_file = passphrase_file(common).is_some();
    // Who names a file means it; the keychain may have to ask a person.
    if !encryption::is_locked(dirs) || (!by_file && encryption::open_remembered(dirs)?) {
        return Ok(());
    }
    encryption::open_vault(dirs, &proof(common, "Passphrase")?, false, &mut progress).map(drop)
}

/// What opens the folder: of the file that was named, else as typed. A recovery code is recognised as one.
fn proof(common: &Common, what: &str) -> Result<Proof, Problem> {
    let text = match passphrase_file(common) {
        Some(file) => first_line(&file)?,
        None => ask(what)?,
    };
    Ok(Proof::either(text))
}

fn new_passphrase(file: Option<&Path>) -> Result<String, Problem> {
    if let Some(file) = file {
        return first_line(file);
    }
    let new = ask("New passphrase (several words that nobody would guess)")?;
    if ask("The same again")? != new {
        return Err(Problem::new(
            ProblemKind::Invalid,
            "the two are not the same",
            "try again; nothing was changed",
        ));
    }
    Ok(new)
}

fn passphrase_file(common: &Common) -> Option<std::path::PathBuf> {
    common.passphrase_file.clone().filter(|file| !file.as_os_str().is_empty())
}

fn first_line(file: &Path) -> Result<String, Problem> {
    let read = || {
        let mut text = String::new();
        std::io::Read::read_to_string(
            &mut std::io::Read::take(std::fs::File::open(file)?, LONGEST),
            &mut text,
        )?;
        Ok(text
            .strip_prefix('\u{feff}')
            .unwrap_or(&text)
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned())
    };
    read().map_err(|error: std::io::Error| {
        Problem::new(
            ProblemKind::Missing,
            format!("`{}` could not be read: {error}", file.display()),
            "name a text file whose first line is what is asked for",
        )
    })
}

fn ask(what: &str) -> Result<String, Problem> {
    let nobody = || {
        Problem::new(
            ProblemKind::NotReady,
            "the passphrase is needed, and there is nobody to ask",
            "name a file that holds it with `--passphrase-file` or `HANASHI_PASSPHRASE_FILE`",
        )
    };
    if !std::io::stdin().is_terminal() {
        return Err(nobody());
    }
    rpassword::prompt_password(format!("{what}: ")).map_err(|error| {
        tracing::debug!(%error, "the terminal cannot ask");
        nobody()
    })
}

#[expect(clippy::needless_pass_by_value, reason = "as a watcher is called")]
fn progress(progress: VaultProgress) -> bool {
    if progress.total > 0.0 {
        let percent = (progress.done / progress.total * 100.0).round();
        print::aside_in_place(&format!("{percent:>3} %  {}", progress.file));
    }
    true
}

fn say(common: &Common, value: &serde_json::Value, text: &str) {
    if common.json {
        print::json(value);
    } else {
        print::line(text);
    }
}
