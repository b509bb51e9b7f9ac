/**
 * Gets a helm to render charts with: the one on the PATH, else the official download, which takes
 * seconds, else the Go toolchain, where that site cannot be reached. The download is checked against
 * the sha256 that the release notes list, so that whoever holds the site cannot change it.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { makeCacheFile, makeCacheFolder } from "../../components/base/cache-folder";
import { downloadCause } from "../../components/base/download-cause";
import { runTool } from "../../components/base/ending";
import { findHelm, type Helm, helmFault, refuseHelm } from "../../components/base/helm";
import { helmFolder } from "../../components/context";
import { helmArchives, helmVersion } from "../../components/versions";
import { ANSWER, fetchFile, platformName, requireSha256 } from "../tools/download";

/** Seconds that the download of 17 MB may take. */
const DOWNLOAD = 90;
/** Seconds that a build may take: about one minute on two cores, from nothing. */
const BUILD = 600;
const SITE = "https://get.helm.sh";

/** Told what goes on, a line at a time. */
export type Tell = (line: string) => void;

/** The folders of the PATH. */
export function toolPathOf({ PATH = "" }: NodeJS.ProcessEnv): string[] {
    return PATH.split(path.delimiter).filter((folder) => folder !== "");
}

/**
 * Checks a downloaded archive.
 *
 * @param platform such as `linux-amd64`
 * @throws Error with the reason when it is not the one of the release
 */
export function requireOfficial(archive: Buffer, platform: string): void {
    requireSha256(archive, helmArchives.sha256, platform);
}

async function download(folder: string): Promise<void> {
    const platform = platformName();
    if (helmArchives.release !== helmVersion || !(platform in helmArchives.sha256)) {
        throw new Error(`no sha256 of helm ${helmVersion} for ${platform} is known`);
    }
    const name = `helm-${helmVersion}-${platform}.tar.gz`;
    const archive = await fetchFile(`${SITE}/${name}`, DOWNLOAD);
    requireOfficial(archive, platform);
    const file = path.join(folder, name);
    fs.writeFileSync(file, archive);
    await runTool("tar", ["-xzf", file, "-C", folder, "--strip-components=1"]);
}

async function buildWithGo(folder: string): Promise<void> {
    await runTool("go", ["install", `helm.sh/helm/v3/cmd/helm@${helmVersion}`], {
        env: { ...process.env, GOBIN: folder, GOFLAGS: "" },
        timeout: BUILD * 1000,
    });
}

const WAYS = [
    {
        announcement: `Downloading helm ${helmVersion} from ${SITE} (17 MB) ...`,
        from: SITE.replace("https://", ""),
        patience: ANSWER,
        install: download,
    },
    {
        announcement: `Building helm ${helmVersion} with the Go toolchain, once (about a minute) ...`,
        from: "Go",
        patience: BUILD,
        install: buildWithGo,
    },
] as const;

/** A helm, or why there is none. */
export type Acquired =
    { readonly helm: Helm; readonly seconds: number } | { readonly reason: string };

/** A helm that works, of those that are there. */
function present(toolPath: readonly string[], tell: Tell): Helm | undefined {
    for (let helm = findHelm(toolPath, helmFolder()); helm !== undefined;) {
        const fault = helmFault(helm);
        if (fault === undefined) {
            return helm;
        }
        tell(`${helm.file} ${fault}, so it is passed over.`);
        refuseHelm(helm);
        const next = findHelm(toolPath, helmFolder());
        helm = next?.file === helm.file ? undefined : next;
    }
    return undefined;
}

/** Finds a helm that works, or gets one. */
export async function acquireHelm(toolPath: readonly string[], tell: Tell): Promise<Acquired> {
    const start = performance.now();
    const secondsSince = () => (performance.now() - start) / 1000;
    const found = present(toolPath, tell);
    if (found !== undefined) {
        return { helm: found, seconds: secondsSince() };
    }
    makeCacheFolder(helmFolder());
    const reasons: string[] = [];
    for (const { announcement, from, patience, install } of WAYS) {
        tell(announcement);
        try {
            await makeCacheFile(path.join(helmFolder(), "helm"), install);
            const helm = findHelm([], helmFolder());
            if (helm !== undefined) {
                return { helm, seconds: secondsSince() };
            }
        } catch (error) {
            const reason = `${from}: ${downloadCause(error, patience)}`;
            reasons.push(reason);
            tell(`  ${reason}`);
        }
    }
    return { reason: reasons.join("; ") };
}

/** What is said when there is no helm: no failure, as a preview lists what it could not render. */
export function noHelm(reason: string): string {
    return `helm: not available, so charts will not be rendered (${reason}). Install helm 3 and run the command again.`;
}
