/** Did somebody upgrade Kubernetes and not write it down? Pure. */

/** Kubernetes release that a machine configuration names, such as `1.35.4`. */
export function configuredKubernetes(machineConfiguration: string): string | undefined {
    return /kube-apiserver:v(\d+\.\d+\.\d+)/.exec(machineConfiguration)?.[1];
}

/**
 * The warning for an upgrade that the settings do not know of: the next change of a node would undo
 * it, because Talos always gets the whole configuration.
 *
 * @param running release of the API server
 * @param applied machine configurations that were last applied; those of workers name no API server
 */
export function forgottenUpgrade(
    running: string | undefined,
    applied: readonly (string | undefined)[],
): string | undefined {
    const configured = applied
        .map((configuration) => configuredKubernetes(configuration ?? ""))
        .find((release) => release !== undefined && release !== running);
    return running === undefined || configured === undefined
        ? undefined
        : `The API server runs Kubernetes ${running}, the machine configuration names ` +
              `${configured}: the next change of a node would take it there. Set ` +
              `cluster.upgradedKubernetes to ${running} (docs/upgrades.md).`;
}
