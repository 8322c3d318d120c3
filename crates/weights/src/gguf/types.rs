//! The type numbers of ggml.

use crate::Dtype;

/// What a type number of the file means.
pub(super) enum Known {
    /// One that is read.
    Usable(Dtype),
    /// One of llama.cpp's that is not.
    Unusable(&'static str),
}

/// Looks a type number up (`enum ggml_type` of ggml.h).
pub(super) fn lookup(number: u32) -> Option<Known> {
    use Known::{Unusable, Usable};
    Some(match number {
        0 => Usable(Dtype::F32),
        1 => Usable(Dtype::F16),
        2 => Usable(Dtype::Q4_0),
        3 => Usable(Dtype::Q4_1),
        6 => Usable(Dtype::Q5_0),
        7 => Usable(Dtype::Q5_1),
        8 => Usable(Dtype::Q8_0),
        10 => Usable(Dtype::Q2K),
        11 => Usable(Dtype::Q3K),
        12 => Usable(Dtype::Q4K),
        13 => Usable(Dtype::Q5K),
        14 => Usable(Dtype::Q6K),
        30 => Usable(Dtype::BF16),
        9 => Unusable("Q8_1"),
        15 => Unusable("Q8_K"),
        16 => Unusable("IQ2_XXS"),
        17 => Unusable("IQ2_XS"),
        18 => Unusable("IQ3_XXS"),
        19 => Unusable("IQ1_S"),
        20 => Unusable("IQ4_NL"),
        21 => Unusable("IQ3_S"),
        22 => Unusable("IQ2_S"),
        23 => Unusable("IQ4_XS"),
        24 => Unusable("I8"),
        25 => Unusable("I16"),
        26 => Unusable("I32"),
        27 => Unusable("I64"),
        28 => Unusable("F64"),
        29 => Unusable("IQ1_M"),
        34 => Unusable("TQ1_0"),
        35 => Unusable("TQ2_0"),
        39 => Unusable("MXFP4"),
        40 => Unusable("NVFP4"),
        _ => return None,
    })
}

/// The formats of [`Known::Usable`], for messages.
pub(super) const USABLE: &str =
    "F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K";
