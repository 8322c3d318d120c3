//! `hanashi generate`: manual pages and shell completions, made of the same description that the arguments are read by, so that they
//! cannot differ from it. `cargo xtask package` puts them into the package.

use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, ValueEnum};
use clap_complete::Shell;
use domain::{Problem, ProblemKind};

use crate::arguments::Arguments;

/// Writes `man/*.1` and `completions/*` below the folder.
pub(crate) fn run(folder: &Path) -> Result<ExitCode, Problem> {
    write(folder).map_err(|error| {
        Problem::new(
            ProblemKind::Disk,
            format!("`{}` cannot be written: {error}", folder.display()),
            "choose another folder",
        )
    })?;
    Ok(ExitCode::SUCCESS)
}

fn write(folder: &Path) -> std::io::Result<()> {
    let (man, completions) = (folder.join("man"), folder.join("completions"));
    std::fs::create_dir_all(&man)?;
    std::fs::create_dir_all(&completions)?;
    clap_mangen::generate_to(Arguments::command(), &man)?;
    for shell in Shell::value_variants() {
        clap_complete::generate_to(*shell, &mut Arguments::command(), "hanashi", &completions)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_and_every_shell_its_completions() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path()).unwrap();
        let page =
            |name: &str| std::fs::read_to_string(folder.path().join("man").join(name)).unwrap();
        assert!(page("hanashi.1").contains("hanashi"));
        assert!(page("hanashi-models-plan.1").contains("fits this machine"));
        let bash = folder.path().join("completions/hanashi.bash");
        assert!(std::fs::read_to_string(bash).unwrap().contains("upkeep"));
        assert!(std::fs::read_dir(folder.path().join("completions")).unwrap().count() >= 5);
    }
}
