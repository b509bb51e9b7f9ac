/** What a comparison asks of git. */
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { nearest } from "../../components/nearest";
import { UsageError } from "../../preview/stack-file";

const run = promisify(execFile);

/** The commit that the working tree is compared with. */
export interface Base {
    /** As the user named it. */
    readonly name: string;
    /** 40 hexadecimal digits. */
    readonly commit: string;
    /** Sentences about what is compared with what. */
    readonly notes: readonly string[];
}

/** Digits of a commit that a sentence shows. */
const SHORT = 10;

/** Asks git about the repository of this program. */
export class Git {
    /** @param folder the root of this program, which may be a folder of a larger repository */
    constructor(private readonly folder: string) {}

    private async ask(...args: string[]): Promise<string> {
        const { stdout } = await run("git", args, {
            cwd: this.folder,
            maxBuffer: 64 * 1024 ** 2,
        });
        return stdout.trim();
    }

    /** What git answers, or undefined when it says no. */
    private async maybe(...args: string[]): Promise<string | undefined> {
        try {
            return await this.ask(...args);
        } catch {
            return undefined;
        }
    }

    /**
     * Finds the commit to compare with: where the working tree's branch left the base, so that what
     * others have merged since then does not look like something that this change takes away.
     *
     * @throws UsageError when this is no repository, or has no such commit
     */
    async base(name: string): Promise<Base> {
        await this.requireRepository();
        const tip = await this.maybe(
            ...["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`],
        );
        if (tip === undefined) {
            throw new UsageError(await this.unknown(name));
        }
        const ancestor = await this.maybe("merge-base", "HEAD", tip);
        const commit = ancestor ?? tip;
        return { name, commit, notes: await this.notes(name, tip, ancestor) };
    }

    private async requireRepository(): Promise<void> {
        try {
            await this.ask("rev-parse", "--git-dir");
        } catch (error) {
            const isAbsent = (error as NodeJS.ErrnoException).code === "ENOENT";
            throw new UsageError(
                isAbsent
                    ? "There is no git on the PATH, and the base of a comparison is a commit: install git."
                    : `${this.folder} is not in a git repository, and the base of a comparison is a commit of it.`,
            );
        }
    }

    private isShallow = async () =>
        (await this.maybe("rev-parse", "--is-shallow-repository")) === "true";

    private async unknown(name: string): Promise<string> {
        if (await this.isShallow()) {
            return `There is no commit ${name} in this clone, which is shallow: run \`git fetch --unshallow\`, or set \`fetch-depth: 0\` where CI checks out.`;
        }
        const names = await this.maybe(
            "for-each-ref",
            "--format=%(refname:short)",
            ...["refs/heads", "refs/remotes", "refs/tags"],
        );
        const known = names?.split("\n").filter((each) => each !== "") ?? [];
        const near = nearest(name, known) ?? known.find((each) => name.endsWith(`/${each}`));
        const hint = near === undefined ? "" : `; did you mean ${near}?`;
        return `There is no commit ${name} in this clone: name a branch, a tag or a commit with --base, or run \`git fetch\`${hint}`;
    }

    private async notes(name: string, tip: string, ancestor: string | undefined) {
        const status = await this.maybe("status", "--porcelain", "--", ".");
        const open = status === undefined || status === "" ? 0 : status.split("\n").length;
        const tree =
            open === 0
                ? "the working tree"
                : `the working tree, with ${open} uncommitted ${open === 1 ? "change" : "changes"}`;
        const at = (commit: string) => commit.slice(0, SHORT);
        if (ancestor === undefined) {
            return [
                `Compared: ${tree}, with ${name} (${at(tip)}).`,
                `This clone does not have where the branch left ${name}, so what others did there since then looks like something that this change takes back.`,
            ];
        }
        return [
            ancestor === tip
                ? `Compared: ${tree}, with ${name} (${at(tip)}).`
                : `Compared: ${tree}, with ${at(ancestor)}, where the branch left ${name}.`,
        ];
    }

    /** The content of a file of this program at a commit; undefined when it is not there. */
    async show(commit: string, file: string): Promise<string | undefined> {
        return this.maybe("show", `${commit}:./${file}`);
    }

    /** Writes the program as it is at a commit into a folder. Nothing is noted in the repository. */
    async checkOut(commit: string, folder: string): Promise<void> {
        const prefix = (await this.ask("rev-parse", "--show-prefix")).replace(/\/$/, "");
        const archive = path.join(folder, ".archive.tar");
        const tree = prefix === "" ? commit : `${commit}:${prefix}`;
        const top = await this.ask("rev-parse", "--show-toplevel");
        await run("git", ["archive", "--format=tar", `--output=${archive}`, tree], { cwd: top });
        await run("tar", ["-xf", archive, "-C", folder]);
        fs.rmSync(archive);
    }
}
