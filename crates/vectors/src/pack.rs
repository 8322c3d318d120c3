//! A vector as a database keeps it: a scale (`f32`, little end first) and a signed byte for each number.

/// A scale and a byte for each number.
pub fn packed(vector: &[f32]) -> Vec<u8> {
    let largest = vector.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
    let mut bytes = Vec::with_capacity(4 + vector.len());
    bytes.extend(scale.to_le_bytes());
    bytes.extend(vector.iter().map(|x| (x / scale).round().clamp(-127.0, 127.0) as i8 as u8));
    bytes
}

/// The numbers of a packed vector, to within half a step of its scale; none where the bytes are none.
pub fn unpacked(bytes: &[u8]) -> Vec<f32> {
    let Some((scale, bytes)) = bytes.split_first_chunk::<4>() else { return Vec::new() };
    let scale = f32::from_le_bytes(*scale);
    bytes.iter().map(|byte| f32::from(*byte as i8) * scale).collect()
}

/// Of a vector of unit length and a packed one that was; -1 where the two are not alike in length.
pub fn cosine(question: &[f32], bytes: &[u8]) -> f32 {
    let Some((scale, bytes)) = bytes.split_first_chunk::<4>() else { return -1.0 };
    if bytes.len() != question.len() {
        return -1.0;
    }
    let sum: f32 = question.iter().zip(bytes).map(|(x, byte)| x * f32::from(*byte as i8)).sum();
    sum * f32::from_le_bytes(*scale)
}
