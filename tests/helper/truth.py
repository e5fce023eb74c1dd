"""truth.py FOLDER [FILE...] - what each migration of the folder really does.

Runs setup.sql of the folder once, then each FILE (default: all [0-9]*.sql) in
a fresh copy of that database, statement by statement, and prints a table; see
README.md of the folder for its columns. The server is the one that PGHOST
names; it must be a throw-away one: roles and a tablespace are made in it.
"""
import collections
import decimal
import glob
import os
import re
import subprocess
import sys
import tempfile
import time

MODES = ["", "AccessShareLock", "RowShareLock", "RowExclusiveLock",
         "ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock",
         "ExclusiveLock", "AccessExclusiveLock"]
WORDS = ["", "ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE",
         "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE",
         "EXCLUSIVE", "ACCESS EXCLUSIVE"]
BLOCKS_WRITES = 5
COLUMNS = ["file", "tx", "sqlstate", "locks", "rewrites", "scans", "builds",
           "loses", "reader", "writer", "why", "notes", "hazard"]
MANY = 100  # rows; fewer are no work

RELATIONS = """
SELECT c.oid, c.relkind, c.relfilenode, n.nspname || '.' || c.relname,
    coalesce(i.indrelid, h.inhparent, 0)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_index i ON i.indexrelid = c.oid
    LEFT JOIN pg_inherits h ON h.inhrelid = c.oid AND c.relkind = 'r'
WHERE n.nspname IN ('public', 'archive', 'attic')
"""
WORK = """
SELECT relid, seq_tup_read, n_tup_upd + n_tup_del FROM pg_stat_user_tables
"""
WORK_NOW = """
SELECT c.oid, pg_stat_get_xact_tuples_returned(c.oid),
    pg_stat_get_xact_tuples_updated(c.oid)
    + pg_stat_get_xact_tuples_deleted(c.oid)
FROM pg_class c WHERE c.relkind IN ('r', 'm') AND c.oid >= 16384
"""
BARE_KEYS = """
SELECT conname FROM pg_constraint f
WHERE f.contype = 'f' AND f.conparentid = 0 AND NOT EXISTS (
    SELECT FROM pg_index i WHERE i.indrelid = f.conrelid AND i.indisvalid
    AND (i.indkey::int2[])[0] = f.conkey[1])
"""
INVALID = """
SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid
"""


class Session:
    """One psql, which is told one statement after the other."""

    def __init__(self, database, user="postgres"):
        self.err = tempfile.TemporaryFile()
        self.proc = subprocess.Popen(
            ["psql", "-X", "-q", "-A", "-t", "-F", "\x1f", "-d", database,
             "-U", user], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self.err, text=True, encoding="utf-8", bufsize=1)
        self.read_to = 0
        self.state = "00000"

    def start(self, statement):
        """Send it; finish() waits."""
        try:
            self.proc.stdin.write(statement + "\n\\echo \x1e :SQLSTATE\n")
            self.proc.stdin.flush()
        except BrokenPipeError:
            pass

    def finish(self):
        """Rows of the last statement; self.state is its SQLSTATE."""
        rows = []
        self.state = "gone"
        for line in self.proc.stdout:
            if line.startswith("\x1e "):
                self.state = line[2:].strip()
                break
            rows.append(line.rstrip("\n").split("\x1f"))
        return rows

    def run(self, statement):
        self.start(statement)
        return self.finish()

    def run_all(self, statements):
        """(state, rows) of each, with one wait for all"""
        for s in statements:
            self.start(s)
        out = []
        for _ in statements:
            rows = self.finish()
            out.append((self.state, rows))
        return out

    def need(self, statement):
        """Run it; it must succeed."""
        rows = self.run(statement)
        if self.state != "00000":
            raise SystemExit("truth: %s: %s\n%s" % (
                self.state, statement, self.messages()))
        return rows

    def messages(self):
        """What stderr got since the last time."""
        self.err.seek(self.read_to)
        text = self.err.read().decode()
        self.read_to += len(text.encode())
        return text

    def close(self):
        try:
            self.proc.stdin.close()
        except BrokenPipeError:
            pass
        self.proc.stdout.close()
        self.proc.wait()
        self.err.close()


def cut(text):
    """Statements of a file of the corpus: each ends with a ; at a line's end
    that is in no $$ body; the rows of COPY belong to it."""
    out, now, copy = [], [], False
    for line in text.splitlines():
        if copy:
            out[-1] += "\n" + line
            copy = line != "\\."
            continue
        if not now and (not line.strip() or line.startswith("--")):
            continue
        now.append(line)
        whole = "\n".join(now)
        if line.startswith("\\") or \
                (line.endswith(";") and whole.count("$$") % 2 == 0):
            out.append(whole)
            copy = bool(re.search(r"FROM STDIN;$", whole))
            now = []
    if now:
        raise SystemExit("truth: no end: " + "\n".join(now))
    return out


def old_code(path):
    """(kind, table, statements) of old.sql"""
    out = []
    for part in re.split(r"(?m)^-- (?=(?:reader|writer) \S+$)",
                         open(path, encoding="utf-8").read())[1:]:
        head, body = part.split("\n", 1)
        kind, table = head.split()
        out.append((kind, table, cut(body)))
    return out


def try_old(database, code):
    """What each of it comes to: "" or what is wrong; and rows of readers."""
    app = Session(database, "shop_app")
    script = [s for _, _, statements in code
              for s in ["BEGIN;"] + statements + ["ROLLBACK;"]]
    done = iter(app.run_all(script))
    out = []
    for kind, _, statements in code:
        next(done)
        answers = [next(done) for _ in statements]
        next(done)
        bad = [state for state, _ in answers if state != "00000"]
        rows = answers[-1][1]
        if bad:
            out.append((bad[0].replace("gone", "28000"), 0))
        elif kind == "reader" and any(r[-1] == "t" for r in rows):
            out.append(("unknown value", len(rows)))
        else:
            out.append(("", len(rows)))
    app.close()
    return out


def same(value):
    """A value so that what says the same compares equal."""
    value = re.sub(r"\+00$", "", value)
    try:
        return decimal.Decimal(value).normalize()
    except decimal.InvalidOperation:
        return value


def contents(session, oid):
    """{column number: values that are not NULL} of a table"""
    names = session.run("SELECT attnum, quote_ident(attname)"
                        " FROM pg_attribute WHERE attrelid = %s AND attnum > 0"
                        " AND NOT attisdropped ORDER BY attnum;" % oid)
    table = session.run("SELECT %s::regclass;" % oid)[0][0]
    out = {}
    for number, name in names:
        rows = session.run("SELECT %s FROM %s WHERE %s IS NOT NULL;" % (
            name, table, name))
        out[number] = collections.Counter(same(r[0]) for r in rows)
    return out


class World:
    """A database and what is known of it before a migration."""

    def __init__(self, folder):
        self.admin = Session("postgres")
        self.maker = Session("postgres")
        self.db, self.next = "try_a", "try_b"
        self.admin.need("CREATE DATABASE shop;")
        setup = Session("shop")
        for s in cut(open(folder + "/setup.sql", encoding="utf-8").read()):
            setup.need(s)
        rows = setup.need(RELATIONS + ";")
        self.name = {r[0]: r[3] for r in rows}
        self.kind = {r[0]: r[1] for r in rows}
        self.node = {r[0]: r[2] for r in rows}
        self.owner = {r[0]: r[4] for r in rows}  # table of index, parent
        self.tables = [o for o in self.name if self.kind[o] in "rm"]
        self.count = {o: int(setup.need("SELECT count(*) FROM %s;" %
                                        self.name[o])[0][0])
                      for o in self.tables}
        self.values = {o: contents(setup, o) for o in self.tables
                       if self.kind[o] == "r"}
        self.bare_keys = setup.need(BARE_KEYS + ";")
        self.code = old_code(folder + "/old.sql")
        setup.close()
        self.before = try_old("shop", self.code)
        for (kind, table, _), (bad, _) in zip(self.code, self.before):
            if bad:
                raise SystemExit("truth: old %s of %s: %s" %
                                 (kind, table, bad))
        self.make_next()

    def make_next(self):
        """Copy the database, while others are at work."""
        self.maker.start("DROP DATABASE IF EXISTS %s WITH (FORCE);"
                         "CREATE DATABASE %s TEMPLATE shop"
                         " STRATEGY file_copy;" % (self.next, self.next))

    def fresh(self):
        """A new database, as the setup left it: self.db"""
        self.maker.finish()
        if self.maker.state != "00000":
            raise SystemExit("truth: " + self.maker.messages())
        self.db, self.next = self.next, self.db
        self.make_next()

    def busy(self, oid):
        """Is it a table with rows?"""
        return self.count.get(oid, 0) >= MANY

    def names(self, oids):
        return ",".join(sorted(self.name[o] for o in oids)) or "-"


class Spy:
    """Sees the locks of a statement that runs outside a transaction. Sessions
    that hold locks make it wait, so that there is time to see them: first for
    its table, then for a partition."""

    LOOP = """
DO $$
BEGIN
    CREATE TEMP TABLE IF NOT EXISTS seen (relation oid, mode text,
        PRIMARY KEY (relation, mode));
    WHILE EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory'
        AND objid = 99 AND granted) LOOP
        INSERT INTO seen SELECT relation, mode FROM pg_locks
            WHERE pid = %s AND relation IS NOT NULL
            AND database = %s
            ON CONFLICT DO NOTHING;
    END LOOP;
END $$;"""

    def __init__(self, world):
        self.world = world
        self.eye = Session("postgres")
        self.holders = [Session(world.db), Session(world.db)]

    def watch(self, migrator, pid, statement):
        admin, world = self.world.admin, self.world
        admin.need("SELECT pg_advisory_lock(99);")
        oid = admin.need("SELECT oid FROM pg_database WHERE datname = '%s';" %
                         world.db)[0][0]
        self.eye.start(self.LOOP % (pid, oid))
        for holder in self.holders:
            holder.run("BEGIN;")
        for oid, name in world.name.items():
            if world.owner[oid] != "0" and world.kind[oid] == "r":
                self.holders[1].need(
                    "LOCK TABLE %s IN ROW EXCLUSIVE MODE;" % name)
            elif world.kind[oid] in "rp":
                self.holders[0].need("LOCK TABLE ONLY %s IN SHARE UPDATE"
                                     " EXCLUSIVE MODE;" % name)
        begin = admin.need("SELECT clock_timestamp();")[0][0]
        migrator.start(statement)
        waits = []
        for holder in self.holders:
            waits += self.wait(pid, begin)
            holder.run("COMMIT;")
        migrator.finish()
        state = migrator.state
        admin.need("SELECT pg_advisory_unlock(99);")
        self.eye.finish()
        rows = self.eye.need("SELECT relation, mode FROM seen;"
                             "TRUNCATE seen;")
        migrator.state = state
        return [(o, m) for o, m in rows + waits
                if world.kind.get(o, "") in ("r", "p", "m", "v")]

    def wait(self, pid, begin):
        """Until it waits for a relation or has ended: that lock"""
        for _ in range(3000):
            rows = self.world.admin.need(
                "SELECT relation, mode FROM pg_locks WHERE pid = %s"
                " AND locktype = 'relation' AND NOT granted;" % pid)
            if rows or self.world.admin.need(
                    "SELECT 1 FROM pg_stat_activity WHERE pid = %s"
                    " AND query_start > '%s' AND state <> 'active';" %
                    (pid, begin)):
                return rows
            time.sleep(0.005)
        raise SystemExit("truth: it does not end")

    def close(self):
        for s in [self.eye] + self.holders:
            s.close()


class Trial:
    """One migration, run once."""

    def __init__(self, world, path, in_transaction):
        self.world = world
        self.text = open(path, encoding="utf-8").read()
        self.statements = cut(self.text)
        self.in_transaction = in_transaction
        self.locks = {}  # the strongest, by relation
        self.working = self.locks if in_transaction else {}  # during work
        self.state = "00000"
        self.notes, self.hazards = set(), set()
        self.rewrites, self.scans, self.builds = set(), set(), set()
        self.loses, self.why, self.emptied = set(), set(), set()
        self.log = ""
        self.last_work = {}

    def saw(self, rows):
        for oid, mode in rows:
            level = MODES.index(mode) if mode in MODES else 0
            kind = self.world.kind.get(oid)
            if kind and level >= (3 if kind in "rpmv" else 4):
                self.locks[oid] = max(level, self.locks.get(oid, 0))

    def blocked(self, oid):
        """Do others have to wait for it?"""
        limit = 8 if self.world.kind[oid] == "m" else BLOCKS_WRITES
        return self.world.busy(oid) and self.working.get(oid, 0) >= limit

    def work(self, rows):
        """Rows that were read or written since the last time."""
        held = any(self.locks.get(o, 0) == 8 and self.world.busy(o)
                   for o in self.world.tables)
        for oid, read, written in rows:
            if oid not in self.world.count:
                continue
            old = self.last_work.get(oid, (0, 0))
            read, written = int(read), int(written)
            if self.world.busy(oid) and \
                    read - old[0] >= self.world.count[oid]:
                self.scans.add(oid)
                if self.blocked(oid):
                    self.hazards.add("scan")
            if written - old[1] >= MANY:
                self.notes.add("writes %s" % self.world.name[oid])
                if held:
                    self.hazards.add("write-under-lock")
            self.last_work[oid] = (read, written)

    def run(self):
        world = self.world
        world.fresh()
        self.star = Session(world.db, "shop_app")
        self.star.run_all(["PREPARE star_%s AS SELECT * FROM %s;" %
                           (o, world.name[o]) for o in world.tables])
        self.migrator = Session(world.db)
        pid = self.migrator.need(
            "SET lock_timeout = '10s'; SET statement_timeout = '30s';"
            "SET vacuum_cost_delay = 2; SET vacuum_cost_limit = 100;"
            "SELECT pg_advisory_lock(72707369);"
            "SET client_min_messages = debug1; SELECT pg_backend_pid();")
        self.pid = pid[-1][0]
        if self.in_transaction:
            self.run_inside()
        else:
            self.run_outside()
        self.log += self.migrator.messages()
        self.end_session()
        self.look_after()
        self.ask_old_code()
        self.judge()

    def run_inside(self):
        world, m = self.world, self.migrator
        m.run("BEGIN;")
        xid = m.need("SELECT pg_current_xact_id();")
        lock = "SELECT relation, mode FROM pg_locks WHERE pid = %s" \
            " AND locktype = 'relation' AND granted;" % self.pid
        for s in self.statements:
            m.run(s)
            self.saw(world.admin.need(lock))
            if m.state != "00000":
                self.state = m.state
                break
            self.work(m.run(WORK_NOW + ";"))
        now = m.run("SELECT pg_current_xact_id_if_assigned();")
        if m.state == "00000" and now != xid:
            self.notes.add("escapes")
        self.note_timeouts()
        heavy = [o for o in world.tables if world.busy(o) and
                 self.locks.get(o, 0) == 8]
        if len(heavy) > 1:
            self.notes.add("locks %d tables" % len(heavy))
        m.run("COMMIT;")
        self.log += m.messages()
        if "there is no transaction" in self.log:
            self.notes.add("escapes")
        if "already a transaction in progress" in self.log:
            self.notes.add("begins")

    def note_timeouts(self):
        limits = self.migrator.run("SELECT current_setting('lock_timeout'),"
                                   " current_setting('statement_timeout');")
        if limits and "0" in limits[0]:
            self.notes.add("no timeout")

    def run_outside(self):
        spy = Spy(self.world)
        for s in self.statements:
            rows = spy.watch(self.migrator, self.pid, s)
            log = self.migrator.messages()
            self.log += log
            self.saw(rows)
            if re.search("building index|verifying|rewriting", log):
                for oid, mode in rows:
                    self.working[oid] = max(MODES.index(mode),
                                            self.working.get(oid, 0))
            if self.migrator.state != "00000":
                self.state = self.migrator.state
                break
        spy.close()
        self.note_timeouts()
        # A transaction that was left open ends with its session.
        self.migrator.run("ROLLBACK;")

    def end_session(self):
        m = self.migrator
        who = m.run("SELECT current_user, session_user,"
                    " current_setting('search_path');")
        if who != [["postgres", "postgres", '"$user", public']]:
            self.notes.add("session")
        if not self.world.admin.need(
                "SELECT 1 FROM pg_locks WHERE pid = %s AND granted"
                " AND locktype = 'advisory';" % self.pid):
            self.notes.add("lock lost")
        m.run("RESET SESSION AUTHORIZATION; RESET ROLE;")
        m.run("SELECT pg_stat_force_next_flush();")
        m.run("SELECT 1;")
        m.close()

    def look_after(self):
        world, after = self.world, Session(self.world.db)
        now = {r[0]: r for r in after.need(RELATIONS + ";")}
        stats = after.need(WORK + ";")
        if not self.in_transaction or self.state != "00000":
            self.last_work = {}
            self.work(stats)
        touched = {oid for oid, _, written in stats if int(written) > 0}
        for oid in world.tables:
            self.compare(after, now, oid, oid in touched)
        for oid in world.name:
            if world.kind[oid] == "S" and oid not in now:
                self.loses.add("sequence")
        for oid in world.tables:
            schema, name = world.name[oid].split(".", 1)
            if schema == "public" and oid not in self.emptied and re.search(
                    r'building index ".*" on table "%s"' % re.escape(name),
                    self.log):
                self.builds.add(oid)
        if [k for k in after.need(BARE_KEYS + ";")
                if k not in world.bare_keys]:
            self.notes.add("key without index")
        for (name,) in after.need(INVALID + ";"):
            if re.search('"%s" already exists, skipping' % name, self.log):
                self.hazards.add("invalid-index")
        for statement in re.findall(r"(?m)^-- new: (.*)$", self.text):
            after.need(statement + ";")
        after.close()

    def compare(self, after, now, oid, touched):
        world = self.world
        if oid not in now:
            if world.count[oid] and world.kind[oid] == "r":
                self.loses.add("table")
            return
        name = now[oid][3]
        rows = int(after.need("SELECT count(*) FROM %s;" % name)[0][0])
        rewritten = now[oid][2] != world.node[oid]
        if rewritten and (rows or not world.count[oid]):
            self.rewrites.add(oid)
        if rewritten and world.count[oid] and not rows:
            self.emptied.add(oid)
        if world.kind[oid] != "r":
            return
        if rows < world.count[oid]:
            self.loses.add("rows")
        if not (touched or rewritten):
            gone = after.need("SELECT attnum FROM pg_attribute WHERE"
                              " attrelid = %s AND attisdropped;" % oid)
            if any(world.values[oid].get(n) for (n,) in gone):
                self.loses.add("column")
            return
        columns = contents(after, oid)
        for number, values in world.values[oid].items():
            if number not in columns:
                if values:
                    self.loses.add("column")
            elif rows >= world.count[oid] and values - columns[number]:
                self.loses.add("values")

    def ask_old_code(self):
        world = self.world
        broken = {"reader": "ok", "writer": "ok"}
        for (kind, table, _), (_, had), (bad, rows) in zip(
                world.code, world.before, try_old(world.db, world.code)):
            if not bad and kind == "reader" and had and not rows:
                bad = "no rows"
            if bad:
                broken[kind] = "broken"
                self.why.add("%s %s" % (table, bad))
        self.reader, self.writer = broken["reader"], broken["writer"]
        plans = ["EXPLAIN EXECUTE star_%s;" % o for o in world.tables]
        if "0A000" in [state for state, _ in self.star.run_all(plans)]:
            self.notes.add("cached plan")
        self.star.close()
        world.admin.need("ALTER ROLE shop_app LOGIN;")

    def judge(self):
        if any(self.blocked(o) for o in self.rewrites):
            self.hazards.add("rewrite")
        if any(self.blocked(o) for o in self.builds):
            self.hazards.add("build")
        if self.loses:
            self.hazards.add("loses")
        if self.reader == "broken":
            self.hazards.add("reader")
        if self.writer == "broken":
            self.hazards.add("writer")
        if self.state != "00000":
            self.hazards.add("fails")

    def row(self, name):
        world = self.world
        # An index follows its table, unless its lock is the stronger one.
        locks = ";".join("%s=%s" % (world.name[o], WORDS[self.locks[o]])
                         for o in sorted(self.locks, key=world.name.get)
                         if world.kind[o] in "rpmv" or self.locks[o] >
                         self.locks.get(world.owner[o], 0))

        def words(s):
            return ",".join(sorted(s)) or "-"
        return [name, "tx" if self.in_transaction else "notx",
                self.state if self.state != "00000" else "-", locks or "-",
                world.names(self.rewrites), world.names(self.scans),
                world.names(self.builds), words(self.loses) if self.loses
                else "no", self.reader, self.writer, words(self.why),
                words(self.notes), words(self.hazards) if self.hazards
                else "no"]


def measure(world, path):
    trial = Trial(world, path, True)
    trial.run()
    if trial.state == "25001":
        trial = Trial(world, path, False)
        trial.run()
    return trial.row(os.path.basename(path))


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    folder = sys.argv[1]
    files = sys.argv[2:] or sorted(glob.glob(folder + "/[0-9]*.sql"))
    world = World(folder)
    print("\t".join(COLUMNS))
    for path in files:
        print("\t".join(measure(world, path)), flush=True)
    world.maker.finish()
    world.maker.close()
    world.admin.close()


main()
