//! The six calls of NVIDIA's management library that are needed, opened where it is and not linked. Source: `nvml.h` of the CUDA toolkit.

use std::ffi::{CStr, c_char, c_int, c_uint, c_ulonglong, c_void};

use libloading::{Library, Symbol};

use super::{Fate, Gpu, Maker, MemoryIs, Seen, Through};

#[repr(C)]
#[derive(Default)]
struct Memory {
    total: c_ulonglong,
    free: c_ulonglong,
    used: c_ulonglong,
}

/// `nvmlPciInfo_t`.
#[repr(C)]
#[derive(Default)]
struct Pci {
    legacy: [c_char; 16],
    domain: c_uint,
    bus: c_uint,
    device: c_uint,
    ids: [c_uint; 2],
    id: [c_char; 32],
}

type Device = *mut c_void;
/// `NVML_SUCCESS`.
const FINE: c_int = 0;
/// `NVML_DEVICE_NAME_V2_BUFFER_SIZE`.
const NAME: usize = 96;
/// More cards than this no computer has.
const MOST: c_uint = 64;

#[cfg(windows)]
const FILES: [&str; 1] = ["nvml.dll"];
#[cfg(not(windows))]
const FILES: [&str; 2] = ["libnvidia-ml.so.1", "libnvidia-ml.so"];

/// The cards, in the order of CUDA's own numbers; `None` where there is no driver.
#[expect(unsafe_code, reason = "a library of the driver is opened and called")]
pub(super) fn cards() -> Option<Vec<Seen>> {
    // SAFETY: the names are those of the driver's own library, whose initialisers have no preconditions.
    let library = FILES.iter().find_map(|file| unsafe { Library::new(*file) }.ok())?;
    // SAFETY: the signatures are those of nvml.h; each function is called with pointers to live values of the right
    // size, and only between init and shutdown.
    unsafe {
        let init: Symbol<'_, unsafe extern "C" fn() -> c_int> =
            library.get(b"nvmlInit_v2\0").ok()?;
        let shutdown: Symbol<'_, unsafe extern "C" fn() -> c_int> =
            library.get(b"nvmlShutdown\0").ok()?;
        let count: Symbol<'_, unsafe extern "C" fn(*mut c_uint) -> c_int> =
            library.get(b"nvmlDeviceGetCount_v2\0").ok()?;
        let handle: Symbol<'_, unsafe extern "C" fn(c_uint, *mut Device) -> c_int> =
            library.get(b"nvmlDeviceGetHandleByIndex_v2\0").ok()?;
        let name: Symbol<'_, unsafe extern "C" fn(Device, *mut c_char, c_uint) -> c_int> =
            library.get(b"nvmlDeviceGetName\0").ok()?;
        let memory: Symbol<'_, unsafe extern "C" fn(Device, *mut Memory) -> c_int> =
            library.get(b"nvmlDeviceGetMemoryInfo\0").ok()?;
        // Only to know a card again that Vulkan names, too.
        let pci: Option<Symbol<'_, unsafe extern "C" fn(Device, *mut Pci) -> c_int>> =
            library.get(b"nvmlDeviceGetPciInfo_v3\0").ok();
        if init() != FINE {
            return None;
        }
        let mut seen = Vec::new();
        let mut cards = 0;
        if count(&raw mut cards) == FINE {
            for index in 0..cards.min(MOST) {
                let mut device: Device = std::ptr::null_mut();
                let mut room = Memory::default();
                let mut text: [c_char; NAME] = [0; NAME];
                let mut place = Pci::default();
                if handle(index, &raw mut device) != FINE || memory(device, &raw mut room) != FINE {
                    continue;
                }
                // The last byte is never handed over, so that there is an end whatever the driver writes.
                let named = name(device, text.as_mut_ptr(), NAME as c_uint - 1) == FINE;
                let name = if named {
                    CStr::from_ptr(text.as_ptr()).to_string_lossy().into_owned()
                } else {
                    "NVIDIA graphics".to_owned()
                };
                let placed = pci.as_ref().is_some_and(|ask| ask(device, &raw mut place) == FINE);
                seen.push(Seen {
                    gpu: Gpu {
                        name,
                        maker: Maker::Nvidia,
                        memory_is: MemoryIs::Own,
                        memory: room.total,
                        free: Some(room.free),
                        through: Through::Nvml,
                        fate: Fate::OtherBuild,
                    },
                    bus: placed.then_some((place.domain, place.bus, place.device)),
                });
            }
        }
        let _ = shutdown();
        Some(seen)
    }
}
