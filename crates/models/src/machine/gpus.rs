//! Graphics cards: NVIDIA's through NVML, AMD's as Linux lists them, Apple's through Metal, and all others through Vulkan.
//!
//! Each way sees a part: NVML and Metal are those of the engine's own backends and know what is free; Vulkan knows every card that has a
//! driver, but nothing computes through it here. So what two of them see is one card, described by the nearer. Decision 0232.

mod drm;
#[cfg(target_os = "macos")]
mod metal;
mod nvml;
mod probe;
#[cfg(not(target_os = "macos"))]
mod vulkan;

use serde::{Deserialize, Serialize};

pub use self::probe::answer_about_graphics;

/// A graphics card, or what calls itself one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gpu {
    /// Its name; may be only the vendor's.
    pub name: String,
    /// Who made its processor.
    pub maker: Maker,
    /// Where its memory is.
    pub memory_is: MemoryIs,
    /// Bytes of memory that it can use.
    pub memory: u64,
    /// Bytes that are free, where that is known.
    pub free: Option<u64>,
    /// What it was asked through.
    pub through: Through,
    /// What it is good for here. What the engine's own backends name counts as [`Fate::OtherBuild`] until whoever knows the build says
    /// otherwise.
    pub fate: Fate,
}

impl Gpu {
    /// Language models compute on it where they fit.
    pub fn is_used(&self) -> bool {
        self.fate == Fate::Used
    }
}

/// Who made a graphics processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Maker {
    /// NVIDIA.
    Nvidia,
    /// AMD.
    Amd,
    /// Intel.
    Intel,
    /// Apple.
    Apple,
    /// Anybody else.
    Other,
}

impl Maker {
    /// By the number that PCI gives a vendor. Source: the PCI ID repository (`pci.ids`).
    fn of(vendor: u32) -> Self {
        match vendor {
            0x10de => Self::Nvidia,
            0x1002 | 0x1022 => Self::Amd,
            0x8086 => Self::Intel,
            0x106b => Self::Apple,
            _ => Self::Other,
        }
    }
}

/// Where a graphics card has its memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MemoryIs {
    /// On the card.
    Own,
    /// It is the computer's.
    Shared,
    /// There is no card: a program draws on the processor (llvmpipe, SwiftShader).
    Nowhere,
}

/// What a card was asked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Through {
    /// NVIDIA's management library, of the driver that CUDA needs.
    Nvml,
    /// Linux's list of cards.
    Drm,
    /// Vulkan.
    Vulkan,
    /// Apple's Metal.
    Metal,
}

/// What a card is good for in this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Language models compute on it where they fit.
    Used,
    /// This build could; the setting `device` says otherwise.
    Setting,
    /// A build for CUDA or Metal would compute on it.
    OtherBuild,
    /// An NVIDIA card without NVIDIA's own driver, which CUDA needs.
    NoDriver,
    /// No build computes on it. A server on this machine can (llama.cpp's, built for Vulkan), and this program talks to one.
    Server,
    /// It has no memory of its own: the processor reads the same memory as fast.
    Shared,
    /// It is no card.
    Software,
}

/// Place on the PCI bus: domain, bus, device.
type Bus = (u32, u32, u32);

/// A card, and what says whether another is the same one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    gpu: Gpu,
    bus: Option<Bus>,
}

/// The cards that are found without asking a driver for more than numbers (some milliseconds); a driver that is missing or broken gives
/// none. With `others` those that only Vulkan knows, too: a second where it is asked for the first time, four where a driver hangs.
pub(super) fn found(others: bool) -> Vec<Gpu> {
    let mut seen = nvml::cards().unwrap_or_default();
    #[cfg(target_os = "macos")]
    seen.extend(metal::cards());
    seen.extend(drm::cards(std::path::Path::new("/sys/class/drm")));
    let others = if others { probe::others() } else { Vec::new() };
    joined(seen, others)
}

/// Adds the cards that are not among those that were seen; what they say better is taken over.
fn joined(mut seen: Vec<Seen>, others: Vec<Seen>) -> Vec<Gpu> {
    // Where the place is not known a card of the same maker is the same card, once.
    let mut taken = vec![false; seen.len()];
    let known = seen.len();
    for other in others {
        let same = (0..known).find(|&at| {
            let one = &seen[at];
            !taken[at]
                && match (one.bus, other.bus) {
                    (Some(one), Some(other)) => one == other,
                    _ => one.gpu.maker == other.gpu.maker,
                }
        });
        match same {
            Some(at) => {
                taken[at] = true;
                // Linux's list often has no name; Vulkan tells a processor's own graphics from a card.
                let one = &mut seen[at].gpu;
                if one.through == Through::Drm {
                    one.name = other.gpu.name;
                    one.memory_is = other.gpu.memory_is;
                    one.fate = other.gpu.fate;
                }
            }
            None => seen.push(other),
        }
    }
    seen.into_iter().map(|one| one.gpu).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(name: &str, maker: Maker, through: Through, bus: Option<Bus>) -> Seen {
        let fate = match through {
            Through::Nvml | Through::Metal => Fate::OtherBuild,
            Through::Drm | Through::Vulkan => Fate::Server,
        };
        Seen {
            gpu: Gpu {
                name: name.into(),
                maker,
                memory_is: MemoryIs::Own,
                memory: 16 << 30,
                free: None,
                through,
                fate,
            },
            bus,
        }
    }

    fn names(gpus: &[Gpu]) -> Vec<&str> {
        gpus.iter().map(|gpu| gpu.name.as_str()).collect()
    }

    #[test]
    fn what_two_ways_see_is_one_card() {
        let (first, second) = (Some((0, 1, 0)), Some((0, 5, 0)));
        let gpus = joined(
            vec![
                seen("GeForce", Maker::Nvidia, Through::Nvml, first),
                seen("AMD graphics", Maker::Amd, Through::Drm, second),
            ],
            vec![
                seen("NVIDIA GeForce", Maker::Nvidia, Through::Vulkan, first),
                seen("Radeon RX 7800 XT", Maker::Amd, Through::Vulkan, second),
                seen("Arc A770", Maker::Intel, Through::Vulkan, Some((0, 9, 0))),
            ],
        );
        assert_eq!(names(&gpus), ["GeForce", "Radeon RX 7800 XT", "Arc A770"]);
        assert_eq!((gpus[0].through, gpus[0].fate), (Through::Nvml, Fate::OtherBuild));
        assert_eq!(gpus[1].through, Through::Drm, "it knows what is free");
    }

    #[test]
    fn two_cards_of_one_maker_stay_two() {
        let known = vec![seen("One", Maker::Nvidia, Through::Nvml, None)];
        let vulkan = |name, bus| seen(name, Maker::Nvidia, Through::Vulkan, bus);
        let gpus = joined(known, vec![vulkan("One", None), vulkan("Two", None)]);
        assert_eq!(names(&gpus), ["One", "Two"]);
        let known = vec![seen("One", Maker::Nvidia, Through::Nvml, Some((0, 1, 0)))];
        assert_eq!(joined(known, vec![vulkan("Other", Some((0, 2, 0)))]).len(), 2);
    }

    #[test]
    fn a_machine_without_a_driver_has_no_cards_and_nothing_breaks() {
        let _whatever_there_is = found(false);
    }
}
