"""Globals that pickles of plain data need and that only build it: what they are called with is kept as data."""

from __future__ import annotations

from typing import Final

_BY_MODULE: Final = {
    "builtins": "bytearray bytes complex dict float frozenset int list object range set slice str tuple bool",
    "collections": "OrderedDict Counter deque defaultdict ChainMap",
    "copyreg": "_reconstructor",
    "datetime": "date datetime time timedelta timezone",
    "decimal": "Decimal",
    "fractions": "Fraction",
    "uuid": "UUID",
    "pathlib": "Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath",
    "ipaddress": "IPv4Address IPv4Network IPv6Address IPv6Network",
    "numpy": "dtype ndarray float32 float64 int32 int64 bool_",
    "numpy.core.multiarray": "_reconstruct scalar",
    "numpy._core.multiarray": "_reconstruct scalar",
    "numpy.core.numeric": "_frombuffer",
    "numpy._core.numeric": "_frombuffer",
    "numpy.random": "__RandomState_ctor __bit_generator_ctor __generator_ctor RandomState",
    "numpy.random._pickle": "__randomstate_ctor __bit_generator_ctor __generator_ctor",
    "scipy.sparse": "csr_matrix csc_matrix coo_matrix",
    "scipy.sparse.csr": "csr_matrix",
    "scipy.sparse._csr": "csr_matrix csr_array",
    "torch": "FloatStorage DoubleStorage HalfStorage BFloat16Storage LongStorage IntStorage ShortStorage CharStorage "
    "ByteStorage BoolStorage Size device dtype float32 float64 float16 bfloat16 int64 int32",
    "torch._utils": "_rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_parameter "
    "_rebuild_parameter_with_state _rebuild_qtensor _rebuild_sparse_tensor",
    "torch.storage": "UntypedStorage TypedStorage",
    "_codecs": "encode",
}  # fmt: skip
_OLD: Final = {"__builtin__": "builtins", "copy_reg": "copyreg"}
_KNOWN: Final = {module: frozenset(names.split()) for module, names in _BY_MODULE.items()}


def modern(module: str) -> str:
    """Return the name that a module of Python 2 has now (`_compat_pickle` of CPython)."""
    return _OLD.get(module, module)


def is_innocent(module: str, name: str) -> bool:
    """Tell whether calling a global only builds data. Exact names only: anything else may do anything."""
    return name in _KNOWN.get(modern(module), ())
