//! What this computer is: cores, instructions, memory, graphics cards, and how fast memory is read.
//!
//! Asked of the system and never guessed; what cannot be asked stays empty.

mod gpus;

use std::time::{Duration, Instant};

use serde::Serialize;
use sysinfo::{MemoryRefreshKind, RefreshKind, System};

pub use self::gpus::{Fate, Gpu, Maker, MemoryIs, Through, answer_about_graphics};

/// Bytes that are read to measure memory; more than any processor's own cache holds.
const PROBE: usize = 192 << 20;
/// Bytes that are timed at a time: a millisecond or less, so that some are not interrupted.
const PIECE: usize = 4 << 20;
/// No measurement takes longer.
const PROBE_TIME: Duration = Duration::from_millis(250);

/// A computer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Machine {
    /// `linux`, `windows`, `macos`.
    pub system: String,
    /// `x86_64`, `aarch64`.
    pub architecture: String,
    /// Name of the processor; may be empty.
    pub processor: String,
    /// Cores that programs may use.
    pub cores: usize,
    /// Vector instructions that our fast paths look for.
    pub features: Vec<String>,
    /// Bytes of memory, or what this program may use of it (containers); nought where the system does not say.
    pub memory: u64,
    /// Bytes that could be used now.
    pub available: u64,
    /// Bytes a second that all cores together read from memory; `None` where it was not measured.
    pub bandwidth: Option<f64>,
    /// Graphics cards; after [`Machine::detect`] those that the engine could compute on, after [`Machine::measure`] all.
    pub gpus: Vec<Gpu>,
}

impl Machine {
    /// Asks the system. Takes some milliseconds; measures nothing.
    pub fn detect() -> Self {
        Self::with_cards(gpus::found(false))
    }

    fn with_cards(gpus: Vec<Gpu>) -> Self {
        let what = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
        let system = System::new_with_specifics(what).ok();
        let limits = system.as_ref().and_then(System::cgroup_limits);
        let asked = |of: fn(&System) -> u64| system.as_ref().map_or(0, of);
        let least =
            |own: u64, limit: Option<u64>| limit.filter(|&n| n > 0).map_or(own, |n| own.min(n));
        Self {
            system: std::env::consts::OS.to_owned(),
            architecture: std::env::consts::ARCH.to_owned(),
            processor: processor(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            features: features(),
            memory: least(asked(System::total_memory), limits.as_ref().map(|l| l.total_memory)),
            available: least(
                asked(System::available_memory),
                limits.as_ref().map(|l| l.free_memory),
            ),
            bandwidth: None,
            gpus,
        }
    }

    /// [`Machine::detect`], and measures how fast memory is read (a quarter of a second, 192 MB), and names the graphics cards that nothing
    /// here computes on (a second at the first time, [`answer_about_graphics`]).
    pub fn measure() -> Self {
        let mut machine = Self::with_cards(gpus::found(true));
        if machine.available > 4 * PROBE as u64 {
            machine.bandwidth = bandwidth(machine.cores);
        }
        machine
    }
}

/// Bytes of memory that this process holds now; `None` where the system does not say (anything but Linux).
pub fn resident() -> Option<u64> {
    status("VmRSS:")
}

/// The most memory that this process ever held.
pub fn peak() -> Option<u64> {
    status("VmHWM:")
}

fn status(key: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// Reads a block of memory on all cores for a moment. The best piece of each core counts: the others were held up by whatever
/// else the computer was doing, and the advice should not depend on that.
fn bandwidth(cores: usize) -> Option<f64> {
    // Not noughts: a page of noughts that was never written is no memory.
    let block: Vec<u64> = (0..PROBE as u64 / 8).collect();
    let share = block.len().div_ceil(cores.max(1));
    let start = Instant::now();
    let best: f64 = std::thread::scope(|scope| {
        let threads: Vec<_> = block
            .chunks(share)
            .map(|part| {
                scope.spawn(move || {
                    let mut best = 0.0_f64;
                    while start.elapsed() < PROBE_TIME {
                        for piece in part.chunks(PIECE / 8) {
                            let begun = Instant::now();
                            let sum = piece.iter().fold(0_u64, |sum, &n| sum.wrapping_add(n));
                            std::hint::black_box(sum);
                            let seconds = begun.elapsed().as_secs_f64();
                            best = best.max(std::mem::size_of_val(piece) as f64 / seconds);
                        }
                    }
                    best
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or(0.0)).sum()
    });
    (best.is_finite() && best > 0.0).then_some(best)
}

/// The processor's own name, where the system has it in a file.
fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name"));
    name.unwrap_or_default().trim_start_matches([' ', '\t', ':']).trim().to_owned()
}

fn features() -> Vec<String> {
    #[cfg(target_arch = "x86_64")]
    let found = [
        ("sse4.2", std::arch::is_x86_feature_detected!("sse4.2")),
        ("avx", std::arch::is_x86_feature_detected!("avx")),
        ("avx2", std::arch::is_x86_feature_detected!("avx2")),
        ("fma", std::arch::is_x86_feature_detected!("fma")),
        ("f16c", std::arch::is_x86_feature_detected!("f16c")),
        ("bmi2", std::arch::is_x86_feature_detected!("bmi2")),
        ("avx512f", std::arch::is_x86_feature_detected!("avx512f")),
        ("avx512bw", std::arch::is_x86_feature_detected!("avx512bw")),
        ("avx512vnni", std::arch::is_x86_feature_detected!("avx512vnni")),
    ];
    #[cfg(target_arch = "aarch64")]
    let found = [
        ("neon", std::arch::is_aarch64_feature_detected!("neon")),
        ("dotprod", std::arch::is_aarch64_feature_detected!("dotprod")),
        ("i8mm", std::arch::is_aarch64_feature_detected!("i8mm")),
    ];
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let found: [(&str, bool); 0] = [];
    found.iter().filter(|(_, has)| *has).map(|(name, _)| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_memory_and_cores_and_reads_at_a_speed() {
        let machine = Machine::detect();
        assert!(machine.cores > 0 && machine.memory > 100_000_000, "{machine:?}");
        assert!(machine.available <= machine.memory);
        let speed = bandwidth(machine.cores).unwrap();
        // Slower than any memory of this century, or faster than any: then it measures something else.
        assert!((1e8..1e13).contains(&speed), "{speed}");
    }
}
