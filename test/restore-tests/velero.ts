/**
 * What Velero and the kubelet do in a restore test of volumes: data comes out of a kopia repository
 * into a folder for each claim, and the Job of a check runs its program on it.
 */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { SCRATCH } from "../../components/backup/restore-tests-plan";
import { scriptFolder } from "../../components/backup/restore-tests-scripts";
import { VELERO } from "../../components/backup/velero-manifests";
import type { Workshop } from "../archives/programs";
import type { ApiServer, Controller, Stored } from "./api-server";

/** A volume that was backed up. */
export interface BackedUp {
    readonly namespace: string;
    readonly claim: string;
    readonly labels: Readonly<Record<string, string>>;
    /** Snapshot of the repository. */
    readonly snapshot: string;
}

interface RestoreSpec {
    readonly backupName: string;
    readonly includedNamespaces: readonly string[];
    readonly namespaceMapping: Readonly<Record<string, string>>;
    readonly labelSelector: { readonly matchLabels: Readonly<Record<string, string>> };
}

interface JobSpec {
    readonly template: {
        readonly spec: {
            readonly containers: readonly [
                { readonly env: readonly { readonly name: string; readonly value: string }[] },
            ];
            readonly volumes: readonly {
                readonly name: string;
                readonly persistentVolumeClaim?: { readonly claimName: string };
            }[];
        };
    };
}

/** The repository of the backups. */
export class Repository {
    /** What opens it. */
    password = "right";

    constructor(private readonly shop: Workshop) {}

    /** Runs kopia with a configuration of its own. */
    kopia(...args: readonly string[]) {
        const { status, stdout, stderr } = spawnSync(
            "kopia",
            ["--config-file", this.shop.at("kopia.config"), "--no-progress", ...args],
            {
                cwd: this.shop.folder,
                encoding: "utf8",
                env: {
                    PATH: process.env.PATH,
                    HOME: this.shop.folder,
                    KOPIA_PASSWORD: this.password,
                    KOPIA_CHECK_FOR_UPDATES: "false",
                },
            },
        );
        return { status, output: `${stdout}${stderr}`, text: stdout };
    }

    /** Makes it, as Velero does: in a folder of the target. */
    create(): void {
        const { status, output } = this.kopia(
            ...["repository", "create", "filesystem", "--path", this.folder],
            ...["--cache-directory", this.shop.at("kopia-cache")],
        );
        if (status !== 0) {
            throw new Error(output);
        }
    }

    get folder(): string {
        const folder = this.shop.at("repository");
        fs.mkdirSync(folder, { recursive: true });
        return folder;
    }

    /** Saves a folder, and tells the name of the snapshot. */
    save(folder: string): string {
        // A key that was refused leaves kopia without a connection.
        const connected = this.connect();
        const { status, output, text } =
            connected.status === 0 ? this.kopia("snapshot", "create", folder, "--json") : connected;
        if (status !== 0) {
            throw new Error(output);
        }
        return (JSON.parse(text) as { id: string }).id;
    }

    private connect() {
        return this.kopia(
            ...["repository", "connect", "filesystem", "--path", this.folder],
            ...["--cache-directory", this.shop.at("kopia-cache")],
        );
    }

    /** Brings a snapshot back into a folder, by a connection and a cache of its own. */
    restore(snapshot: string, folder: string): { status: number | null; output: string } {
        fs.rmSync(this.shop.at("kopia-cache"), { recursive: true, force: true });
        const connected = this.connect();
        return connected.status === 0
            ? this.kopia("snapshot", "restore", snapshot, folder)
            : connected;
    }
}

/** Restores. */
export class VeleroServer implements Controller {
    readonly resource = "restores";
    readonly volumes: BackedUp[] = [];
    readonly folders = new Map<string, string>();
    server: ApiServer | undefined;
    private count = 0;

    constructor(
        private readonly shop: Workshop,
        private readonly repository: Repository,
    ) {}

    /** Forgets what was backed up. */
    forget(): void {
        this.volumes.length = 0;
    }

    created(restore: Stored): void {
        restore.status = { phase: "InProgress" };
        setImmediate(() => {
            restore.status = this.restore(restore.spec as RestoreSpec);
        });
    }

    deleted(): void {
        // What it restored stays.
    }

    private restore(spec: RestoreSpec): object {
        const { namespaceMapping, includedNamespaces, labelSelector } = spec;
        const wanted = this.volumes.filter(
            ({ namespace, labels }) =>
                includedNamespaces.includes(namespace) &&
                Object.entries(labelSelector.matchLabels).every(
                    ([label, value]) => labels[label] === value,
                ),
        );
        for (const { namespace, claim, labels, snapshot } of wanted) {
            this.count += 1;
            const folder = this.shop.at(`volume-${this.count}`);
            const { status, output } = this.repository.restore(snapshot, folder);
            this.server?.put("", "persistentvolumeclaims", {
                apiVersion: "v1",
                kind: "PersistentVolumeClaim",
                metadata: { name: claim, namespace: namespaceMapping[namespace], labels },
            });
            if (status !== 0) {
                // pkg/controller: what a DataDownload says becomes an error of the Restore.
                return { phase: "PartiallyFailed", errors: 1, failureReason: output.trim() };
            }
            this.folders.set(claim, folder);
        }
        return { phase: "Completed" };
    }
}

/** Runs Jobs of checks, and is their kubelet. */
export class CheckRunner implements Controller {
    readonly resource = "jobs";
    server: ApiServer | undefined;

    constructor(
        private readonly shop: Workshop,
        private readonly velero: VeleroServer,
    ) {}

    created(job: Stored): void {
        const { template } = job.spec as JobSpec;
        const claim = template.spec.volumes.find(({ name }) => name === "restored")
            ?.persistentVolumeClaim?.claimName;
        const message = this.shop.at("message");
        const env = Object.fromEntries(
            template.spec.containers[0].env.map(({ name, value }) => [name, value]),
        );
        const { status } = spawnSync(
            "python3",
            ["-B", path.join(scriptFolder, "check_volume.py")],
            {
                env: {
                    PATH: process.env.PATH,
                    ...env,
                    VOLUME: this.velero.folders.get(claim ?? "") ?? "/nowhere",
                    MESSAGE: message,
                },
            },
        );
        const terminated = { exitCode: status, message: fs.readFileSync(message, "utf8") };
        this.server?.put("", "pods", {
            apiVersion: "v1",
            kind: "Pod",
            metadata: {
                name: "check-volume-1",
                namespace: SCRATCH,
                labels: { "batch.kubernetes.io/job-name": "check-volume" },
            },
            status: { containerStatuses: [{ name: "check-volume", state: { terminated } }] },
        });
    }

    deleted(): void {
        this.server?.take("", "pods", SCRATCH, "check-volume-1");
    }
}

/** A backup of a tier, as Velero lists it. */
export function backupOf(schedule: string, name: string, phase = "Completed", age = 3600) {
    const created = new Date(Date.now() - age * 1000).toISOString().replace(/\.\d+Z/, "Z");
    return {
        apiVersion: "velero.io/v1",
        kind: "Backup",
        metadata: {
            name,
            namespace: VELERO,
            creationTimestamp: created,
            labels: { "velero.io/schedule-name": schedule },
        },
        status: { phase },
    };
}
