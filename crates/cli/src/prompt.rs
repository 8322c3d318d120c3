//! `hanashi prompt`.

use std::process::ExitCode;

use app::Paths;
use app::terminal::PromptAsked;
use domain::Problem;
use serde_json::json;

use crate::arguments::{Common, PromptCommand};
use crate::{lore, print};

/// Runs the command.
pub(crate) fn run(
    common: &Common,
    paths: &Paths,
    command: &PromptCommand,
) -> Result<ExitCode, Problem> {
    let PromptCommand::Show {
        character,
        model,
        history,
        template,
        note,
        note_depth,
        beginning,
        lore_in_place,
        scan_depth,
    } = command;
    let asked = PromptAsked {
        character: character.clone(),
        history: history.clone(),
        model: model.clone(),
        template: template.clone().unwrap_or_default(),
        note: note.clone(),
        note_depth: *note_depth,
        beginning: beginning.clone(),
        lore_in_place: *lore_in_place,
        scan_depth: *scan_depth,
    };
    let report = app::terminal::show_prompt(paths, &asked)?;
    if common.json {
        let mut value = serde_json::to_value(&report).unwrap_or_default();
        value["v"] = json!(1);
        print::json(&value);
        return Ok(ExitCode::SUCCESS);
    }
    for block in &report.blocks {
        let detail =
            if block.detail.is_empty() { String::new() } else { format!(", {}", block.detail) };
        let trimmed = match block.trimmed {
            0 => String::new(),
            tokens => format!(", {tokens} tokens left out"),
        };
        print::line(&format!("── {}{detail}: {} tokens{trimmed}", block.name, block.tokens));
        if !block.text.is_empty() {
            print::line(&block.text);
        }
    }
    print::line("── the whole");
    print::line(&report.prompt);
    print::line("──");
    for entry in &report.lore {
        print::line(&lore::row(entry, true));
    }
    print::line(&format!(
        "{} of {} tokens with the template `{}` of {}; {} stay the same whatever is said, {} were in the prompt before; \
         {} messages left out",
        report.tokens,
        report.context,
        report.template,
        report.model,
        report.fixed_prefix_tokens,
        report.reusable_prefix_tokens,
        report.dropped_messages
    ));
    if let Some(reason) = &report.template_rejected {
        print::line(&format!("the model's own template is not used: {reason}"));
    }
    Ok(ExitCode::SUCCESS)
}
