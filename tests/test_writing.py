"""Files are replaced whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from gnomon.writing import write_atomically

NULL_DEVICE = Path(os.devnull)


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "job.json"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    write_atomically(path, "new\n")
    assert (path.read_text(encoding="utf-8"), stat.S_IMODE(path.stat().st_mode)) == ("new\n", 0o640)
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_mode_that_the_mask_gives(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "job.json", "")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "job.json").stat().st_mode) == 0o640


def test_a_link_is_followed_when_writing(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "link.json"
    link.symlink_to("real/job.json")
    write_atomically(link, "x")
    assert link.is_symlink()
    assert (tmp_path / "real" / "job.json").read_text(encoding="utf-8") == "x"


def test_a_device_is_not_replaced() -> None:
    write_atomically(NULL_DEVICE, "x")
    assert stat.S_ISCHR(NULL_DEVICE.stat().st_mode)


def test_nothing_is_left_where_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "job.json"
    path.write_text("old", encoding="utf-8")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, "new")
    assert [(item.name, item.read_text(encoding="utf-8")) for item in tmp_path.iterdir()] == [("job.json", "old")]
