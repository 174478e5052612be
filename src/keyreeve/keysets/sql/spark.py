"""The functions in Spark's SQL, over Arrow: each is a Python function whose workers are given columns."""

import uuid
from collections.abc import Callable, Mapping
from functools import partial
from typing import cast

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql.functions import arrow_udf
from pyspark.sql.pandas.types import from_arrow_type
from pyspark.sql.udf import UserDefinedFunction

from keyreeve.keysets.errors import NotConnected
from keyreeve.keysets.sql.functions import SQL_FUNCTIONS
from keyreeve.keysets.sql.worker import Registration, run
from keyreeve.keysets.wrapping.connection import connect as connect_to
from keyreeve.keysets.wrapping.connection import default_connection
from keyreeve.keysets.wrapping.used import UsedWrappedKeyset

# Its stub demands a third argument, at which pyspark warns.
_arrow_udf = cast("Callable[[object, object], UserDefinedFunction]", arrow_udf)


def register(
    session: SparkSession, keysets: Mapping[str, UsedWrappedKeyset], connect: Callable[[], object] | None
) -> None:
    """See `keyreeve.keysets.register_spark`."""
    registration = Registration(uuid.uuid4().hex, dict(keysets), connect or _as_here())
    for function in SQL_FUNCTIONS:
        made = _arrow_udf(_over_columns(function.name, registration), from_arrow_type(function.result))
        session.udf.register(function.name, made if function.deterministic else made.asNondeterministic())


def _over_columns(name: str, registration: Registration) -> Callable[..., pa.Array]:
    # Spark tells by the annotations what kind of function it is.
    def call(*columns: pa.Array, **named: pa.Array) -> pa.Array:
        return run(name, registration, *columns, **named)

    return call


def _as_here() -> Callable[[], object]:
    """Connects to the KMS of this process, if it has one, with the AccessKey in the environment of the caller's."""
    try:
        settings = default_connection().settings
    except NotConnected:
        return connect_to
    return partial(
        connect_to,
        settings.endpoint,
        sts_endpoint=settings.sts_endpoint,
        ca_file=settings.ca_file,
        cache_seconds=settings.cache_seconds,
        timeout_seconds=settings.timeout_seconds,
    )
