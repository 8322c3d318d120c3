//! llama.cpp's samplers on fixed logits, one case a sampler or chain.

use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::token::data::LlamaTokenData;
use llama_cpp_2::token::data_array::LlamaTokenDataArray;
use serde_json::{Value, json};

/// Logits that are neither sorted nor even.
fn logits(count: usize) -> Vec<f32> {
    (0..count).map(|i| ((i * 37 % 101) as f32 * 0.61).sin() * 6.0 + (i % 5) as f32 * 0.3).collect()
}

/// What is left of the logits after a chain, and what each case was made with. DRY wants a model for its vocabulary.
pub fn report(model: &LlamaModel) -> Value {
    let past: Vec<i32> = vec![3, 9, 3, 14, 7, 3, 22, 9, 5, 3, 9, 3, 14, 7, 11, 9, 3];
    let case = |settings: Value, samplers: Vec<LlamaSampler>| {
        let mut chain = LlamaSampler::chain(samplers, true);
        chain.accept_many(past.iter().map(|&id| LlamaToken(id)));
        let data = logits(32)
            .into_iter()
            .enumerate()
            .map(|(id, logit)| LlamaTokenData::new(LlamaToken(id as i32), logit, 0.0))
            .collect();
        let mut array = LlamaTokenDataArray::new(data, false);
        array.apply_sampler(&mut chain);
        let mut left: Vec<(i32, f32)> =
            array.data.iter().map(|d| (d.id().0, d.logit())).collect();
        left.sort_by_key(|(id, _)| *id);
        json!({
            "settings": settings,
            "ids": left.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
            "logits": left.iter().map(|(_, logit)| *logit).collect::<Vec<_>>(),
        })
    };
    let dry = |multiplier, base, allowed| {
        LlamaSampler::dry(model, multiplier, base, allowed, 64, std::iter::empty::<&str>())
    };
    let cases = vec![
        case(
            json!({ "dry": { "multiplier": 0.8, "base": 1.75, "allowed": 2, "window": 64 } }),
            vec![dry(0.8, 1.75, 2)],
        ),
        case(
            json!({ "dry": { "multiplier": 0.5, "base": 1.2, "allowed": 1, "window": 64 } }),
            vec![dry(0.5, 1.2, 1)],
        ),
        case(json!({ "top_k": 7 }), vec![LlamaSampler::top_k(7)]),
        case(json!({ "top_p": 0.8 }), vec![LlamaSampler::top_p(0.8, 1)]),
        case(json!({ "min_p": 0.1 }), vec![LlamaSampler::min_p(0.1, 1)]),
        case(json!({ "typical_p": 0.6 }), vec![LlamaSampler::typical(0.6, 1)]),
        case(json!({ "typical_p": 0.2 }), vec![LlamaSampler::typical(0.2, 1)]),
        case(json!({ "temperature": 0.6 }), vec![LlamaSampler::temp(0.6)]),
        case(
            json!({ "temperature": 0.9, "temperature_range": 0.5, "temperature_exponent": 1.3 }),
            vec![LlamaSampler::temp_ext(0.9, 0.5, 1.3)],
        ),
        case(json!({ "xtc_probability": 1.0, "xtc_threshold": 0.1 }), vec![LlamaSampler::xtc(1.0, 0.1, 1, 7)]),
        case(json!({ "xtc_probability": 1.0, "xtc_threshold": 0.3 }), vec![LlamaSampler::xtc(1.0, 0.3, 1, 7)]),
        case(
            json!({ "repetition_penalty": 1.3, "penalty_window": 64 }),
            vec![LlamaSampler::penalties(32, 64, 1.3, 0.0, 0.0)],
        ),
        case(
            json!({ "repetition_penalty": 1.3, "penalty_window": 4 }),
            vec![LlamaSampler::penalties(32, 4, 1.3, 0.0, 0.0)],
        ),
        case(
            json!({ "frequency_penalty": 0.4, "presence_penalty": 0.7, "penalty_window": 64 }),
            vec![LlamaSampler::penalties(32, 64, 1.0, 0.4, 0.7)],
        ),
        case(
            json!({
                "repetition_penalty": 1.1, "frequency_penalty": 0.2, "presence_penalty": 0.1, "penalty_window": 64,
                "top_k": 20, "typical_p": 0.95, "top_p": 0.9, "min_p": 0.05, "temperature": 0.7,
            }),
            vec![
                LlamaSampler::penalties(32, 64, 1.1, 0.2, 0.1),
                LlamaSampler::top_k(20),
                LlamaSampler::typical(0.95, 1),
                LlamaSampler::top_p(0.9, 1),
                LlamaSampler::min_p(0.05, 1),
                LlamaSampler::temp(0.7),
            ],
        ),
    ];
    json!({ "made_with": "llama.cpp through llama-cpp-2", "logits": logits(32), "past": past, "cases": cases })
}
