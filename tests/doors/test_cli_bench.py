"""`goodterms bench` runs the benchmark of the source, and says so where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import goodterms
from goodterms.cli.main import app


def test_it_runs_the_benchmark_of_the_source(capfd: pytest.CaptureFixture[str]) -> None:
    """Options are the benchmark's own; its help names every line that can be measured alone."""
    done = CliRunner().invoke(app, ["bench", "--help"])
    assert done.exit_code == 0, done.output
    said = capfd.readouterr().out
    assert "--gate" in said
    for line in ("run", "decide", "size", "workers", "memory", "bytes"):
        assert f"  {line} " in said


def test_without_the_source_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An installed goodterms has no baselines beside it."""
    monkeypatch.setattr(goodterms, "__file__", str(tmp_path / "site" / "packages" / "goodterms" / "__init__.py"))
    done = CliRunner().invoke(app, ["bench"])
    assert done.exit_code == 1
    assert "checkout of its source" in done.output
