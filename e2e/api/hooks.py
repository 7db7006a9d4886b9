"""What every answer is looked at for, and which values are worth more than those that a machine makes up."""

import os
from pathlib import Path

import graphql
import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

# What only a foreign region holds; empty, where there is none.
CANARY = os.environ["CANARY"]
# Incidents, regions and places that there are, of the asker's own region and of a foreign one.
KNOWN_IDS = st.sampled_from(os.environ["KNOWN_IDS"].split(","))
FAR = ["9999-12-30T22:00:00.999Z", "-009999-01-02T01:59:59Z"]
INSTANTS = st.sampled_from(["2026-11-21T19:00:00Z", "1970-01-01T00:00:00Z", *FAR]) | st.datetimes().map(lambda at: f"{at.isoformat()}Z")
DAYS = st.dates().map(str)
TIMES = st.times().map(lambda time: f"{time:%H:%M}")

schemathesis.graphql.scalar("ID", (KNOWN_IDS | KNOWN_IDS | KNOWN_IDS | st.text(max_size=40)).map(nodes.String))
schemathesis.graphql.scalar("DateTime", INSTANTS.map(nodes.String))
schemathesis.graphql.scalar("LocalDate", DAYS.map(nodes.String))
schemathesis.graphql.scalar("LocalDateTime", st.datetimes().map(lambda at: f"{at:%Y-%m-%dT%H:%M}").map(nodes.String))
schemathesis.graphql.scalar("LocalTime", TIMES.map(nodes.String))


# What most made-up values of are refused, so that nothing of the list is read.
PAGE = {"first", "after", "last", "before", "filter", "orderBy"}
SCHEMA = graphql.build_schema((Path(__file__).parent / "../../schema/schema.graphql").read_text(), assume_valid=True)


@schemathesis.hook
def before_generate_path_parameters(context, strategy):
    """Half of all ids are known."""
    return strategy | st.fixed_dictionaries({"id": KNOWN_IDS})


@schemathesis.hook
def before_generate_query(context, strategy):
    """Regions that there are, and a period."""
    end = "to" if "report" in context.operation.path else "until"
    return strategy | st.fixed_dictionaries({"region": KNOWN_IDS, "from": DAYS, end: DAYS})


@schemathesis.hook
def before_generate_body(context, strategy):
    """Regions that there are, in what would be taken otherwise; every other document reads as much as it can."""
    return st.tuples(strategy, KNOWN_IDS, st.booleans()).map(lambda drawn: changed(*drawn))


def changed(body, region, reads_more):
    """What is sent instead of a made-up body."""
    return read_more(body) if reads_more else in_region(body, region)


def read_more(body):
    """The same document, which asks for whole lists, and for the words of each incident."""
    if not isinstance(body, graphql.DocumentNode):
        return body
    types = graphql.TypeInfo(SCHEMA)
    return graphql.visit(body, graphql.TypeInfoVisitor(types, Reader(types)))


class Reader(graphql.Visitor):
    """Leaves out what narrows lists, and adds what incidents say."""

    def __init__(self, types):
        super().__init__()
        self.types = types

    def enter_argument(self, node, *_):
        return graphql.REMOVE if node.name.value in PAGE and self.types.get_parent_type() is not None else None

    def leave_selection_set(self, node, *_):
        parent = self.types.get_parent_type()
        if parent is None or parent.name != "Incident":
            return None
        title = graphql.FieldNode(name=graphql.NameNode(value="title"), arguments=[], directives=[])
        return graphql.SelectionSetNode(selections=[*node.selections, title])


def in_region(body, region):
    """The same, asked of this region; what names none, or names one wrongly, stays."""
    is_asked = isinstance(body, dict) and isinstance(body.get("region"), str)
    return body | {"region": region} if is_asked else body


@schemathesis.check
def nothing_foreign(ctx, response, case):
    """No answer holds what is of a region that the asker may not see."""
    told = response.content.decode(errors="replace") + str(dict(response.headers))
    assert not CANARY or CANARY not in told, "something of a foreign region is told"


@schemathesis.check
def nothing_unforeseen(ctx, response, case):
    """No answer says that something went wrong that nobody foresaw, or that it took too long."""
    for code in ("INTERNAL", "TIMED_OUT"):
        assert f'"{code}' not in response.text, f"the server answers {code}"
