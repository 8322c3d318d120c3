//! Products of activations with what the cache keeps, as it is kept.
//!
//! Half floats that are widened first cost five times their reading, for every token and the whole context. CUDA's library multiplies
//! them as they are and sums in f32: activations are rounded to half floats for it, as every program with such a cache does, and
//! scores stay f32. Elsewhere they are widened.

use std::ops::Range;

use candle_core::{DType, Device, Result, Tensor};
use half::f16;

/// Keys or values, `[kv head][place][head_dim]`, as they can be multiplied with.
pub(super) enum Readable {
    Wide(Tensor),
    #[cfg(feature = "cuda")]
    Half(Tensor),
}

impl Readable {
    /// Of a view of the cache.
    pub(super) fn new(kept: &Tensor) -> Result<Self> {
        #[cfg(feature = "cuda")]
        if kept.dtype() == DType::F16 && kept.device().is_cuda() {
            return Ok(Self::Half(kept.clone()));
        }
        Ok(Self::Wide(kept.to_dtype(DType::F32)?))
    }

    /// Whether [`scores`] adds what rows may not see of each other.
    pub(super) fn takes_apart(&self) -> bool {
        !matches!(self, Self::Wide(_))
    }
}

/// What the rows of a pass may not see of each other: the identity, `[row][row]`, and below it noughts and a number so far below
/// nought that its exponential is nought, `[row][row]`, all half floats. Their product is added to the scores of the last places; adding
/// a mask to all scores would be as much work as making them, since nearly all of it is noughts.
#[derive(Clone)]
pub(super) struct Own {
    #[cfg_attr(not(feature = "cuda"), expect(dead_code, reason = "CUDA's"))]
    numbers: Tensor,
}

impl Own {
    /// For so many rows; `None` where the device does not add it.
    pub(super) fn new(rows: usize, device: &Device) -> Result<Option<Self>> {
        if !device.is_cuda() {
            return Ok(None);
        }
        let mut numbers = vec![f16::ZERO; 2 * rows * rows];
        let (identity, hidden) = numbers.split_at_mut(rows * rows);
        for row in 0..rows {
            identity[row * rows + row] = f16::ONE;
            hidden[row * rows + row + 1..(row + 1) * rows].fill(f16::from_f32(-60_000.0));
        }
        let numbers = Tensor::from_vec(numbers, (2 * rows, rows), device)?;
        Ok(Some(Self { numbers }))
    }
}

/// `[kv head][row][head_dim]` × keys → `[kv head][row][place]`, f32, times `scale`. Where what rows may not see of each other is given,
/// it is added; the rows are then those of its range, once for each query head of a key head.
pub(super) fn scores(
    queries: &Tensor,
    keys: &Readable,
    scale: f32,
    apart: Option<(&Own, Range<usize>)>,
) -> Result<Tensor> {
    match (keys, apart) {
        (Readable::Wide(keys), _) => queries.affine(f64::from(scale), 0.0)?.matmul(&keys.t()?),
        #[cfg(feature = "cuda")]
        (Readable::Half(keys), apart) => {
            let apart = apart.map(|(own, rows)| (&own.numbers, rows));
            let product = cuda::Product { turned: true, scale, apart };
            queries.to_dtype(DType::F16)?.apply_op2_no_bwd(keys, &product)
        }
    }
}

/// `[kv head][row][place]` × values → `[kv head][row][head_dim]`, f32.
pub(super) fn weighted(weights: &Tensor, values: &Readable) -> Result<Tensor> {
    match values {
        Readable::Wide(values) => weights.matmul(values),
        #[cfg(feature = "cuda")]
        Readable::Half(values) => {
            let product = cuda::Product { turned: false, scale: 1.0, apart: None };
            weights.to_dtype(DType::F16)?.apply_op2_no_bwd(values, &product)
        }
    }
}

#[cfg(feature = "cuda")]
mod cuda {
    use std::ops::Range;

    use candle_core::backend::BackendStorage;
    use candle_core::cuda_backend::cudarc::cublas::{CudaBlas, result, sys};
    use candle_core::cuda_backend::cudarc::driver::{DevicePtr, DevicePtrMut};
    use candle_core::{CpuStorage, CudaStorage, CustomOp2, Layout, Result, Shape, Storage, Tensor};
    use half::f16;

    /// Half floats `[batch][m][k]`, one after the other, × a view `[batch][n][k]` (`turned`) or `[batch][k][n]` whose rows are, but
    /// not its batches: f32 `[batch][m][n]`.
    pub(super) struct Product<'a> {
        pub(super) turned: bool,
        pub(super) scale: f32,
        /// What the rows of a pass may not see of each other (the numbers of [`Own`](super::Own)), and which of them these are.
        pub(super) apart: Option<(&'a Tensor, Range<usize>)>,
    }

    /// Row-major matrices as cuBLAS takes them: it counts by columns, so that each is turned for it, and `left · right` is
    /// `rightᵀ · leftᵀ` in its words. Addresses are of the card.
    struct Gemm {
        /// `[m][k]`, rows `k` apart at least.
        left: u64,
        left_width: usize,
        left_stride: usize,
        /// `[k][n]`, or `[n][k]` where it is turned.
        right: u64,
        right_width: usize,
        right_stride: usize,
        right_turned: bool,
        /// `[m][n]`, f32.
        out: u64,
        out_width: usize,
        out_stride: usize,
        m: usize,
        n: usize,
        k: usize,
        batch: usize,
        scale: f32,
        /// What stands in `out` is multiplied with it first.
        keep: f32,
    }

    impl Gemm {
        /// Puts it into the queue.
        ///
        /// # Safety
        /// All addresses and sizes are those of memory that lives until the queue has run it, and nobody else writes `out`.
        #[expect(unsafe_code, reason = "cuBLAS takes pointers")]
        unsafe fn run(&self, blas: &CudaBlas) -> Result<()> {
            let turned = if self.right_turned {
                sys::cublasOperation_t::CUBLAS_OP_T
            } else {
                sys::cublasOperation_t::CUBLAS_OP_N
            };
            let int = |number: usize| i32::try_from(number).map_err(candle_core::Error::wrap);
            // SAFETY: the caller's promise.
            let queued = unsafe {
                result::gemm_strided_batched_ex(
                    *blas.handle(),
                    turned,
                    sys::cublasOperation_t::CUBLAS_OP_N,
                    int(self.n)?,
                    int(self.m)?,
                    int(self.k)?,
                    std::ptr::from_ref(&self.scale).cast(),
                    self.right as *const _,
                    sys::cudaDataType_t::CUDA_R_16F,
                    int(self.right_width)?,
                    self.right_stride as i64,
                    self.left as *const _,
                    sys::cudaDataType_t::CUDA_R_16F,
                    int(self.left_width)?,
                    self.left_stride as i64,
                    std::ptr::from_ref(&self.keep).cast(),
                    self.out as *mut _,
                    sys::cudaDataType_t::CUDA_R_32F,
                    int(self.out_width)?,
                    self.out_stride as i64,
                    int(self.batch)?,
                    sys::cublasComputeType_t::CUBLAS_COMPUTE_32F,
                    sys::cublasGemmAlgo_t::CUBLAS_GEMM_DEFAULT_TENSOR_OP,
                )
            };
            queued.map_err(candle_core::Error::wrap)
        }
    }

    #[expect(
        unsafe_code,
        reason = "memory is taken before it is written, and multiplied by address"
    )]
    fn run(
        product: &Product<'_>,
        (rows, rows_layout): (&CudaStorage, &Layout),
        (kept, kept_layout): (&CudaStorage, &Layout),
    ) -> Result<(CudaStorage, Shape)> {
        let (batch, m, k) = rows_layout.shape().dims3()?;
        let (kept_batch, kept_rows, width) = kept_layout.shape().dims3()?;
        let (inner, n) = if product.turned { (width, kept_rows) } else { (kept_rows, width) };
        let stride = kept_layout.stride();
        let whole = (stride[1] == width || kept_rows == 1) && (stride[2] == 1 || width == 1);
        let Some((from, to)) = rows_layout.contiguous_offsets() else {
            candle_core::bail!("rows of a product lie apart");
        };
        if kept_batch != batch || inner != k || !whole {
            candle_core::bail!("{rows_layout:?} and {kept_layout:?} are not multiplied");
        }
        let device = rows.device();
        let left = rows.as_cuda_slice::<f16>()?.slice(from..to);
        let right = kept.as_cuda_slice::<f16>()?.slice(kept_layout.start_offset()..);
        // SAFETY: all of it is written below.
        let mut out = unsafe { device.alloc::<f32>(batch * m * n)? };
        let (stream, blas) = (device.cuda_stream(), device.cublas_handle());
        {
            let (left, _left) = left.device_ptr(&stream);
            let (right, _right) = right.device_ptr(&stream);
            let (to, _to) = out.device_ptr_mut(&stream);
            let gemm = Gemm {
                left,
                left_width: k,
                left_stride: m * k,
                right,
                right_width: width,
                right_stride: stride[0],
                right_turned: product.turned,
                out: to,
                out_width: n,
                out_stride: m * n,
                m,
                n,
                k,
                batch,
                scale: product.scale,
                keep: 0.0,
            };
            // SAFETY: the shapes were compared above: `left` is batch · m · k numbers, `out` batch · m · n, and `right` the layout's,
            // within its memory.
            unsafe { gemm.run(&blas)? };
            if let Some((own, rows)) = &product.apart {
                let (own, layout) = own.storage_and_layout();
                let Storage::Cuda(own) = &*own else {
                    candle_core::bail!("what rows see of each other is on another device");
                };
                let (twice, all) = layout.shape().dims2()?;
                let count = rows.len();
                let fits = twice == 2 * all && rows.end <= all && all <= n && count > 0;
                let Some((from, _)) = layout.contiguous_offsets().filter(|_| fits) else {
                    candle_core::bail!("{layout:?} does not say what {rows:?} see of each other");
                };
                if m % count != 0 {
                    candle_core::bail!("{m} rows are not {rows:?} several times");
                }
                let own = own.as_cuda_slice::<f16>()?;
                let (identity, hidden) =
                    (own.slice(from..), own.slice(from + (all + rows.start) * all..));
                let (identity, _identity) = identity.device_ptr(&stream);
                let (hidden, _hidden) = hidden.device_ptr(&stream);
                let gemm = Gemm {
                    left: identity,
                    left_width: all,
                    left_stride: 0,
                    right: hidden,
                    right_width: all,
                    right_stride: 0,
                    right_turned: false,
                    // The last places are the pass's own.
                    out: to + ((n - all) * size_of::<f32>()) as u64,
                    out_width: n,
                    out_stride: count * n,
                    m: count,
                    n: all,
                    k: count,
                    batch: batch * (m / count),
                    scale: 1.0,
                    keep: 1.0,
                };
                // SAFETY: identity and mask are `all` · `all` numbers each, of which `count` rows are read; heads follow each other in
                // `out`, `count` rows of `n` numbers each, of which the last `all` are written.
                unsafe { gemm.run(&blas)? };
            }
        }
        Ok((CudaStorage::wrap_cuda_slice(out, device.clone()), Shape::from((batch, m, n))))
    }

    impl CustomOp2 for Product<'_> {
        fn name(&self) -> &'static str {
            "half floats into full ones"
        }

        fn cpu_fwd(
            &self,
            _: &CpuStorage,
            _: &Layout,
            _: &CpuStorage,
            _: &Layout,
        ) -> Result<(CpuStorage, Shape)> {
            candle_core::bail!("the processor multiplies full floats")
        }

        fn cuda_fwd(
            &self,
            rows: &CudaStorage,
            rows_layout: &Layout,
            kept: &CudaStorage,
            kept_layout: &Layout,
        ) -> Result<(CudaStorage, Shape)> {
            run(self, (rows, rows_layout), (kept, kept_layout))
        }
    }
}
