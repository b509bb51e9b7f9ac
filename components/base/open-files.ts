/**
 * Files that a chart keeps in Secrets and that hold no secret: as ConfigMaps, in plain text, whoever
 * reads the plan sees what they say. Pure.
 */
import { changePod } from "./containers";
import { isRecord, type Manifest } from "./object";

/** The Secret as a ConfigMap. */
export function asConfigMap({ metadata, data }: Manifest): Manifest {
    const files = Object.entries(isRecord(data) ? data : {}).map(([key, value]) => [
        key,
        Buffer.from(String(value), "base64").toString("utf8"),
    ]);
    return { apiVersion: "v1", kind: "ConfigMap", metadata, data: Object.fromEntries(files) };
}

/**
 * The workload with files mounted from where they now are.
 *
 * @param names of the Secrets that are ConfigMaps
 */
export function mountingOpenFiles(manifest: Manifest, names: readonly string[]): Manifest {
    const moved = (volume: unknown) =>
        isRecord(volume) &&
        isRecord(volume.secret) &&
        names.includes(String(volume.secret.secretName))
            ? { name: volume.name, configMap: { name: volume.secret.secretName } }
            : volume;
    return changePod(manifest, (pod) =>
        isRecord(pod) && Array.isArray(pod.volumes)
            ? { ...pod, volumes: pod.volumes.map(moved) }
            : pod,
    );
}
