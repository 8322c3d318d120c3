//! Vulkan is asked in a process of its own, which has a few seconds: this very program, started once more with one word.
//!
//! Asking loads the driver of every card on the machine. One that was updated under a running system, or whose card is gone, ends the
//! process that loads it, or never answers; then there are no such cards, and nothing else happens.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::{Bus, Fate, Gpu, Maker, MemoryIs, Seen, Through};

/// The word that the copy is started with.
const WORD: &str = "--name-graphics-cards";
/// What a driver may take to answer: the first of the day reads its own files and wakes a sleeping card, which takes a second or two.
const PATIENCE: Duration = Duration::from_secs(4);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(5);
/// An answer is some hundred bytes a card.
const LARGEST: u64 = 64 << 10;
/// Letters of a name that are shown.
const NAME: usize = 120;

/// This program answers when it is started with [`WORD`].
static ANSWERS: AtomicBool = AtomicBool::new(false);

/// A device, as the copy names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Device {
    pub(super) name: String,
    /// The vendor's number of PCI, or one that Khronos gave.
    pub(super) vendor: u32,
    pub(super) memory_is: MemoryIs,
    /// Bytes.
    pub(super) memory: u64,
    pub(super) free: Option<u64>,
    pub(super) bus: Option<Bus>,
}

/// For the first line of a program's `main`: where it was started to be asked for graphics cards it answers on its standard output, and
/// has to end (true). From then on such copies of it are started; a program that never calls this knows no cards through Vulkan.
pub fn answer_about_graphics() -> bool {
    if std::env::args_os().nth(1).is_none_or(|word| word != WORD) {
        ANSWERS.store(true, Ordering::Relaxed);
        return false;
    }
    #[cfg(target_os = "macos")]
    let devices: Vec<Device> = Vec::new();
    #[cfg(not(target_os = "macos"))]
    let devices = super::vulkan::devices();
    // Whoever asked has gone: nobody is there to be told.
    let _gone = serde_json::to_writer(std::io::stdout(), &devices);
    true
}

/// The cards that Vulkan knows, asked for once in the life of this process.
pub(super) fn others() -> Vec<Seen> {
    static FOUND: OnceLock<Vec<Device>> = OnceLock::new();
    // Metal names all there are on macOS, where Vulkan is a guest.
    if cfg!(target_os = "macos") || !ANSWERS.load(Ordering::Relaxed) {
        return Vec::new();
    }
    let found = FOUND.get_or_init(|| {
        let itself = std::env::current_exe().map(Command::new);
        let answer = itself.and_then(|mut itself| {
            itself.arg(WORD);
            ask(itself, PATIENCE)
        });
        answer.and_then(|text| Ok(serde_json::from_slice(&text)?)).unwrap_or_else(|why| {
            tracing::warn!(%why, "Vulkan does not say which graphics cards there are");
            Vec::new()
        })
    });
    found.iter().map(seen).collect()
}

fn seen(device: &Device) -> Seen {
    let maker = Maker::of(device.vendor);
    let fate = match (device.memory_is, maker) {
        (MemoryIs::Nowhere, _) => Fate::Software,
        (MemoryIs::Shared, _) => Fate::Shared,
        // NVML, of the driver that CUDA needs, would have named it.
        (MemoryIs::Own, Maker::Nvidia) => Fate::NoDriver,
        (MemoryIs::Own, _) => Fate::Server,
    };
    let name: String = device.name.chars().filter(|c| !c.is_control()).take(NAME).collect();
    Seen {
        gpu: Gpu {
            name: if name.trim().is_empty() { "a graphics card".to_owned() } else { name },
            maker,
            memory_is: device.memory_is,
            memory: device.memory,
            free: device.free,
            through: Through::Vulkan,
            fate,
        },
        bus: device.bus,
    }
}

/// What a program writes until its end, which must be a good one and within `patience`.
fn ask(mut program: Command, patience: Duration) -> std::io::Result<Vec<u8>> {
    // It draws nothing: a display, which may be another machine's, is none of its business.
    program.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    let mut child =
        program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let out = child.stdout.take();
    let reading = std::thread::spawn(move || {
        let mut text = Vec::new();
        let read = out.map(|out| out.take(LARGEST).read_to_end(&mut text));
        read.unwrap_or(Ok(0)).map(|_| text)
    });
    let until = Instant::now() + patience;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if Instant::now() >= until {
            let killed = child.kill();
            // In the kernel of a hanging driver not even that ends it: somebody else waits for it.
            std::thread::spawn(move || child.wait());
            killed?;
            return Err(std::io::Error::new(
                std::io::ErrorKind::TimedOut,
                format!("no answer after {} s", patience.as_secs_f32()),
            ));
        }
        std::thread::sleep(LOOK);
    };
    if !status.success() {
        return Err(std::io::Error::other(format!("it ended with {status}")));
    }
    // A driver's own child may hold the pipe for ever: what is asked has ended, and what it wrote is there.
    while !reading.is_finished() && Instant::now() < until {
        std::thread::sleep(LOOK);
    }
    if !reading.is_finished() {
        return Err(std::io::Error::other("its answer has no end"));
    }
    reading.join().unwrap_or_else(|_| Err(std::io::Error::other("its answer was not read")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_device_says_becomes_a_card() {
        let text = br#"[{"name":"llvmpipe (LLVM 15.0.6, 256 bits)","vendor":65541,"memory_is":"nowhere","memory":8000000000,"free":null,"bus":null},
            {"name":"AMD Radeon RX 7800 XT (RADV NAVI32)\u0007","vendor":4098,"memory_is":"own","memory":17163091968,"free":16000000000,"bus":[0,3,0]},
            {"name":"","vendor":4318,"memory_is":"own","memory":8589934592,"free":null,"bus":null}]"#;
        let devices: Vec<Device> = serde_json::from_slice(text).unwrap();
        let cards: Vec<Seen> = devices.iter().map(seen).collect();
        let fates: Vec<Fate> = cards.iter().map(|card| card.gpu.fate).collect();
        assert_eq!(fates, [Fate::Software, Fate::Server, Fate::NoDriver]);
        assert_eq!(cards[1].gpu.name, "AMD Radeon RX 7800 XT (RADV NAVI32)");
        assert_eq!((cards[1].gpu.maker, cards[1].bus), (Maker::Amd, Some((0, 3, 0))));
        assert!(!cards[2].gpu.name.is_empty());
    }

    #[test]
    fn a_program_that_was_not_written_for_it_is_not_started_again() {
        assert!(!ANSWERS.load(Ordering::Relaxed), "these tests would be run once more");
        assert!(others().is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_driver_that_hangs_crashes_or_babbles_is_survived() {
        let shell = |script: &str| {
            let mut shell = Command::new("sh");
            shell.args(["-c", script]);
            shell
        };
        let short = Duration::from_millis(300);
        assert_eq!(ask(shell("printf '[]'"), PATIENCE).unwrap(), b"[]");
        let begun = Instant::now();
        let why = ask(shell("exec sleep 600"), short).unwrap_err();
        assert_eq!(why.kind(), std::io::ErrorKind::TimedOut);
        assert!(begun.elapsed() < Duration::from_mins(1), "it was waited for");
        assert!(ask(shell("kill -SEGV $$"), PATIENCE).is_err());
        // What it left running holds the pipe open.
        assert!(ask(shell("sleep 30 & printf '[]'"), short).is_err());
        // More than an answer can be: it is cut off, and is none.
        let babble = ask(shell("yes | head -c 1000000"), PATIENCE);
        assert!(babble.map_or(true, |text| text.len() as u64 <= LARGEST));
        assert!(ask(Command::new("/nonexistent/program"), PATIENCE).is_err());
    }
}
