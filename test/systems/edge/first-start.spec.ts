/** The script of an edge machine's first start, run with stand-ins for what it calls. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const script = path.join(__dirname, "../../../components/edge/scripts/k3s-first-start.sh");
const RELEASE = "the bytes of k3s";
const DIGEST = createHash("sha256").update(RELEASE).digest("hex");

/**
 * Answers for https://PEER:6443/ping, and for the release what `$SERVED` has at that attempt: one
 * line for each, and the last for all that follow.
 */
const CURL = `#!/bin/sh
for last in "$@"; do :; done
case "$last" in
    */ping) grep -qx "$last" "$ALIVE" && printf pong; exit 0 ;;
esac
while [ "$#" -gt 0 ]; do [ "$1" = --output ] && out="$2"; shift; done
count=$(($(cat "$COUNT") + 1)); echo "$count" > "$COUNT"
line=$(sed -n "\${count}p" "$SERVED"); [ -n "$line" ] || line=$(tail -1 "$SERVED")
[ "$line" = refused ] && exit 22
printf '%s' "$line" > "$out"
`;
const SYSTEMCTL = '#!/bin/sh\necho "$@" >> "$CALLS"\n';

interface Run {
    readonly first?: boolean;
    readonly peers?: readonly string[];
    /** Peers that answer. */
    readonly alive?: readonly string[];
    /** What the release's address serves, attempt by attempt. */
    readonly served?: readonly string[];
    /** What was decided at a start before. */
    readonly joined?: string;
}

describe("first start of an edge machine", () => {
    let folder: string;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "first-start-"));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    function run({ first = false, peers = [], alive = [], served = [RELEASE], joined }: Run) {
        const file = (name: string) => path.join(folder, name);
        const program = (name: string, text: string) => {
            fs.writeFileSync(file(name), text, { mode: 0o755 });
        };
        program("curl", CURL);
        program("systemctl", SYSTEMCTL);
        fs.writeFileSync(file("alive"), alive.map((one) => `https://${one}:6443/ping\n`).join(""));
        fs.writeFileSync(file("served"), served.map((one) => `${one}\n`).join(""));
        fs.writeFileSync(file("count"), "0\n");
        const join = path.join(folder, "config.yaml.d", "10-join.yaml");
        if (joined !== undefined) {
            fs.mkdirSync(path.dirname(join));
            fs.writeFileSync(join, joined);
        }
        const { status, stderr } = spawnSync("sh", [script], {
            encoding: "utf8",
            timeout: 5000,
            env: {
                PATH: `${folder}:${process.env.PATH ?? ""}`,
                RELEASE_URL: "https://github.com/k3s",
                RELEASE_SHA256: DIGEST,
                FIRST: first ? "yes" : "no",
                PEERS: peers.join(" "),
                BINARY: file("k3s"),
                JOIN: join,
                ATTEMPTS: "3",
                PAUSE: "0.05",
                ALIVE: file("alive"),
                SERVED: file("served"),
                COUNT: file("count"),
                CALLS: file("calls"),
            },
        });
        const read = (name: string) =>
            fs.existsSync(file(name)) ? fs.readFileSync(file(name), "utf8") : undefined;
        return {
            status,
            stderr,
            join: fs.existsSync(join) ? fs.readFileSync(join, "utf8") : undefined,
            binary: read("k3s"),
            calls: read("calls"),
            fetched: Number(read("count")),
        };
    }

    it("begins a cluster where there is only one server", () => {
        const { status, join, binary, calls } = run({ first: true });
        assert.equal(status, 0);
        assert.equal(join, "cluster-init: true\n");
        assert.equal(binary, RELEASE);
        assert.equal(calls, "daemon-reload\nenable --now k3s\n");
    });

    it("begins one at the first of three once nobody has answered for a while", () => {
        const { join } = run({ first: true, peers: ["10.0.0.2", "10.0.0.3"] });
        assert.equal(join, "cluster-init: true\n");
    });

    it("has the first server join, when it is made anew, whoever answers", () => {
        const { join } = run({ first: true, peers: ["10.0.0.2", "10.0.0.3"], alive: ["10.0.0.3"] });
        assert.equal(join, "server: https://10.0.0.3:6443\n");
    });

    it("has the others join the first that answers", () => {
        const { join } = run({ peers: ["10.0.0.1", "10.0.0.3"], alive: ["10.0.0.1", "10.0.0.3"] });
        assert.equal(join, "server: https://10.0.0.1:6443\n");
    });

    it("never has another server than the first begin a cluster", () => {
        const { status, join, calls } = run({ peers: ["10.0.0.1"] });
        assert.equal(status, null, "it waits");
        assert.equal(join, undefined);
        assert.equal(calls, undefined);
    });

    it("starts nothing but the expected bytes, and asks again for them", () => {
        const served = ["refused", "half of them", RELEASE];
        const { status, binary, fetched } = run({ first: true, served });
        assert.equal(status, 0);
        assert.equal(binary, RELEASE);
        assert.equal(fetched, 3);
    });

    it("starts nothing where only other bytes are served", () => {
        const { status, binary, calls } = run({ first: true, served: ["somebody else's bytes"] });
        assert.equal(status, null, "it goes on asking");
        assert.equal(binary, undefined);
        assert.equal(calls, undefined);
    });

    it("keeps to what was decided, and fetches nothing twice", () => {
        const joined = "server: https://10.0.0.2:6443\n";
        assert.equal(run({ first: true, joined }).join, joined);
        const again = run({ first: true });
        assert.equal(again.fetched, 0);
        assert.equal(again.join, joined);
        assert.equal(again.status, 0);
    });
});
