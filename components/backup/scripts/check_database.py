"""Whether a database that was restored is whole: every page, every index, and the rows it must hold."""

import glob
import os
import shutil
import subprocess

from outcome import Failed


def program(name):
    """A program of PostgreSQL, which Debian keeps in a folder of its version."""
    found = shutil.which(name) or next(
        iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), None
    )
    if found is None:
        raise Failed(f"the image has no {name}")
    return found


def last_line(text):
    """What a program said last, without what it says of itself."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "ERROR" in line or "error:" in line]
    return (errors or lines or ["nothing"])[0][:400]


class Database:
    """A server, by the variables of libpq."""

    def __init__(self, environment, tick):
        self.environment = {**os.environ, **environment, "PGCONNECT_TIMEOUT": "10"}
        self.tick = tick

    def run(self, arguments, database="postgres"):
        """Runs a program to its end, which may take long: meanwhile the Lease is kept."""
        with subprocess.Popen(
            arguments,
            env={**self.environment, "PGDATABASE": database},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                while True:
                    try:
                        out, err = process.communicate(timeout=5)
                        return process.returncode, out, err
                    except subprocess.TimeoutExpired:
                        self.tick()
            except BaseException:
                process.kill()
                raise

    def ask(self, statement, database="postgres"):
        """Lines that a statement answers."""
        flags = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement]
        status, out, err = self.run([program("psql"), *flags], database)
        if status != 0:
            raise Failed(f"database {database}: {last_line(err)}")
        return out.splitlines()


# A page that is all zeros passes for a new one, in checksums and in amcheck. Where the map says that
# everything on it is visible, it once held rows.
LOST_PAGES = """
select c.oid::regclass || ', page ' || v.blkno
from pg_class c, lateral pg_visibility(c.oid::regclass) v
where c.relkind in ('r', 'm', 't') and v.all_visible and not v.pd_all_visible
limit 1
"""


def name_of(table):
    """The name of a table, quoted: `schema.table`, or one in `public`."""
    schema, _, own = table.rpartition(".")
    return ".".join(f'"{part}"' for part in (schema or "public", own))


def check(server, tables):
    """Raises what is wrong; returns what was looked at."""
    if server.ask("show data_checksums") != ["on"]:
        raise Failed("the database has no checksums of pages, so nobody can tell whether they are whole")
    databases = server.ask(
        "select datname from pg_database where datallowconn and not datistemplate order by 1"
    )
    for database in databases:
        server.ask("create extension if not exists pg_visibility", database)
        lost = server.ask(LOST_PAGES, database)
        if lost:
            raise Failed(f"database {database}: rows are lost: {lost[0]} is empty")
    # It reads every page of tables and indexes; whatever has a rotten checksum stops it.
    flags = ["--all", "--install-missing", "--heapallindexed", "--parent-check", "--no-password"]
    status, out, err = server.run([program("pg_amcheck"), *flags])
    if status != 0:
        raise Failed(f"pages are damaged: {last_line(err + out)}")
    counted = []
    for wanted in tables:
        database, table = wanted["database"], wanted["table"]
        if database not in databases:
            raise Failed(f"there is no database {database}")
        [rows] = server.ask(f"select count(*) from {name_of(table)}", database)
        if int(rows) < wanted["rows"]:
            raise Failed(
                f"database {database}: table {table} has {rows} rows, and must have {wanted['rows']}"
            )
        counted.append(f"{database}.{table}: {rows} rows")
    return {"databases": databases, "tables": counted}
