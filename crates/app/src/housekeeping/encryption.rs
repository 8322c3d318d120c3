//! Encryption at rest, as a shell reaches it: before anything is opened, so without a running [`App`](crate::App).
//!
//! A change of the whole folder happens at a start, when nothing else has it open: a window prepares it, starts anew, and what asks for
//! the passphrase does the work. The terminal does both in one command.

use std::sync::Arc;

use api::{VaultProgress, VaultView};
use domain::{Problem, ProblemKind};
use store::Dirs;
use vault::{DataKey, Header, Phase, Secret, keychain, recovery};
use zeroize::Zeroizing;

/// What somebody shows to be let in.
#[derive(Debug)]
pub enum Proof {
    /// The passphrase.
    Passphrase(Secret),
    /// The recovery code.
    Code(Secret),
}

impl Proof {
    /// The passphrase, as typed.
    pub fn passphrase(text: String) -> Self {
        Self::Passphrase(text.into())
    }

    /// The recovery code, as typed.
    pub fn code(text: String) -> Self {
        Self::Code(text.into())
    }

    /// Whichever of the two it is: a recovery code has a checksum, which no passphrase fits by chance.
    pub fn either(text: String) -> Self {
        let text = Secret::from(text);
        if recovery::key(text.text()).is_ok() { Self::Code(text) } else { Self::Passphrase(text) }
    }

    fn key(&self, header: &Header) -> Result<DataKey, Problem> {
        match self {
            Self::Passphrase(passphrase) => header.open(passphrase).map_err(told),
            Self::Code(code) => {
                let key = recovery::key(code.text()).map_err(told)?;
                if header.belongs(&key) { Ok(key) } else { Err(told(vault::Error::WrongCode)) }
            }
        }
    }
}

/// How a data folder is kept.
pub fn vault_view(dirs: &Dirs) -> Result<VaultView, Problem> {
    let found = Header::read(dirs.root());
    let lost = is_lost(dirs, &found);
    let phase = if lost { None } else { found.map_err(told)?.as_ref().map(Header::phase) };
    let copies = upkeep::plain_copies(dirs);
    Ok(VaultView {
        phase: match phase {
            None if lost => "lost",
            None => "off",
            Some(Phase::Prepared) => "prepared",
            Some(Phase::Sealing) => "sealing",
            Some(Phase::Sealed) => "on",
            Some(Phase::Leaving) => "leaving",
            Some(Phase::Unsealing) => "unsealing",
        }
        .to_owned(),
        waits: match phase {
            None => lost,
            Some(Phase::Sealed) => is_locked(dirs),
            Some(_) => true,
        },
        plain_copies: copies.len() as u32,
        plain_bytes: copies.iter().map(|(_, bytes)| *bytes as f64).sum(),
        least: vault::MIN_PASSPHRASE as u32,
    })
}

/// Fails where the folder is encrypted and its key file is gone: nothing shall be taken for damaged or begun anew then.
///
/// # Errors
/// For such a folder, and for a key file that cannot be read.
pub fn has_its_key_file(dirs: &Dirs) -> Result<(), Problem> {
    phase(dirs).map(drop)
}

/// The key file is gone or damaged, and only the recovery code opens the folder. One of a newer version is not lost.
fn is_lost(dirs: &Dirs, found: &Result<Option<Header>, vault::Error>) -> bool {
    match found {
        Ok(None) => upkeep::looks_sealed(dirs),
        Err(vault::Error::Header { .. }) => true,
        Ok(Some(_)) | Err(_) => false,
    }
}

/// As the key file says; `None` for a plain folder.
fn phase(dirs: &Dirs) -> Result<Option<Phase>, Problem> {
    let header = Header::read(dirs.root()).map_err(told)?;
    if header.is_none() && upkeep::looks_sealed(dirs) {
        return Err(told(vault::Error::Header {
            path: dirs.root().join(vault::FILE),
            detail: "it is missing, and what lies beside it is encrypted".to_owned(),
        }));
    }
    Ok(header.as_ref().map(Header::phase))
}

/// The names of the copies that are not encrypted, with their sizes.
pub fn plain_copies(dirs: &Dirs) -> Vec<(std::path::PathBuf, u64)> {
    upkeep::plain_copies(dirs)
}

/// Nothing can be opened before the passphrase was given.
pub fn is_locked(dirs: &Dirs) -> bool {
    vault::seal_of(&dirs.database()).is_err()
}

/// Opens an encrypted folder for this process, and finishes what was begun with it. `remember`: keep the key in the keychain of the
/// system. Answers with a problem of the keychain, where there was one: the folder is open all the same.
///
/// # Errors
/// The wrong passphrase or code; whatever [`upkeep::resume`] runs into, after which everything is as it was.
pub fn open_vault(
    dirs: &Dirs,
    proof: &Proof,
    remember: bool,
    watch: &mut dyn FnMut(VaultProgress) -> bool,
) -> Result<Option<Problem>, Problem> {
    let header = header(dirs)?;
    let key = proof.key(&header)?;
    let opened = open_with(dirs, &header, key, watch)?;
    Ok(opened
        .filter(|_| remember)
        .and_then(|key| keychain::remember(&header, &key).map_err(told).err()))
}

/// Opens a folder whose key is in the keychain of the system; false where there is none, or where a change waits that a person should
/// be asked about. May wait for a person who unlocks the keychain.
pub fn open_remembered(dirs: &Dirs) -> Result<bool, Problem> {
    let Some(header) = Header::read(dirs.root()).map_err(told)? else { return Ok(false) };
    if header.phase() != Phase::Sealed {
        return Ok(false);
    }
    let Some(key) = keychain::remembered(&header) else { return Ok(false) };
    vault::unlock(&header, key).map_err(told)?;
    Ok(true)
}

fn open_with(
    dirs: &Dirs,
    header: &Header,
    key: DataKey,
    watch: &mut dyn FnMut(VaultProgress) -> bool,
) -> Result<Option<Arc<DataKey>>, Problem> {
    upkeep::resume(dirs, &key, &mut |progress| {
        watch(VaultProgress {
            done: progress.done as f64,
            total: progress.total as f64,
            file: progress.file.clone(),
        })
    })?;
    if let Some(now) = Header::read(dirs.root()).map_err(told)? {
        return vault::unlock(&now, key).map(Some).map_err(told);
    }
    // It is plain now: nothing is to be opened, and nothing to be remembered.
    if let Err(error) = keychain::forget(header) {
        tracing::debug!(%error, "a key that opens nothing stays in the keychain");
    }
    Ok(None)
}

/// Prepares the encryption of a plain folder, which happens at [`open_vault`]. Answers with the recovery code: it is shown this once.
///
/// # Errors
/// Where it is encrypted already, or half encrypted; a passphrase that is too short.
pub fn prepare_vault(dirs: &Dirs, passphrase: &Secret) -> Result<Zeroizing<String>, Problem> {
    let phase = phase(dirs)?;
    if matches!(phase, Some(Phase::Sealing | Phase::Unsealing)) {
        return Err(unfinished(dirs));
    }
    // The key file of an encrypted folder is never written over, even where somebody has changed its phase.
    if phase.is_some_and(|phase| phase != Phase::Prepared) || upkeep::looks_sealed(dirs) {
        return Err(Problem::new(
            ProblemKind::Invalid,
            "this data folder is encrypted already",
            "change the passphrase instead",
        ));
    }
    dirs.create()?;
    let key = DataKey::random().map_err(told)?;
    let header = Header::new(&key, passphrase, Phase::Prepared).map_err(told)?;
    header.write(dirs.root()).map_err(told)?;
    Ok(recovery::code(&key))
}

/// Takes back what was prepared and not begun.
///
/// # Errors
/// Where the key file cannot be written.
pub fn cancel_vault(dirs: &Dirs) -> Result<(), Problem> {
    match Header::read(dirs.root()).map_err(told)? {
        Some(header) if header.phase() == Phase::Prepared && !upkeep::looks_sealed(dirs) => {
            Header::remove(dirs.root()).map_err(told)
        }
        Some(header) if matches!(header.phase(), Phase::Prepared | Phase::Leaving) => {
            header.in_phase(Phase::Sealed).write(dirs.root()).map_err(told)
        }
        _ => Ok(()),
    }
}

/// Prepares to decrypt a folder, which happens at the next [`open_vault`].
///
/// # Errors
/// The wrong passphrase or code; where it is not encrypted.
pub fn leave_vault(dirs: &Dirs, proof: &Proof) -> Result<(), Problem> {
    let header = header(dirs)?;
    proof.key(&header)?;
    match header.phase() {
        Phase::Sealed | Phase::Leaving => {
            header.in_phase(Phase::Leaving).write(dirs.root()).map_err(told)
        }
        _ => Err(unfinished(dirs)),
    }
}

/// Another passphrase for the same key: with the old one, or with the recovery code where it was forgotten. Where the key file is lost,
/// the code makes a new one; where it was lost while the folder was being changed, [`open_vault`] ends that with everything encrypted.
///
/// # Errors
/// The wrong passphrase or code, a new one that is too short.
pub fn change_passphrase(dirs: &Dirs, proof: &Proof, new: &Secret) -> Result<(), Problem> {
    let found = Header::read(dirs.root());
    let lost = is_lost(dirs, &found);
    let changed = match (found, proof) {
        (Ok(Some(header)), _) => {
            let key = proof.key(&header)?;
            header.rewrapped(&key, new).map_err(told)?
        }
        (
            Ok(None) | Err(vault::Error::Header { .. } | vault::Error::Io { .. }),
            Proof::Code(code),
        ) => {
            let key = recovery::key(code.text()).map_err(told)?;
            let Some(phase) = upkeep::phase_of_files(dirs, &key) else {
                return Err(if lost { told(vault::Error::WrongCode) } else { plain() });
            };
            Header::new(&key, new, phase).map_err(told)?
        }
        // Only the code opens it now; what was typed is none, and what is wrong with it is said.
        (_, Proof::Passphrase(passphrase)) if lost => {
            let wrong = recovery::key(passphrase.text()).err();
            return Err(told(wrong.unwrap_or(vault::Error::WrongCode)));
        }
        (Ok(None), Proof::Passphrase(_)) => return Err(plain()),
        (Err(error), _) => return Err(told(error)),
    };
    changed.write(dirs.root()).map_err(told)
}

/// Keeps the key in the keychain of the system, or no longer.
///
/// # Errors
/// The wrong passphrase; where the system keeps none.
pub fn remember_vault(dirs: &Dirs, proof: &Proof) -> Result<(), Problem> {
    let header = header(dirs)?;
    let key = proof.key(&header)?;
    keychain::remember(&header, &key).map_err(told)
}

/// The passphrase is asked for at every start from now on.
///
/// # Errors
/// Where the system does not delete the key.
pub fn forget_vault(dirs: &Dirs) -> Result<(), Problem> {
    let header = header(dirs)?;
    keychain::forget(&header).map_err(told)
}

/// Deletes the copies that are not encrypted; answers with the bytes that were freed.
///
/// # Errors
/// For the first that could not be deleted; where the folder is not encrypted.
pub fn delete_plain_copies(dirs: &Dirs) -> Result<f64, Problem> {
    header(dirs)?;
    Ok(upkeep::delete_plain_copies(dirs)? as f64)
}

fn header(dirs: &Dirs) -> Result<Header, Problem> {
    Header::read(dirs.root()).map_err(told)?.ok_or_else(plain)
}

fn unfinished(dirs: &Dirs) -> Problem {
    told(vault::Error::Unfinished(dirs.root().to_owned()))
}

fn plain() -> Problem {
    Problem::new(
        ProblemKind::Invalid,
        "this data folder is not encrypted",
        "switch the encryption on first: `hanashi vault on`, or on the privacy page",
    )
}

fn told(error: vault::Error) -> Problem {
    store::Error::from(error).into()
}
