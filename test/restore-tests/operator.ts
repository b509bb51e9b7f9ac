/**
 * What CloudNativePG and its Barman plugin do with the copy of a database: the same programs, called
 * as they call them (barman-cloud: pkg/restorer, pkg/walarchive), on this machine.
 */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { COPY, SCRATCH } from "../../components/backup/restore-tests-plan";
import type { Workshop } from "../archives/programs";
import type { ApiServer, Controller, Stored } from "./api-server";

/** Where the archive is, as the sidecar is told. */
export interface ArchiveAccess {
    /** Options of the tools before the name of the server. */
    readonly options: readonly string[];
    readonly env: Readonly<Record<string, string>>;
}

interface CopySpec {
    readonly bootstrap: { readonly recovery: { readonly source: string } };
    readonly plugins?: unknown;
    readonly externalClusters: readonly {
        readonly name: string;
        readonly plugin: {
            readonly parameters: {
                readonly barmanObjectName: string;
                readonly serverName: string;
            };
        };
    }[];
}

const LABELS = { "cnpg.io/cluster": COPY };

/** The operator. */
export class CopyOperator implements Controller {
    readonly resource = "clusters";
    /** What the next copy is given instead of what there is. */
    access: ArchiveAccess;
    /** Folder on a disk that is too small for a copy. */
    disk: string | undefined;
    /** Whether copies are never finished. */
    hangs = false;
    server: ApiServer | undefined;
    private data: string | undefined;
    private count = 0;

    constructor(
        private readonly shop: Workshop,
        private readonly good: ArchiveAccess,
        private readonly port: number,
        private readonly certificates: {
            readonly authority: string;
            readonly certificate: string;
            readonly key: string;
        },
    ) {
        this.access = good;
    }

    /** Everything as it should be. */
    mend(): void {
        this.access = this.good;
        this.disk = undefined;
        this.hangs = false;
    }

    created(cluster: Stored): void {
        const { server } = this;
        const claim = { name: `${COPY}-1`, namespace: SCRATCH, labels: LABELS };
        server?.put("", "persistentvolumeclaims", {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: claim,
        });
        if (!this.hangs) {
            setImmediate(() => {
                this.restore(cluster.spec as CopySpec);
            });
        }
    }

    deleted(): void {
        if (this.data !== undefined) {
            this.shop.stop(this.data);
            fs.rmSync(this.data, { recursive: true, force: true });
            this.data = undefined;
        }
        for (const name of ["ca", "superuser"]) {
            this.server?.take("", "secrets", SCRATCH, `${COPY}-${name}`);
        }
        for (const key of this.server?.keys(SCRATCH) ?? []) {
            const [group = "", resource = "", namespace = "", name = ""] = key.split("/");
            if (["pods", "persistentvolumeclaims"].includes(resource)) {
                this.server?.take(group, resource, namespace, name);
            }
        }
    }

    private run(program: string, args: readonly string[]) {
        // A program of the operator runs under the limits of its volume.
        const { status, stdout, stderr } = spawnSync(program, args, {
            ...this.shop.user,
            cwd: this.shop.folder,
            encoding: "utf8",
            env: { PATH: process.env.PATH, HOME: this.shop.folder, ...this.access.env },
        });
        return { status, output: `${stdout}${stderr}` };
    }

    private restore(spec: CopySpec): void {
        const { source } = spec.bootstrap.recovery;
        const origin = spec.externalClusters.find(({ name }) => name === source);
        const { serverName = "" } = origin?.plugin.parameters ?? {};
        const where = [...this.access.options, serverName];
        const listed = this.run("barman-cloud-backup-list", ["--format", "json", ...where]);
        if (listed.status !== 0) {
            this.fail(listed.output);
            return;
        }
        const { backups_list: bases } = JSON.parse(listed.output) as {
            backups_list: { backup_id: string }[];
        };
        this.count += 1;
        const data = path.join(this.disk ?? this.shop.folder, `copy-${this.count}`);
        const args = [...where, bases.at(-1)?.backup_id ?? "", data];
        const restored = this.run("barman-cloud-restore", args);
        if (restored.status !== 0) {
            this.fail(restored.output);
            return;
        }
        try {
            this.start(data, ["barman-cloud-wal-restore", ...where, "%f", "%p"].join(" "));
        } catch (error) {
            this.fail((error as Error).message);
        }
    }

    private start(data: string, restoreCommand: string): void {
        fs.chmodSync(data, 0o700);
        fs.writeFileSync(path.join(data, "recovery.signal"), "");
        fs.writeFileSync(
            path.join(data, "pg_hba.conf"),
            "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n",
        );
        this.data = data;
        this.shop.start(
            data,
            {
                listen_addresses: "localhost",
                port: String(this.port),
                ssl: "on",
                ssl_cert_file: this.certificates.certificate,
                ssl_key_file: this.certificates.key,
                // A copy archives nothing.
                archive_mode: "off",
                restore_command: restoreCommand,
                recovery_target_action: "promote",
            },
            this.access.env,
        );
        for (
            let attempt = 0;
            attempt < 60 && this.shop.sql(data, "select pg_is_in_recovery()", this.port) === "t";
            attempt += 1
        ) {
            this.shop.sql(data, "select pg_sleep(0.5)", this.port);
        }
        this.shop.sql(data, "alter role postgres password 'generated'", this.port);
        const secret = (name: string, key: string, value: string) =>
            this.server?.put("", "secrets", {
                apiVersion: "v1",
                kind: "Secret",
                metadata: { name: `${COPY}-${name}`, namespace: SCRATCH },
                data: { [key]: Buffer.from(value).toString("base64") },
            });
        secret("ca", "ca.crt", fs.readFileSync(this.certificates.authority, "utf8"));
        secret("superuser", "password", "generated");
        const cluster = this.server?.get("postgresql.cnpg.io", "clusters", SCRATCH, COPY);
        if (cluster !== undefined) {
            cluster.status = { conditions: [{ type: "Ready", status: "True" }] };
        }
    }

    /** The Job of the operator tries several times; the last words of each pod are what it says. */
    private fail(output: string): void {
        const message = output.trim().split("\n").slice(-3).join(" ").slice(-400);
        for (const attempt of [1, 2, 3]) {
            this.server?.put("", "pods", {
                apiVersion: "v1",
                kind: "Pod",
                metadata: {
                    name: `${COPY}-1-full-recovery-${attempt}`,
                    namespace: SCRATCH,
                    labels: LABELS,
                },
                status: {
                    phase: "Failed",
                    containerStatuses: [
                        {
                            name: "full-recovery",
                            state: { terminated: { reason: "Error", exitCode: 1, message } },
                        },
                    ],
                },
            });
        }
    }
}
