//! Guessing the next tokens from what was written before (prompt lookup).
//!
//! Characters repeat names, phrases and whole lines of the prompt. Where the last tokens stood before, what followed there is
//! read in one pass with the newest token; a guess counts only if the sampler draws the very same token from the logits at its
//! place, so that the text is what it would be without, draw for draw.

/// Longest and shortest run of tokens that is looked for.
const LONGEST: usize = 4;
const SHORTEST: usize = 2;

/// Up to `most` tokens that followed the newest earlier place where the text went as it goes now; none where there is none.
pub(crate) fn guess(past: &[u32], most: usize) -> Vec<u32> {
    if most == 0 {
        return Vec::new();
    }
    for length in (SHORTEST..=LONGEST).rev() {
        if past.len() <= length {
            continue;
        }
        let now = &past[past.len() - length..];
        let earlier = &past[..past.len() - 1];
        if let Some(at) = earlier.windows(length).rposition(|run| run == now) {
            let next = &past[at + length..];
            return next[..next.len().min(most)].to_vec();
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_and_longest_run_is_taken() {
        assert_eq!(guess(&[1, 2, 3, 9, 1, 2, 4, 9, 1, 2], 3), [4, 9, 1]);
        assert_eq!(guess(&[5, 1, 2, 3, 9, 1, 2, 4, 5, 1, 2], 2), [3, 9], "three in a row beat two");
        assert_eq!(guess(&[1, 2, 3, 4], 3), [0u32; 0]);
        assert_eq!(guess(&[7, 7, 7, 7], 2), [7]);
        assert_eq!(guess(&[1, 2, 3, 1, 2], 0), [0u32; 0]);
    }
}
