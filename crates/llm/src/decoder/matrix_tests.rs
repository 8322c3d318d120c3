//! Every format and every way through the kernels against the plain definition over candle's own dequantisation.

use candle_core::quantized::QTensor;
use candle_core::{Device, Tensor};

use super::*;
use crate::tests::FORMATS;

fn noise(count: usize, seed: usize) -> Vec<f32> {
    (0..count).map(|i| ((i * 7919 + seed * 104_729) % 10_007) as f32 / 5003.5 - 1.0).collect()
}

fn matrix(dtype: GgmlDType, rows: usize, columns: usize) -> Matrix {
    let numbers =
        Tensor::from_vec(noise(rows * columns, 1), (rows, columns), &Device::Cpu).unwrap();
    let tensor = QTensor::quantize(&numbers, dtype).unwrap();
    Matrix::new(dtype, rows, columns, &tensor.data().unwrap()).unwrap()
}

/// Plain sums over the dequantised rows, in f64.
fn plain(matrix: &Matrix, x: &[f32]) -> Vec<f64> {
    let mut row = vec![0.0; matrix.columns];
    let mut out = vec![0.0; x.len() / matrix.columns * matrix.rows];
    for r in 0..matrix.rows {
        matrix.row(r, &mut row);
        for (m, x) in x.chunks_exact(matrix.columns).enumerate() {
            out[m * matrix.rows + r] =
                row.iter().zip(x).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
        }
    }
    out
}

#[test]
fn every_format_agrees_with_the_definition() {
    for dtype in FORMATS {
        // 70 rows: two panels and a bit; 1, 5: dot products; 8 and more: panels, with every rest.
        for n in [1, 5, 8, 13, 27] {
            let (rows, columns) = (70, 512);
            let matrix = matrix(dtype, rows, columns);
            let mut x = Rows::zeros(n, columns);
            x.data_mut().copy_from_slice(&noise(n * columns, 5));
            let ours = matrix.multiply(&x);
            let wanted = plain(&matrix, x.data());
            let norm = |v: &mut dyn Iterator<Item = f64>| v.map(|v| v * v).sum::<f64>().sqrt();
            let error = norm(
                &mut ours
                    .data()
                    .iter()
                    .zip(&wanted)
                    .map(|(ours, wanted)| f64::from(*ours) - wanted),
            );
            let share = error / norm(&mut wanted.iter().copied());
            // Activations have eight bits where weights are quantised.
            let limit = if matrix.kernels.layout.is_some() { 8e-3 } else { 1e-6 };
            assert!(share < limit, "{dtype:?}, {n} rows of activations: off by {share}");
        }
    }
}

/// The ways through one format differ only by rounding, on all instruction sets that this machine has.
#[test]
fn all_instruction_sets_agree() {
    let (rows, columns, n) = (64, 512, 9);
    for dtype in FORMATS {
        let Some(layout) = Layout::of(dtype) else { continue };
        let matrix = matrix(dtype, rows, columns);
        let x = Activations::new(&noise(n * columns, 5), columns, layout);
        let mut results = Vec::new();
        for &level in Level::all_here() {
            let mut out = vec![0.0; n * rows];
            let to = Columns::new(&mut out, rows);
            let mut panel = Panel::new(layout, columns);
            let row_bytes = matrix.bytes() / rows;
            for (index, part) in matrix.bytes.as_slice().chunks(panel::ROWS * row_bytes).enumerate()
            {
                panel.unpack(level, dtype, part);
                #[expect(unsafe_code, reason = "one thread")]
                // SAFETY: nobody else writes.
                unsafe {
                    gemm::multiply(level, &panel, &x, &to, index * panel::ROWS, panel::ROWS);
                };
            }
            results.push(out);
            if let Some(kernel) = dot::kernel(level, dtype) {
                let mut out = vec![0.0; n * rows];
                for (row, out) in out.chunks_exact_mut(rows).enumerate() {
                    kernel(matrix.bytes.as_slice(), &x, row, out);
                }
                results.push(out);
            }
        }
        let largest = results[0].iter().fold(0f32, |a, b| a.max(b.abs()));
        for other in &results[1..] {
            for (a, b) in results[0].iter().zip(other) {
                assert!((a - b).abs() < largest * 2e-6, "{dtype:?}: {a} {b}");
            }
        }
    }
}

#[test]
fn large_products_are_shared_out_completely() {
    let (rows, columns) = (1000, 1024);
    let matrix = matrix(GgmlDType::Q4K, rows, columns);
    for n in [2, 40] {
        let mut x = Rows::zeros(n, columns);
        x.data_mut().copy_from_slice(&noise(n * columns, 9));
        let together = matrix.multiply(&x);
        for (row, x) in x.data().chunks_exact(columns).enumerate() {
            let mut alone = Rows::zeros(1, columns);
            alone.data_mut().copy_from_slice(x);
            let alone = matrix.multiply(&alone);
            for (a, b) in alone.data().iter().zip(&together.data()[row * rows..]) {
                assert!((a - b).abs() < 1e-4, "{n}: {a} {b}");
            }
        }
    }
}

#[test]
fn stacked_matrices_write_side_by_side() {
    let parts = [GgmlDType::Q4K, GgmlDType::Q6K, GgmlDType::F16];
    let stacked = Stacked::new(parts.iter().map(|d| matrix(*d, 33, 256)).collect());
    for n in [1, 12] {
        let mut x = Rows::zeros(n, 256);
        x.data_mut().copy_from_slice(&noise(n * 256, 2));
        let all = stacked.multiply_with(&x, &Added::default());
        for (index, dtype) in parts.iter().enumerate() {
            let one = matrix(*dtype, 33, 256).multiply(&x);
            for row in 0..n {
                assert_eq!(all.data()[row * 99 + index * 33..][..33], one.data()[row * 33..][..33]);
            }
        }
    }
}

#[test]
fn a_matrix_of_another_size_than_its_bytes_is_refused() {
    assert!(Matrix::new(GgmlDType::Q4K, 2, 256, &[0; 144]).is_err());
    assert!(Matrix::new(GgmlDType::Q4K, 1, 200, &[0; 144]).is_err());
    assert!(Matrix::new(GgmlDType::Q4K, 1, 256, &[0; 144]).is_ok());
}
