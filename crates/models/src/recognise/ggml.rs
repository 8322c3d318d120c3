//! Tensor types of ggml and how many bytes they take: blocks of so many elements in so many bytes.
//!
//! Source: the table `type_traits` of `ggml/src/ggml.c` (llama.cpp), whose numbers have been stable since each type came.

/// First word of the files older than GGUF; Whisper's are of this form still.
pub(crate) const MAGIC: u32 = 0x6767_6d6c;

/// Elements a block and bytes a block; `None` for a type not known here.
pub(crate) fn block(kind: u32) -> Option<(u64, u64)> {
    Some(match kind {
        0 | 26 => (1, 4),      // F32, I32
        1 | 25 | 30 => (1, 2), // F16, I16, BF16
        2 | 20 => (32, 18),    // Q4_0, IQ4_NL
        3 => (32, 20),         // Q4_1
        6 => (32, 22),         // Q5_0
        7 => (32, 24),         // Q5_1
        8 => (32, 34),         // Q8_0
        9 => (32, 36),         // Q8_1
        10 => (256, 84),       // Q2_K
        11 | 21 => (256, 110), // Q3_K, IQ3_S
        12 => (256, 144),      // Q4_K
        13 => (256, 176),      // Q5_K
        14 => (256, 210),      // Q6_K
        15 => (256, 292),      // Q8_K
        16 | 35 => (256, 66),  // IQ2_XXS, TQ2_0
        17 => (256, 74),       // IQ2_XS
        18 => (256, 98),       // IQ3_XXS
        19 => (256, 50),       // IQ1_S
        22 => (256, 82),       // IQ2_S
        23 => (256, 136),      // IQ4_XS
        24 => (1, 1),          // I8
        27 | 28 => (1, 8),     // I64, F64
        29 => (256, 56),       // IQ1_M
        34 => (256, 54),       // TQ1_0
        39 => (32, 17),        // MXFP4
        _ => return None,
    })
}

/// Bytes of a tensor, rows of whole blocks; `None` where the type is unknown or the shape overflows.
pub(crate) fn bytes(kind: u32, shape: &[u64]) -> Option<u64> {
    let (elements, bytes) = block(kind)?;
    let (row, rows) = shape.split_first()?;
    let rows = rows.iter().try_fold(1_u64, |product, &n| product.checked_mul(n))?;
    row.div_ceil(elements).checked_mul(bytes)?.checked_mul(rows)
}

#[cfg(test)]
mod tests {
    //! Sizes worked out by hand.

    use super::*;

    #[test]
    fn sizes_are_counted_in_blocks() {
        assert_eq!(bytes(0, &[3, 5]), Some(60));
        assert_eq!(bytes(8, &[64, 2]), Some(136));
        assert_eq!(bytes(12, &[512]), Some(288));
        assert_eq!(bytes(999, &[1]), None);
        assert_eq!(bytes(0, &[u64::MAX, u64::MAX]), None);
    }
}
