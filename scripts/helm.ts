/**
 * `make helm`: makes sure that there is a helm to render charts with. Taken from the PATH, else
 * built by the Go toolchain from its module, else downloaded from the project's own site and
 * checked against the published sha256.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { makeCacheFile, makeCacheFolder } from "../components/base/cache-folder";
import { findHelm } from "../components/base/helm";
import { helmFolder } from "../components/context";
import { helmVersion } from "../components/versions";
import { runToEnd } from "../preview/command";

const run = promisify(execFile);
const systemPath = (process.env.PATH ?? "").split(path.delimiter);

async function buildWithGo(folder: string): Promise<void> {
    process.stdout.write(
        `Building helm ${helmVersion} with the Go toolchain (about a minute) ...\n`,
    );
    await run("go", ["install", `helm.sh/helm/v3/cmd/helm@${helmVersion}`], {
        env: { ...process.env, GOBIN: folder, GOFLAGS: "" },
        timeout: 600_000,
    });
}

async function download(folder: string): Promise<void> {
    const architecture = process.arch === "arm64" ? "arm64" : "amd64";
    const name = `helm-${helmVersion}-${process.platform}-${architecture}.tar.gz`;
    const url = `https://get.helm.sh/${name}`;
    process.stdout.write(`Downloading ${url} ...\n`);
    const get = async (address: string) => {
        const response = await fetch(address, { signal: AbortSignal.timeout(120_000) });
        if (!response.ok) {
            throw new Error(`${address} answered ${response.status}`);
        }
        return Buffer.from(await response.arrayBuffer());
    };
    const archive = await get(url);
    const wanted = (await get(`${url}.sha256`)).toString().trim().slice(0, 64);
    const found = createHash("sha256").update(archive).digest("hex");
    if (found !== wanted) {
        throw new Error(`${name} has sha256 ${found}, but ${wanted} is published`);
    }
    const file = path.join(folder, name);
    fs.writeFileSync(file, archive);
    await run("tar", ["-xzf", file, "-C", folder, "--strip-components=1"]);
}

async function main(): Promise<number> {
    const file = path.join(helmFolder(), "helm");
    const present = findHelm([...systemPath, helmFolder()]);
    if (present !== undefined) {
        process.stdout.write(`helm: ${present.file}\n`);
        return 0;
    }
    makeCacheFolder(helmFolder());
    const reasons: string[] = [];
    for (const install of [buildWithGo, download]) {
        try {
            await makeCacheFile(file, install);
            process.stdout.write(`helm: ${file}\n`);
            return 0;
        } catch (error) {
            reasons.push((error as Error).message.split("\n")[0] ?? "");
        }
    }
    // Not a failure: a preview without helm lists the charts that it could not render.
    process.stdout.write(
        `helm: not available, so charts will not be rendered (${reasons.join("; ")}). ` +
            "Install helm 3 and run the command again.\n",
    );
    return 0;
}

runToEnd(main);
