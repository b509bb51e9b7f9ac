/** The releases that edge machines are made of, each with what its bytes must be. Pure. */

/**
 * k3s of the minor release of Kubernetes that the platform has (`../versions.ts`); a test holds both
 * together. Whoever bumps it takes the digest of the file `k3s` from `sha256sum-amd64.txt` of the same
 * release.
 */
// renovate: datasource=github-releases depName=k3s-io/k3s
export const k3sVersion = "v1.35.8+k3s1";
/** sha256 of the file `k3s` of that release, for amd64. */
export const k3sDigest = "12f81c9bb5b71e098a4f7a2d187e350902a9339a6c3d5e56c20a03f7a417e07f";

/** Where the file is. A plus sign in a path means a plus sign, but not to everybody. */
export function k3sUrl(version = k3sVersion): string {
    return `https://github.com/k3s-io/k3s/releases/download/${version.replace("+", "%2B")}/k3s`;
}

/** Chart of Flux, which the Helm controller of k3s installs on each site. */
// renovate: datasource=github-releases depName=fluxcd-community/helm-charts extractVersion=^flux2-(?<version>.*)$
export const fluxVersion = "2.18.3";
/** Repository of that chart. */
export const fluxRepository = "https://fluxcd-community.github.io/helm-charts";

/** Build of Debian 13 for clouds: the day, and the number of that day's run. */
export const debianBuild = "20260914-2601";
/** sha512 of the disk image of that build, as its `SHA512SUMS` has it. */
export const debianDigest =
    "95e110dfcdbd0ed8a82a75ed9579802f9950cabf51a810dcc6388e81bc778188713878b9f28d583a0ea602fbf48b35996ae9ad37f584166d8fbd6489df248f53";

/** Name of the disk image: another build is another file. */
export const debianFile = `debian-13-genericcloud-amd64-${debianBuild}.qcow2`;
/** Where it is; builds stay there for some months (cloud.debian.org/images/cloud). */
export const debianUrl = `https://cloud.debian.org/images/cloud/trixie/${debianBuild}/${debianFile}`;
