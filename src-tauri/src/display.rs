//! What has to be set or checked before GTK starts. WebKitGTK draws nothing on some NVIDIA drivers unless it is told to
//! leave DMA-BUF alone, and where there is no GPU at all it composes the whole window in software for every frame, whatever moved in
//! it, unless it is told the same (decision 0149); the choice is a pure function of facts about the machine, and a person's own setting always wins.

use std::path::Path;

/// The page's engine keeps as much garbage as suits a machine with so many bytes of memory. By itself it goes by what is there, and lets
/// hundreds of megabytes lie that the models could have (decision 0243).
const HEAP: (&str, &str) = ("JSC_forceRAMSize", "536870912");

/// What the choice is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
struct Facts {
    /// There is something that draws: a render node of the kernel's.
    gpu: bool,
    /// The proprietary NVIDIA driver is loaded.
    nvidia: bool,
    /// The session is Wayland.
    wayland: bool,
    /// `WEBKIT_DISABLE_DMABUF_RENDERER` is set already.
    dmabuf_chosen: bool,
    /// `__NV_DISABLE_EXPLICIT_SYNC` is set already.
    sync_chosen: bool,
    /// `JSC_forceRAMSize` is set already.
    heap_chosen: bool,
}

/// The variables to set.
fn quirks(facts: Facts) -> Vec<(&'static str, &'static str)> {
    let mut variables = Vec::new();
    if (facts.nvidia || !facts.gpu) && !facts.dmabuf_chosen {
        variables.push(("WEBKIT_DISABLE_DMABUF_RENDERER", "1"));
    }
    if facts.nvidia && facts.wayland && !facts.sync_chosen {
        variables.push(("__NV_DISABLE_EXPLICIT_SYNC", "1"));
    }
    if !facts.heap_chosen {
        variables.push(HEAP);
    }
    variables
}

/// Sets what this machine needs. Must run first in `main`, while there is one thread.
pub(crate) fn prepare() {
    let set = |name| std::env::var_os(name).is_some();
    let facts = Facts {
        gpu: gpu(),
        nvidia: Path::new("/proc/driver/nvidia/version").exists(),
        wayland: set("WAYLAND_DISPLAY"),
        dmabuf_chosen: set("WEBKIT_DISABLE_DMABUF_RENDERER"),
        sync_chosen: set("__NV_DISABLE_EXPLICIT_SYNC"),
        heap_chosen: set(HEAP.0),
    };
    for (name, value) in quirks(facts) {
        #[expect(
            unsafe_code,
            clippy::disallowed_methods,
            reason = "the environment is WebKit's only switch"
        )]
        // SAFETY: called first in `main`, before any other thread exists.
        unsafe {
            std::env::set_var(name, value);
        }
    }
}

/// True where something other than the processor draws. Elsewhere than on Linux the system sees to that.
pub(crate) fn gpu() -> bool {
    cfg!(not(target_os = "linux")) || render_node(Path::new("/dev/dri"))
}

/// A device of the kernel's that draws without a screen: `renderD128`. Every GPU with a driver has one.
fn render_node(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|devices| {
        devices
            .filter_map(Result::ok)
            .any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
    })
}

/// True where there is somewhere to open a window. GTK aborts without one, so it is asked first.
pub(crate) fn available() -> bool {
    cfg!(not(target_os = "linux"))
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::{Facts, HEAP, quirks, render_node};

    const PLAIN: Facts = Facts {
        gpu: true,
        nvidia: false,
        wayland: false,
        dmabuf_chosen: false,
        sync_chosen: false,
        heap_chosen: true,
    };

    #[test]
    fn only_nvidia_needs_quirks_and_a_persons_choice_wins() {
        assert!(quirks(PLAIN).is_empty());
        assert!(quirks(Facts { wayland: true, ..PLAIN }).is_empty());
        assert_eq!(quirks(Facts { nvidia: true, ..PLAIN }).len(), 1);
        assert_eq!(quirks(Facts { nvidia: true, wayland: true, ..PLAIN }).len(), 2);
        assert!(quirks(Facts { nvidia: true, dmabuf_chosen: true, ..PLAIN }).is_empty());
    }

    #[test]
    fn garbage_is_kept_as_on_a_small_machine_unless_a_person_says_otherwise() {
        assert_eq!(quirks(Facts { heap_chosen: false, ..PLAIN }), [HEAP]);
    }

    #[test]
    fn without_a_gpu_only_what_moves_is_painted() {
        assert_eq!(
            quirks(Facts { gpu: false, ..PLAIN }),
            [("WEBKIT_DISABLE_DMABUF_RENDERER", "1")]
        );
        assert!(quirks(Facts { gpu: false, dmabuf_chosen: true, ..PLAIN }).is_empty());
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("card0"), "").unwrap();
        assert!(!render_node(folder.path()) && !render_node(&folder.path().join("nowhere")));
        std::fs::write(folder.path().join("renderD128"), "").unwrap();
        assert!(render_node(folder.path()));
    }
}
