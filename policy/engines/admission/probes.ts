/** Pods that admission control must refuse, one for each thing that SEC-05 asks for. */
import { allowedRegistries } from "../../../trust/registries";
import { standardLabels } from "../../../components/base/labels";

type Fields = Readonly<Record<string, unknown>>;

/** A pod, and what is wrong with it. */
export interface Probe {
    /** How messages call such pods. */
    readonly what: string;
    /** The criterion by which the program's own workloads are judged for the same. */
    readonly criterion: string;
    readonly pod: Fields;
}

const image = (name: string) => `${allowedRegistries[0] ?? ""}${name}`;

const container: Fields = {
    name: "probe",
    image: image("example/probe:1.2.3"),
    resources: {
        requests: { cpu: "100m", memory: "64Mi" },
        limits: { cpu: "1", memory: "128Mi" },
    },
    securityContext: {
        privileged: false,
        runAsNonRoot: true,
        runAsUser: 1000,
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        seccompProfile: { type: "RuntimeDefault" },
    },
};

function pod(spec: Fields, labels: Fields = standardLabels({ name: "probe" })): Fields {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "probe", namespace: "probe", labels },
        spec: { containers: [container], ...spec },
    };
}

/** A pod that does everything right, which nobody may refuse. */
export const soundPod: Fields = pod({
    initContainers: [{ ...container, name: "prepare" }],
    volumes: [{ name: "tmp", emptyDir: {} }],
});

/** The same fault in a container and in an init container. */
function inContainers(criterion: string, what: string, change: (sound: Fields) => Fields): Probe[] {
    return [
        { criterion, what: `containers ${what}`, pod: pod({ containers: [change(container)] }) },
        {
            criterion,
            what: `init containers ${what}`,
            pod: pod({ initContainers: [{ ...change(container), name: "prepare" }] }),
        },
    ];
}

const secured = (change: Fields) => (sound: Fields) => ({
    ...sound,
    securityContext: { ...(sound.securityContext as Fields), ...change },
});

/** The eight things. */
export const admissionProbes: readonly Probe[] = [
    ...inContainers("HA-08", "without a memory limit", (sound) => ({
        ...sound,
        resources: { requests: { cpu: "100m", memory: "64Mi" } },
    })),
    ...inContainers("SEC-03", "that are privileged", secured({ privileged: true })),
    { criterion: "CMP-04", what: "pods without the standard labels", pod: pod({}, {}) },
    ...inContainers("SEC-04", "from an unlisted registry", (sound) => ({
        ...sound,
        image: "registry.stranger.example/probe:1.2.3",
    })),
    ...inContainers("IAC-02", "with the tag latest", (sound) => ({
        ...sound,
        image: image("example/probe:latest"),
    })),
    ...inContainers("IAC-02", "without a tag", (sound) => ({
        ...sound,
        image: image("example/probe"),
    })),
    {
        criterion: "SEC-03",
        what: "pods with a hostPath volume",
        pod: pod({ volumes: [{ name: "node", hostPath: { path: "/" } }] }),
    },
    ...inContainers(
        "SEC-03",
        "that may run as root",
        secured({ runAsNonRoot: undefined, runAsUser: undefined }),
    ),
    ...inContainers(
        "SEC-03",
        "with a writable root filesystem",
        secured({ readOnlyRootFilesystem: undefined }),
    ),
];
