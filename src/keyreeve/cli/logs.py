import logging
import sys
import warnings

import structlog


def set_up_logs(*, quiet: bool = False) -> None:
    """One JSON object a line on standard error; never a request's query, body or headers.

    `quiet` is for commands, which say what is wrong in one line of their own.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL if quiet else logging.INFO),
        cache_logger_on_first_use=not quiet,
    )
    # Libraries log what they like, which might be a statement with its values; or warn of what a caller sent.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
