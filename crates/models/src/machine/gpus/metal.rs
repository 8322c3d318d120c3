//! Apple's devices. Source: Apple's documentation of `MTLDevice`.

use objc2_metal::{MTLCopyAllDevices, MTLDevice};

use super::{Fate, Gpu, Maker, MemoryIs, Seen, Through};

/// The devices, the one that computes by default first. Of a Mac with Apple's processor the memory is the computer's, and as much of it as
/// macOS lets graphics use: by documentation more slows everything down.
pub(super) fn cards() -> Vec<Seen> {
    MTLCopyAllDevices()
        .to_vec()
        .into_iter()
        .map(|device| {
            let name = device.name().to_string();
            let maker = match name.split_whitespace().next() {
                Some("Apple") => Maker::Apple,
                Some("AMD") => Maker::Amd,
                Some("Intel") => Maker::Intel,
                Some("NVIDIA") => Maker::Nvidia,
                _ => Maker::Other,
            };
            let memory = device.recommendedMaxWorkingSetSize();
            let taken = device.currentAllocatedSize() as u64;
            let shared = device.hasUnifiedMemory();
            // The build for Metal is one for Apple's own processors (docs/install.md).
            let fate = match (maker, shared) {
                (Maker::Apple, _) => Fate::OtherBuild,
                (_, true) => Fate::Shared,
                (_, false) => Fate::Server,
            };
            Seen {
                gpu: Gpu {
                    name,
                    maker,
                    memory_is: if shared { MemoryIs::Shared } else { MemoryIs::Own },
                    memory,
                    free: Some(memory.saturating_sub(taken)),
                    through: Through::Metal,
                    fate,
                },
                bus: None,
            }
        })
        .collect()
}
