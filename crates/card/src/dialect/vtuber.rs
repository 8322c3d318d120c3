//! Open-LLM-VTuber: `character_config` of its `conf.yaml` and of the files in `characters/`. Field names: the program's configuration.

use super::draft::Draft;

pub(crate) fn fill(draft: &mut Draft<'_, '_>) {
    let name = draft.first(&["character_name", "conf_name"]);
    draft.set("name", name);
    let persona = draft.text("persona_prompt");
    draft.set("description", persona);
    let model = draft.text("live2d_model_name");
    draft.add("creator_notes", "Live2D model", &model);
    draft.settings(&[
        "conf_name",
        "conf_uid",
        "human_name",
        "avatar",
        "agent_config",
        "asr_config",
        "tts_config",
        "vad_config",
        "tts_preprocessor_config",
    ]);
}
