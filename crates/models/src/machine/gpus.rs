//! Graphics cards: NVIDIA's through NVML, which is opened where it is and not linked; AMD's and Intel's as Linux lists them;
//! Apple's share the memory.

use serde::Serialize;

/// A graphics card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gpu {
    /// Its name; may be only the vendor's.
    pub name: String,
    /// Bytes of its own memory.
    pub memory: u64,
    /// Bytes that are free, where that is known.
    pub free: Option<u64>,
    /// What it was asked through: `nvml`, `drm`.
    pub through: &'static str,
    /// Language models can compute on it with this build, which whoever knows the build says.
    pub used: bool,
}

/// All that are found; a driver that is missing or broken gives none.
pub(super) fn found() -> Vec<Gpu> {
    let mut gpus = nvml::gpus().unwrap_or_default();
    gpus.extend(drm(std::path::Path::new("/sys/class/drm")));
    gpus
}

/// Cards whose driver tells the size of their memory in a file (`amdgpu`, Linux).
fn drm(folder: &std::path::Path) -> Vec<Gpu> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut cards: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.strip_prefix("card").is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
        })
        .collect();
    cards.sort();
    let number = |path: std::path::PathBuf| -> Option<u64> {
        std::fs::read_to_string(path).ok()?.trim().parse().ok()
    };
    cards
        .iter()
        .filter_map(|card| {
            let device = card.join("device");
            let memory = number(device.join("mem_info_vram_total"))?;
            let used = number(device.join("mem_info_vram_used"));
            let name = std::fs::read_to_string(device.join("product_name")).unwrap_or_default();
            let name = if name.trim().is_empty() { "AMD graphics" } else { name.trim() };
            Some(Gpu {
                name: name.to_owned(),
                memory,
                free: used.map(|used| memory.saturating_sub(used)),
                through: "drm",
                used: false,
            })
        })
        .collect()
}

mod nvml {
    //! The five calls of NVIDIA's management library that are needed. Source: `nvml.h` of the CUDA toolkit.

    use std::ffi::{CStr, c_char, c_int, c_uint, c_ulonglong, c_void};

    use libloading::{Library, Symbol};

    use super::Gpu;

    #[repr(C)]
    #[derive(Default)]
    struct Memory {
        total: c_ulonglong,
        free: c_ulonglong,
        used: c_ulonglong,
    }

    type Device = *mut c_void;
    /// NVML_SUCCESS.
    const FINE: c_int = 0;
    /// NVML_DEVICE_NAME_V2_BUFFER_SIZE.
    const NAME: usize = 96;
    /// More cards than this no computer has.
    const MOST: c_uint = 64;

    #[cfg(windows)]
    const FILES: [&str; 1] = ["nvml.dll"];
    #[cfg(not(windows))]
    const FILES: [&str; 2] = ["libnvidia-ml.so.1", "libnvidia-ml.so"];

    /// The cards; `None` where there is no driver.
    #[expect(unsafe_code, reason = "a library of the driver is opened and called")]
    pub(super) fn gpus() -> Option<Vec<Gpu>> {
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
            if init() != FINE {
                return None;
            }
            let mut gpus = Vec::new();
            let mut cards = 0;
            if count(&raw mut cards) == FINE {
                for index in 0..cards.min(MOST) {
                    let mut device: Device = std::ptr::null_mut();
                    let mut room = Memory::default();
                    let mut text: [c_char; NAME] = [0; NAME];
                    if handle(index, &raw mut device) != FINE
                        || memory(device, &raw mut room) != FINE
                    {
                        continue;
                    }
                    // The last byte is never handed over, so that there is an end whatever the driver writes.
                    let named = name(device, text.as_mut_ptr(), NAME as c_uint - 1) == FINE;
                    let name = if named {
                        CStr::from_ptr(text.as_ptr()).to_string_lossy().into_owned()
                    } else {
                        "NVIDIA graphics".to_owned()
                    };
                    gpus.push(Gpu {
                        name,
                        memory: room.total,
                        free: Some(room.free),
                        through: "nvml",
                        used: false,
                    });
                }
            }
            let _ = shutdown();
            Some(gpus)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_read_as_linux_lists_them() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        put("card0/device/mem_info_vram_total", "17163091968\n");
        put("card0/device/mem_info_vram_used", "1000000000\n");
        put("card0-DP-1/device/mem_info_vram_total", "1\n");
        put("card1/device/vendor", "0x8086\n");
        let gpus = drm(folder.path());
        assert_eq!(gpus.len(), 1, "{gpus:?}");
        assert_eq!((gpus[0].memory, gpus[0].free), (17_163_091_968, Some(16_163_091_968)));
    }

    #[test]
    fn a_machine_without_a_driver_has_no_cards_and_nothing_breaks() {
        let _whatever_there_is = found();
    }
}
