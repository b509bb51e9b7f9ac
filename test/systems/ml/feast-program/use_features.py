"""Defines a feature through the server of definitions, writes a value and reads it back, as JSON.

Asked with the ports of the servers of features and of definitions; it has no way to the database.
"""

import datetime
import json
import sys
import tempfile
import time

import pandas
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, PushSource, RepoConfig
from feast.types import Float32, Int64
from feast.value_type import ValueType


def main(online, registry):
    config = RepoConfig(
        project="platform",
        provider="local",
        registry={"registry_type": "remote", "path": f"localhost:{registry}"},
        online_store={"type": "remote", "path": f"http://localhost:{online}"},
        offline_store={"type": "dask"},
        entity_key_serialization_version=3,
    )
    store = FeatureStore(config=config)
    customer = Entity(name="customer", join_keys=["customer"], value_type=ValueType.INT64)
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        now = datetime.datetime.now(datetime.timezone.utc)
        rows = pandas.DataFrame({"customer": [7], "orders": [3], "mean": [1.5], "event_timestamp": [now]})
        rows.to_parquet(file.name)
        source = FileSource(name="files", path=file.name, timestamp_field="event_timestamp")
        pushed = PushSource(name="pushed", batch_source=source)
        view = FeatureView(
            name="habits",
            entities=[customer],
            schema=[
                Field(name="customer", dtype=Int64),
                Field(name="orders", dtype=Int64),
                Field(name="mean", dtype=Float32),
            ],
            source=pushed,
            ttl=datetime.timedelta(days=1),
        )
        store.apply([customer, pushed, view])
    def ask():
        store.write_to_online_store("habits", df=rows)
        entities = [{"customer": 7}, {"customer": 8}]
        features = ["habits:orders", "habits:mean"]
        return store.get_online_features(features=features, entity_rows=entities).to_dict()

    # The servers learn of a definition within seconds, and its table is made then.
    for attempt in range(6):
        try:
            found = ask()
            break
        except Exception:
            if attempt == 5:
                raise
            time.sleep(10)
    views = [one.name for one in store.list_feature_views()]
    print("REPORT " + json.dumps({"views": views, "found": found}))


main(*sys.argv[1:3])
