/**
 * What comes to a node past this program: pods and objects that no criterion sees, because Talos and
 * not Pulumi makes them, and images of which nobody checks where they come from (siderolabs/talos
 * v1.13, `pkg/machinery/config/types/v1alpha1` and `.../types/cri`).
 */
import { isAllowedImage } from "../../../../trust/registries";
import type { Expectation } from "../../../kernel/expectation";
import {
    isTree,
    read,
    type Reading,
    readList,
    readString,
    readTree,
    type Tree,
} from "../../../kernel/tree";
import { documentsOf, type MachineConfiguration } from "../../../engines/machines/configuration";

const isEmpty = (value: unknown): boolean =>
    Array.isArray(value) ? value.length === 0 : isTree(value) && Object.keys(value).length === 0;
const never = (): boolean => false;
const isNotTrue = (value: unknown): boolean => String(value) !== "true";

function left(
    main: Tree,
    path: readonly string[],
    good: (value: unknown) => boolean,
    wanted: string,
): Expectation {
    return {
        what: path.join("."),
        reading: read(main, path),
        good,
        wanted,
        absentIsGood: true,
    };
}

const BY_PROGRAM = "leave it out, and let a component make what it makes, so that it is judged";

/** Pods that the kubelet takes from files, without the API server and its admission. */
function staticPods(main: Tree): Expectation[] {
    const kubelet = ["machine", "kubelet"];
    return [
        left(main, ["machine", "pods"], isEmpty, BY_PROGRAM),
        left(
            main,
            [...kubelet, "disableManifestsDirectory"],
            (value) => value === true,
            BY_PROGRAM,
        ),
        ...["pod-manifest-path", "manifest-url"].map((flag) =>
            left(main, [...kubelet, "extraArgs", flag], never, BY_PROGRAM),
        ),
        ...["staticPodPath", "staticPodURL"].map((field) =>
            left(main, [...kubelet, "extraConfig", field], never, BY_PROGRAM),
        ),
    ];
}

/** Objects that Talos applies when it makes the cluster. */
function manifests(main: Tree): Expectation[] {
    return [
        ["cluster", "inlineManifests"],
        ["cluster", "extraManifests"],
        ["cluster", "externalCloudProvider", "manifests"],
        ["cluster", "network", "cni", "urls"],
    ].map((path) => left(main, path, isEmpty, BY_PROGRAM));
}

/** Images of what Talos runs by itself. */
function images(main: Tree): Expectation[] {
    return ["etcd", "coreDNS", "proxy", "apiServer", "controllerManager", "scheduler"].map((part) =>
        left(
            main,
            ["cluster", part, "image"],
            (image) => isAllowedImage(String(image)),
            "leave it out, or name an image of a registry of trust/registries.ts",
        ),
    );
}

const CHECKED = "leave it out, so that whoever answers must have the registry's certificate";

function lenient(what: string, reading: Reading): Expectation {
    return { what, reading, good: isNotTrue, wanted: CHECKED, absentIsGood: true };
}

function plain(what: string, reading: Reading): Expectation {
    return {
        what,
        reading,
        good: (url) => /^https:/i.test(String(url).trim()),
        wanted: "name an https:// address, or anybody on the way decides what runs",
    };
}

function registryDocuments(configuration: MachineConfiguration): Expectation[] {
    return [
        ...documentsOf(configuration, "RegistryTLSConfig").map((document) =>
            lenient(
                `insecureSkipVerify of RegistryTLSConfig ${String(document.name)}`,
                read(document, ["insecureSkipVerify"]),
            ),
        ),
        ...documentsOf(configuration, "RegistryMirrorConfig").flatMap((document) =>
            readList(document, "endpoints").map((endpoint, index) =>
                plain(
                    `endpoints[${index}].url of RegistryMirrorConfig ${String(document.name)}`,
                    read(endpoint, ["url"]),
                ),
            ),
        ),
    ];
}

/** The same in the main document, where older configurations have it. */
function registryFields(main: Tree): Expectation[] {
    const registries = readTree(main, "machine", "registries");
    const at = (...path: string[]) => ["machine.registries", ...path].join(".");
    return [
        ...Object.entries(readTree(registries, "config")).map(([name, config]) =>
            lenient(
                at("config", name, "tls.insecureSkipVerify"),
                read(config, ["tls", "insecureSkipVerify"]),
            ),
        ),
        ...Object.entries(readTree(registries, "mirrors")).flatMap(([name, mirror]) =>
            readList(mirror, "endpoints").map((url, index) =>
                plain(at("mirrors", name, `endpoints[${index}]`), read([url], [0])),
            ),
        ),
    ];
}

/** What a fragment of containerd's configuration says of registries. */
const UNCHECKED = /\b(insecure_)?skip_verify\s*=\s*true|["']http:\/\//i;

/** Files that Talos writes for containerd, which has registries of its own in them. */
function files(main: Tree): Expectation[] {
    return readList(main, "machine", "files")
        .filter((file) => /\/cri\/|containerd|hosts\.toml/.test(readString(file, "path") ?? ""))
        .map((file) => ({
            what: `content of the file ${readString(file, "path") ?? ""}`,
            reading: read(file, ["content"]),
            good: (content: unknown) => !UNCHECKED.test(String(content)),
            wanted: CHECKED,
            absentIsGood: true as const,
        }));
}

/** What a machine's configuration may not bring in. */
export function strangers(
    configuration: MachineConfiguration,
    isControlPlane: boolean,
): Expectation[] {
    const { main } = configuration;
    return [
        ...staticPods(main),
        // Workers carry the fields of the cluster too, and do nothing with them.
        ...(isControlPlane ? [...manifests(main), ...images(main)] : []),
        ...registryDocuments(configuration),
        ...registryFields(main),
        ...files(main),
    ];
}
