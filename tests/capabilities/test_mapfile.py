import pytest

from pratique.capabilities.lines import Condition, MapLine, Role
from pratique.capabilities.mapfile import CapabilityMap, load, parse, read
from pratique.errors import MapError
from pratique.model import HOLE


def made(text: str) -> CapabilityMap:
    return parse(text, "a.map")


def capabilities(found: tuple[MapLine, ...]) -> list[str]:
    return [capability for line in found for capability in line.capabilities]


def test_a_call_line_in_full():
    """Every option of a call line ends up in its field."""
    (line,) = made(
        "call a.run process.spawn,code.eval command=0,args data=input layer=shell:0,args "
        "source=ssh-key if=1|mode~^w unless=x~y  # why"
    ).lookup_call("a.run")

    assert line == MapLine(
        kind="call",
        name="a.run",
        capabilities=("process.spawn", "code.eval"),
        roles=(
            Role("command", ("0", "args")),
            Role("data", ("input",)),
            Role("layer", ("0", "args"), "shell"),
        ),
        source=True,
        operand="ssh-key",
        conditions=(Condition(("1", "mode"), "^w"), Condition(("x",), "y", negated=True)),
        file="a.map",
        line=1,
    )
    assert line.role("command") == ("0", "args")
    assert line.role("url") == ()
    assert line.layers == (Role("layer", ("0", "args"), "shell"),)


def test_comments_and_blank_lines_say_nothing():
    """A `#` inside a regular expression is part of it."""
    lines = made("\n# all\n   # indented\ncall a.b fs.read if=0~a#b # end\n").lines

    assert [(line.line, line.conditions[0].pattern) for line in lines] == [(4, "a#b")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "calls a.b fs.read",
            "`calls` is not a kind of line (alias, call, callback, load, module, stop, store, through)",
        ),
        ("call", "`call` needs a name"),
        ("call a..b fs.read", "`a..b` is not a dotted name"),
        ("load * fs.read", "`*` is not a dotted name"),
        ("call a.b", "`call` needs a capability"),
        ("call a.b Fs", "`Fs` is not a capability"),
        ("call a.b fs.read pat=0", "`pat=0` does not belong on a `call` line"),
        ("call a.b fs.read path=-1", "`-1` is not an argument (an index, a keyword, `self`, `*` or `**`)"),
        ("call a.b fs.read if=0", "`0` is not `ARG[|ARG]~REGEX`"),
        (
            "call a.b fs.read if=0~(",
            "`(` is not a regular expression: missing ), unterminated subpattern at position 0",
        ),
        ("call a.b fs.read layer=0", "`layer=0` is not `layer=LANGUAGE:ARG`"),
        ("call a.b fs.read operand", "`operand` needs a class"),
        ("call a.b fs.read source=A", "`A` is not an operand class"),
        ("load a.b fs.read path=0", "`path=0` does not belong on a `load` line"),
        ("store a.b fs.write data=0", "`data=0` does not belong on a `store` line"),
        ("module a fs.read source", "`source` does not belong on a `module` line"),
        ("stop a.b fs.read", "`stop` takes a name and nothing else"),
        ("through a.b 0 1", "`through` takes at most one list of arguments"),
        ("callback a.b", "`callback` takes one list of arguments, and the capability that brings what they are given"),
        ("alias a", "`alias` takes two dotted names"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(text, why):
    with pytest.raises(MapError) as caught:
        made(f"# first\n{text}\n")

    assert caught.value.message == f"a.map:2: {why}"


def test_all_problems_are_reported_at_once():
    """Contradictions about one name are problems too."""
    with pytest.raises(MapError) as caught:
        made("nonsense\nstop a.b\ncall a.b fs.read\nalias x y\nalias x z\n")

    assert caught.value.message.splitlines() == [
        "a.map:1: `nonsense` is not a kind of line (alias, call, callback, load, module, stop, store, through)",
        "a.map:3: `a.b` has a `stop` line already (2)",
        "a.map:5: `x` has a `alias` line already (4)",
    ]


def test_the_most_exact_line_wins():
    """An exact name, then a wildcard, then the module; methods of a result are not the module's."""
    known = made(
        "module m network.http\ncall m.* fs.read\ncall m.a fs.write\nstop m.b\n"
        "through m.c 0\ncall m.sub.x env.read\ncall m.sub.Cls().run env.write"
    )

    assert capabilities(known.lookup_call("m.a")) == ["fs.write"]
    assert capabilities(known.lookup_call("m.other")) == ["fs.read"]
    assert capabilities(known.lookup_call("m.b")) == []
    assert capabilities(known.lookup_call("m.c")) == []
    assert capabilities(known.lookup_call("m.sub.x")) == ["env.read"]
    assert capabilities(known.lookup_call("m.sub.y")) == ["network.http"]
    assert capabilities(known.lookup_call("m.sub.Cls().run")) == ["env.write"]
    assert capabilities(known.lookup_call("m.sub.Cls().walk")) == []
    assert capabilities(known.lookup_call("n.a")) == []
    assert capabilities(known.lookup_call("mm.a")) == []


def test_local_names_are_never_mapped():
    known = made("call os.system process.spawn\nmodule os fs.read")

    assert known.lookup_call(".os.system") == ()
    assert known.canonical(".os.system") == ".os.system"


def test_what_results_carry():
    """Named arguments, nothing, or everything; sources carry what they read, not what they were given."""
    known = made(
        "through a.b 0,x\nthrough a.c\nstop a.d\ncall a.e fs.read source\ncall a.f fs.write\n"
        "call a.g fs.read source\nthrough a.g 1"
    )

    assert known.through("a.b") == ("0", "x")
    assert known.through("a.c") == ()
    assert known.through("a.d") == ()
    assert known.through("a.e") == ()
    assert known.through("a.f") is None
    assert known.through("a.g") == ("1",)
    assert known.through("a.unknown") is None
    assert [known.is_stop(name) for name in ("a.b", "a.d", "a.unknown")] == [False, True, False]


def test_an_exact_call_is_not_stopped_by_a_wildcard():
    known = made("stop a.*\ncall a.b fs.read")

    assert capabilities(known.lookup_call("a.b")) == ["fs.read"]
    assert not known.is_stop("a.b")
    assert known.is_stop("a.c")


def test_a_star_stands_for_the_positions_after_the_last_index():
    known = made("callback a.gather *\ncall a.run process.spawn command=1,*,**")

    assert known.lookup_callback("a.gather") == (*map(str, range(10)), "*")
    assert known.lookup_call("a.run")[0].role("command") == ("1", *map(str, range(2, 12)), "*", "**")


def test_aliases_are_followed_at_the_borders_of_segments():
    known = made("alias a.b x.y\nalias x.y().z() x.y()\nalias p q\ncall x.y().run fs.read\ncall q.r fs.write")

    assert known.canonical("a.b().z().z().run") == "x.y().run"
    assert capabilities(known.lookup_call("a.b().z().run")) == ["fs.read"]
    assert known.canonical("a.bc") == "a.bc"
    assert capabilities(known.lookup_call("p.r")) == ["fs.write"]
    assert capabilities(known.lookup_load("p.r")) == []


def test_aliases_that_chase_each_other_end():
    known = made("alias a b\nalias b a\nalias c c.c")

    assert known.canonical("a.x") == "a.x"
    assert known.canonical("c").startswith("c.c")


def test_reexported_modules_are_found_behind_any_module():
    """Only where the map does not know the longer name better, and only plain attributes."""
    known = made(
        "module lib network.http\ncall os.system process.spawn\ncall lib.os.known fs.read\nload os.environ env.read"
    )

    assert capabilities(known.lookup_call("lib.os.system")) == ["process.spawn"]
    assert capabilities(known.lookup_call("x.y.os.system")) == ["process.spawn"]
    assert capabilities(known.lookup_call("lib.os.known")) == ["fs.read"]
    assert capabilities(known.lookup_call("lib.os.unknown")) == ["network.http"]
    assert capabilities(known.lookup_call("lib.Client().os.system")) == []
    assert capabilities(known.lookup_load("x.os.environ")) == ["env.read"]


def test_stores_and_the_bare_star():
    """Any attribute of an outside name is a patch; subscripts, deletions and values are not."""
    known = made("store * runtime.patch data=value\nstore os.environ[] env.write data=value")

    assert capabilities(known.lookup_store("os.environ[]")) == ["env.write"]
    assert known.lookup_store("requests.get")[0].role("data") == ("value",)
    assert [
        capabilities(known.lookup_store(name)) for name in ("a.b[]", ".NAME", "@attr", "[]", "del a.b", "name")
    ] == [[]] * 6


def test_conditions_hold_for_known_absent_and_unknown_arguments():
    known = made("call open fs.read unless=1|mode~^[wax]\ncall open fs.write if=1|mode~[wax+]")

    def applied(**given):
        return capabilities(
            tuple(line for line in known.lookup_call("open") if line.may_apply(lambda arg: given.get(f"_{arg}")))
        )

    assert applied() == ["fs.read"]
    assert applied(_1="r") == ["fs.read"]
    assert applied(_mode="wb") == ["fs.write"]
    assert applied(_1="r+") == ["fs.read", "fs.write"]
    assert applied(_1=HOLE) == ["fs.read", "fs.write"]


def test_a_users_lines_replace_ours_of_the_same_name_and_kind():
    ours = made(
        "call a.b fs.read\ncall a.b fs.write\ncallback a.b 0\nmodule m fs.read\nstop m.safe\ncall m.loud fs.write"
    )
    user = parse("call a.b env.read\ncall m.x fs.delete\ncall m.safe code.eval\nstop m.loud", "user.map")
    both = ours.merged(user)

    assert capabilities(both.lookup_call("a.b")) == ["env.read"]
    assert both.lookup_callback("a.b") == ("0",)
    assert capabilities(both.lookup_call("m.x")) == ["fs.delete"]
    assert capabilities(both.lookup_call("m.y")) == ["fs.read"]
    assert capabilities(both.lookup_call("m.safe")) == ["code.eval"]
    assert both.is_stop("m.loud")
    assert capabilities(ours.lookup_call("a.b")) == ["fs.read", "fs.write"]


def test_a_capability_of_an_api_is_one_line(tmp_path):
    """A user's map with one line gives a library that we never heard of its capability."""
    file = tmp_path / "mine.map"
    file.write_text("call acme_http.push network.http url=0 data=1\n")
    known = load("python")

    assert known.lookup_call("acme_http.push") == ()
    (line,) = known.merged(read(file)).lookup_call("acme_http.push")
    assert (line.capabilities, line.role("url"), line.role("data")) == (("network.http",), ("0",), ("1",))


def test_a_users_map_keeps_to_the_vocabulary(tmp_path):
    file = tmp_path / "mine.map"
    file.write_text("call a.b network.htpp\ncall a.c fs.read source=ssh-keys\n")

    with pytest.raises(MapError) as caught:
        read(file)
    assert [row.partition(": ")[2] for row in caught.value.message.splitlines()] == [
        "`network.htpp` is not in the vocabulary (`pratique capabilities` lists it)",
        "`ssh-keys` is not in the vocabulary (`pratique capabilities` lists it)",
    ]


def test_a_map_that_cannot_be_opened_is_an_error_in_one_sentence(tmp_path):
    with pytest.raises(MapError, match="No such file"):
        read(tmp_path / "absent.map")


def test_an_unknown_language_is_an_error():
    with pytest.raises(MapError, match="there is no language `klingon`"):
        load("klingon")


def test_the_digest_follows_what_is_said_and_nothing_else():
    one = made("call a.b fs.read\nstop c.d")

    assert one.digest() == parse("# why\nstop c.d\n\ncall  a.b   fs.read # x", "other.map").digest()
    assert one.digest() != made("call a.b fs.write\nstop c.d").digest()
    assert one.digest() != made("call a.b fs.read").digest()


def test_names_lists_what_a_lazy_reader_must_not_miss():
    assert made("call a.b fs.read\nload c.d env.read\nmodule e network.http\ncall f.* fs.read").names() == frozenset(
        {"a.b", "c.d", "e", "f.*"}
    )


def test_methods_called_through_their_class_and_calls_spelled_out():
    """The receiver moves to argument 0, everything else one further."""
    known = made("call a.Sock().send network.connect host=self data=0,data if=0~x\ncall a.run process.spawn")
    (line,) = known.lookup_call("a.Sock.send")

    assert line.roles == (Role("host", ("0",)), Role("data", ("1", "data")))
    assert line.conditions == (Condition(("1",), "x"),)
    assert capabilities(known.lookup_call("a.run.__call__")) == ["process.spawn"]
    assert known.lookup_call("a.Sock().send.more") == ()
