//! What loading brings plain numbers into, beside what candle makes of the whole tensor at once.

use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};
use weights::Checkpoint;

use super::{Quantization, Tensors};
use crate::decoder::matrix::Matrix;

/// Writes safetensors of f32: name, shape, numbers.
fn file(tensors: &[(&str, [usize; 2], &[f32])]) -> (tempfile::TempDir, Checkpoint) {
    let (mut header, mut data) = (serde_json::Map::new(), Vec::new());
    for (name, shape, numbers) in tensors {
        let start = data.len();
        data.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        let place = serde_json::json!({
            "dtype": "F32", "shape": shape, "data_offsets": [start, data.len()],
        });
        header.insert((*name).to_owned(), place);
    }
    let header = serde_json::Value::Object(header).to_string();
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend_from_slice(&data);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    std::fs::write(&path, bytes).unwrap();
    let file = Checkpoint::open(&path).unwrap();
    (folder, file)
}

fn numbers(count: usize) -> Vec<f32> {
    (0..count).map(|i| ((i * 7919 % 1009) as f32 - 504.0) / 777.0).collect()
}

/// Every row of a matrix as numbers.
fn all(matrix: &Matrix, columns: usize) -> Vec<f32> {
    let mut all = vec![0.0; matrix.rows() * columns];
    for (index, row) in all.chunks_exact_mut(columns).enumerate() {
        matrix.row(index, row);
    }
    all
}

fn by_candle(numbers: &[f32], columns: usize, format: GgmlDType) -> Vec<f32> {
    let shape = (numbers.len() / columns, columns);
    let tensor = Tensor::from_slice(numbers, shape, &Device::Cpu).unwrap();
    let blocks = QTensor::quantize(&tensor, format).unwrap();
    blocks.dequantize(&Device::Cpu).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

#[test]
fn matrices_quantised_in_parts_are_what_candle_makes_of_the_whole() {
    // More rows than a thread takes at a time, and two tensors whose border lies within a part.
    let (columns, rows) = (512, [301, 130]);
    let (first, second) = (numbers(rows[0] * columns), numbers(rows[1] * columns));
    let (_folder, file) =
        file(&[("a", [rows[0], columns], &first), ("b", [rows[1], columns], &second)]);
    let both = [first, second].concat();
    for (quantization, format) in [
        (Quantization::Q8, GgmlDType::Q8_0),
        (Quantization::Q6, GgmlDType::Q6K),
        (Quantization::Q5, GgmlDType::Q5K),
        (Quantization::Q4, GgmlDType::Q4K),
    ] {
        let mut progress = |_| ();
        let mut tensors = Tensors::new(&file, Some(quantization), &mut progress);
        let entries = [("a", rows[0]), ("b", rows[1])]
            .map(|(n, r)| tensors.expect(n, &[r, columns]).unwrap());
        let matrix = tensors.joined(&entries, columns).unwrap();
        assert_eq!(matrix.bytes(), both.len() / format.block_size() * format.type_size());
        assert_eq!(all(&matrix, columns), by_candle(&both, columns, format), "{quantization:?}");
    }
}

#[test]
fn matrices_that_stand_the_other_way_are_turned_before_they_are_quantised() {
    let (rows, columns) = (333, 256);
    let stored = numbers(rows * columns);
    let turned: Vec<f32> =
        (0..rows * columns).map(|i| stored[i % columns * rows + i / columns]).collect();
    let (_folder, file) = file(&[("a", [columns, rows], &stored)]);
    for (quantization, format) in [
        (None, GgmlDType::F32),
        (Some(Quantization::Q8), GgmlDType::Q8_0),
        (Some(Quantization::Q4), GgmlDType::Q4K),
    ] {
        let mut progress = |_| ();
        let mut tensors = Tensors::new(&file, quantization, &mut progress);
        let matrix = tensors.transposed("a", rows, columns).unwrap();
        assert_eq!(all(&matrix, columns), by_candle(&turned, columns, format), "{quantization:?}");
    }
}

#[test]
fn a_file_that_ends_while_it_is_quantised_is_an_error() {
    let stored = numbers(300 * 256);
    let (_folder, file) = file(&[("a", [300, 256], &stored)]);
    // Shortened behind our back.
    let open = std::fs::OpenOptions::new().write(true).open(&file.path).unwrap();
    open.set_len(100_000).unwrap();
    let mut progress = |_| ();
    let mut tensors = Tensors::new(&file, Some(Quantization::Q4), &mut progress);
    assert!(tensors.matrix("a", 300, 256).is_err());
}
