# This runs on old interpreters too:
# ruff: noqa: UP031, C402, PTH123, B905, SIM108, T201
"""Print one interpreter's opcode table as JSON; `merge` puts several of them and the 3.14 one into opcodes.json.

    for each interpreter:  pythonX.Y make_tables.py > X.Y.json
    then:                  python make_tables.py merge X.Y.json > src/pratique/languages/bytecode/opcodes.json

Runs on Python 2.7 too. Specialised and instrumented opcodes are entered under the name of what they specialise.
"""

import json
import sys

V314 = """
0 CACHE|1 BINARY_SLICE|2 BUILD_TEMPLATE|3 BINARY_OP|4 CALL_FUNCTION_EX|5 CHECK_EG_MATCH|6 CHECK_EXC_MATCH
7 CLEANUP_THROW|8 DELETE_SUBSCR|9 END_FOR|10 END_SEND|11 EXIT_INIT_CHECK|12 FORMAT_SIMPLE|13 FORMAT_WITH_SPEC
14 GET_AITER|15 GET_ANEXT|16 GET_ITER|18 GET_LEN|19 GET_YIELD_FROM_ITER|20 INTERPRETER_EXIT|21 LOAD_BUILD_CLASS
22 LOAD_LOCALS|23 MAKE_FUNCTION|24 MATCH_KEYS|25 MATCH_MAPPING|26 MATCH_SEQUENCE|27 NOP|28 NOT_TAKEN
29 POP_EXCEPT|30 POP_ITER|31 POP_TOP|32 PUSH_EXC_INFO|33 PUSH_NULL|34 RETURN_GENERATOR|35 RETURN_VALUE
36 SETUP_ANNOTATIONS|37 STORE_SLICE|38 STORE_SUBSCR|39 TO_BOOL|40 UNARY_INVERT|41 UNARY_NEGATIVE|42 UNARY_NOT
43 WITH_EXCEPT_START|44 BINARY_OP|45 BUILD_INTERPOLATION|46 BUILD_LIST|47 BUILD_MAP|48 BUILD_SET|49 BUILD_SLICE
50 BUILD_STRING|51 BUILD_TUPLE|52 CALL|53 CALL_INTRINSIC_1|54 CALL_INTRINSIC_2|55 CALL_KW|56 COMPARE_OP
57 CONTAINS_OP|58 CONVERT_VALUE|59 COPY|60 COPY_FREE_VARS|61 DELETE_ATTR|62 DELETE_DEREF|63 DELETE_FAST
64 DELETE_GLOBAL|65 DELETE_NAME|66 DICT_MERGE|67 DICT_UPDATE|68 END_ASYNC_FOR|69 EXTENDED_ARG|70 FOR_ITER
71 GET_AWAITABLE|72 IMPORT_FROM|73 IMPORT_NAME|74 IS_OP|75 JUMP_BACKWARD|76 JUMP_BACKWARD_NO_INTERRUPT
77 JUMP_FORWARD|78 LIST_APPEND|79 LIST_EXTEND|80 LOAD_ATTR|81 LOAD_COMMON_CONSTANT|82 LOAD_CONST|83 LOAD_DEREF
84 LOAD_FAST|85 LOAD_FAST_AND_CLEAR|86 LOAD_FAST_BORROW|87 LOAD_FAST_BORROW_LOAD_FAST_BORROW|88 LOAD_FAST_CHECK
89 LOAD_FAST_LOAD_FAST|90 LOAD_FROM_DICT_OR_DEREF|91 LOAD_FROM_DICT_OR_GLOBALS|92 LOAD_GLOBAL|93 LOAD_NAME
94 LOAD_SMALL_INT|95 LOAD_SPECIAL|96 LOAD_SUPER_ATTR|97 MAKE_CELL|98 MAP_ADD|99 MATCH_CLASS
100 POP_JUMP_IF_FALSE|101 POP_JUMP_IF_NONE|102 POP_JUMP_IF_NOT_NONE|103 POP_JUMP_IF_TRUE|104 RAISE_VARARGS
105 RERAISE|106 SEND|107 SET_ADD|108 SET_FUNCTION_ATTRIBUTE|109 SET_UPDATE|110 STORE_ATTR|111 STORE_DEREF
112 STORE_FAST|113 STORE_FAST_LOAD_FAST|114 STORE_FAST_STORE_FAST|115 STORE_GLOBAL|116 STORE_NAME|117 SWAP
118 UNPACK_EX|119 UNPACK_SEQUENCE|120 YIELD_VALUE|128 RESUME
"""
"""By hand, 3.14: no such interpreter was at hand. Its specialised opcodes are missing; compilers never write them."""
CACHES_314 = {
    "CALL_FUNCTION_EX": 1, "STORE_SUBSCR": 1, "TO_BOOL": 3, "BINARY_OP": 5, "CALL": 3, "CALL_KW": 3, "COMPARE_OP": 1,
    "CONTAINS_OP": 1, "FOR_ITER": 1, "JUMP_BACKWARD": 1, "LOAD_ATTR": 9, "LOAD_GLOBAL": 4, "LOAD_SUPER_ATTR": 1,
    "POP_JUMP_IF_FALSE": 1, "POP_JUMP_IF_NONE": 1, "POP_JUMP_IF_NOT_NONE": 1, "POP_JUMP_IF_TRUE": 1, "SEND": 1,
    "STORE_ATTR": 4, "UNPACK_SEQUENCE": 1,
}  # fmt: skip
RELATIVE_314 = [
    "END_ASYNC_FOR", "FOR_ITER", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT", "JUMP_FORWARD", "POP_JUMP_IF_FALSE",
    "POP_JUMP_IF_NONE", "POP_JUMP_IF_NOT_NONE", "POP_JUMP_IF_TRUE", "SEND",
]  # fmt: skip


def numbered(names, caches, relative, absolute, special):
    table = [names.get(number, "") for number in range(256)]
    while table and not table[-1]:
        table.pop()
    return {
        "names": " ".join(name or "-" for name in table),
        "caches": caches,
        "jrel": relative,
        "jabs": absolute,
        "special": special,
    }


def own_table():
    import opcode

    names = dict((number, name) for name, number in opcode.opmap.items() if number < 256)
    base = {}
    for general, special in getattr(opcode, "_specializations", {}).items():
        base.update((name, general) for name in special)
    if hasattr(opcode, "_specialized_opmap"):
        names.update((number, base.get(name, name)) for name, number in opcode._specialized_opmap.items())
    elif hasattr(opcode, "_specialized_instructions"):
        empty = [number for number in range(256) if opcode.opname[number].startswith("<")]
        for number, name in zip(empty, opcode._specialized_instructions):
            names[number] = base.get(name, name)
    special = sorted(number for number in names if opcode.opmap.get(names[number]) != number)
    names = dict((number, name.replace("INSTRUMENTED_", "")) for number, name in names.items())
    entries = getattr(opcode, "_inline_cache_entries", {})
    if not isinstance(entries, dict):
        entries = dict((opcode.opname[number], count) for number, count in enumerate(entries))
    caches = dict((name, count) for name, count in sorted(entries.items()) if count)
    relative = sorted(opcode.opname[number] for number in opcode.hasjrel if number < 256)
    absolute = sorted(opcode.opname[number] for number in opcode.hasjabs if number < 256)
    special += [number for number in names if opcode.opname[number].startswith("INSTRUMENTED_")]
    return numbered(names, caches, relative, absolute, sorted(special))


def merge(paths):
    found = {}
    for path in paths:
        with open(path) as file:
            found.update(json.load(file))
    by_hand = dict(
        (int(word.split()[0]), word.split()[1]) for line in V314.split("\n") for word in line.split("|") if word
    )
    found["3.14"] = numbered(by_hand, CACHES_314, RELATIVE_314, [], [3])
    return found


if __name__ == "__main__":
    if sys.argv[1:2] == ["merge"]:
        result = merge(sys.argv[2:])
    else:
        result = {"%d.%d" % sys.version_info[:2]: own_table()}
    print(json.dumps(result, indent=1, sort_keys=True))
