//! An embedder that knows letters, not meanings.

use domain::{Embedder, Problem};

/// Counts letters: texts with the same letters are alike. 32 dimensions, unit length.
#[derive(Debug, Clone, Copy, Default)]
pub struct LetterEmbedder;

const DIMENSIONS: usize = 32;

impl Embedder for LetterEmbedder {
    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, Problem> {
        Ok(texts.iter().map(|text| vector(text)).collect())
    }
}

fn vector(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0_f32; DIMENSIONS];
    for c in text.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()) {
        vector[c as usize % DIMENSIONS] += 1.0;
    }
    let norm = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if norm > 0.0 {
        for x in &mut vector {
            *x /= norm;
        }
    } else {
        vector[0] = 1.0;
    }
    vector
}
