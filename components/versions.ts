/**
 * The releases on which everything else stands. Pins of charts and images are in the definition of
 * the system that uses them; `make versions` lists all.
 *
 * Kubernetes 1.35 is the newest minor version that every chart here lists as supported: Kyverno
 * 1.19 and Velero 1.18 do not list 1.36 yet. Talos 1.13 supports Kubernetes 1.31 to 1.36.
 */

/** Talos release installed on new machines. */
// renovate: datasource=github-releases depName=siderolabs/talos
export const talosVersion = "v1.13.9";

/** Kubernetes release that Talos bootstraps and against which charts are rendered. */
// renovate: datasource=github-releases depName=kubernetes/kubernetes extractVersion=^v(?<version>.*)$
export const kubernetesVersion = "1.35.4";

/** Helm release that `make helm` installs when none is on the PATH. */
// renovate: datasource=go depName=helm.sh/helm/v3
export const helmVersion = "v3.22.0";

/**
 * sha256 of the official archives of exactly that release, `helm-<version>-<platform>.tar.gz`, as its
 * release notes list them; whoever bumps the version copies these four too.
 */
export const helmArchives = {
    release: "v3.22.0" as string,
    sha256: {
        "darwin-amd64": "bd1d09f316558dda23698527859600936fed1371021ce0f2272d66b2fdcfa69c",
        "darwin-arm64": "4c9982a6cdeb458b60258df66b55398ca5b19293f6877faffe2909ad6f23dfe0",
        "linux-amd64": "1e4ab49e429626cf6c6958d914248b78c9730803c2751b87627e171dc800e7bb",
        "linux-arm64": "f14e804dfee240f55525b667488fe9adca349e63e00c9af634c0beb1421ac310",
    },
} as const;

/**
 * sha256 of the official `talosctl-<platform>` of exactly that release, from the `sha256sum.txt` beside
 * it. Where none is written, talosctl is built from its Go module, which Go's public database of
 * checksums verifies. These four are those of siderolabs/homebrew-tap, `Formula/talosctl.rb`.
 */
export const talosctlBinaries = {
    release: "v1.13.7" as string,
    sha256: {
        "darwin-amd64": "0e4b75ee78da180103aceda6da9c906bd2cba48cd7c7c2e9049776445beab688",
        "darwin-arm64": "8965b026f416a25147b99530721c25fc2616c4fa655480673bcb63eb7f0de331",
        "linux-amd64": "97d08e5584e56114659f131e95e227910d1f3b427d26360dca2af3ed821b71f8",
        "linux-arm64": "756ef525dbff50bcaa67750fce70efbef2899ec87c87468914a8390ce292b1d4",
    },
} as const;
