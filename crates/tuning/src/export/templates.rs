//! Names of LLaMA-Factory's own chat templates, to tell a mistyped one before a folder has been carried to another machine.

/// As `src/llamafactory/data/template.py` registers them (0.9.6.dev0, commit ff6d4d12e of 2026-08-18).
const NAMES: &str = "\
    aeva alpaca bailing bailing_v2 breeze chatglm3 chatml chatml_de cohere cpm4 custom dbrx deepseek deepseek3 \
    deepseekcoder deepseekr1 default dots_ocr empty ernie ernie_nothink ernie_vl exaone falcon falcon_h1 fewshot \
    gemma gemma2 gemma3 gemma3n gemma4 gemma4n glm4 glm4_5v glm4_7 glm4_moe glm4v glm_ocr glmz1 gpt_oss granite3 \
    granite3_vision granite4 hunyuan hunyuan_small hy3 hy_dense_1_8b hy_dense_7b index intern2 intern_s1 \
    intern_vl keye_vl kimi_vl lfm2 lfm2_vl llama2 llama2_zh llama3 llama4 llava llava_next llava_next_llama3 \
    llava_next_mistral llava_next_qwen llava_next_video llava_next_video_mistral llava_next_video_yi \
    llava_next_yi mimo mimo_v2 mimo_vl minicpm_o minicpm_v minicpm_v_4_6 minimax1 minimax2 ministral ministral3 \
    mistral mistral_small mllama moonlight moss_vl olmo openchat openchat-3.6 opencoder paligemma paligemma_chat \
    phi phi4 phi4_mini phi_small pixtral qwen qwen2_audio qwen2_omni qwen2_vl qwen3 qwen3_5 qwen3_5_nothink \
    qwen3_6 qwen3_nothink qwen3_omni qwen3_omni_nothink qwen3_vl qwen3_vl_nothink sailor seed_coder seed_oss \
    smollm smollm2 solar starchat telechat2 vicuna video_llava xuanyuan yi yi_vl youtu youtu_vl yuan zephyr";

/// Whether a template of that name was there; newer versions have more.
pub(super) fn is_known(name: &str) -> bool {
    NAMES.split_whitespace().any(|known| known == name)
}

/// Names that begin alike, for whoever mistyped one.
pub(super) fn like(name: &str) -> Vec<&'static str> {
    let start: String = name.chars().take(3).collect();
    NAMES.split_whitespace().filter(|known| known.starts_with(&start)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_name_is_told_with_those_that_begin_like_it() {
        assert!(is_known("qwen") && is_known("openchat-3.6") && is_known("zephyr"));
        assert!(!is_known("qwenn") && !is_known(""));
        assert!(like("vicunna").contains(&"vicuna"));
        assert!(like("§§§").is_empty());
    }
}
