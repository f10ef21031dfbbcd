"""What a file is that was brought to the wrong place: told by what is in it, not by its name. Pure."""

from __future__ import annotations

from collections.abc import Iterable

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how every file of Office before 2007 begins, and every locked one
LOCKED = "locked with a password. Open it, take the password off, save it and bring it again"
OLD_EXCEL, OLD_WORD = "an old Excel workbook (.xls)", "an old Word document (.doc)"
# a part that only such files have; what stands first may hold what stands below
_OLE_PARTS = (
    ("EncryptedPackage", LOCKED),
    ("__properties_version1.0", "an e-mail of Outlook (.msg)"),
    ("PowerPoint Document", "an old PowerPoint presentation (.ppt)"),
    ("WordDocument", OLD_WORD),
    ("Workbook", OLD_EXCEL),
    ("Book", OLD_EXCEL),
)
_PACKED_PARTS = (
    ("xl/", "an Excel workbook"),
    ("word/", "a Word document"),
    ("ppt/", "a PowerPoint presentation"),
    ("project.qde", "a project of another coding tool (REFI-QDA)"),
    ("content.xml", "an OpenDocument file"),
    ("Index/Document.iwa", "a document of Pages, Numbers or Keynote"),
    ("META-INF/container.xml", "an e-book"),
)


def old_office_kind(data: bytes) -> str:
    """Names of parts are kept in UTF-16, filled up with zeros."""
    parts = ((f"{name}\0".encode("utf-16-le"), kind) for name, kind in _OLE_PARTS)
    return next((kind for part, kind in parts if part in data), "an old Office file")


def packed_kind(names: Iterable[str]) -> str:
    """Of a zip, by the names of its parts."""
    held = list(names)
    kinds = (kind for start, kind in _PACKED_PARTS if any(name.startswith(start) for name in held))
    return next(kinds, "a zip archive")
