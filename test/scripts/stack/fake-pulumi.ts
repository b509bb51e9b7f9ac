/** A CLI that stands in for pulumi: it keeps one tag, and notes what it was told. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** What the engine is told, besides its arguments. */
const TOLD = [
    "PULUMI_SKIP_CHECKPOINTS",
    "PULUMI_K8S_UPSERT_EXISTING_OBJECTS",
    "PULUMI_K8S_ENABLE_PATCH_FORCE",
];

/** How the CLI behaves. */
export interface Behaviour {
    /** URL of the backend; default: a folder. */
    readonly url?: string;
    /** Value of the tag; none yet where absent. */
    readonly tag?: string;
    /** Exit codes of one `up` or `destroy` after the other; 0 where absent. */
    readonly codes?: readonly number[];
    /** Whether the backend takes no tags. */
    readonly isWithoutTags?: boolean;
}

/** What came of a command that used it. */
export interface Done {
    readonly code: number;
    /** Each `up` and `destroy`: what it was told, and its arguments. */
    readonly calls: readonly (readonly [told: string, args: string])[];
    /** The tag afterwards; empty where there is none. */
    readonly tag: string;
    /** What the user was told. */
    readonly lines: readonly string[];
}

/** The CLI in a folder of its own. */
export class FakePulumi {
    readonly file: string;
    private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "platform-test-"));

    constructor() {
        this.file = path.join(this.folder, "pulumi");
        const told = TOLD.map((name) => `$${name}`).join(",");
        const script = [
            "#!/bin/sh",
            `cd ${this.folder}`,
            'case "$1 $2 $3" in',
            `"whoami --json ") printf '{"url":"%s"}' "$(cat url)";;`,
            '"stack tag ls") cat tags;;',
            `"stack tag set") [ -e no-tags ] && exit 1; printf '{"%s":"%s"}' "$6" "$7" > tags;;`,
            `up*|destroy*) echo "${told}|$*" >> calls; [ -s codes ] || exit 0`,
            "  code=$(head -n 1 codes); tail -n +2 codes > rest; mv rest codes; exit $code;;",
            "*) exit 9;;",
            "esac",
        ];
        fs.writeFileSync(this.file, `${script.join("\n")}\n`, { mode: 0o755 });
    }

    /** Runs a command that uses it. */
    async watch(
        { url = "file:///state", tag, codes = [], isWithoutTags = false }: Behaviour,
        command: (tell: (line: string) => void) => Promise<number>,
    ): Promise<Done> {
        fs.rmSync(this.in("no-tags"), { force: true });
        fs.writeFileSync(this.in("url"), url);
        fs.writeFileSync(this.in("calls"), "");
        fs.writeFileSync(this.in("codes"), codes.map((code) => `${code}\n`).join(""));
        const tags = tag === undefined ? {} : { "platform:objects": tag };
        fs.writeFileSync(this.in("tags"), JSON.stringify(tags));
        if (isWithoutTags) {
            fs.writeFileSync(this.in("no-tags"), "");
        }
        const lines: string[] = [];
        const code = await command((line) => lines.push(line));
        const written = JSON.parse(this.read("tags")) as Record<string, string>;
        const calls = this.read("calls")
            .split("\n")
            .filter((line) => line !== "")
            .map((line) => {
                const at = line.indexOf("|");
                return [line.slice(0, at), line.slice(at + 1)] as const;
            });
        return { code, calls, tag: written["platform:objects"] ?? "", lines };
    }

    remove(): void {
        fs.rmSync(this.folder, { recursive: true });
    }

    private in(name: string): string {
        return path.join(this.folder, name);
    }

    private read(name: string): string {
        return fs.readFileSync(this.in(name), "utf8");
    }
}
