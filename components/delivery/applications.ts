/**
 * Projects and sets of applications that follow from the settings `delivery` (argo-cd v3.4.4:
 * pkg/apis/application/v1alpha1). Pure.
 */
import { syncGateLabel } from "../base/labels";
import type { Manifest } from "../base/object";
import type { Application, DeliverySettings } from "../delivery-schema";
import { ARGO_CD, type DeliveredKind, deliveredKinds } from "./delivered-kinds";

const apiVersion = "argoproj.io/v1alpha1";

/** The cluster in which Argo CD runs, as it calls it. */
export const OWN_CLUSTER = "https://kubernetes.default.svc";

/** The namespace of an application, which no system of the platform can have. */
export function namespaceOf({ name }: Pick<Application, "name">): string {
    return `apps-${name}`;
}

/** What is delivered together, and where. */
export interface Project {
    readonly name: string;
    readonly description: string;
    readonly repository: string;
    /** The namespace that it may reach; `*` stands for letters. */
    readonly namespace: string;
    /** What it may own there. */
    readonly kinds: readonly DeliveredKind[];
    /** What it may own of the cluster; default: nothing. */
    readonly clusterKinds?: readonly object[];
}

/**
 * What applications may own, and where: Argo CD refuses the rest before it asks the API server, where
 * its roles say the same.
 */
export function appProject(project: Project): Manifest {
    const { name, description, repository, namespace, kinds, clusterKinds = [] } = project;
    return {
        apiVersion,
        kind: "AppProject",
        metadata: { name, namespace: ARGO_CD },
        spec: {
            description,
            sourceRepos: [repository],
            destinations: [{ server: OWN_CLUSTER, namespace }],
            clusterResourceWhitelist: [...clusterKinds],
            namespaceResourceWhitelist: kinds.map(({ group, kind }) => ({ group, kind })),
        },
    };
}

/** The project of an application: kinds of its namespace and nothing of the cluster. */
export function project(application: Application, { repository }: DeliverySettings): Manifest {
    return appProject({
        name: application.name,
        description: `${application.path} of the repository, in a namespace of its own`,
        repository,
        namespace: namespaceOf(application),
        kinds: deliveredKinds(application),
    });
}

/** The project that Argo CD makes by itself and lets do everything; with this it lets do nothing. */
export const closedProject: Manifest = {
    apiVersion,
    kind: "AppProject",
    metadata: {
        name: "default",
        namespace: ARGO_CD,
        // Whoever is first has made it: the server does when it starts (server/server.go).
        annotations: { "pulumi.com/patchForce": "true" },
    },
    spec: {
        description: "nobody's: every application has its own project",
        sourceRepos: [],
        destinations: [],
        clusterResourceWhitelist: [],
        namespaceResourceWhitelist: [],
    },
};

/** How a sync goes, and is tried again when it failed: for half an hour, at growing distances. */
const syncing = {
    syncOptions: ["ServerSideApply=true", "PruneLast=true"],
    retry: { limit: 8, backoff: { duration: "10s", factor: 2, maxDuration: "10m" } },
};

/** What follows the repository by itself and is healed. */
export const following = { automated: { prune: true, selfHeal: true }, ...syncing };

/** The applications that are made together. */
export interface Wave {
    readonly wave: number;
    /** Whether a person presses Sync for each change. */
    readonly byHand: boolean;
    readonly applications: readonly Application[];
}

/** The applications by wave, those without gates first. */
export function wavesOf(applications: readonly Application[]): Wave[] {
    const waves = [...new Set(applications.map(({ wave }) => wave))].sort((one, two) => one - two);
    return waves.flatMap((wave) =>
        [false, true].flatMap((byHand) => {
            const own = applications.filter(
                (one) => one.wave === wave && one.gates.length > 0 === byHand,
            );
            return own.length === 0 ? [] : [{ wave, byHand, applications: own }];
        }),
    );
}

/**
 * The set of a wave. What has no gate follows the repository by itself, is healed and tried again;
 * the rest shows what differs until somebody presses Sync. Upstream's own order of applications
 * (`RollingSync`) switches the former off, so waves are sets that are made one after another; inside
 * of an application the annotation `argocd.argoproj.io/sync-wave` orders objects.
 */
export function applicationSet(
    { wave, byHand, applications }: Wave,
    { repository, revision }: DeliverySettings,
): Manifest {
    return {
        apiVersion,
        kind: "ApplicationSet",
        metadata: { name: `wave-${wave}${byHand ? "-by-hand" : ""}`, namespace: ARGO_CD },
        spec: {
            goTemplate: true,
            goTemplateOptions: ["missingkey=error"],
            generators: [
                {
                    list: {
                        elements: applications.map((application) => ({
                            name: application.name,
                            path: application.path,
                            namespace: namespaceOf(application),
                            ...(byHand ? { gate: application.gates[0] } : {}),
                        })),
                    },
                },
            ],
            // The program deletes a namespace; that an element is gone by mistake deletes nothing.
            syncPolicy: { preserveResourcesOnDeletion: true },
            template: {
                metadata: {
                    name: "{{ .name }}",
                    ...(byHand ? { labels: { [syncGateLabel]: "{{ .gate }}" } } : {}),
                },
                spec: {
                    project: "{{ .name }}",
                    source: {
                        repoURL: repository,
                        targetRevision: revision,
                        path: "{{ .path }}",
                    },
                    destination: { server: OWN_CLUSTER, namespace: "{{ .namespace }}" },
                    syncPolicy: byHand ? syncing : following,
                },
            },
        },
    };
}
