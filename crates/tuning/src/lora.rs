//! What a LoRA is: which matrices it stands beside, how wide, how strong (arXiv 2106.09685; defaults are LLaMA-Factory's).

use crate::Error;

/// Widest adapter that is made.
const MAX_RANK: usize = 1 << 12;

/// How adapters are made.
#[derive(Debug, Clone, PartialEq)]
pub struct Lora {
    /// Rows of A.
    pub rank: usize,
    /// Strength; what A and B make is multiplied with α / rank.
    pub alpha: f32,
    /// Dropout before A, from 0 to below 1.
    pub dropout: f32,
    /// Last parts of the paths of matrices (`q_proj`); empty means all of the blocks'.
    pub targets: Vec<String>,
    /// Multiply with α / √rank instead (rsLoRA, arXiv 2312.03732).
    pub rslora: bool,
}

impl Default for Lora {
    fn default() -> Self {
        Self { rank: 8, alpha: 16.0, dropout: 0.0, targets: Vec::new(), rslora: false }
    }
}

impl Lora {
    /// What B·A·x is multiplied with.
    pub fn scale(&self) -> f64 {
        let rank = self.rank as f64;
        f64::from(self.alpha) / if self.rslora { rank.sqrt() } else { rank }
    }

    /// Whether the matrix with this path gets an adapter.
    pub fn is_target(&self, path: &str) -> bool {
        self.targets.is_empty() || self.targets.iter().any(|target| Self::names(target, path))
    }

    /// Whether a target is the last part, or parts, of a matrix's path.
    pub(crate) fn names(target: &str, path: &str) -> bool {
        path.strip_suffix(target).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// What is wrong with it, if anything.
    pub fn check(&self) -> Result<(), Error> {
        if self.rank == 0 || self.rank > MAX_RANK {
            return Err(Error::settings(format!("a LoRA of rank {} cannot be", self.rank)));
        }
        if !(self.alpha.is_finite() && self.alpha > 0.0) {
            return Err(Error::settings(format!("a LoRA's alpha of {} cannot be", self.alpha)));
        }
        if !(0.0..1.0).contains(&self.dropout) {
            return Err(Error::settings(format!(
                "a dropout of {} is not from 0 to below 1",
                self.dropout
            )));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_last_parts_of_paths() {
        let lora =
            Lora { targets: vec!["q_proj".into(), "mlp.down_proj".into()], ..Lora::default() };
        assert!(lora.is_target("model.layers.0.self_attn.q_proj"));
        assert!(lora.is_target("model.layers.0.mlp.down_proj"));
        assert!(!lora.is_target("model.layers.0.self_attn.eq_proj"));
        assert!(!lora.is_target("model.layers.0.self_attn.k_proj"));
        assert!(Lora::default().is_target("anything"));
    }

    #[test]
    fn scales_follow_rank_or_its_root() {
        let lora = Lora { rank: 16, alpha: 32.0, ..Lora::default() };
        assert!((lora.scale() - 2.0).abs() < 1e-12);
        assert!((Lora { rslora: true, ..lora }.scale() - 8.0).abs() < 1e-12);
        assert!(Lora { rank: 0, ..Lora::default() }.check().is_err());
        assert!(Lora { dropout: 1.0, ..Lora::default() }.check().is_err());
    }
}
