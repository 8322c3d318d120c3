//! The list of commands, in one place: the handler that answers them and the TypeScript that calls them come from it.

use tauri::Wry;
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands};

use crate::commands::{
    appraisals, arena, characters, documents, figures, keeping, library, memory, models, pet,
    settings, stage, story, studio, talk,
};

/// Everything the page can call.
#[expect(clippy::too_many_lines, reason = "a list")]
pub(crate) fn builder() -> Builder<Wry> {
    // A refused command is a rejected promise; the wire has one shape for both directions.
    let builder =
        Builder::<Wry>::new().error_handling(ErrorHandlingMode::Throw).disable_serde_phases();
    builder.typ::<app::api::AppEvent>().commands(collect_commands![
        talk::snapshot,
        talk::listen,
        talk::say,
        talk::stop,
        talk::regenerate,
        talk::swipe,
        talk::mic_down,
        talk::mic_up,
        talk::set_hands_free,
        talk::test_microphone,
        talk::stop_microphone_test,
        talk::set_visible,
        story::say_after,
        story::edit,
        story::go_on,
        story::regenerate_at,
        story::replay,
        story::suggest,
        story::branches,
        story::go_to,
        story::saves,
        story::save,
        story::load,
        story::clear_save,
        story::explain,
        story::author_notes,
        story::keep_author_note,
        characters::select_character,
        characters::new_conversation,
        characters::conversations,
        characters::open_conversation,
        characters::puppet,
        characters::picture,
        characters::expressions,
        characters::expression,
        characters::pick_files,
        library::library,
        library::portrait,
        library::set_favourite,
        library::remove_character,
        library::restore_character,
        library::duplicate_character,
        library::create_character,
        library::export_character,
        library::expand_paths,
        library::preview_import,
        library::import_file,
        library::open_card,
        library::check_card,
        library::save_card,
        library::count_tokens,
        library::preview_picture,
        library::asset_picture,
        library::allow_remote,
        library::remote_picture,
        library::trash,
        library::delete_removed,
        library::empty_trash,
        library::books,
        library::remove_book,
        library::restore_book,
        library::pick_picture,
        library::personas,
        library::save_persona,
        library::remove_persona,
        library::choose_persona,
        library::beginnings,
        library::begin_conversation,
        arena::arena_round,
        arena::arena_vote,
        arena::arena_sheet,
        arena::marked_replies,
        arena::mark_reply,
        arena::arena_results,
        arena::arena_export,
        arena::adapters,
        appraisals::appraisals,
        appraisals::start_appraisal,
        appraisals::stop_appraisal,
        appraisals::compare_appraisals,
        appraisals::keep_comparison,
        appraisals::remove_appraisal,
        studio::studio_projects,
        studio::studio_begin,
        studio::studio_add,
        studio::studio_open,
        studio::studio_remove,
        studio::studio_restore,
        studio::studio_choose,
        studio::studio_lines,
        studio::studio_change,
        studio::studio_tidy,
        studio::studio_recipe,
        studio::studio_train,
        studio::studio_pause,
        studio::studio_give_up,
        studio::studio_run,
        studio::studio_round,
        studio::studio_vote,
        studio::studio_use,
        studio::studio_unuse,
        memory::memories,
        memory::memory_ask,
        memory::memory_source,
        memory::memory_correct,
        memory::memory_pin,
        memory::memory_forget,
        memory::memory_forget_message,
        memory::memory_add,
        memory::memory_undo,
        memory::memory_export,
        memory::memory_import,
        memory::memory_choose_encoder,
        memory::memory_drop_encoder,
        documents::documents,
        documents::add_documents,
        documents::refresh_documents,
        documents::stop_documents,
        documents::search_documents,
        documents::remove_document,
        documents::restore_document,
        documents::looked_up,
        documents::pick_folder,
        stage::set_loops,
        stage::play_effect,
        stage::read_aloud,
        stage::preview_looks,
        stage::import_looks,
        stage::remove_look,
        figures::preview_figure,
        figures::import_figure,
        figures::remove_figure,
        figures::restore_figure,
        figures::figure,
        figures::figure_file,
        figures::live2d_core,
        figures::live2d_source,
        figures::choose_live2d_core,
        figures::forget_live2d_core,
        pet::window_abilities,
        pet::open_pet,
        pet::close_pet,
        pet::pet_through,
        pet::dress_tray,
        settings::change_settings,
        settings::remote_models,
        settings::set_remote_key,
        settings::set_search_key,
        settings::devices,
        settings::voices,
        models::models,
        models::pull,
        models::pause_pull,
        models::remove_model,
        keeping::plan,
        keeping::fetch_set,
        keeping::accesses,
        keeping::keeping,
        keeping::free_room,
        keeping::check_data,
        keeping::back_up,
    ])
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// `cargo xtask bindings` sets `UPDATE_BINDINGS` to write the file; without it the file must be what it would write.
    #[test]
    fn export_bindings() {
        let committed =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/lib/backend/bindings.gen.ts");
        let scratch = tempfile::tempdir().unwrap();
        let fresh = scratch.path().join("bindings.gen.ts");
        let exporter = specta_typescript::Typescript::default()
            .header("// Generated by `cargo xtask bindings` from src-tauri. Do not edit.\n/* eslint-disable */\n");
        super::builder().export(exporter, &fresh).unwrap();
        let text = std::fs::read_to_string(&fresh).unwrap();
        if std::env::var_os("UPDATE_BINDINGS").is_some() {
            std::fs::write(&committed, &text).unwrap();
        }
        assert!(
            std::fs::read_to_string(&committed).unwrap_or_default() == text,
            "bindings.gen.ts is stale: run `cargo xtask bindings`"
        );
    }
}
