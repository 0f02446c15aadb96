"""Compiled code on disk, each file under a checksum; may import numba.

numba trusts the files that it keeps: one that was cut short stops the program, and one with a
flipped bit may do anything. Here what cannot be used is named, thrown away and compiled anew.
"""

from __future__ import annotations

import logging
import os
import pickle
from contextlib import suppress
from hashlib import sha256
from typing import Any

from numba.core.caching import FunctionCache, IndexDataCacheFile
from numba.core.serialize import dumps

_log = logging.getLogger("jobsim")


def keep(compiled: Any, version: int) -> Any:
    """Have the code of a function that numba compiles kept on disk; return the function.

    Code is found again as long as the version is the same, whenever its files were written: those
    of a program that was installed again are.

    Raises
    ------
    RuntimeError
        If there is no folder to keep it in.
    """
    if hasattr(compiled, "enable_caching"):  # a plain function where compiling is switched off
        compiled._cache = KeptCode(compiled.py_func, version)
    return compiled


class KeptCode(FunctionCache):  # type: ignore[misc]
    """What numba keeps of one function; whatever happens to the files, the function is compiled."""

    def __init__(self, py_func: object, version: int) -> None:
        super().__init__(py_func)
        self._cache_file = _CheckedFiles(self.cache_path, self._impl.filename_base, version)

    def load_overload(self, sig: object, target_context: Any) -> Any:
        """Code for these types; None where none is kept, or what is kept cannot be used."""
        try:
            return super().load_overload(sig, target_context)
        except Exception as error:  # of damaged bytes anything may come
            file = self._cache_file.read_last
            why = f"{type(error).__name__}: {error}".partition("\n")[0]
            _log.warning("%s: kept code cannot be used (%s); it is compiled anew", file, why)
            with suppress(OSError):
                os.unlink(file)
            return None

    def save_overload(self, sig: object, data: Any) -> None:
        """Keep code for these types, where that is possible."""
        try:
            super().save_overload(sig, data)
        except (OSError, EOFError, ValueError, TypeError, pickle.PickleError) as error:
            why = getattr(error, "strerror", None) or error
            _log.warning("%s: compiled code cannot be kept here (%s)", self.cache_path, why)


class _CheckedFiles(IndexDataCacheFile):  # type: ignore[misc]
    """An index and files of code, which hold what they are the code of, and a checksum of both."""

    read_last = ""
    """Path of the file that was read last."""

    def save(self, key: object, data: object) -> None:
        code = dumps((key, data))
        super().save(key, (sha256(code).digest(), code))

    def load(self, key: object) -> Any:
        kept = super().load(key)
        if kept is None:
            return None
        digest, code = kept
        if sha256(code).digest() != digest:
            raise ValueError("its checksum is another")
        name, data = pickle.loads(code)
        if name != key:
            raise ValueError("it is other code")
        return data

    def _load_index(self) -> Any:
        self.read_last = self._index_path
        return super()._load_index()

    def _load_data(self, name: str) -> Any:
        self.read_last = self._data_path(name)
        return super()._load_data(name)
