//! What is worked out, against what was measured and what formats say.

use super::*;

/// Qwen3-0.6B, as its own description says.
const QWEN: Shape = Shape {
    layers: 28,
    width: 1024,
    hidden: 3072,
    heads: 16,
    kv_heads: 8,
    head_dim: 128,
    vocabulary: 151_936,
    merges: 151_387,
    context: 40_960,
    tensor_bytes: 375_352_320,
};
const HOW: Chat = Chat {
    context: 8192,
    branches: false,
    threads: 4,
    quantize: Quantize::AsIs,
    cache: CacheNumbers::Half,
};

#[test]
fn the_cache_grows_with_the_context_up_to_the_models_own() {
    assert_eq!(QWEN.cache_per_token(), 114_688);
    let at = |context| chat(&QWEN, &Chat { context, ..HOW }).cache;
    assert_eq!(at(8192), 8192 * 114_688);
    assert_eq!(at(1_000_000), 40_960 * 114_688);
    assert_eq!(chat(&QWEN, &Chat { branches: true, ..HOW }).cache, 2 * at(8192));
    let kept = |cache| chat(&QWEN, &Chat { cache, ..HOW }).cache;
    assert_eq!(kept(CacheNumbers::Full), 2 * at(8192));
    assert_eq!(kept(CacheNumbers::Eight), at(8192) / 32 * 17);
}

#[test]
fn a_model_that_is_not_here_is_not_planned_smaller_than_it_turns_out() {
    assert!(chat_by_size(QWEN.tensor_bytes, None, &HOW).total() >= chat(&QWEN, &HOW).total());
}

/// Numbers, layers, and numbers of keys a layer, as the descriptions of these models say.
#[test]
fn what_is_not_known_of_a_small_model_is_bounded_by_what_its_size_can_hold() {
    for (numbers, layers, keys) in [
        (134_515_008, 30, 192),    // SmolLM2 135M
        (361_821_120, 32, 320),    // SmolLM2 360M
        (494_032_768, 24, 128),    // Qwen2.5 0.5B
        (596_049_920, 28, 1024),   // Qwen3 0.6B
        (124_439_808, 12, 768),    // GPT-2, whose every head has keys of its own
        (1_720_574_976, 28, 1024), // Qwen3 1.7B
    ] {
        // Half floats, eight bits, four bits.
        for file in [numbers * 2, numbers, numbers / 2] {
            let most = KeyValues::at_most(file, numbers);
            assert!(most.layers * most.heads * most.dim >= layers * keys, "{numbers}: {most:?}");
            assert!(most.plausible());
        }
    }
    let cache = |numbers| {
        let most = KeyValues::at_most(numbers, numbers);
        most.layers * most.heads * most.dim
    };
    assert!(cache(134_515_008) < 36 * 1024 * 2 / 3 && cache(6_000_000) < 36 * 1024 / 10);
    assert!(cache(2_000_000_000) == 36 * 1024 && cache(20_000_000_000) == 64 * 1024);
}

/// A job of attention keeps the scores of 1,024 positions, however long the conversation is.
#[test]
fn scores_grow_with_the_threads_and_not_with_a_long_context() {
    let at = |context, threads| chat(&QWEN, &Chat { context, threads, ..HOW }).scratch;
    assert_eq!(at(32_768, 4), at(1024, 4));
    assert_eq!(at(8192, 16) - at(8192, 4), 12 * 64 * 1024 * 4);
    assert_eq!(at(512, 5) - at(512, 4), 64 * 512 * 4);
}

#[test]
fn a_cache_that_is_known_counts_instead_of_the_bound() {
    let known = KeyValues { layers: 48, heads: 8, dim: 256 };
    let footprint = chat_by_size(7_300_000_000, Some(known), &HOW);
    assert_eq!(footprint.cache, 2 * 2 * 48 * 8 * 256 * 8192);
    assert!(footprint.cache > chat_by_size(7_300_000_000, None, &HOW).cache);
}

#[test]
fn weights_in_floats_take_what_they_are_brought_into() {
    let numbers = |numbers| Numbers { numbers, stored: 2 * numbers, ..Numbers::default() };
    let plain = Plain { products: numbers(1 << 20), tables: numbers(1 << 10), rest: 64 };
    let weights = |quantize| folder(&QWEN, &plain, &Chat { quantize, ..HOW }).weights;
    assert_eq!(weights(Quantize::AsIs), 2 * ((1 << 20) + (1 << 10)) + 64);
    // 34 bytes are 32 numbers of Q8_0; 144 are 256 of Q4_K, whose tables are Q6_K (210).
    assert_eq!(weights(Quantize::Q8), ((1 << 20) + (1 << 10)) * 34 / 32 + 64);
    assert_eq!(weights(Quantize::Q4), (1 << 20) * 144 / 256 + (1 << 10) * 210 / 256 + 64);
    let by_size = folder_by_size(1 << 30, None, &Chat { quantize: Quantize::Q8, ..HOW });
    assert_eq!((by_size.weights, by_size.estimated), ((1 << 30) * 17 / 32, true));
}

#[test]
fn rows_that_do_not_fill_the_larger_blocks_get_eight_bits_and_a_half() {
    // Rows of 960 and of 100, as they are loaded: 34 bytes for 32 numbers, and as stored.
    let mut numbers = Numbers::default();
    numbers.add(960 * 10, 2 * 960 * 10, 960);
    numbers.add(100 * 7, 2 * 100 * 7, 100);
    numbers.add(512 * 3, 2 * 512 * 3, 512);
    let q4 = 960 * 10 * 34 / 32 + 2 * 100 * 7 + 512 * 3 * 144 / 256;
    assert_eq!(numbers.after(Quantize::Q4), q4);
    assert_eq!(numbers.after(Quantize::Q8), (960 * 10 + 512 * 3) * 34 / 32 + 2 * 100 * 7);
    assert_eq!(numbers.after(Quantize::AsIs), numbers.stored);
}

#[test]
fn what_a_stranger_claims_overflows_nothing() {
    let huge = Shape {
        layers: MOST - 1,
        width: MOST - 1,
        hidden: MOST - 1,
        heads: MOST - 1,
        kv_heads: 1,
        head_dim: MOST - 1,
        vocabulary: MOST - 1,
        merges: MOST - 1,
        context: u64::MAX,
        tensor_bytes: (1 << 50) - 1,
    };
    assert!(!Shape { layers: u64::MAX, ..huge }.plausible());
    assert!(!Shape { kv_heads: MOST - 1, ..huge }.plausible());
    let whisper = WhisperShape {
        layers: 1,
        context: u32::MAX,
        state: u32::MAX,
        heads: 128,
        text_layers: 128,
        text_context: u32::MAX,
        text_state: 8192,
        vocabulary: 200_000,
        tensor_bytes: 1,
    };
    assert!(ears(&whisper).total() > 0);
    let most = KeyValues { layers: 1 << 14, heads: 1 << 14, dim: 1 << 14 };
    assert!(most.plausible() && !KeyValues { dim: 0, ..most }.plausible());
    let long = Chat { context: u64::MAX, branches: true, ..HOW };
    for cache in [None, Some(most)] {
        assert!(chat_by_size(u64::MAX / 2, cache, &long).total() > 0);
    }
}
