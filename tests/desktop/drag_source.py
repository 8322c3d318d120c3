"""A small window that files can be dragged out of, for the desktop test: GTK's own drag and drop, as from a file manager.

    drag_source.py FILE…

It lies in the upper left corner, over whatever is there, and prints a line when it is shown, when a drag begins and when it ends.
"""

import sys
from pathlib import Path

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402


def say(word: str) -> None:
    print(word, flush=True)


def main() -> None:
    uris = [Path(name).resolve().as_uri() for name in sys.argv[1:]]
    # A popup: there is no window manager that would put a window anywhere.
    window = Gtk.Window(type=Gtk.WindowType.POPUP)
    window.set_default_size(120, 60)
    window.move(0, 0)
    handle = Gtk.EventBox()
    handle.add(Gtk.Label(label="drag me"))
    handle.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
    handle.drag_source_add_uri_targets()
    handle.connect("drag-begin", lambda *_: say("begin"))
    handle.connect("drag-data-get", lambda _w, _c, data, *_: data.set_uris(uris))
    handle.connect("drag-end", lambda *_: say("end"))
    window.add(handle)
    window.connect("map-event", lambda *_: say("shown"))
    window.show_all()
    Gtk.main()


main()
