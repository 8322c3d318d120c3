//! Where a training computes: on a graphics card where there is one that it fits on, else on the processor, which also takes over
//! where a card fails.
//!
//! Checkpoints are the same wherever they were written, so that a training that a card gave up goes on behind its last one.

use std::path::Path;

use candle_core::{DType, Device, Tensor};
use domain::Flow;
use llm::{DeviceAbout, DeviceChoice};
use serde::Serialize;

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

/// Where a training computes, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComputesOn {
    /// `cpu`, `cuda:0`, `metal`.
    pub id: String,
    /// Name for people; empty for the processor.
    pub name: String,
    /// Why it is not where it was asked to be.
    pub notice: Option<String>,
}

impl ComputesOn {
    fn processor(notice: Option<String>) -> Self {
        Self { id: "cpu".into(), name: String::new(), notice }
    }

    /// The same as an event.
    pub(crate) fn told(&self) -> Event {
        let Self { id, name, notice } = self.clone();
        Event::Placed { device: id, name, notice }
    }
}

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

/// What was decided: on the processor, or which way of computing on which device.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Decision {
    Processor { notice: Option<String> },
    Device { index: usize, way: usize },
}

/// Decides on a device. `plans` are ways to compute on the processor, the best first; `found` what the choice allows, or why it cannot
/// be opened.
fn decide(
    choice: DeviceChoice,
    found: &[Result<DeviceAbout, String>],
    plans: &[Plan],
    numbers: u64,
) -> Decision {
    let by_name = choice != DeviceChoice::Auto;
    if choice == DeviceChoice::Processor || (!by_name && numbers < SMALL) {
        return Decision::Processor { notice: None };
    }
    let best = found
        .iter()
        .enumerate()
        .filter_map(|(index, device)| Some((index, device.as_ref().ok()?)))
        .max_by_key(|(index, device)| (device.free, std::cmp::Reverse(*index)));
    let Some((index, device)) = best else {
        let reason = found.iter().find_map(|one| one.as_ref().err());
        // Whoever leaves the choice to us and has no card misses nothing.
        let notice = reason
            .filter(|_| by_name)
            .map(|reason| format!("{reason}; the training computes on the processor"));
        return Decision::Processor { notice };
    };
    let needed = |plan: &Plan| plan.on_device(device.free).total().saturating_add(SPARE);
    if let Some(way) = plans.iter().position(|plan| needed(plan) <= device.free) {
        return Decision::Device { index, way };
    }
    let least = plans.iter().map(needed).min().unwrap_or(0);
    let notice = format!(
        "the training needs {} on {} and {} are free there; it computes on the processor",
        gigabytes(least),
        device.name,
        gigabytes(device.free)
    );
    Decision::Processor { notice: Some(notice) }
}

fn gigabytes(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / 1e9)
}

/// Opens what a choice allows.
fn find(choice: DeviceChoice) -> Vec<llm::Found> {
    #[cfg(test)]
    if ops::is_as_a_device() && choice != DeviceChoice::Processor {
        let about = DeviceAbout { id: choice.to_string(), name: "A card".into(), free: 1 << 40 };
        return vec![Ok((Device::Cpu, about))];
    }
    llm::find_devices(choice)
}

impl Place {
    /// The processor.
    pub(crate) fn processor(plan: Plan, notice: Option<String>) -> Self {
        Self { on: ComputesOn::processor(notice), plan, device: Device::Cpu, here: plan }
    }

    /// A place for one of several ways to compute, the best of which comes first, and which it is; `None` where the processor is to
    /// choose one of them by itself. Plans are the processor's.
    pub(crate) fn choose(
        choice: DeviceChoice,
        plans: &[Plan],
        numbers: u64,
    ) -> (Option<usize>, Option<String>, Option<Self>) {
        if choice == DeviceChoice::Processor || (choice == DeviceChoice::Auto && numbers < SMALL) {
            // Nothing is opened for nothing: that takes seconds.
            return (None, None, None);
        }
        let mut found = find(choice);
        let about: Vec<_> = found
            .iter()
            .map(|one| one.as_ref().map(|(_, a)| a.clone()).map_err(Clone::clone))
            .collect();
        match decide(choice, &about, plans, numbers) {
            Decision::Processor { notice } => (None, notice, None),
            Decision::Device { index, way } => match found.swap_remove(index) {
                Ok((device, about)) => {
                    let on = ComputesOn { id: about.id, name: about.name, notice: None };
                    let plan = plans[way].on_device(about.free);
                    (Some(way), None, Some(Self { on, plan, device, here: plans[way] }))
                }
                Err(reason) => (None, Some(reason), None),
            },
        }
    }

    /// A place for a training that takes `plan` on the processor.
    pub(crate) fn of(choice: DeviceChoice, plan: Plan, numbers: u64) -> Self {
        let (_, notice, place) = Self::choose(choice, &[plan], numbers);
        place.unwrap_or_else(|| Self::processor(plan, notice))
    }

    /// What it computes on.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Whether it is the processor.
    pub fn is_processor(&self) -> bool {
        ops::on_processor(&self.device)
    }

    /// Bytes of a card's memory that were taken since it was chosen.
    pub(crate) fn taken(&self) -> Option<u64> {
        let choice = self.on.id.parse().ok().filter(|_| !self.is_processor())?;
        let (_, about) = find(choice).into_iter().next()?.ok()?;
        Some(self.plan.available?.saturating_sub(about.free))
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
        if events(&self.on.told()) == Flow::Stop {
            return Ok(Summary::stopped());
        }
        if self.is_processor() {
            return train(&self.device, resume, events);
        }
        // Drivers that are broken panic in the libraries between; that is no reason to end.
        let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            train(&self.device, resume, events)
        }));
        let reason = match tried {
            Ok(Err(Error::Compute(error))) => {
                error.to_string().lines().next().unwrap_or_default().to_owned()
            }
            Ok(other) => return other,
            Err(_) => "its driver broke down".to_owned(),
        };
        let name = if self.on.name.is_empty() { &self.on.id } else { &self.on.name };
        let notice =
            format!("the training failed on {name} ({reason}) and goes on on the processor");
        tracing::warn!(notice);
        self.here.check()?;
        if events(&ComputesOn::processor(Some(notice)).told()) == Flow::Stop {
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

    fn notice(decision: &Decision) -> Option<&str> {
        match decision {
            Decision::Processor { notice } => notice.as_deref(),
            Decision::Device { .. } => panic!("on a card"),
        }
    }

    #[test]
    fn the_best_way_that_fits_the_roomiest_card_is_taken() {
        let ways = [plan(20 * GB), plan(5 * GB)];
        let found = [card(4 * GB), Err("broken".into()), card(12 * GB)];
        let decision = decide(DeviceChoice::Auto, &found, &ways, GB);
        assert_eq!(decision, Decision::Device { index: 2, way: 1 });
        let decision = decide(DeviceChoice::Cuda(0), &found[..1], &ways, GB);
        let told = notice(&decision).expect("it is said");
        assert!(told.contains("Card") && told.contains("4.0 GB"), "{told}");
    }

    #[test]
    fn small_bases_stay_unless_a_card_is_named_and_a_missing_one_is_missed_by_its_name() {
        let (ways, found) = ([plan(GB)], [card(99 * GB)]);
        assert_eq!(notice(&decide(DeviceChoice::Auto, &found, &ways, SMALL - 1)), None);
        let named = decide(DeviceChoice::Cuda(0), &found, &ways, SMALL - 1);
        assert_eq!(named, Decision::Device { index: 0, way: 0 });
        assert_eq!(notice(&decide(DeviceChoice::Processor, &found, &ways, GB)), None);
        let none = [Err("no driver".into())];
        assert_eq!(notice(&decide(DeviceChoice::Auto, &none, &ways, GB)), None);
        let told = decide(DeviceChoice::Metal, &none, &ways, GB);
        assert!(notice(&told).is_some_and(|t| t.contains("no driver") && t.contains("processor")));
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
}
