"""The server of definitions, which also makes the tables that values of a new definition go into.

A client that defines a feature through this server has no way to the database, so nobody else does.
Tables of a definition that is gone are left: somebody may still read them.
"""

import logging
import sys

from feast import FeatureStore
from feast.registry_server import start_server

SECONDS = 10


def make_tables(store):
    """Makes the tables that are missing; those that are there stay as they are."""
    views = [*store.list_feature_views(), *store.list_stream_feature_views()]
    store._get_provider().update_infra(
        project=store.project,
        tables_to_delete=[],
        tables_to_keep=views,
        entities_to_delete=[],
        entities_to_keep=store.list_entities(),
        partial=True,
    )


def main(folder, port):
    store = FeatureStore(repo_path=folder)
    server = start_server(store, port, wait_for_termination=False)
    # A database that changes its primary is back by the next turn.
    while True:
        try:
            make_tables(store)
        except Exception:
            logging.exception("tables are not made")
        # True while it serves (grpc.Server.wait_for_termination).
        if not server.wait_for_termination(timeout=SECONDS):
            return


main(sys.argv[1], int(sys.argv[2]))
