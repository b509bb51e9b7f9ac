import { patchContainer, patchPod } from "../base/containers";
import type { Manifest } from "../base/object";

/**
 * What the charts of Fluent Bit and Fluentd render, without their tests and the roles over the whole
 * cluster: neither asks the API anything, so their pods get no token.
 *
 * @param container name of the chart's container
 * @param fields merged into it
 */
export function patchedFluent(
    manifest: Manifest,
    container: string,
    fields: Readonly<Record<string, unknown>>,
): Manifest | undefined {
    return manifest.kind === "Pod" || manifest.kind.startsWith("ClusterRole")
        ? undefined
        : patchContainer(
              patchPod(manifest, {
                  automountServiceAccountToken: false,
                  enableServiceLinks: false,
              }),
              container,
              fields,
          );
}
