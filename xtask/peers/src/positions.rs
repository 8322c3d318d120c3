//! llama.cpp's logits behind every token of a text: what quantised models are held to by the engine's tests.

use std::num::NonZeroU32;

use llama_cpp_2::context::params::{KvCacheType, LlamaContextParams};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::token::LlamaToken;
use serde_json::{Value, json};

use crate::Result;

/// Reads a text in one batch, with full floats in the cache, so that nothing but the weights and what they are multiplied with is
/// rounded. `logits` is `[tokens][vocabulary]`.
pub fn report(backend: &LlamaBackend, file: &str, ids: &[i32]) -> Result<Value> {
    let model = LlamaModel::load_from_file(backend, file, &LlamaModelParams::default())?;
    let params = LlamaContextParams::default()
        .with_n_ctx(NonZeroU32::new(ids.len() as u32 + 16))
        .with_n_batch(ids.len().max(512) as u32)
        .with_type_k(KvCacheType::F32)
        .with_type_v(KvCacheType::F32);
    let mut context = model.new_context(backend, params)?;
    let mut batch = LlamaBatch::new(ids.len(), 1);
    for (at, &id) in ids.iter().enumerate() {
        batch.add(LlamaToken(id), at as i32, &[0], true)?;
    }
    context.decode(&mut batch)?;
    context.synchronize();
    let logits: Vec<&[f32]> = (0..ids.len()).map(|at| context.get_logits_ith(at as i32)).collect();
    Ok(json!({ "ids": ids, "logits": logits }))
}
