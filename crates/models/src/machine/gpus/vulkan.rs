//! Cards as Vulkan lists them: the loader is opened where it is, an instance without extensions made, and each device asked for its name
//! and its memory. Nothing is drawn and no device is opened.
//!
//! Every driver on the machine is loaded for it, the broken ones among them; so this runs in a process of its own ([`super::probe`]).
//! Source: the Vulkan specification (physical devices, `VK_EXT_memory_budget`, `VK_EXT_pci_bus_info`).

use ash::vk;

use super::probe::Device;
use super::{Bus, MemoryIs};

/// More devices than this no computer has.
const MOST: usize = 64;
/// Programs that draw on the processor and do not always say so.
const PROGRAMS: [&str; 4] = ["llvmpipe", "lavapipe", "swiftshader", "basic render"];

/// A piece of memory that a device can use.
#[derive(Debug, Clone, Copy)]
struct Heap {
    size: u64,
    /// It is the device's own, or the fastest for it.
    local: bool,
    /// What this process may use of it, and what it does use, where the driver says.
    budget: Option<(u64, u64)>,
}

/// The devices; empty where there is no Vulkan.
#[expect(unsafe_code, reason = "libraries of the drivers are opened and called")]
pub(super) fn devices() -> Vec<Device> {
    // SAFETY: the loader's initialisers have no preconditions; every call below hands over live values that the specification
    // asks for, and nothing is used behind the instance's end.
    unsafe {
        let Ok(entry) = ash::Entry::load() else { return Vec::new() };
        let loader = entry.try_enumerate_instance_version().ok().flatten();
        let newer = loader.is_some_and(|version| version >= vk::API_VERSION_1_1);
        let version = if newer { vk::API_VERSION_1_1 } else { vk::API_VERSION_1_0 };
        let about = vk::ApplicationInfo::default().api_version(version);
        let wanted = vk::InstanceCreateInfo::default().application_info(&about);
        let Ok(instance) = entry.create_instance(&wanted, None) else { return Vec::new() };
        let found = instance.enumerate_physical_devices().unwrap_or_default();
        let devices =
            found.into_iter().take(MOST).map(|device| asked(&instance, device, newer)).collect();
        instance.destroy_instance(None);
        devices
    }
}

/// # Safety
/// The device is one of the instance's.
#[expect(unsafe_code, reason = "the driver is called")]
unsafe fn asked(instance: &ash::Instance, device: vk::PhysicalDevice, newer: bool) -> Device {
    // SAFETY: promised by the caller; structures are chained only where the device names their extension.
    unsafe {
        let properties = instance.get_physical_device_properties(device);
        let newer = newer && properties.api_version >= vk::API_VERSION_1_1;
        let extensions = if newer {
            instance.enumerate_device_extension_properties(device).unwrap_or_default()
        } else {
            Vec::new()
        };
        let has = |name| extensions.iter().any(|one| one.extension_name_as_c_str() == Ok(name));

        let mut room = vk::PhysicalDeviceMemoryBudgetPropertiesEXT::default();
        let budgets = has(ash::ext::memory_budget::NAME);
        let memory = if newer {
            let mut memory = vk::PhysicalDeviceMemoryProperties2::default();
            if budgets {
                memory = memory.push_next(&mut room);
            }
            instance.get_physical_device_memory_properties2(device, &mut memory);
            memory.memory_properties
        } else {
            instance.get_physical_device_memory_properties(device)
        };
        let heaps: Vec<Heap> = memory
            .memory_heaps
            .iter()
            .take(memory.memory_heap_count as usize)
            .enumerate()
            .map(|(at, heap)| Heap {
                size: heap.size,
                local: heap.flags.contains(vk::MemoryHeapFlags::DEVICE_LOCAL),
                budget: budgets.then(|| (room.heap_budget[at], room.heap_usage[at])),
            })
            .collect();

        let mut place = vk::PhysicalDevicePCIBusInfoPropertiesEXT::default();
        let placed = has(ash::ext::pci_bus_info::NAME);
        if placed {
            let mut more = vk::PhysicalDeviceProperties2::default().push_next(&mut place);
            instance.get_physical_device_properties2(device, &mut more);
        }
        let bus = placed.then_some((place.pci_domain, place.pci_bus, place.pci_device));
        let name = properties.device_name_as_c_str().map(std::ffi::CStr::to_string_lossy);
        let name = name.unwrap_or_default().into_owned();
        described(&name, properties.vendor_id, properties.device_type, &heaps, bus)
    }
}

/// What the numbers of a device say.
fn described(
    name: &str,
    vendor: u32,
    kind: vk::PhysicalDeviceType,
    heaps: &[Heap],
    bus: Option<Bus>,
) -> Device {
    let lower = name.to_ascii_lowercase();
    let memory_is = match kind {
        vk::PhysicalDeviceType::CPU => MemoryIs::Nowhere,
        _ if PROGRAMS.iter().any(|program| lower.contains(program)) => MemoryIs::Nowhere,
        vk::PhysicalDeviceType::INTEGRATED_GPU => MemoryIs::Shared,
        _ => MemoryIs::Own,
    };
    let local = || heaps.iter().filter(|heap| heap.local);
    let free = |heap: &Heap| heap.budget.map(|(budget, used)| budget.saturating_sub(used));
    // Some drivers name an extension and leave its numbers at nought.
    let free: Option<u64> =
        local().map(free).try_fold(0_u64, |sum, one| Some(sum.saturating_add(one?)));
    Device {
        name: name.to_owned(),
        vendor,
        memory_is,
        memory: local().fold(0, |sum, heap| sum.saturating_add(heap.size)),
        free: free.filter(|&free| free > 0),
        bus,
    }
}

#[cfg(test)]
mod tests {
    //! Heaps as drivers report them; sources beside each.

    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn a_card_has_the_sum_of_its_own_heaps() {
        // RADV without a resizable bar: the card's memory, the computer's, and the 256 MiB that both see (Mesa's docs of RADV).
        let heaps = [
            Heap { size: 16_112 * MIB, local: true, budget: Some((15_000 * MIB, 1000 * MIB)) },
            Heap { size: 15_900 * MIB, local: false, budget: Some((15_000 * MIB, 0)) },
            Heap { size: 256 * MIB, local: true, budget: Some((200 * MIB, 0)) },
        ];
        let kind = vk::PhysicalDeviceType::DISCRETE_GPU;
        let card =
            described("AMD Radeon RX 7800 XT (RADV NAVI32)", 0x1002, kind, &heaps, Some((0, 3, 0)));
        assert_eq!(card.memory, 16_368 * MIB);
        assert_eq!(card.free, Some(14_200 * MIB));
        assert_eq!((card.memory_is, card.vendor), (MemoryIs::Own, 0x1002));
    }

    #[test]
    fn a_processors_own_graphics_share_its_memory() {
        let heaps = [Heap { size: 11_700 * MIB, local: true, budget: None }];
        let kind = vk::PhysicalDeviceType::INTEGRATED_GPU;
        let own = described("Intel(R) Iris(R) Xe Graphics (TGL GT2)", 0x8086, kind, &heaps, None);
        assert_eq!((own.memory_is, own.free), (MemoryIs::Shared, None));
    }

    #[test]
    fn a_program_that_draws_is_no_card_whatever_it_says() {
        let heaps = [Heap { size: 8 << 30, local: true, budget: Some((0, 0)) }];
        let cpu = vk::PhysicalDeviceType::CPU;
        let program = described("llvmpipe (LLVM 15.0.6, 256 bits)", 0x10005, cpu, &heaps, None);
        assert_eq!((program.memory_is, program.free), (MemoryIs::Nowhere, None));
        let other = vk::PhysicalDeviceType::OTHER;
        let program = described("SwiftShader Device (Subzero)", 0x1ae0, other, &heaps, None);
        assert_eq!(program.memory_is, MemoryIs::Nowhere);
    }

    #[test]
    fn nonsense_of_a_driver_is_no_overflow() {
        let heaps = [Heap { size: u64::MAX, local: true, budget: Some((1, u64::MAX)) }; 16];
        let card = described("", 0, vk::PhysicalDeviceType::DISCRETE_GPU, &heaps, None);
        assert_eq!((card.memory, card.free), (u64::MAX, None));
    }
}
