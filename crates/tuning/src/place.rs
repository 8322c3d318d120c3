//! Where a training computes: on a graphics card where there is one that it fits on, else on the processor, which also takes over
//! where a card fails.
//!
//! Checkpoints are the same wherever they were written, so that a training that a card gave up goes on behind its last one.

use std::path::Path;

use candle_core::{DType, Device, Tensor};
use domain::Flow;
use llm::{ComputesOn, DeviceAbout, DeviceChoice};

use crate::plan::Plan;
use crate::trainer::{Event, Listener, Summary, checkpoint_of};
use crate::{Error, ops};

/// Bases with fewer numbers than this are trained on the processor unless a card is named: their products are so small that a card
/// spends its time being told of them. An estimate.
const SMALL: u64 = 20_000_000;
/// Left free on a card beside what is planned.
const SPARE: u64 = 256 << 20;
/// A side of the products by which a card's speed is measured.
const SIDE: usize = 2048;

/// Where a training computes, and what it takes there.
#[derive(Debug, Clone)]
pub struct Place {
    /// For people.
    pub on: ComputesOn,
    /// What it takes.
    pub plan: Plan,
    device: Device,
    /// What it takes on the processor.
    here: Plan,
}

/// Whether a training stays on the processor whatever there is.
fn stays(choice: DeviceChoice, numbers: u64) -> bool {
    choice == DeviceChoice::Processor || (choice == DeviceChoice::Auto && numbers < SMALL)
}

/// Decides on a device: which of those that were `found`, and which of several ways to compute, planned for the processor, the best
/// first. Where the processor computes: what is to be said of it.
fn decide(
    choice: DeviceChoice,
    found: &[Result<DeviceAbout, String>],
    plans: &[Plan],
) -> Result<(usize, usize), Option<String>> {
    let (index, device) = llm::roomiest(choice, found, "the training")?;
    let needed = |plan: &Plan| plan.on_device(device.free).total().saturating_add(SPARE);
    if let Some(way) = plans.iter().position(|plan| needed(plan) <= device.free) {
        return Ok((index, way));
    }
    let least = plans.iter().map(needed).min().unwrap_or(0);
    Err(Some(llm::no_room("the training", least, device)))
}

/// What is told of where a training computes.
fn told(on: &ComputesOn) -> Event {
    let ComputesOn { id, name, notice, .. } = on.clone();
    Event::Placed { device: id, name, notice }
}

/// Opens what a choice allows.
fn find(choice: DeviceChoice) -> Vec<llm::Found> {
    #[cfg(test)]
    if ops::is_as_a_device() && choice != DeviceChoice::Processor {
        let about = DeviceAbout { id: choice.to_string(), name: "A card".into(), free: 1 << 32 };
        return vec![Ok((Device::Cpu, about))];
    }
    llm::find_devices(choice)
}

impl Place {
    /// The processor.
    pub(crate) fn processor(plan: Plan, notice: Option<String>) -> Self {
        Self { on: ComputesOn::processor(notice), plan, device: Device::Cpu, here: plan }
    }

    /// A device for one of several ways to compute, planned for the processor, the best first, and which one it is. Where the processor
    /// is to choose one of them by itself: what is to be said of it.
    pub(crate) fn choose(
        choice: DeviceChoice,
        plans: &[Plan],
        numbers: u64,
    ) -> Result<(usize, Self), Option<String>> {
        if stays(choice, numbers) {
            // Nothing is opened for nothing: that takes seconds.
            return Err(None);
        }
        let mut found = find(choice);
        let about = found.iter().map(|one| one.as_ref().map(|(_, about)| about.clone()));
        let about: Vec<_> = about.map(|one| one.map_err(String::clone)).collect();
        let (index, way) = decide(choice, &about, plans)?;
        let (device, about) = found.swap_remove(index)?;
        let plan = plans[way].on_device(about.free);
        let on = ComputesOn { id: about.id, name: about.name, planned: plan.total(), notice: None };
        Ok((way, Self { on, plan, device, here: plans[way] }))
    }

    /// A place for a training that takes `plan` on the processor.
    pub(crate) fn of(choice: DeviceChoice, plan: Plan, numbers: u64) -> Self {
        match Self::choose(choice, &[plan], numbers) {
            Ok((_, place)) => place,
            Err(notice) => Self::processor(plan, notice),
        }
    }

    /// What it computes on.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Whether it is the processor.
    pub fn is_processor(&self) -> bool {
        ops::on_processor(&self.device)
    }

    /// Bytes of a card's memory that were taken since it was chosen, with what its driver keeps of what was in use before: about the
    /// most that ever was. `None` for the processor.
    pub(crate) fn taken(&self) -> Option<u64> {
        let free = llm::free_on(&self.device)?;
        Some(self.plan.available?.saturating_sub(free))
    }

    /// Whether products on NVIDIA's cards may take their factors with ten bits of fraction (TF32), in all trainings of this process
    /// from now on: faster on cards that can, with losses a little off. Unless told they do not.
    pub fn round_products(round: bool) {
        candle_core::cuda::set_gemm_reduced_precision_f32(round);
    }

    /// Multiplications and additions a second that a card makes in products of matrices now: a measurement of some 50 ms. `None` for
    /// the processor.
    ///
    /// # Errors
    /// Where a product fails.
    pub fn speed(&self) -> Result<Option<f64>, Error> {
        if self.is_processor() {
            return Ok(None);
        }
        let side = Tensor::ones((SIDE, SIDE), DType::F32, &self.device)?;
        side.matmul(&side)?;
        self.device.synchronize()?;
        let begun = std::time::Instant::now();
        let mut made = 0u32;
        while begun.elapsed().as_millis() < 50 {
            side.matmul(&side)?;
            self.device.synchronize()?;
            made += 1;
        }
        let work = (SIDE * SIDE * SIDE) as f64 * f64::from(made);
        Ok(Some(work / begun.elapsed().as_secs_f64()))
    }

    /// Trains here; where a card fails, on the processor, behind the last checkpoint in `out` if there is one. `train` gets the
    /// device, and whether to go on from a checkpoint.
    pub(crate) fn train(
        &self,
        (out, resume): (&Path, bool),
        events: &mut Listener<'_>,
        train: &mut dyn FnMut(&Device, bool, &mut Listener<'_>) -> Result<Summary, Error>,
    ) -> Result<Summary, Error> {
        if self.is_processor() {
            self.here.check()?;
        }
        if events(&told(&self.on)) == Flow::Stop {
            return Ok(Summary::stopped());
        }
        if self.is_processor() {
            return train(&self.device, resume, events);
        }
        // Drivers that are broken panic in the libraries between; that is no reason to end.
        let tried = {
            // Its driver would keep for us what the training took, also when that is over.
            let _memory = llm::GivesBack::of(&self.device);
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                train(&self.device, resume, events)
            }))
        };
        let error = match tried {
            Ok(Err(Error::Compute(error))) => error,
            Ok(other) => return other,
            Err(_) => candle_core::Error::msg("its driver broke down"),
        };
        if self.here.check().is_err() {
            // The processor has no room for it: what went wrong is all that there is to say.
            return Err(Error::Compute(error));
        }
        let reason = error.to_string().lines().next().unwrap_or_default().to_owned();
        let name = if self.on.name.is_empty() { &self.on.id } else { &self.on.name };
        let notice =
            format!("the training failed on {name} ({reason}) and goes on on the processor");
        tracing::warn!(notice);
        if events(&told(&ComputesOn::processor(Some(notice)))) == Flow::Stop {
            return Ok(Summary::stopped());
        }
        train(&Device::Cpu, resume || checkpoint_of(out).is_some(), events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GB: u64 = 1_000_000_000;

    fn plan(weights: u64) -> Plan {
        Plan { weights, trained: 0, activations: GB, logits: 0, workspace: 0, available: None }
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "a card that was found, among those that were not"
    )]
    fn card(free: u64) -> Result<DeviceAbout, String> {
        Ok(DeviceAbout { id: "cuda:0".into(), name: "Card".into(), free })
    }

    #[test]
    fn the_best_way_that_fits_the_roomiest_card_is_taken() {
        let ways = [plan(20 * GB), plan(5 * GB)];
        let found = [card(4 * GB), Err("broken".into()), card(12 * GB)];
        assert_eq!(decide(DeviceChoice::Auto, &found, &ways), Ok((2, 1)));
        let told = decide(DeviceChoice::Cuda(0), &found[..1], &ways).unwrap_err();
        let told = told.expect("it is said");
        assert!(told.contains("Card") && told.contains("4.0 GB"), "{told}");
        assert!(told.starts_with("the training") && told.contains("processor"), "{told}");
    }

    #[test]
    fn small_bases_stay_unless_a_card_is_named_and_a_missing_one_is_missed_by_its_name() {
        assert!(stays(DeviceChoice::Auto, SMALL - 1) && !stays(DeviceChoice::Auto, SMALL));
        assert!(stays(DeviceChoice::Processor, GB) && !stays(DeviceChoice::Cuda(0), 1));
        let (ways, none) = ([plan(GB)], [Err("no driver".into())]);
        assert_eq!(decide(DeviceChoice::Auto, &none, &ways), Err(None));
        let told = decide(DeviceChoice::Metal, &none, &ways).unwrap_err().unwrap();
        assert!(told.contains("no driver") && told.contains("processor"), "{told}");
    }

    #[test]
    fn where_a_card_fails_the_processor_goes_on_behind_the_last_checkpoint() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path();
        let place = ops::as_a_device(|| Place::of(DeviceChoice::Cuda(0), plan(1), 1));
        for breaks in ["error", "panic"] {
            let (mut tries, mut told) = (Vec::new(), Vec::new());
            let mut events = |event: &Event| {
                if let Event::Placed { device, notice, .. } = event {
                    told.push((device.clone(), notice.clone()));
                }
                Flow::More
            };
            let mut attempt = |resume: bool| -> candle_core::Result<Summary> {
                tries.push(resume);
                if tries.len() == 2 {
                    return Ok(Summary::stopped());
                }
                let kept = out.join("checkpoint-7");
                std::fs::create_dir_all(&kept).unwrap();
                std::fs::write(kept.join("trainer_state.json"), "{}").unwrap();
                assert!(breaks != "panic", "a driver breaks down");
                candle_core::bail!("out of memory")
            };
            let mut train = |_: &Device, resume: bool, _: &mut Listener<'_>| {
                attempt(resume).map_err(Error::from)
            };
            ops::as_a_device(|| place.train((out, false), &mut events, &mut train)).unwrap();
            assert_eq!(tries, [false, true]);
            assert_eq!(told[0], ("cuda:0".to_owned(), None));
            assert_eq!(told[1].0, "cpu");
            let notice = told[1].1.as_deref().unwrap();
            assert!(notice.contains("A card") && notice.contains("processor"), "{notice}");
        }
    }

    #[test]
    fn where_the_processor_has_no_room_either_it_is_said_what_went_wrong_on_the_card() {
        let folder = tempfile::tempdir().unwrap();
        let mut place = ops::as_a_device(|| Place::of(DeviceChoice::Cuda(0), plan(1), 1));
        place.here.available = Some(1);
        let mut tries = 0;
        let mut train = |_: &Device, _: bool, _: &mut Listener<'_>| -> Result<Summary, Error> {
            tries += 1;
            Err(Error::Compute(candle_core::Error::msg("a card without a will")))
        };
        let told = ops::as_a_device(|| {
            place.train((folder.path(), false), &mut |_| Flow::More, &mut train)
        });
        assert!(told.unwrap_err().to_string().contains("without a will"));
        assert_eq!(tries, 1);
    }
}
