/** The Tasks that make an image of a commit, as objects of Tekton. Pure. */
import { resources, secretVariable } from "../base/containers";
import type { Manifest } from "../base/object";
import { TRIVY_SERVER_PORT } from "../../operators/trivy-operator";
import { type Build, privateServers, type TektonSettings } from "./tekton-settings";
import { buildSecrets, builder, registry, scratch, source, task } from "./tekton-steps";

/** Images of the steps. */
export interface StepImages {
    readonly clone: string;
    readonly builder: string;
    /** What the finished image stands on. */
    readonly run: string;
    readonly scanner: string;
    readonly cosign: string;
}

/** Where the scanner's server answers (trivy-operator 0.34.0: templates/trivy-server/service.yaml). */
const SCANNER = `http://trivy-service.trivy-operator:${TRIVY_SERVER_PORT}`;

const SOURCE = "$(workspaces.source.path)/code";
const CANDIDATE = "$(params.image)-candidates";
const BY_DIGEST = `${CANDIDATE}@$(params.digest)`;

const withRegistry = [
    { name: "HOME", value: "/tmp" },
    { name: "DOCKER_CONFIG", value: "$(workspaces.registry.path)" },
];

function cloneTask(images: StepImages, settings: TektonSettings): Manifest {
    const isPrivate = privateServers(settings).length > 0;
    return task("clone", {
        description: "Fetches one commit.",
        takes: ["url", "revision"],
        workspaces: [source],
        steps: [
            {
                name: "clone",
                image: images.clone,
                command: ["/ko-app/git-init"],
                args: [
                    "-url=$(params.url)",
                    "-revision=$(params.revision)",
                    `-path=${SOURCE}`,
                    "-depth=1",
                    "-sslVerify=true",
                ],
                computeResources: resources("50m", "64Mi", "512Mi"),
                // The token goes to the one server of the private repositories alone.
                ...(isPrivate ? { envFrom: [{ secretRef: { name: buildSecrets.source } }] } : {}),
            },
        ],
    });
}

/** The code of others runs here, without any credential. */
function testTask({ name, test }: Build): Manifest {
    return task("test", {
        name: `test-${name}`,
        description: `Runs the tests of ${name}.`,
        workspaces: [source],
        steps: [
            {
                name: "test",
                image: test.image,
                command: ["/bin/sh", "-c"],
                args: [test.command],
                workingDir: SOURCE,
                computeResources: resources("250m", "512Mi", "2Gi"),
            },
        ],
    });
}

/**
 * Cloud Native Buildpacks: the `creator` of the lifecycle as the user of its builder, which needs no
 * right at all. Buildah needs `unshare`, which Pod Security's restricted level forbids, and kaniko
 * unpacks images as root (docs/decisions/0013-images-by-buildpacks.md).
 */
function buildTask(images: StepImages): Manifest {
    const layers = { name: "layers", mountPath: "/layers" };
    return task("build", {
        description: "Makes an image of the code, and pushes it as a candidate.",
        takes: ["image", "revision"],
        workspaces: [source, registry],
        results: [{ name: "digest", type: "string", description: "digest of the candidate" }],
        volumes: [scratch("layers", "5Gi"), scratch("platform", "16Mi"), scratch("home", "1Gi")],
        steps: [
            {
                name: "create",
                image: images.builder,
                command: ["/cnb/lifecycle/creator"],
                args: [
                    `-app=${SOURCE}`,
                    "-layers=/layers",
                    "-platform=/platform",
                    "-report=/layers/report.toml",
                    `-uid=${builder.user}`,
                    `-gid=${builder.group}`,
                    "-skip-restore",
                    `-run-image=${images.run}`,
                    `${CANDIDATE}:$(params.revision)`,
                ],
                env: [
                    { name: "CNB_PLATFORM_API", value: "0.14" },
                    { name: "HOME", value: "/home/cnb" },
                    { name: "DOCKER_CONFIG", value: "$(workspaces.registry.path)" },
                ],
                volumeMounts: [
                    layers,
                    { name: "platform", mountPath: "/platform" },
                    { name: "home", mountPath: "/home/cnb" },
                ],
                computeResources: resources("500m", "1Gi", "3Gi"),
            },
            {
                name: "digest",
                image: images.builder,
                command: ["/bin/bash", "-ceu"],
                args: [
                    "grep -o -m1 'sha256:[0-9a-f]\\{64\\}' /layers/report.toml | tr -d '\\n' > \"$0\"",
                    "$(results.digest.path)",
                ],
                volumeMounts: [layers],
                computeResources: resources("10m", "16Mi", "64Mi"),
            },
        ],
    });
}

/** The gate: a critical vulnerability ends the run, and nothing is signed or pushed. */
function scanTask(images: StepImages, { stopsUnfixed }: TektonSettings): Manifest {
    return task("scan", {
        description: "Ends the run when the candidate has a critical vulnerability or a secret.",
        takes: ["image", "digest"],
        workspaces: [registry],
        steps: [
            {
                name: "scan",
                image: images.scanner,
                command: ["trivy"],
                args: [
                    "image",
                    `--server=${SCANNER}`,
                    "--cache-dir=/tmp/trivy",
                    "--scanners=vuln,secret",
                    "--severity=CRITICAL",
                    "--exit-code=1",
                    "--timeout=15m",
                    "--no-progress",
                    ...(stopsUnfixed ? [] : ["--ignore-unfixed"]),
                    BY_DIGEST,
                ],
                env: withRegistry,
                computeResources: resources("100m", "256Mi", "1Gi"),
            },
        ],
    });
}

function signTask(images: StepImages): Manifest {
    const key = { name: "signing", mountPath: "/signing", readOnly: true };
    return task("sign", {
        description: "Signs the candidate by its digest, with the key of the site.",
        takes: ["image", "digest"],
        workspaces: [registry],
        volumes: [
            {
                name: "signing",
                secret: {
                    secretName: buildSecrets.signing,
                    items: [{ key: "cosign.key", path: "cosign.key" }],
                },
            },
        ],
        steps: [
            {
                name: "sign",
                image: images.cosign,
                command: ["cosign"],
                args: [
                    "sign",
                    "--yes",
                    "--key=/signing/cosign.key",
                    // What is built at home stands in no public log.
                    "--use-signing-config=false",
                    "--new-bundle-format=false",
                    "--tlog-upload=false",
                    BY_DIGEST,
                ],
                env: [
                    ...withRegistry,
                    secretVariable("COSIGN_PASSWORD", buildSecrets.signing, "password"),
                ],
                volumeMounts: [key],
                computeResources: resources("50m", "64Mi", "256Mi"),
            },
        ],
    });
}

function pushTask(images: StepImages): Manifest {
    return task("push", {
        description:
            "Gives the candidate and its signature the name that applications deploy from.",
        takes: ["image", "revision", "digest"],
        workspaces: [registry],
        steps: [
            {
                name: "push",
                image: images.cosign,
                command: ["cosign"],
                args: ["copy", "--force", BY_DIGEST, "$(params.image):$(params.revision)"],
                env: withRegistry,
                computeResources: resources("50m", "128Mi", "512Mi"),
            },
        ],
    });
}

/** The Tasks of every step, and one of tests for each image. */
export function tasks(images: StepImages, settings: TektonSettings): Manifest[] {
    return [
        cloneTask(images, settings),
        ...settings.builds.map(testTask),
        buildTask(images),
        scanTask(images, settings),
        signTask(images),
        pushTask(images),
    ];
}
