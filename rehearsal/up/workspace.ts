/** A copy of the project with a state of its own, so that a rehearsal touches nothing of yours. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "js-yaml";
import { isRecord } from "../../components/base/object";
import { secretStandIns, systems } from "../../components/systems";
import type { StackConfiguration } from "../../preview/stack-file";

type Tree = Record<string, unknown>;

const root = path.join(__dirname, "..", "..");
/** What a copy does without: other stacks, what was made here, and what is linked. */
const LEFT_OUT = /^(\.git|\.cache|node_modules|output|Pulumi\..+\.yaml)$/;

/** A node as it stands in the stack's file. */
export interface NodeEntry {
    readonly name: string;
    readonly role: "controlPlane" | "worker";
    readonly host: string;
    readonly vmId: number;
    readonly address: string;
    readonly cores: number;
    /** MiB. */
    readonly memory: number;
    readonly labels?: Readonly<Record<string, string>>;
}

/** The settings that a rehearsal reads and changes, as they stand in the stack's file. */
interface StackSettings {
    readonly profile: string;
    readonly nodes: readonly NodeEntry[];
    readonly cluster: { readonly name: string; readonly virtualIp?: string };
    readonly network: { readonly nodes: string; readonly apiServerPort?: number };
    readonly proxmox: {
        readonly endpoint: string;
        readonly hosts: readonly {
            readonly name: string;
            readonly endpoint?: string;
            readonly imageDatastore?: string;
            readonly diskDatastore?: string;
        }[];
    };
}

/** What stands in for a secret that nobody in a rehearsal asks for. */
const STAND_IN = "of-the-rehearsal";

/** The pack asks for the whole platform, most of which is switched off here: it only advises. */
function adviseOnly(policy: string): void {
    for (const name of fs.readdirSync(policy).filter((one) => /^levels\..+\.json$/.test(one))) {
        const file = path.join(policy, name);
        const levels = JSON.parse(fs.readFileSync(file, "utf8")) as Readonly<
            Record<string, unknown>
        >;
        const entries = Object.entries(levels).map(([criterion, level]) => [
            criterion,
            level === "mandatory" ? "advisory" : level,
        ]);
        fs.writeFileSync(file, JSON.stringify(Object.fromEntries(entries)));
    }
}

/** The settings of the rehearsed stack, which scenarios change. */
export class Workspace {
    private constructor(
        readonly folder: string,
        readonly stack: string,
        /** Secrets that the stack needs, with stand-ins for their values. */
        readonly secrets: Readonly<Record<string, string>>,
        private readonly project: string,
    ) {}

    /**
     * Copies the project; files, because its commands look for it from where they are.
     *
     * @param kept systems that stay on; the others are switched off
     */
    static create(
        folder: string,
        { stack, project, missingSecrets }: StackConfiguration,
        kept: readonly string[] | "all",
        secrets: Readonly<Record<string, string>>,
    ): Workspace {
        for (const entry of fs.readdirSync(root)) {
            if (!LEFT_OUT.test(entry)) {
                fs.cpSync(path.join(root, entry), path.join(folder, entry), { recursive: true });
            }
        }
        if (kept !== "all") {
            adviseOnly(path.join(folder, "policy"));
        }
        fs.symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
        fs.mkdirSync(path.join(folder, ".state"));
        const text = fs.readFileSync(path.join(root, `Pulumi.${stack}.yaml`), "utf8");
        const file = yaml.load(text) as { config: Tree };
        const plain = Object.entries(file.config).filter(
            ([, value]) => !(isRecord(value) && "secure" in value),
        );
        const config: Tree = Object.fromEntries(plain);
        const key = `${project}:systems`;
        const chosen = isRecord(config[key]) ? config[key] : {};
        if (kept !== "all") {
            const off = systems.map(({ name }) => name).filter((name) => !kept.includes(name));
            config[key] = {
                ...Object.fromEntries(
                    Object.entries(chosen).filter(([name]) => kept.includes(name)),
                ),
                ...Object.fromEntries(off.map((name) => [name, { enabled: false }])),
            };
        }
        fs.writeFileSync(path.join(folder, `Pulumi.${stack}.yaml`), yaml.dump({ config }));
        const needed = missingSecrets.map((name) => [
            name,
            secrets[name] ?? secretStandIns[name] ?? STAND_IN,
        ]);
        const values = Object.fromEntries(needed) as Record<string, string>;
        return new Workspace(folder, stack, values, project);
    }

    /** A setting, by its key without the project. */
    setting<K extends keyof StackSettings>(key: K): StackSettings[K] {
        return this.read().config[`${this.project}:${key}`] as StackSettings[K];
    }

    /** Changes a setting; pulumi's own keys of the file stay. */
    set<K extends keyof StackSettings>(key: K, value: StackSettings[K]): void {
        const content = this.read();
        content.config[`${this.project}:${key}`] = value;
        fs.writeFileSync(this.file, yaml.dump(content));
    }

    private get file(): string {
        return path.join(this.folder, `Pulumi.${this.stack}.yaml`);
    }

    private read(): { config: Tree } {
        return yaml.load(fs.readFileSync(this.file, "utf8")) as { config: Tree };
    }
}
