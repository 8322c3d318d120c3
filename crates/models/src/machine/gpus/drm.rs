//! Cards whose driver tells the size of their memory in a file (`amdgpu`, Linux). Source: the kernel's documentation of amdgpu's sysfs
//! files (`mem_info_vram_total`, `mem_info_vram_used`, `product_name`).

use std::path::Path;

use super::{Bus, Fate, Gpu, Maker, MemoryIs, Seen, Through};

/// A processor's own graphics have a piece of the computer's memory set aside that the driver names as theirs: half a gigabyte as it comes.
const CARVED_OUT: u64 = 1 << 30;

/// The cards below `folder` (`/sys/class/drm`).
pub(super) fn cards(folder: &Path) -> Vec<Seen> {
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
            let shared = memory < CARVED_OUT;
            Some(Seen {
                gpu: Gpu {
                    name: name.to_owned(),
                    maker: Maker::Amd,
                    memory_is: if shared { MemoryIs::Shared } else { MemoryIs::Own },
                    memory,
                    free: used.map(|used| memory.saturating_sub(used)),
                    through: Through::Drm,
                    fate: if shared { Fate::Shared } else { Fate::Server },
                },
                bus: place(&device),
            })
        })
        .collect()
}

/// A device's folder is a link to its place: `0000:03:00.0`.
fn place(device: &Path) -> Option<Bus> {
    let to = std::fs::read_link(device).ok()?;
    let mut parts = to.file_name()?.to_str()?.splitn(3, ':');
    let mut hex = || u32::from_str_radix(parts.next()?, 16).ok();
    let (domain, bus) = (hex()?, hex()?);
    let (device, _) = parts.next()?.split_once('.')?;
    Some((domain, bus, u32::from_str_radix(device, 16).ok()?))
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
        put("card2/device/mem_info_vram_total", "536870912\n");
        let cards = cards(folder.path());
        assert_eq!(cards.len(), 2, "{cards:?}");
        let gpu = &cards[0].gpu;
        assert_eq!((gpu.memory, gpu.free), (17_163_091_968, Some(16_163_091_968)));
        assert_eq!((gpu.memory_is, gpu.fate), (MemoryIs::Own, Fate::Server));
        assert_eq!(cards[1].gpu.fate, Fate::Shared);
    }

    #[cfg(unix)]
    #[test]
    fn the_place_of_a_card_is_where_its_folder_leads() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("device");
        std::os::unix::fs::symlink("../../../0000:c3:00.0", &link).unwrap();
        assert_eq!(place(&link), Some((0, 0xc3, 0)));
        let other = folder.path().join("other");
        std::os::unix::fs::symlink("../virtual", &other).unwrap();
        assert_eq!(place(&other), None);
    }
}
