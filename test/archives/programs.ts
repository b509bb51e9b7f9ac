/** PostgreSQL, Barman and an S3 server as programs of this machine, in a folder of their own. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { findExecutable } from "../../components/base/helm";

/** What a run needs; all of barman[cloud], PostgreSQL's server programs and versitygw. */
const NEEDED = [
    ...["barman-cloud-backup", "barman-cloud-backup-delete", "barman-cloud-backup-list"],
    ...["barman-cloud-check-wal-archive", "barman-cloud-restore"],
    ...["barman-cloud-wal-archive", "barman-cloud-wal-restore"],
    ...["initdb", "openssl", "pg_ctl", "psql", "versitygw"],
] as const;

/** A program that a run needs. */
export type Program = (typeof NEEDED)[number] | "kopia" | "lz4" | "pg_amcheck" | "python3";

/** The programs that are not on the PATH. */
export function missingPrograms(wanted: readonly Program[] = NEEDED): string[] {
    const folders = (process.env.PATH ?? "").split(path.delimiter);
    return wanted.filter((program) => findExecutable(program, folders) === undefined);
}

/** Those that a rehearsal of a database needs, and one of volumes. */
export const rehearsalPrograms = {
    database: [...NEEDED, "lz4", "pg_amcheck", "python3"],
    volume: ["kopia", "openssl", "python3"],
} as const satisfies Record<string, readonly Program[]>;

/** What a program said and how it ended. */
export interface Outcome {
    readonly status: number | null;
    readonly output: string;
}

/** PostgreSQL refuses to run as root, so everything here runs as nobody then. */
const NOBODY = 65_534;
const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as net.AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
}

export async function listens(port: number): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt += 1) {
        const isOpen = await new Promise<boolean>((resolve) => {
            const socket = net.connect(port, "127.0.0.1");
            socket.once("connect", () => {
                socket.destroy();
                resolve(true);
            });
            socket.once("error", () => {
                resolve(false);
            });
        });
        if (isOpen) {
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`nothing listens on port ${port}`);
}

/** A folder with everything that a run makes, and the programs that it started. */
export class Workshop {
    /** Who runs the programs. */
    readonly user = user;
    readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "archive-"));
    private readonly started: ChildProcess[] = [];
    private readonly databases: string[] = [];

    constructor() {
        // nobody must be able to enter it.
        fs.chmodSync(this.folder, 0o777);
    }

    /** A path in the folder. */
    at(...parts: readonly string[]): string {
        return path.join(this.folder, ...parts);
    }

    /** Runs a program to its end. */
    run(
        program: Program,
        args: readonly string[],
        env: Readonly<Record<string, string>> = {},
    ): Outcome {
        const { status, stdout, stderr } = spawnSync(program, args, {
            ...user,
            cwd: this.folder,
            encoding: "utf8",
            env: { PATH: process.env.PATH, HOME: this.folder, LC_ALL: "C", ...env },
        });
        return { status, output: `${stdout}${stderr}` };
    }

    /** The same; fails when the program does. */
    must(
        program: Program,
        args: readonly string[],
        env: Readonly<Record<string, string>> = {},
    ): string {
        const { status, output } = this.run(program, args, env);
        if (status !== 0) {
            throw new Error(`${program} ${args.join(" ")}: ${output}`);
        }
        return output;
    }

    /** An authority, and a certificate of it for this machine. */
    certificates(): {
        readonly authority: string;
        readonly certificate: string;
        readonly key: string;
    } {
        const [authority, certificate, key] = ["ca.crt", "tls.crt", "tls.key"].map((name) =>
            this.at(name),
        ) as [string, string, string];
        const one = ["-newkey", "rsa:2048", "-nodes", "-days", "1"];
        this.must("openssl", [
            ...["req", "-x509", ...one, "-subj", "/CN=authority"],
            ...["-keyout", this.at("ca.key"), "-out", authority],
        ]);
        this.must("openssl", [
            ...["req", "-x509", ...one, "-subj", "/CN=localhost", "-CA", authority],
            ...["-CAkey", this.at("ca.key"), "-addext", "subjectAltName=DNS:localhost"],
            ...["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", key],
            ...["-out", certificate],
        ]);
        return { authority, certificate, key };
    }

    /**
     * An S3 server over TLS with one bucket, which is a folder.
     *
     * @returns its address
     */
    async store(
        bucket: string,
        { id, secret }: { readonly id: string; readonly secret: string },
        { certificate, key }: { readonly certificate: string; readonly key: string },
    ): Promise<string> {
        const port = await freePort();
        const root = this.at("store");
        fs.mkdirSync(path.join(root, bucket), { recursive: true });
        for (const made of [root, path.join(root, bucket)]) {
            fs.chmodSync(made, 0o777);
        }
        const server = spawn(
            "versitygw",
            [
                ...["--access", id, "--secret", secret, "--port", `127.0.0.1:${port}`],
                ...["--cert", certificate, "--key", key, "--quiet", "posix", root],
            ],
            { ...user, cwd: this.folder, stdio: "ignore", env: { PATH: process.env.PATH } },
        );
        this.started.push(server);
        await listens(port);
        return `https://localhost:${port}`;
    }

    /** Where PostgreSQL listens: in its own folder a base backup would take the lock along. */
    sockets(data: string): string {
        const folder = `${data}-sockets`;
        fs.mkdirSync(folder, { recursive: true });
        fs.chmodSync(folder, 0o777);
        return folder;
    }

    /** Starts PostgreSQL on the data in a folder; a socket in it is the only way in. */
    start(
        data: string,
        settings: Readonly<Record<string, string>>,
        env: Readonly<Record<string, string>>,
    ): void {
        const all = {
            listen_addresses: "",
            unix_socket_directories: this.sockets(data),
            ...settings,
        };
        const options = Object.entries(all).map(
            ([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`,
        );
        fs.appendFileSync(path.join(data, "postgresql.auto.conf"), options.join(""));
        this.databases.push(data);
        const log = path.join(data, "log");
        const args = ["-D", data, "-w", "-t", "60", "-l", log, "start"];
        const { status } = this.run("pg_ctl", args, env);
        if (status !== 0) {
            throw new Error(
                `PostgreSQL does not start: ${fs.readFileSync(log, "utf8").slice(-2000)}`,
            );
        }
    }

    /** Stops PostgreSQL. */
    stop(data: string): void {
        this.run("pg_ctl", ["-D", data, "-m", "fast", "-w", "stop"]);
    }

    /** What a statement answers, unadorned. */
    sql(data: string, statement: string, port = 5432, database = "postgres"): string {
        return this.must("psql", [
            ...[
                "-h",
                this.sockets(data),
                "-p",
                `${port}`,
                "-U",
                "postgres",
                "-X",
                "-q",
                "-A",
                "-t",
            ],
            ...["-v", "ON_ERROR_STOP=1", "-c", statement, database],
        ]).trim();
    }

    /** Ends everything that was started and removes the folder. */
    close(): void {
        this.databases.forEach((data) => {
            this.stop(data);
        });
        this.started.forEach((server) => {
            server.kill("SIGKILL");
        });
        fs.rmSync(this.folder, { recursive: true, force: true });
    }
}
