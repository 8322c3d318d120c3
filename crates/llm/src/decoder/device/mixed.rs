//! Products of activations with what the cache keeps, as it is kept.
//!
//! Half floats that are widened first cost five times their reading, for every token and the whole context. CUDA's library multiplies
//! them as they are and sums in f32: activations are rounded to half floats for it, as every program with such a cache does, and
//! scores stay f32. Elsewhere they are widened.

use candle_core::{DType, Result, Tensor};

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
}

/// `[kv head][row][head_dim]` × keys → `[kv head][row][place]`, f32, times `scale`.
pub(super) fn scores(queries: &Tensor, keys: &Readable, scale: f32) -> Result<Tensor> {
    match keys {
        Readable::Wide(keys) => queries.affine(f64::from(scale), 0.0)?.matmul(&keys.t()?),
        #[cfg(feature = "cuda")]
        Readable::Half(keys) => {
            let product = cuda::Product { turned: true, scale };
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
            let product = cuda::Product { turned: false, scale: 1.0 };
            weights.to_dtype(DType::F16)?.apply_op2_no_bwd(values, &product)
        }
    }
}

#[cfg(feature = "cuda")]
mod cuda {
    use candle_core::backend::BackendStorage;
    use candle_core::cuda_backend::cudarc::cublas::{result, sys};
    use candle_core::cuda_backend::cudarc::driver::{DevicePtr, DevicePtrMut};
    use candle_core::{CpuStorage, CudaStorage, CustomOp2, Layout, Result, Shape};
    use half::f16;

    /// Half floats `[batch][m][k]`, one after the other, × a view `[batch][n][k]` (`turned`) or `[batch][k][n]` whose rows are, but
    /// not its batches: f32 `[batch][m][n]`.
    pub(super) struct Product {
        pub(super) turned: bool,
        pub(super) scale: f32,
    }

    /// Sizes as cuBLAS takes them.
    fn int(number: usize) -> Result<i32> {
        i32::try_from(number).map_err(candle_core::Error::wrap)
    }

    impl CustomOp2 for Product {
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

        #[expect(unsafe_code, reason = "cuBLAS takes pointers")]
        fn cuda_fwd(
            &self,
            rows: &CudaStorage,
            rows_layout: &Layout,
            kept: &CudaStorage,
            kept_layout: &Layout,
        ) -> Result<(CudaStorage, Shape)> {
            let (batch, m, k) = rows_layout.shape().dims3()?;
            let (kept_batch, rows_kept, width) = kept_layout.shape().dims3()?;
            let n = if self.turned { rows_kept } else { width };
            let inner = if self.turned { width } else { rows_kept };
            let stride = kept_layout.stride();
            let rows_stay =
                (stride[1] == width || rows_kept == 1) && (stride[2] == 1 || width == 1);
            let Some((from, to)) = rows_layout.contiguous_offsets() else {
                candle_core::bail!("rows of a product lie apart");
            };
            if kept_batch != batch || inner != k || !rows_stay {
                candle_core::bail!("{rows_layout:?} and {kept_layout:?} are not multiplied");
            }
            let device = rows.device();
            let a = rows.as_cuda_slice::<f16>()?.slice(from..to);
            let b = kept.as_cuda_slice::<f16>()?.slice(kept_layout.start_offset()..);
            // SAFETY: all of it is written below.
            let mut out = unsafe { device.alloc::<f32>(batch * m * n)? };
            let (scale, nothing) = (self.scale, 0f32);
            let turned = if self.turned {
                sys::cublasOperation_t::CUBLAS_OP_T
            } else {
                sys::cublasOperation_t::CUBLAS_OP_N
            };
            let stream = device.cuda_stream();
            let blas = device.cublas_handle();
            {
                let (a, _a) = a.device_ptr(&stream);
                let (b, _b) = b.device_ptr(&stream);
                let (c, _c) = out.device_ptr_mut(&stream);
                // cuBLAS counts by columns: what lies row by row is turned for it, and the product is that of the turned ones, in
                // the other order.
                // SAFETY: the shapes were compared above: `a` holds batch · m · k numbers, `c` batch · m · n, and `b` reaches to
                // the end of its memory, of which the layout is a part; all live until the queue has the product.
                unsafe {
                    result::gemm_strided_batched_ex(
                        *blas.handle(),
                        turned,
                        sys::cublasOperation_t::CUBLAS_OP_N,
                        int(n)?,
                        int(m)?,
                        int(k)?,
                        std::ptr::from_ref(&scale).cast(),
                        b as *const _,
                        sys::cudaDataType_t::CUDA_R_16F,
                        int(width)?,
                        stride[0] as i64,
                        a as *const _,
                        sys::cudaDataType_t::CUDA_R_16F,
                        int(k)?,
                        (m * k) as i64,
                        std::ptr::from_ref(&nothing).cast(),
                        c as *mut _,
                        sys::cudaDataType_t::CUDA_R_32F,
                        int(n)?,
                        (m * n) as i64,
                        int(batch)?,
                        sys::cublasComputeType_t::CUBLAS_COMPUTE_32F,
                        sys::cublasGemmAlgo_t::CUBLAS_GEMM_DEFAULT_TENSOR_OP,
                    )
                }
                .map_err(candle_core::Error::wrap)?;
            }
            Ok((CudaStorage::wrap_cuda_slice(out, device.clone()), Shape::from((batch, m, n))))
        }
    }
}
