//! Which device a model computes on: what this build can use, what is there, and whether a model has room.
//!
//! A build has CUDA or Metal only where it was made with that feature; the processor is always there, and takes over wherever a
//! device is missing, too small, or fails while a model is loaded. The decision is [`decide`], a function of what was found.

use std::fmt;
use std::str::FromStr;

use candle_core::Device;
use serde::Serialize;

/// Below this the processor reads all weights in about ten milliseconds, which is no slower than a few hundred launches on a card,
/// and needs no memory there: small models stay on it unless a device is asked for by name.
const SMALL: u64 = 250_000_000;
/// Left free on a device beside what is planned: other programs, and what allocations lose between them.
const SPARE: u64 = 256 << 20;

/// Where a model is to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeviceChoice {
    /// On a device where one is there, the model is large enough to gain by it, and fits; else on the processor.
    #[default]
    Auto,
    /// On the processor.
    Processor,
    /// On one of NVIDIA's cards, counted from nought.
    Cuda(usize),
    /// On Apple's graphics.
    Metal,
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Processor => f.write_str("cpu"),
            Self::Cuda(index) => write!(f, "cuda:{index}"),
            Self::Metal => f.write_str("metal"),
        }
    }
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim().to_ascii_lowercase();
        Ok(match text.as_str() {
            "" | "auto" => Self::Auto,
            "cpu" => Self::Processor,
            "cuda" => Self::Cuda(0),
            "metal" => Self::Metal,
            other => match other.strip_prefix("cuda:").map(str::parse) {
                Some(Ok(index)) => Self::Cuda(index),
                _ => {
                    return Err(format!(
                        "`{other}` is no device; these are: auto, cpu, cuda:0 (cuda:1 …), metal"
                    ));
                }
            },
        })
    }
}

/// A device that this build can compute on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceAbout {
    /// `cuda:0`, `metal`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Bytes that were free when it was asked.
    pub free: u64,
}

/// Where a model computes or is trained, and what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComputesOn {
    /// `cpu`, `cuda:0`, `metal`.
    pub id: String,
    /// Name for people; empty for the processor.
    pub name: String,
    /// Bytes of its memory that were planned with; nought for the processor.
    pub planned: u64,
    /// Why it is not where it was asked to be, or not as it was asked for.
    pub notice: Option<String>,
}

impl ComputesOn {
    /// On the processor.
    pub fn processor(notice: Option<String>) -> Self {
        Self { id: "cpu".into(), name: String::new(), planned: 0, notice }
    }
}

/// Kinds of devices that this build was made for, beside the processor.
pub const BUILT_FOR: &[&str] = &[
    #[cfg(feature = "cuda")]
    "cuda",
    #[cfg(feature = "metal")]
    "metal",
];

/// The devices that are there. Opens each, which takes up to seconds the first time.
pub fn devices() -> Vec<DeviceAbout> {
    find(DeviceChoice::Auto).into_iter().filter_map(|found| Some(found.ok()?.1)).collect()
}

/// The devices that a choice allows, open, those with most room first: for whatever else computes. The processor is none of them.
pub fn open_devices(choice: DeviceChoice) -> Vec<(Device, DeviceAbout)> {
    let mut found: Vec<_> = find(choice).into_iter().filter_map(Result::ok).collect();
    found.sort_by_key(|(_, about)| std::cmp::Reverse(about.free));
    found
}

/// What a model takes on a device, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Needs {
    pub(crate) weights: u64,
    /// One cache of the whole context.
    pub(crate) cache: u64,
    /// What passes take besides.
    pub(crate) scratch: u64,
    /// A second branch of the conversation is wanted, with a cache of its own.
    pub(crate) branches: bool,
}

impl Needs {
    fn total(&self, branches: bool) -> u64 {
        let caches = if branches { 2 } else { 1 };
        [self.weights, self.scratch, self.cache.saturating_mul(caches)]
            .iter()
            .fold(SPARE, |sum, part| sum.saturating_add(*part))
    }
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    Processor {
        notice: Option<String>,
    },
    /// On the `index`-th of what was found.
    Device {
        index: usize,
        branches: bool,
        planned: u64,
        notice: Option<String>,
    },
}

/// Decides where a model computes. `found` are the devices that the choice allows, or why they cannot be opened.
pub(crate) fn decide(
    choice: DeviceChoice,
    found: &[Result<DeviceAbout, String>],
    needs: &Needs,
) -> Decision {
    let by_name = choice != DeviceChoice::Auto;
    if choice == DeviceChoice::Processor || (!by_name && needs.weights < SMALL) {
        return Decision::Processor { notice: None };
    }
    let (index, device) = match roomiest(choice, found, "the language model") {
        Ok(best) => best,
        Err(notice) => return Decision::Processor { notice },
    };
    let branches = needs.branches && needs.total(true) <= device.free;
    let planned = needs.total(branches);
    if planned > device.free {
        let notice = format!(
            "{} (a shorter context or a smaller file of the model needs less)",
            no_room("the model", planned, device)
        );
        return Decision::Processor { notice: Some(notice) };
    }
    let notice = (needs.branches && !branches).then(|| {
        format!(
            "{} has no room for a second branch of the conversation: going back to an earlier branch reads it again",
            device.name
        )
    });
    Decision::Device { index, branches, planned, notice }
}

/// The device with most room among those that a choice allows, with its place in `found`. Where none can be used: what is to be said of
/// `what`, which computes on the processor then.
pub fn roomiest<'a>(
    choice: DeviceChoice,
    found: &'a [Result<DeviceAbout, String>],
    what: &str,
) -> Result<(usize, &'a DeviceAbout), Option<String>> {
    let usable = found.iter().enumerate();
    let usable = usable.filter_map(|(index, device)| Some((index, device.as_ref().ok()?)));
    let best = usable.max_by_key(|(index, device)| (device.free, std::cmp::Reverse(*index)));
    best.ok_or_else(|| {
        // Whoever leaves the choice to us and has no card misses nothing.
        let by_name = choice != DeviceChoice::Auto;
        let reason = found.iter().find_map(|one| one.as_ref().err()).filter(|_| by_name)?;
        Some(format!("{reason}; {what} computes on the processor"))
    })
}

/// What is said of `what` where a device has less room than it needs.
pub fn no_room(what: &str, needed: u64, device: &DeviceAbout) -> String {
    let (needed, free) = (gigabytes(needed), gigabytes(device.free));
    format!(
        "{what} needs {needed} on {} and {free} are free there; it computes on the processor",
        device.name
    )
}

fn gigabytes(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / 1e9)
}

/// A device, open, and what is known of it; or why it cannot be used.
pub type Found = Result<(Device, DeviceAbout), String>;

/// Opens the devices that a choice allows: none for the processor. Takes up to seconds the first time.
pub fn find(choice: DeviceChoice) -> Vec<Found> {
    match choice {
        DeviceChoice::Processor => Vec::new(),
        DeviceChoice::Cuda(index) => vec![guarded(|| cuda(index))],
        DeviceChoice::Metal => vec![guarded(metal)],
        DeviceChoice::Auto => {
            let mut found: Vec<Found> =
                (0..cuda_count()).map(|index| guarded(|| cuda(index))).collect();
            if cfg!(feature = "metal") {
                found.push(guarded(metal));
            }
            found
        }
    }
}

/// Bytes that are free on an open device. What its driver keeps for the next pass counts as taken. `None` for the processor.
pub fn free_on(device: &Device) -> Option<u64> {
    #[cfg(feature = "metal")]
    if let Device::Metal(graphics) = device {
        let raw = graphics.device();
        let most = raw.recommended_max_working_set_size();
        return Some(most.saturating_sub(raw.current_allocated_size()) as u64);
    }
    pool::free(device)
}

/// Drivers that are broken panic in the libraries between; that is no reason to end.
pub(crate) fn guarded<T>(job: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(job))
        .unwrap_or_else(|_| Err("the device's driver broke down".into()))
}

#[cfg(feature = "cuda")]
fn cuda_count() -> usize {
    use candle_core::cuda_backend::cudarc::driver::CudaContext;
    guarded(|| CudaContext::device_count().map_err(|error| error.to_string()))
        .ok()
        .and_then(|count| usize::try_from(count).ok())
        .unwrap_or(0)
}

#[cfg(not(feature = "cuda"))]
fn cuda_count() -> usize {
    0
}

#[cfg(feature = "cuda")]
fn cuda(index: usize) -> Found {
    let failed = |error: &dyn fmt::Display| format!("`cuda:{index}` cannot be used: {error}");
    let device = Device::new_cuda(index).map_err(|error| failed(&error))?;
    let Device::Cuda(card) = &device else { return Err(failed(&"it is no CUDA device")) };
    let stream = card.cuda_stream();
    if let Err(error) = pool::keep(stream.context()) {
        tracing::debug!(%error, "the card's memory is handed back after every pass");
    }
    pool::give_back(&device);
    let (free, _) = stream.context().mem_get_info().map_err(|error| failed(&error))?;
    let name = stream.context().name().unwrap_or_else(|_| "NVIDIA graphics".into());
    let about = DeviceAbout { id: format!("cuda:{index}"), name, free: free as u64 };
    Ok((device, about))
}

/// Once dropped behind what lay on a device, gives the memory back to other programs.
#[derive(Debug)]
pub struct GivesBack(Device);

impl GivesBack {
    /// The memory of this device.
    pub fn of(device: &Device) -> Self {
        Self(device.clone())
    }
}

impl Drop for GivesBack {
    fn drop(&mut self) {
        pool::give_back(&self.0);
    }
}

/// Elsewhere memory goes back by itself.
#[cfg(not(feature = "cuda"))]
mod pool {
    pub(super) fn give_back(_: &candle_core::Device) {}

    pub(super) fn free(_: &candle_core::Device) -> Option<u64> {
        None
    }
}

/// Memory of NVIDIA's cards. What a pass no longer needs goes back to a pool of the driver's, which empties it into the system
/// whenever somebody waits for the card, unless it is told to keep it: that is after every token, and the next pass takes
/// it anew. So it keeps it, and gives it back when a model or a cache goes, and before free memory is asked for.
#[cfg(feature = "cuda")]
mod pool {
    use std::sync::Arc;

    use candle_core::Device;
    use candle_core::cuda_backend::cudarc::driver::result::{DriverError, device, mem_pool};
    use candle_core::cuda_backend::cudarc::driver::{CudaContext, sys};

    /// Tells the pool to keep what it has.
    #[expect(unsafe_code, reason = "the driver takes pointers")]
    pub(super) fn keep(context: &Arc<CudaContext>) -> Result<(), DriverError> {
        let mut all = u64::MAX;
        // SAFETY: the card is open as long as its context, and the attribute is a 64-bit number, which is read at once.
        unsafe {
            let pool = device::get_default_mem_pool(context.cu_device())?;
            let threshold = sys::CUmemPool_attribute::CU_MEMPOOL_ATTR_RELEASE_THRESHOLD;
            mem_pool::set_attribute(pool, threshold, std::ptr::from_mut(&mut all).cast())
        }
    }

    /// Bytes that are free beside it.
    pub(super) fn free(on: &Device) -> Option<u64> {
        let Device::Cuda(card) = on else { return None };
        let stream = card.cuda_stream();
        let (free, _) = stream.context().mem_get_info().ok()?;
        Some(free as u64)
    }

    /// Gives back what is not in use.
    #[expect(unsafe_code, reason = "the driver takes pointers")]
    pub(super) fn give_back(on: &Device) {
        let Device::Cuda(card) = on else { return };
        let stream = card.cuda_stream();
        let context = stream.context();
        let given = context.bind_to_thread().and_then(|()| context.synchronize());
        let given = given.and_then(|()| {
            // SAFETY: the card is open as long as its context.
            unsafe { mem_pool::trim_to(device::get_default_mem_pool(context.cu_device())?, 0) }
        });
        if let Err(error) = given {
            tracing::debug!(%error, "the card's memory is given back later");
        }
    }
}

#[cfg(not(feature = "cuda"))]
fn cuda(index: usize) -> Found {
    Err(format!(
        "`cuda:{index}` was asked for, and this build was made without CUDA (docs/install.md says how to make one)"
    ))
}

#[cfg(feature = "metal")]
fn metal() -> Found {
    let failed = |error: &dyn fmt::Display| format!("Metal cannot be used: {error}");
    let device = Device::new_metal(0).map_err(|error| failed(&error))?;
    let Device::Metal(graphics) = &device else { return Err(failed(&"it is no Metal device")) };
    let free = free_on(&device).unwrap_or_default();
    let about =
        DeviceAbout { id: "metal".into(), name: graphics.device().architecture_name(), free };
    Ok((device, about))
}

#[cfg(not(feature = "metal"))]
fn metal() -> Found {
    Err("`metal` was asked for, and this build was made without Metal (docs/install.md says how to make one)".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GB: u64 = 1_000_000_000;

    #[expect(
        clippy::unnecessary_wraps,
        reason = "a device that was found, among those that were not"
    )]
    fn card(index: usize, free: u64) -> Result<DeviceAbout, String> {
        Ok(DeviceAbout { id: format!("cuda:{index}"), name: format!("Card {index}"), free })
    }

    fn needs(weights: u64) -> Needs {
        Needs { weights, cache: GB, scratch: GB / 2, branches: true }
    }

    #[test]
    fn names_are_read_and_written() {
        for name in ["auto", "cpu", "cuda:0", "cuda:3", "metal"] {
            assert_eq!(name.parse::<DeviceChoice>().unwrap().to_string(), name);
        }
        assert_eq!("CUDA".parse(), Ok(DeviceChoice::Cuda(0)));
        for name in ["gpu", "cuda:", "cuda:-1", "cuda:x"] {
            assert!(name.parse::<DeviceChoice>().unwrap_err().contains("cuda:0"), "{name}");
        }
    }

    #[test]
    fn a_large_model_goes_to_the_card_with_most_room() {
        let found = [card(0, 6 * GB), card(1, 24 * GB), Err("broken".into())];
        match decide(DeviceChoice::Auto, &found, &needs(5 * GB)) {
            Decision::Device { index: 1, branches: true, planned, notice: None } => {
                assert_eq!(planned, 5 * GB + 2 * GB + GB / 2 + SPARE);
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_second_branch_is_given_up_before_the_card_is() {
        let decision = decide(DeviceChoice::Auto, &[card(0, 8 * GB)], &needs(6 * GB));
        match decision {
            Decision::Device { branches: false, notice: Some(notice), .. } => {
                assert!(notice.contains("Card 0") && notice.contains("branch"), "{notice}");
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_does_not_fit_computes_on_the_processor_and_says_why() {
        let decision = decide(DeviceChoice::Cuda(0), &[card(0, 4 * GB)], &needs(5 * GB));
        let Decision::Processor { notice: Some(notice) } = decision else { panic!("{decision:?}") };
        assert!(notice.contains("6.8 GB") && notice.contains("4.0 GB"), "{notice}");
    }

    #[test]
    fn small_models_stay_on_the_processor_unless_a_card_is_named() {
        let small = needs(SMALL - 1);
        let found = [card(0, 24 * GB)];
        assert_eq!(
            decide(DeviceChoice::Auto, &found, &small),
            Decision::Processor { notice: None }
        );
        let named = decide(DeviceChoice::Cuda(0), &found, &small);
        assert!(matches!(named, Decision::Device { .. }));
        let processor = decide(DeviceChoice::Processor, &found, &needs(5 * GB));
        assert_eq!(processor, Decision::Processor { notice: None });
    }

    #[test]
    fn a_card_that_is_not_there_is_missed_only_by_its_name() {
        let none = [Err("no driver".into())];
        assert_eq!(
            decide(DeviceChoice::Auto, &none, &needs(5 * GB)),
            Decision::Processor { notice: None }
        );
        let Decision::Processor { notice: Some(notice) } =
            decide(DeviceChoice::Metal, &none, &needs(5 * GB))
        else {
            panic!("it is said")
        };
        assert!(notice.contains("no driver") && notice.contains("processor"), "{notice}");
        let overflowing = Needs { cache: u64::MAX, ..needs(GB) };
        let decision = decide(DeviceChoice::Auto, &[card(0, u64::MAX - 1)], &overflowing);
        assert!(matches!(decision, Decision::Processor { notice: Some(_) }));
    }
}
